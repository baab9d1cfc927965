import type { CrispSettings, TidioSettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { settings } from '../../texts/settings.ts';
import { CrispBehaviour } from './CrispBehaviour.tsx';
import type { SettingsProps } from './Settings.tsx';
import { TidioBehaviour } from './TidioBehaviour.tsx';

interface Shown {
  crisp: { website_id: string | null; is_installed: boolean; sends_with: 'plugin' | 'own' | 'none'; has_website_hook: boolean };
  tidio: { public_key: string | null; capabilities: Record<'flow' | 'webhooks' | 'tickets' | 'bridge', boolean> };
  secrets: { id: string; purpose: string; hint: string; created_at: string }[];
}
interface Made {
  secret?: string;
  url?: string;
}

const PATH = '/v1/admin/channels';
const words = settings.channels;
const PURPOSES: Record<string, string> = words.purposes;
const CAN: Record<string, string> = words.capabilities;

/** The chat that the site has already: connected here, and what of it works. */
export function Channels({ me }: SettingsProps) {
  const channels = useData<Shown>(PATH);
  const tenant = useData<{ settings: { crisp: CrispSettings; tidio: TidioSettings } }>(may(me, 'settings:read') ? '/v1/admin/tenant' : undefined);
  const behaviour = tenant.data?.settings;
  const maySet = may(me, 'settings:write');
  const [made, setMade] = useState<Made>();
  const mayWrite = may(me, 'channels:write');
  const { isBusy, fault, run } = useAction(async (method: string, path: string, body?: object) => {
    const answer = await call<Made | undefined>(method, `${PATH}${path}`, body);
    setMade(answer && (answer.secret || answer.url) ? answer : undefined);
    await channels.reload();
  });
  return (
    <Loaded of={channels}>
      {({ crisp, tidio, secrets }) => (
        <>
          <Fault>{fault ?? tenant.fault}</Fault>
          {made && (
            <div class="card" role="status">
              <p>{words.made}</p>
              {made.url && (
                <pre class="snippet">
                  <code>{made.url}</code>
                </pre>
              )}
              {made.secret && !made.url && (
                <pre class="snippet">
                  <code>{made.secret}</code>
                </pre>
              )}
            </div>
          )}
          <div class="columns">
            <section class="card" aria-labelledby="crisp-title">
              <h2 id="crisp-title">{words.crisp}</h2>
              {crisp.website_id ? (
                <>
                  <p>
                    <span class="badge">{words.connected}</span> <code>{crisp.website_id}</code>
                  </p>
                  <p class="soft">
                    {words.sendsWith[crisp.sends_with]}
                    {crisp.is_installed && ` ${words.pluginInstalled}`}
                    {crisp.has_website_hook && ` ${words.hasHook}`}
                  </p>
                  {mayWrite && (
                    <span class="actions">
                      <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'crisp_hook_key' })}>
                        {words.hookAddress}
                      </button>
                      <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.confirmCrisp) && run('DELETE', '/crisp')}>
                        {words.disconnect}
                      </button>
                    </span>
                  )}
                  {behaviour && <CrispBehaviour saved={behaviour.crisp} mayWrite={maySet} />}
                </>
              ) : (
                mayWrite && (
                  <form
                    onSubmit={(event) => {
                      const { website_id, install_token, identifier, key } = valuesOf(event);
                      void run('PUT', '/crisp', {
                        website_id,
                        ...(install_token && { install_token }),
                        ...(identifier && key && { token: { identifier, key } }),
                      });
                    }}
                  >
                    <Field label={words.websiteId} name="website_id" required hint={words.websiteIdHint} />
                    <Field label={words.installToken} name="install_token" hint={words.installTokenHint} />
                    <Field label={words.identifier} name="identifier" autocomplete="off" />
                    <Field label={words.key} name="key" type="password" autocomplete="off" />
                    <button type="submit" class="main" aria-disabled={isBusy}>
                      {words.connect}
                    </button>
                  </form>
                )
              )}
              <a href="/guides/connect-crisp">{words.crispGuide}</a>
            </section>
            <section class="card" aria-labelledby="tidio-title">
              <h2 id="tidio-title">{words.tidio}</h2>
              {tidio.public_key ? (
                <>
                  <p>
                    <span class="badge">{words.connected}</span> <code>{tidio.public_key}</code>
                  </p>
                  <ul>
                    {Object.entries(tidio.capabilities).map(([name, works]) => (
                      <li key={name}>
                        <span class={`badge ${works ? '' : 'unsure'}`}>{works ? words.yes : words.notYet}</span> {CAN[name]}
                      </li>
                    ))}
                  </ul>
                  {mayWrite && (
                    <>
                      <span class="actions wraps">
                        <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'tidio_flow_token' })}>
                          {words.flowAddress}
                        </button>
                        <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'tidio_flow_secret' })}>
                          {words.flowSecret}
                        </button>
                        <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.confirmTidio) && run('DELETE', '/tidio')}>
                          {words.disconnect}
                        </button>
                      </span>
                      <form onSubmit={(event) => run('POST', '/secrets', { purpose: 'tidio_webhook_secret', ...valuesOf(event) })}>
                        <Field label={words.webhookSecret} name="secret" type="password" autocomplete="off" required minLength={8} />
                        <button type="submit" aria-disabled={isBusy}>
                          {words.keepSecret}
                        </button>
                      </form>
                    </>
                  )}
                  {behaviour && <TidioBehaviour saved={behaviour.tidio} mayWrite={maySet} />}
                </>
              ) : (
                mayWrite && (
                  <form
                    onSubmit={(event) => {
                      const { public_key, client_id, client_secret } = valuesOf(event);
                      void run('PUT', '/tidio', { public_key, ...(client_id && client_secret && { client: { client_id, client_secret } }) });
                    }}
                  >
                    <Field label={words.publicKey} name="public_key" required hint={words.publicKeyHint} />
                    <Field label={words.clientId} name="client_id" autocomplete="off" hint={words.clientIdHint} />
                    <Field label={words.clientSecret} name="client_secret" type="password" autocomplete="off" />
                    <button type="submit" class="main" aria-disabled={isBusy}>
                      {words.connect}
                    </button>
                  </form>
                )
              )}
              <a href="/guides/connect-tidio">{words.tidioGuide}</a>
            </section>
          </div>
          {secrets.length > 0 && (
            <>
              <h2>{words.sharedSecrets}</h2>
              <ul class="rows">
                {secrets.map((secret) => (
                  <li key={secret.id}>
                    <div class="what">
                      <span>{PURPOSES[secret.purpose] ?? secret.purpose}</span>
                      <span class="soft">
                        <code>{secret.hint}…</code> · <Time at={secret.created_at} />
                      </span>
                    </div>
                    {mayWrite && (
                      <button
                        type="button"
                        class="quiet"
                        aria-disabled={isBusy}
                        onClick={() => confirm(words.confirmEndSecret) && run('DELETE', `/secrets/${secret.id}`)}
                      >
                        {words.endSecret}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </Loaded>
  );
}
