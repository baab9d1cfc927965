import type { Me } from '@netia/protocol';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { call } from '../api/client.ts';
import { Icon, type IconName } from './Icon.tsx';

const PAGES: [string, string, IconName][] = [
  ['inbox', 'Inbox', 'inbox'],
  ['knowledge', 'Knowledge', 'book'],
  ['gaps', 'Gaps', 'question'],
  ['leads', 'Leads', 'person'],
  ['site', 'Your site', 'window'],
  ['people', 'People', 'people'],
];

/** What is around every page: where one is, where else one can go, and who one is. */
export function Shell({ me, page, onChanged, children }: { me: Me; page: string; onChanged: () => Promise<void>; children: ComponentChildren }) {
  const name = PAGES.find(([path]) => path === page)?.[1] ?? 'Inbox';
  useEffect(() => {
    document.title = `${name} · ${me.tenant.name}`;
  }, [name, me.tenant.name]);
  const switchTo = async (event: Event) => {
    await call('POST', '/v1/console/switch', { tenant_id: (event.currentTarget as HTMLSelectElement).value });
    await onChanged();
  };
  const signOut = async () => {
    await call('POST', '/v1/console/sign-out').catch(() => {});
    await onChanged();
  };
  return (
    <div class="shell">
      <nav aria-label="Console">
        <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
          Skip to content
        </button>
        <div class="whose">
          {me.tenants.length > 1 ? (
            <select class="tenants" aria-label="Business" value={me.tenant.id} onChange={switchTo}>
              {me.tenants.map((tenant) => (
                <option key={tenant.id} value={tenant.id}>
                  {tenant.name}
                </option>
              ))}
            </select>
          ) : (
            <strong>{me.tenant.name}</strong>
          )}
        </div>
        <ul>
          {PAGES.map(([path, title, icon]) => (
            <li key={path}>
              <a href={`#/${path}`} aria-current={path === page ? 'page' : undefined}>
                <Icon name={icon} />
                <span>{title}</span>
              </a>
            </li>
          ))}
        </ul>
        <div class="who">
          <span title={me.user.email}>{me.user.name}</span>
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        </div>
      </nav>
      <main tabIndex={-1}>{children}</main>
    </div>
  );
}
