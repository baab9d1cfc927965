import { type ShownWebhook, type ShownWebhookDelivery, WEBHOOK_EVENTS } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field } from '../../parts/Form.tsx';
import { Empty, Loaded } from '../../parts/States.tsx';
import { Time } from '../../parts/Time.tsx';
import type { SettingsProps } from './Settings.tsx';

const PATH = '/v1/admin/webhooks';
const EVERY_MS = 4_000;
const NAMES: Record<string, string> = {
  'lead.created': 'a new lead',
  'lead.changed': 'a lead that changed',
  'conversation.handed_over': 'a conversation handed over to a person',
  'conversation.ended': 'a conversation that ended',
  'question.unanswered': 'a question that could not be answered',
};
const STATUS = { pending: 'Waiting', sent: 'Sent', dead: 'Given up' } as const;

/** Where one's own systems are told of what happens, and what came of each call. */
export function Webhooks({ me }: SettingsProps) {
  const endpoints = useData<{ items: ShownWebhook[] }>(PATH, EVERY_MS);
  const mayWrite = may(me, 'webhooks:write');
  const [secret, setSecret] = useState<string>();
  const add = useAction(async (event: Event) => {
    const form = event.currentTarget as HTMLFormElement;
    event.preventDefault();
    const data = new FormData(form);
    const made = await call<{ secret: string }>('POST', PATH, { url: data.get('url'), events: data.getAll('events') });
    setSecret(made.secret);
    form.reset();
    await endpoints.reload();
  });
  const test = useAction(async () => {
    await call('POST', `${PATH}/test`);
    await endpoints.reload();
  });
  return (
    <>
      <p class="soft">Calls are signed as Standard Webhooks has it. They carry ids, not the words of visitors; ask for these with an API key.</p>
      {mayWrite && (
        <form class="card" onSubmit={add.run}>
          <h2>Add an endpoint</h2>
          <Field label="Address" name="url" type="url" required placeholder="https://example.com/hooks" />
          <fieldset class="choices">
            <legend>It is told of</legend>
            {WEBHOOK_EVENTS.filter((event) => event !== 'test').map((event) => (
              <label key={event}>
                <input type="checkbox" name="events" value={event} defaultChecked={event !== 'lead.changed'} /> {NAMES[event]}
              </label>
            ))}
          </fieldset>
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            Add it
          </button>
        </form>
      )}
      {secret && (
        <div class="card" role="status">
          <p>The secret that the receiver checks signatures with. It is shown this once.</p>
          <pre class="snippet">
            <code>{secret}</code>
          </pre>
        </div>
      )}
      <Loaded of={endpoints}>
        {({ items }) =>
          items.length > 0 ? (
            <>
              <ul class="rows">
                {items.map((endpoint) => (
                  <Endpoint key={endpoint.id} endpoint={endpoint} mayWrite={mayWrite} onChanged={endpoints.reload} onSecret={setSecret} />
                ))}
              </ul>
              {mayWrite && (
                <span class="line">
                  <button type="button" aria-disabled={test.isBusy} onClick={() => test.run()}>
                    Send all of them a test
                  </button>
                  <Fault>{test.fault}</Fault>
                </span>
              )}
            </>
          ) : (
            <Empty title="Nobody is told anything yet." />
          )
        }
      </Loaded>
    </>
  );
}

interface EndpointProps {
  endpoint: ShownWebhook;
  mayWrite: boolean;
  onChanged: () => Promise<void>;
  onSecret: (secret: string) => void;
}

function Endpoint({ endpoint, mayWrite, onChanged, onSecret }: EndpointProps) {
  const [isOpen, setOpen] = useState(false);
  const { isBusy, fault, run } = useAction(async (method: string, path = '', body?: object) => {
    const made = await call<{ secret?: string } | undefined>(method, `${PATH}/${endpoint.id}${path}`, body);
    if (made?.secret) onSecret(made.secret);
    await onChanged();
  });
  return (
    <li>
      <details class="what" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <strong>{endpoint.url}</strong>
        </summary>
        <span class="soft">{endpoint.events.flatMap((event) => NAMES[event] ?? []).join(', ')}</span>
        {isOpen && <Deliveries id={endpoint.id} mayWrite={mayWrite} />}
      </details>
      {endpoint.disabled_reason && <span class="fault">{endpoint.disabled_reason}</span>}
      {endpoint.is_active && endpoint.failing_since && (
        <span class="fault">
          Failing since <Time at={endpoint.failing_since} />
        </span>
      )}
      <Fault>{fault}</Fault>
      {!endpoint.is_active && <span class="badge error">Off</span>}
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('PATCH', '', { is_active: !endpoint.is_active })}>
            {endpoint.is_active ? 'Switch off' : 'Switch on'}
          </button>
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('POST', '/secret')}>
            New secret
          </button>
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(`Remove ${endpoint.url}?`) && run('DELETE')}>
            Remove
          </button>
        </span>
      )}
    </li>
  );
}

function Deliveries({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const deliveries = useData<{ items: ShownWebhookDelivery[] }>(`${PATH}/${id}/deliveries?limit=20`, EVERY_MS);
  const { fault, run } = useAction(async (delivery: string) => {
    await call('POST', `/v1/admin/webhook-deliveries/${delivery}/resend`);
    await deliveries.reload();
  });
  return (
    <Loaded of={deliveries}>
      {({ items }) => (
        <>
          <Fault>{fault}</Fault>
          {items.length === 0 && <p class="soft">Nothing was sent yet.</p>}
          <ul class="log">
            {items.map((one) => (
              <li key={one.id} class="line">
                <span>
                  {one.event_type} · <Time at={one.created_at} />
                </span>
                <span class="soft">
                  {STATUS[one.status]}
                  {one.attempts > 0 && ` after ${one.attempts} ${one.attempts === 1 ? 'try' : 'tries'}`}
                  {one.last_status !== null && `, ${one.last_status}`}
                  {one.last_error && `: ${one.last_error}`}
                </span>
                {mayWrite && one.status !== 'pending' && (
                  <button type="button" class="quiet" onClick={() => run(one.id)}>
                    Send again
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}
