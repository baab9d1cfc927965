import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field } from '../../parts/Form.tsx';
import { Empty, Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import { nameOfScope } from '../OwnRoles.tsx';
import type { SettingsProps } from './Settings.tsx';

interface ShownKey {
  id: string;
  key_prefix: string;
  name: string;
  scopes: string[];
  rate_limit: number;
  expires_at: string | null;
  last_used_at: string | null;
  is_active: boolean;
  created_at: string;
}

const words = settings.keys;
const PATH = '/v1/admin/keys';

/** Keys with which one's own programs use the API. */
export function Keys({ me }: SettingsProps) {
  const keys = useData<{ items: ShownKey[] }>(`${PATH}?limit=100`);
  const mayWrite = may(me, 'keys:write');
  const [made, setMade] = useState<string>();
  const add = useAction(async (event: Event) => {
    const form = event.currentTarget as HTMLFormElement;
    event.preventDefault();
    const data = new FormData(form);
    const day = String(data.get('expires') ?? '');
    const rateLimit = data.get('rate_limit');
    const { key } = await call<{ key: string }>('POST', PATH, {
      name: data.get('name'),
      scopes: data.getAll('scopes'),
      ...(day && { expires_at: new Date(`${day}T23:59:59`).toISOString() }),
      ...(rateLimit && { rate_limit: Number(rateLimit) }),
    });
    setMade(key);
    form.reset();
    await keys.reload();
  });
  const revoke = useAction(async (id: string) => {
    await call('DELETE', `${PATH}/${id}`);
    await keys.reload();
  });
  return (
    <>
      <p class="soft">{words.about(<a href="/docs">{words.restApi}</a>)}</p>
      {mayWrite && (
        <form class="card" onSubmit={add.run}>
          <h2>{words.make}</h2>
          <div class="pair">
            <Field label={t.common.name} name="name" required maxLength={100} hint={words.nameHint} />
            <Field label={words.endsOn} name="expires" type="date" hint={words.endsOnHint} />
            <Field label={words.rateLimit} name="rate_limit" type="number" min={1} hint={words.rateLimitHint} />
          </div>
          <fieldset class="choices">
            <legend>{words.may}</legend>
            {me.scopes.map((scope) => (
              <label key={scope}>
                <input type="checkbox" name="scopes" value={scope} />{' '}
                <span title={nameOfScope(scope)}>
                  <code>{scope}</code>
                </span>
              </label>
            ))}
          </fieldset>
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            {words.makeIt}
          </button>
        </form>
      )}
      {made && (
        <div class="card" role="status">
          <p>{words.made}</p>
          <pre class="snippet">
            <code>{made}</code>
          </pre>
        </div>
      )}
      <Fault>{revoke.fault}</Fault>
      <Loaded of={keys}>
        {({ items }) =>
          items.length > 0 ? (
            <ul class="rows">
              {items.map((key) => (
                <li key={key.id}>
                  <div class="what">
                    <strong dir="auto">{key.name}</strong>
                    <span class="soft">
                      <code>{key.key_prefix}…</code> · {key.last_used_at ? <Time at={key.last_used_at} /> : words.neverUsed}
                      {key.expires_at && <> · {t.common.ends(<Time at={key.expires_at} />)}</>} · {words.requestsPerMinute(key.rate_limit)}
                    </span>
                    <span class="soft">{key.scopes.join(', ')}</span>
                  </div>
                  {key.is_active ? (
                    mayWrite && (
                      <button
                        type="button"
                        class="quiet"
                        aria-disabled={revoke.isBusy}
                        onClick={() => confirm(words.confirmRevoke(key.name)) && revoke.run(key.id)}
                      >
                        {words.revoke}
                      </button>
                    )
                  ) : (
                    <span class="badge">{words.revoked}</span>
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <Empty title={words.none} />
          )
        }
      </Loaded>
    </>
  );
}
