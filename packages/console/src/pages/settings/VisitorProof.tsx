import type { IdentitySettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Check, Fault } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import { settings } from '../../texts/settings.ts';
import { IN_PAGE, ON_SERVER } from './proof-code.ts';
import { SavedForm } from './SavedForm.tsx';
import type { SettingsProps } from './Settings.tsx';

const words = settings.visitorProof;
const SECRETS = '/v1/admin/channels/secrets';
const PURPOSE = 'widget_identity_secret';

/** How the tenant's own site proves who its visitors are, and whether it has to. */
export function VisitorProof({ me }: SettingsProps) {
  const tenant = useData<{ settings: { identity: IdentitySettings } }>('/v1/admin/tenant');
  return (
    <>
      <Loaded of={tenant}>
        {({ settings: { identity } }) => (
          <SavedForm
            class="card"
            path="/v1/admin/settings/identity"
            mayWrite={may(me, 'settings:write')}
            read={(fields) => ({ is_required: fields.has('is_required') })}
            done={words.saved}
          >
            <h2>{words.title}</h2>
            <p class="soft">{words.about}</p>
            <Check name="is_required" defaultChecked={identity.is_required} label={words.required} hint={words.requiredHint} />
          </SavedForm>
        )}
      </Loaded>
      {may(me, 'channels:read') && <Secrets mayWrite={may(me, 'channels:write')} />}
      <section class="card">
        <h2>{words.onServer}</h2>
        <pre class="snippet">
          <code>{ON_SERVER}</code>
        </pre>
        <h2>{words.inPage}</h2>
        <pre class="snippet">
          <code>{IN_PAGE}</code>
        </pre>
        <a href="/guides/embed#how-do-i-prove-to-netia-who-the-visitor-is">{words.guide}</a>
      </section>
    </>
  );
}

/** The secrets that proofs are signed with; a new one is seen this once. */
function Secrets({ mayWrite }: { mayWrite: boolean }) {
  const channels = useData<{ secrets: { id: string; purpose: string; hint: string; created_at: string }[] }>('/v1/admin/channels');
  const [made, setMade] = useState<string>();
  const { isBusy, fault, run } = useAction(async (method: string, path: string, body?: object) => {
    setMade((await call<{ secret: string } | undefined>(method, path, body))?.secret);
    await channels.reload();
  });
  return (
    <section class="card" aria-labelledby="proof-secrets">
      <h2 id="proof-secrets">{words.secrets}</h2>
      <p class="soft">{words.secretsAbout}</p>
      <div role="status">
        {made && (
          <>
            <p>{words.made}</p>
            <pre class="snippet">
              <code>{made}</code>
            </pre>
          </>
        )}
      </div>
      <Fault>{fault}</Fault>
      <Loaded of={channels}>
        {({ secrets }) => {
          const ours = secrets.filter(({ purpose }) => purpose === PURPOSE);
          return ours.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <ul class="rows">
              {ours.map(({ id, hint, created_at }) => (
                <li key={id}>
                  <span class="what">
                    <code>{hint}…</code>{' '}
                    <span class="soft">
                      <Time at={created_at} />
                    </span>
                  </span>
                  {mayWrite && (
                    <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.confirmEnd) && run('DELETE', `${SECRETS}/${id}`)}>
                      {settings.channels.endSecret}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
      {mayWrite && (
        <button type="button" aria-disabled={isBusy} onClick={() => run('POST', SECRETS, { purpose: PURPOSE })}>
          {words.make}
        </button>
      )}
    </section>
  );
}
