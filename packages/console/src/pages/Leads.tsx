import { LEAD_STATUSES, type Me, type ShownLead } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Fault } from '../parts/Form.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';

/** Who left word how to be reached, newest first. */
export function Leads({ me }: { me: Me }) {
  const [status, setStatus] = useState('');
  const leads = useData<{ items: ShownLead[] }>(`/v1/admin/leads?limit=100${status && `&status=${status}`}`, 10_000);
  return (
    <div class="page">
      <div class="line">
        <h1>Leads</h1>
        <span class="actions">
          <select aria-label="Which leads" value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
            <option value="">All</option>
            {LEAD_STATUSES.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <a class="button" href="/v1/admin/leads.csv" download>
            Export
          </a>
        </span>
      </div>
      <Loaded of={leads}>
        {({ items }) =>
          items.length > 0 ? (
            <ul class="rows">
              {items.map((lead) => (
                <LeadRow key={lead.id} lead={lead} mayWrite={may(me, 'leads:write')} onChanged={leads.reload} />
              ))}
            </ul>
          ) : (
            <Empty title="No leads yet.">
              <p>When a visitor says how they can be reached, they show here.</p>
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}

function LeadRow({ lead, mayWrite, onChanged }: { lead: ShownLead; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const { fault, run } = useAction(async (status: string) => {
    await call('PATCH', `/v1/admin/leads/${lead.id}`, { status });
    await onChanged();
  });
  const { name, email, phone, company } = lead.contact_info;
  return (
    <li>
      <div class="what">
        <strong dir="auto">{name ?? company ?? 'No name given'}</strong>
        <span class="reach">
          {email && <a href={`mailto:${email}`}>{email}</a>}
          {phone && <a href={`tel:${phone}`}>{phone}</a>}
          {name && company && <bdi>{company}</bdi>}
        </span>
        <span class="soft">
          {lead.intent} · <Time at={lead.created_at} />
          {lead.conversation_id && (
            <>
              {' · '}
              <a href={`#/inbox/${lead.conversation_id}`}>conversation</a>
            </>
          )}
        </span>
        <Fault>{fault}</Fault>
      </div>
      <select aria-label={`Status of ${name ?? email ?? phone}`} value={lead.status} disabled={!mayWrite} onChange={(event) => run(event.currentTarget.value)}>
        {LEAD_STATUSES.map((status) => (
          <option key={status}>{status}</option>
        ))}
      </select>
    </li>
  );
}
