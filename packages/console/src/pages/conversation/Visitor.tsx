import type { ShownMember } from '@netia/protocol';
import { LEAD_FIELDS } from '@netia/protocol/names';
import { Fragment } from 'preact';
import { nameAmong } from '../../parts/member-name.ts';
import { Time } from '../../parts/Time.tsx';
import { number } from '../../texts/format.ts';
import { t } from '../../texts/texts.ts';
import type { Shown } from './Conversation.tsx';
import { Hold } from './Hold.tsx';

const words = t.conversation.visitor;

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
  const { name, email, phone, company, is_verified, also_said, conversations, leads, pages } = shown.visitor;
  return (
    <div class="about">
      <details>
        <summary>
          <strong dir="auto">{name ?? email ?? phone ?? t.common.visitor}</strong>
          {(is_verified || name || email || phone) && <span class="soft"> · {is_verified ? words.proven : words.asTheySaid}</span>}
        </summary>
        <dl>
          {email && <dt>{words.email}</dt>}
          {email && (
            <dd>
              <a href={`mailto:${email}`}>{email}</a>
            </dd>
          )}
          {phone && <dt>{words.phone}</dt>}
          {phone && (
            <dd>
              <a href={`tel:${phone}`}>{phone}</a>
            </dd>
          )}
          {company && <dt>{words.company}</dt>}
          {company && <dd dir="auto">{company}</dd>}
          {LEAD_FIELDS.filter((field) => also_said[field]).map((field) => (
            <Fragment key={field}>
              <dt>{words.alsoSaid(words[field])}</dt>
              <dd dir="auto">{also_said[field]}</dd>
            </Fragment>
          ))}
          <dt>{words.began}</dt>
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
          {shown.rating !== null && <dt>{words.rating}</dt>}
          {shown.rating !== null && <dd>{t.common.outOfFive(shown.rating)}</dd>}
          {pages.length > 0 && <dt>{words.pages}</dt>}
          {pages.length > 0 && (
            <dd>
              <ol class="visited">
                {pages.toReversed().map(({ url, at }) => (
                  <li key={at}>
                    <bdi>{url}</bdi>{' '}
                    <span class="soft">
                      <Time at={at} />
                    </span>
                  </li>
                ))}
              </ol>
            </dd>
          )}
        </dl>
        {rights ? (
          <>
            <Hold shown={shown} onChanged={rights.onHeld} />
            <span class="actions">
              <a href={`/v1/admin/${ofVisitor(shown)}/export`} download>
                {words.exportAll}
              </a>
              <button type="button" class="quiet" onClick={rights.onErase}>
                {words.erase}
              </button>
            </span>
          </>
        ) : (
          shown.is_held && <p class="soft">{words.held}</p>
        )}
      </details>
      {members.length > 0 && (
        <select
          aria-label={words.whoSeesToIt}
          value={shown.assigned_to ?? ''}
          disabled={isBusy}
          onChange={(event) => onAssign(event.currentTarget.value || null)}
        >
          <option value="">{words.nobody}</option>
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
