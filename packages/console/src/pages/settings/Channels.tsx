import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import type { SettingsProps } from './Settings.tsx';

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
const PURPOSES: Record<string, string> = {
  crisp_hook_key: 'Crisp: key in the address of the website hook',
  tidio_flow_token: 'Tidio: address of the Flow’s API call',
  tidio_flow_secret: 'Tidio: secret in the header of the Flow’s API call',
  tidio_webhook_secret: 'Tidio: secret that webhooks are signed with',
  tidio_client: 'Tidio: OpenAPI keys',
};
const CAN: Record<string, string> = {
  flow: 'answers live chat in a Flow',
  webhooks: 'hears of takeovers',
  tickets: 'answers tickets',
  bridge: 'bridge script on your pages',
};

/** The chat that the site has already: connected here, and what of it works. */
export function Channels({ me }: SettingsProps) {
  const channels = useData<Shown>(PATH);
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
          <Fault>{fault}</Fault>
          {made && (
            <div class="card" role="status">
              <p>Put this where the guide says. A secret is shown this once.</p>
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
              <h2 id="crisp-title">Crisp</h2>
              {crisp.website_id ? (
                <>
                  <p>
                    <span class="badge">Connected</span> <code>{crisp.website_id}</code>
                  </p>
                  <p class="soft">
                    {crisp.sends_with === 'none'
                      ? 'Nothing can be sent yet.'
                      : `Sends with ${crisp.sends_with === 'plugin' ? 'the plugin' : 'your own token'}.`}
                    {crisp.is_installed && ' The plugin is installed.'}
                    {crisp.has_website_hook && ' A website hook has a key.'}
                  </p>
                  {mayWrite && (
                    <span class="actions">
                      <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'crisp_hook_key' })}>
                        Address for a website hook
                      </button>
                      <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm('Disconnect Crisp?') && run('DELETE', '/crisp')}>
                        Disconnect
                      </button>
                    </span>
                  )}
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
                    <Field label="Website ID" name="website_id" required hint="In Crisp: Settings › Workspace Settings › Setup." />
                    <Field label="Install token of the plugin" name="install_token" hint="Or, without the plugin, a token of your own:" />
                    <Field label="Identifier" name="identifier" autocomplete="off" />
                    <Field label="Key" name="key" type="password" autocomplete="off" />
                    <button type="submit" class="main" aria-disabled={isBusy}>
                      Connect
                    </button>
                  </form>
                )
              )}
              <a href="/guides/connect-crisp">How to connect Crisp</a>
            </section>
            <section class="card" aria-labelledby="tidio-title">
              <h2 id="tidio-title">Tidio</h2>
              {tidio.public_key ? (
                <>
                  <p>
                    <span class="badge">Connected</span> <code>{tidio.public_key}</code>
                  </p>
                  <ul>
                    {Object.entries(tidio.capabilities).map(([name, works]) => (
                      <li key={name}>
                        <span class={`badge ${works ? '' : 'unsure'}`}>{works ? 'Yes' : 'Not yet'}</span> {CAN[name]}
                      </li>
                    ))}
                  </ul>
                  {mayWrite && (
                    <>
                      <span class="actions wraps">
                        <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'tidio_flow_token' })}>
                          Address for the Flow
                        </button>
                        <button type="button" aria-disabled={isBusy} onClick={() => run('POST', '/secrets', { purpose: 'tidio_flow_secret' })}>
                          Secret for the Flow
                        </button>
                        <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm('Disconnect Tidio?') && run('DELETE', '/tidio')}>
                          Disconnect
                        </button>
                      </span>
                      <form onSubmit={(event) => run('POST', '/secrets', { purpose: 'tidio_webhook_secret', ...valuesOf(event) })}>
                        <Field label="Secret of Tidio’s webhooks" name="secret" type="password" autocomplete="off" required minLength={8} />
                        <button type="submit" aria-disabled={isBusy}>
                          Keep it
                        </button>
                      </form>
                    </>
                  )}
                </>
              ) : (
                mayWrite && (
                  <form
                    onSubmit={(event) => {
                      const { public_key, client_id, client_secret } = valuesOf(event);
                      void run('PUT', '/tidio', { public_key, ...(client_id && client_secret && { client: { client_id, client_secret } }) });
                    }}
                  >
                    <Field label="Public key" name="public_key" required hint="The file name in your Tidio snippet, 32 letters and digits." />
                    <Field label="OpenAPI client id" name="client_id" autocomplete="off" hint="For tickets; plans Plus and Premium." />
                    <Field label="OpenAPI client secret" name="client_secret" type="password" autocomplete="off" />
                    <button type="submit" class="main" aria-disabled={isBusy}>
                      Connect
                    </button>
                  </form>
                )
              )}
              <a href="/guides/connect-tidio">How to connect Tidio</a>
            </section>
          </div>
          {secrets.length > 0 && (
            <>
              <h2>Shared secrets</h2>
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
                        onClick={() => confirm('End this secret at once?') && run('DELETE', `/secrets/${secret.id}`)}
                      >
                        End it
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
