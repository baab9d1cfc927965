import type { ShownMember } from '@netia/protocol';
import { Time } from '../../parts/Time.tsx';
import type { Shown } from './Conversation.tsx';

interface VisitorProps {
  shown: Shown;
  members: ShownMember[];
  isBusy: boolean;
  onAssign: (userId: string | null) => void;
  /** Undefined where the role may not. */
  onErase: (() => void) | undefined;
}

/** Under what the API keeps this visitor: as a contact with all their conversations, or just this one. */
export const ofVisitor = ({ id, contact_id }: Shown): string => (contact_id ? `contacts/${contact_id}` : `conversations/${id}`);

/** Whom one talks to, and who of the house sees to it. */
export function Visitor({ shown, members, isBusy, onAssign, onErase }: VisitorProps) {
  const { name, email, phone, company, is_verified, conversations, leads } = shown.visitor;
  return (
    <div class="about">
      <details>
        <summary>
          <strong dir="auto">{name ?? email ?? phone ?? 'Visitor'}</strong>
          {(name || email || phone) && <span class="soft"> · {is_verified ? 'proven by your site' : 'as they said'}</span>}
        </summary>
        <dl>
          {email && <dt>E-mail</dt>}
          {email && (
            <dd>
              <a href={`mailto:${email}`}>{email}</a>
            </dd>
          )}
          {phone && <dt>Phone</dt>}
          {phone && (
            <dd>
              <a href={`tel:${phone}`}>{phone}</a>
            </dd>
          )}
          {company && <dt>Company</dt>}
          {company && <dd dir="auto">{company}</dd>}
          <dt>Began</dt>
          <dd>
            <Time at={shown.started_at} />
          </dd>
          <dt>Conversations</dt>
          <dd>{conversations}</dd>
          {leads > 0 && <dt>Leads</dt>}
          {leads > 0 && (
            <dd>
              <a href="#/leads">{leads}</a>
            </dd>
          )}
          {shown.rating !== null && <dt>Rating</dt>}
          {shown.rating !== null && <dd>{shown.rating} of 5</dd>}
        </dl>
        {onErase && (
          <span class="actions">
            <a href={`/v1/admin/${ofVisitor(shown)}/export`} download>
              Export all that is kept
            </a>
            <button type="button" class="quiet" onClick={onErase}>
              Erase this visitor
            </button>
          </span>
        )}
      </details>
      {members.length > 0 && (
        <select aria-label="Who sees to it" value={shown.assigned_to ?? ''} disabled={isBusy} onChange={(event) => onAssign(event.currentTarget.value || null)}>
          <option value="">Nobody sees to it</option>
          {members.map((member) => (
            <option key={member.user_id} value={member.user_id}>
              {member.name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
