import type { ShownMember } from '@netia/protocol';
import { nameAmong } from '../../parts/member-name.ts';
import { Time } from '../../parts/Time.tsx';
import { number } from '../../texts/format.ts';
import { t } from '../../texts/texts.ts';
import type { Shown } from './Conversation.tsx';
import { Hold } from './Hold.tsx';

interface VisitorProps {
  shown: Shown;
  members: ShownMember[];
  isBusy: boolean;
  onAssign: (userId: string | null) => void;
  /** What is done to what is kept of the visitor; undefined where the role may not. */
  rights: { onHeld: () => Promise<void>; onErase: () => void } | undefined;
}

/** Under what the API keeps this visitor: as a contact with all their conversations, or just this one. */
export const ofVisitor = ({ id, contact_id }: Shown): string => (contact_id ? `contacts/${contact_id}` : `conversations/${id}`);

/** Whom one talks to, and who of the house sees to it. */
export function Visitor({ shown, members, isBusy, onAssign, rights }: VisitorProps) {
  const { name, email, phone, company, is_verified, conversations, leads } = shown.visitor;
  return (
    <div class="about">
      <details>
        <summary>
          <strong dir="auto">{name ?? email ?? phone ?? t.common.visitor}</strong>
          {(name || email || phone) && <span class="soft"> · {is_verified ? t.conversation.visitor.proven : t.conversation.visitor.asTheySaid}</span>}
        </summary>
        <dl>
          {email && <dt>{t.conversation.visitor.email}</dt>}
          {email && (
            <dd>
              <a href={`mailto:${email}`}>{email}</a>
            </dd>
          )}
          {phone && <dt>{t.conversation.visitor.phone}</dt>}
          {phone && (
            <dd>
              <a href={`tel:${phone}`}>{phone}</a>
            </dd>
          )}
          {company && <dt>{t.conversation.visitor.company}</dt>}
          {company && <dd dir="auto">{company}</dd>}
          <dt>{t.conversation.visitor.began}</dt>
          <dd>
            <Time at={shown.started_at} />
          </dd>
          <dt>{t.common.conversations}</dt>
          <dd>{number(conversations)}</dd>
          {leads > 0 && <dt>{t.common.pages.leads}</dt>}
          {leads > 0 && (
            <dd>
              <a href="#/leads">{number(leads)}</a>
            </dd>
          )}
          {shown.rating !== null && <dt>{t.conversation.visitor.rating}</dt>}
          {shown.rating !== null && <dd>{t.common.outOfFive(shown.rating)}</dd>}
        </dl>
        {rights ? (
          <>
            <Hold shown={shown} onChanged={rights.onHeld} />
            <span class="actions">
              <a href={`/v1/admin/${ofVisitor(shown)}/export`} download>
                {t.conversation.visitor.exportAll}
              </a>
              <button type="button" class="quiet" onClick={rights.onErase}>
                {t.conversation.visitor.erase}
              </button>
            </span>
          </>
        ) : (
          shown.is_held && <p class="soft">{t.conversation.visitor.held}</p>
        )}
      </details>
      {members.length > 0 && (
        <select
          aria-label={t.conversation.visitor.whoSeesToIt}
          value={shown.assigned_to ?? ''}
          disabled={isBusy}
          onChange={(event) => onAssign(event.currentTarget.value || null)}
        >
          <option value="">{t.conversation.visitor.nobody}</option>
          {members.map((member) => (
            <option key={member.user_id} value={member.user_id}>
              {nameAmong(members, member)}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
