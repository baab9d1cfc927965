import type { Me, ShownLead, ShownMember } from '@netia/protocol';
import { LEAD_STATUSES } from '@netia/protocol/names';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { useDraft } from '../api/use-draft.ts';
import { type Page, usePages } from '../api/use-pages.ts';
import { Fault, TextField } from '../parts/Form.tsx';
import { nameAmong } from '../parts/member-name.ts';
import { Older } from '../parts/Older.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { number } from '../texts/format.ts';
import { leads as words } from '../texts/leads.ts';
import { t } from '../texts/texts.ts';

const VIEW_KEPT_AS = 'netia-leads-view';
type View = 'table' | 'board';

/** Who left word how to be reached, newest first: as a list, or on a board by how far one has come with them. */
export function Leads({ me }: { me: Me }) {
  const [status, setStatus] = useState('');
  const [view, setView] = useState<View>(() => (localStorage.getItem(VIEW_KEPT_AS) === 'board' ? 'board' : 'table'));
  // The board has a column for each.
  const only = view === 'table' ? status : '';
  const leads = usePages<Page<ShownLead>>(`/v1/admin/leads?limit=100${only && `&status=${only}`}`, 10_000);
  const members = useData<{ items: ShownMember[] }>(may(me, 'people:read') ? '/v1/admin/members' : undefined);
  const card = (lead: ShownLead) => <Lead key={lead.id} lead={lead} me={me} members={members.data?.items ?? []} onChanged={leads.reload} />;
  const show = (next: View) => {
    setView(next);
    localStorage.setItem(VIEW_KEPT_AS, next);
  };
  return (
    <div class={view === 'board' ? 'page wide' : 'page'}>
      <div class="line">
        <h1>{t.common.pages.leads}</h1>
        <span class="actions">
          <button type="button" class="quiet" aria-pressed={view === 'table'} onClick={() => show('table')}>
            {words.list}
          </button>
          <button type="button" class="quiet" aria-pressed={view === 'board'} onClick={() => show('board')}>
            {words.board}
          </button>
          {view === 'table' && (
            <select aria-label={words.whichLeads} value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
              <option value="">{words.all}</option>
              {LEAD_STATUSES.map((name) => (
                <option key={name} value={name}>
                  {words.statuses[name]}
                </option>
              ))}
            </select>
          )}
          <a class="button" href={`/v1/admin/leads.csv${only && `?status=${only}`}`} download>
            {t.common.export}
          </a>
        </span>
      </div>
      <Loaded of={leads}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={status ? words.noneOfKind : words.none}>
              <p>{words.showHere}</p>
            </Empty>
          ) : view === 'table' ? (
            <ul class="rows">{items.map(card)}</ul>
          ) : (
            <div class="board">
              {LEAD_STATUSES.map((name) => {
                const those = items.filter((lead) => lead.status === name);
                return (
                  <section key={name} aria-label={words.statuses[name]}>
                    <h2>
                      {words.statuses[name]} <span class="soft">{number(those.length)}</span>
                    </h2>
                    <ul class="rows">{those.map(card)}</ul>
                  </section>
                );
              })}
            </div>
          )
        }
      </Loaded>
      {leads.more && (
        <span class="actions">
          <Older more={leads.more} />
        </span>
      )}
    </div>
  );
}

interface LeadProps {
  lead: ShownLead;
  me: Me;
  members: ShownMember[];
  onChanged: () => Promise<void>;
}

function Lead({ lead, me, members, onChanged }: LeadProps) {
  const mayWrite = may(me, 'leads:write');
  const notes = useDraft(`${me.user.id} lead ${lead.id}`, lead.notes ?? '');
  // Only at first: on the board a card is drawn anew where its status belongs.
  const [wasBegun] = useState(notes.isBegun);
  const { fault, isBusy, run } = useAction(async (change: { status?: string; assigned_to?: string | null; notes?: string }) => {
    await call('PATCH', `/v1/admin/leads/${lead.id}`, change);
    await onChanged();
    if (change.notes !== undefined) notes.forget(change.notes);
  });
  const { name, email, phone, company } = lead.contact_info;
  const called = name ?? company ?? email ?? phone ?? words.noName;
  return (
    <li>
      <div class="what">
        <strong dir="auto">{name ?? company ?? words.noName}</strong>
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
              <a href={`#/inbox/${lead.conversation_id}`}>{t.common.conversation}</a>
            </>
          )}
        </span>
        {(mayWrite || lead.notes) && (
          <details open={wasBegun}>
            <summary class="soft">{lead.notes ? words.notes : words.addNote}</summary>
            {mayWrite ? (
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  void run({ notes: notes.text });
                }}
              >
                <TextField
                  label={words.notesOn(called)}
                  rows={3}
                  maxLength={5_000}
                  value={notes.text}
                  onInput={(event) => notes.write(event.currentTarget.value)}
                  dir="auto"
                />
                <button type="submit" aria-disabled={isBusy}>
                  {t.common.save}
                </button>
              </form>
            ) : (
              <p class="content" dir="auto">
                {lead.notes}
              </p>
            )}
          </details>
        )}
        <Fault>{fault}</Fault>
      </div>
      <span class="actions">
        {members.length > 0 && (
          <select
            aria-label={words.whoSeesTo(called)}
            value={lead.assigned_to ?? ''}
            disabled={!mayWrite}
            onChange={(event) => run({ assigned_to: event.currentTarget.value || null })}
          >
            <option value="">{words.nobodys}</option>
            {members.map((member) => (
              <option key={member.user_id} value={member.user_id}>
                {nameAmong(members, member)}
              </option>
            ))}
          </select>
        )}
        <select aria-label={words.statusOf(called)} value={lead.status} disabled={!mayWrite} onChange={(event) => run({ status: event.currentTarget.value })}>
          {LEAD_STATUSES.map((status) => (
            <option key={status} value={status}>
              {words.statuses[status]}
            </option>
          ))}
        </select>
      </span>
    </li>
  );
}
