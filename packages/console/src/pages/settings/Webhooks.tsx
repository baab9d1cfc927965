import type { ShownWebhook, ShownWebhookDelivery } from '@netia/protocol';
import { WEBHOOK_EVENTS } from '@netia/protocol/names';
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
import type { SettingsProps } from './Settings.tsx';

const PATH = '/v1/admin/webhooks';
const EVERY_MS = 4_000;
const words = settings.webhooks;
const NAMES: Record<string, string> = words.events;

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
      <p class="soft">{words.about}</p>
      {mayWrite && (
        <form class="card" onSubmit={add.run}>
          <h2>{words.add}</h2>
          <Field label={words.address} name="url" type="url" required placeholder={words.example} />
          <fieldset class="choices">
            <legend>{words.toldOf}</legend>
            {WEBHOOK_EVENTS.filter((event) => event !== 'test').map((event) => (
              <label key={event}>
                <input type="checkbox" name="events" value={event} defaultChecked={event !== 'lead.changed'} /> {NAMES[event]}
              </label>
            ))}
          </fieldset>
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            {words.addIt}
          </button>
        </form>
      )}
      {secret && (
        <div class="card" role="status">
          <p>{words.secret}</p>
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
                    {words.sendTest}
                  </button>
                  <Fault>{test.fault}</Fault>
                </span>
              )}
            </>
          ) : (
            <Empty title={words.none} />
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
      {endpoint.is_active && endpoint.failing_since && <span class="fault">{words.failingSince(<Time at={endpoint.failing_since} />)}</span>}
      <Fault>{fault}</Fault>
      {!endpoint.is_active && <span class="badge error">{words.off}</span>}
      {mayWrite && (
        <span class="actions">
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('PATCH', '', { is_active: !endpoint.is_active })}>
            {endpoint.is_active ? words.switchOff : words.switchOn}
          </button>
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run('POST', '/secret')}>
            {words.newSecret}
          </button>
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(words.confirmRemove(endpoint.url)) && run('DELETE')}>
            {t.common.remove}
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
          {items.length === 0 && <p class="soft">{words.nothingSent}</p>}
          <ul class="log">
            {items.map((one) => (
              <li key={one.id} class="line">
                <span>
                  {one.event_type} · <Time at={one.created_at} />
                </span>
                <span class="soft">{words.outcome(words.statuses[one.status], one.attempts, one.last_status, one.last_error)}</span>
                {mayWrite && one.status !== 'pending' && (
                  <button type="button" class="quiet" onClick={() => run(one.id)}>
                    {words.sendAgain}
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
