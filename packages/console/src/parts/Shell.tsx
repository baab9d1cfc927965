import type { Me } from '@netia/protocol';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, signOut } from '../api/client.ts';
import { may } from '../api/may.ts';
import { goTo } from '../api/route.ts';
import { useAction } from '../api/use-action.ts';
import { useWaiting } from '../api/use-waiting.ts';
import { number } from '../texts/format.ts';
import { t } from '../texts/texts.ts';
import { Fault } from './Form.tsx';
import { Icon } from './Icon.tsx';
import { type PageName, pagesFor } from './pages.ts';

/** What is around every page: where one is, where else one can go, and who one is. */
export function Shell({ me, page, onChanged, children }: { me: Me; page: PageName; onChanged: () => Promise<void>; children: ComponentChildren }) {
  const name = t.common.pages[page];
  const waiting = useWaiting(may(me, 'conversations:read'));
  useEffect(() => {
    document.title = t.common.pageTitle(name, me.tenant.name, waiting);
    // Whoever signs out leaves neither the business nor who waits in the tab.
    return () => {
      document.title = t.common.documentTitle;
    };
  }, [name, me.tenant.name, waiting]);
  // On a phone the menu is wider than the screen.
  useEffect(() => {
    document.querySelector('.menu [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [page]);
  const switching = useAction(async (tenantId: string) => {
    await call('POST', '/v1/console/switch', { tenant_id: tenantId });
    // Nothing there has this id.
    if (page === 'inbox') goTo('inbox');
    await onChanged();
  });
  const signingOut = useAction(signOut);
  return (
    <div class="shell">
      <nav class="menu" aria-label={t.common.menu}>
        <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
          {t.common.skip}
        </button>
        <div class="whose">
          {me.tenants.length > 1 ? (
            <>
              <select class="tenants" aria-label={t.common.business} value={me.tenant.id} onChange={(event) => switching.run(event.currentTarget.value)}>
                {me.tenants.map((tenant) => (
                  <option key={tenant.id} value={tenant.id}>
                    {tenant.name}
                  </option>
                ))}
              </select>
              <Fault>{switching.fault}</Fault>
            </>
          ) : (
            <strong>{me.tenant.name}</strong>
          )}
        </div>
        <ul>
          {pagesFor(me).map(([path, icon]) => (
            <li key={path}>
              <a href={`#/${path}`} aria-current={path === page ? 'page' : undefined}>
                <Icon name={icon} />
                <span>{t.common.pages[path]}</span>
                {path === 'inbox' && waiting > 0 && (
                  <span class="badge waiting count">
                    {number(waiting)}
                    <span class="unseen"> {t.common.waitingCounted}</span>
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
        <Notices />
        <div class="who">
          <span title={me.user.email}>{me.user.name}</span>
          <button type="button" class="quiet" onClick={() => signingOut.run()}>
            {t.common.signOut}
          </button>
        </div>
        <Fault>{signingOut.fault}</Fault>
      </nav>
      <main tabIndex={-1}>{children}</main>
    </div>
  );
}

/** Asks for the browser's permission to say that somebody waits; gone once it is given or refused. */
function Notices() {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (permission !== 'default') return null;
  return (
    <button type="button" class="quiet notices" onClick={() => Notification.requestPermission().then(setPermission)}>
      {t.common.tellMe}
    </button>
  );
}
