import type { ConsoleSession, Me, ShownInvitation, ShownMember, ShownOwnRole } from '@netia/protocol';
import { ROLE_NAMES } from '@netia/protocol/names';
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, signOut } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Choice, Done, Fault, Field, valuesOf } from '../parts/Form.tsx';
import { Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { people } from '../texts/people.ts';
import { t } from '../texts/texts.ts';
import { OwnRoles } from './OwnRoles.tsx';
import { Passkeys } from './Passkeys.tsx';
import { SecondFactor } from './SecondFactor.tsx';

/** Hours as the API takes them; empty: no end. */
const LENGTHS = ['', '1', '24', '168', '720'].map((hours) => [hours, people.lengths[hours as keyof typeof people.lengths]] as const);

/** Who works here, who is asked to, and one's own password and browsers. */
export function People({ me, onChanged }: { me: Me; onChanged: () => Promise<void> }) {
  const members = useData<{ items: ShownMember[] }>(may(me, 'people:read') ? '/v1/admin/members' : undefined);
  const invitations = useData<{ items: ShownInvitation[] }>(may(me, 'people:read') ? '/v1/admin/invitations' : undefined);
  const roles = useData<{ items: ShownOwnRole[] }>(may(me, 'people:read') ? '/v1/admin/roles' : undefined);
  const mayWrite = may(me, 'people:write');
  return (
    <div class="page">
      <h1>{t.common.pages.people}</h1>
      {may(me, 'people:read') && (
        <Loaded of={members}>
          {({ items }) => (
            <ul class="rows">
              {items.map((member) => (
                <MemberRow
                  key={member.user_id}
                  member={member}
                  me={me}
                  own={roles.data?.items ?? []}
                  mayWrite={mayWrite}
                  onChanged={async () => {
                    // Whoever has changed their own role may do other things now.
                    if (member.user_id === me.user.id) await onChanged();
                    await members.reload();
                  }}
                />
              ))}
            </ul>
          )}
        </Loaded>
      )}
      {mayWrite && <Invite me={me} onInvited={invitations.reload} />}
      {mayWrite && <OwnRoles me={me} roles={roles} />}
      {invitations.data && invitations.data.items.length > 0 && (
        <>
          <h2>{people.openInvitations}</h2>
          <ul class="rows">
            {invitations.data.items.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} mayWrite={mayWrite} onChanged={invitations.reload} />
            ))}
          </ul>
        </>
      )}
      <div class="columns">
        <Password />
        <SecondFactor me={me} onChanged={onChanged} />
        <Passkeys />
        <Sessions />
      </div>
    </div>
  );
}

interface MemberRowProps {
  member: ShownMember;
  me: Me;
  own: ShownOwnRole[];
  mayWrite: boolean;
  onChanged: () => Promise<void>;
}

function MemberRow({ member, me, own, mayWrite, onChanged }: MemberRowProps) {
  const { fault, isBusy, run } = useAction(async (method: string, body?: object) => {
    await call(method, `/v1/admin/members/${member.user_id}`, body);
    await onChanged();
  });
  // Nobody raises anyone above themselves, nor lowers those above.
  const roles = ROLE_NAMES.slice(ROLE_NAMES.indexOf(me.role));
  const mayChange = mayWrite && roles.includes(member.role);
  const role = member.own_role?.id ?? member.role;
  // Chosen, and changed only when that is said: on the way to a role by arrow keys lie all the others.
  const [chosen, setChosen] = useState(role);
  useEffect(() => setChosen(role), [role]);
  const select = useRef<HTMLSelectElement>(null);
  const change = async () => {
    // The button goes with the difference, and would take the focus along.
    select.current?.focus();
    const ownRole = own.find(({ id }) => id === chosen);
    // One's own can only go down.
    if (member.user_id === me.user.id && !confirm(people.confirmOwnRole(ownRole?.name ?? chosen))) return setChosen(role);
    await run('PATCH', ownRole ? { own_role_id: chosen } : { role: chosen });
  };
  return (
    <li>
      <div class="what">
        <strong dir="auto">{member.name}</strong>
        <span class="soft">
          {member.email}
          {member.user_id === me.user.id && ` · ${people.you}`}
          {member.ends_at && <> · {people.until(<Time at={member.ends_at} />)}</>}
        </span>
        <Fault>{fault}</Fault>
      </div>
      {mayChange ? (
        <span class="actions">
          <select ref={select} aria-label={people.roleOf(member.name)} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
            {roles.map((name) => (
              <option key={name}>{name}</option>
            ))}
            {own.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          {chosen !== role && (
            <button type="button" aria-disabled={isBusy} onClick={change}>
              {people.changeRole}
            </button>
          )}
          <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => confirm(people.confirmTakeOff(member.name)) && run('DELETE')}>
            {people.takeOff}
          </button>
        </span>
      ) : (
        <span class="badge">{member.own_role?.name ?? member.role}</span>
      )}
    </li>
  );
}

function Invite({ me, onInvited }: { me: Me; onInvited: () => Promise<void> }) {
  const [link, setLink] = useState<{ email: string; url: string; is_mailed: boolean }>();
  const { isBusy, fault, run } = useAction(async ({ member_hours, ...values }: Record<string, string>, form: HTMLFormElement) => {
    setLink(
      await call<{ email: string; url: string; is_mailed: boolean }>('POST', '/v1/admin/invitations', {
        ...values,
        member_hours: Number(member_hours) || null,
      }),
    );
    form.reset();
    await onInvited();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>{people.invite}</h2>
      <div class="pair">
        <Field label={t.common.email} name="email" type="email" required />
        <Choice
          label={people.role}
          name="role"
          defaultValue="agent"
          options={ROLE_NAMES.slice(ROLE_NAMES.indexOf(me.role)).map((role) => [role, role] as const)}
        />
        <Choice label={people.howLong} name="member_hours" defaultValue="" options={LENGTHS} hint={people.howLongHint} />
      </div>
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {people.makeLink}
      </button>
      {link && (
        <div role="status">
          <p>{link.is_mailed ? people.mailed(link.email) : people.sendLink(link.email)}</p>
          <pre class="snippet">
            <code>{link.url}</code>
          </pre>
        </div>
      )}
    </form>
  );
}

function InvitationRow({ invitation, mayWrite, onChanged }: { invitation: ShownInvitation; mayWrite: boolean; onChanged: () => Promise<void> }) {
  const { fault, isBusy, run } = useAction(async () => {
    await call('DELETE', `/v1/admin/invitations/${invitation.id}`);
    await onChanged();
  });
  return (
    <li>
      <div class="what">
        <strong>{invitation.email || people.whoeverOpens}</strong>
        <span class="soft">
          {invitation.role}
          {invitation.member_hours !== null && ` · ${people.hours(invitation.member_hours)}`} · {t.common.ends(<Time at={invitation.expires_at} />)}
        </span>
        <Fault>{fault}</Fault>
      </div>
      {mayWrite && (
        <button type="button" class="quiet" aria-disabled={isBusy} onClick={() => run()}>
          {people.withdraw}
        </button>
      )}
    </li>
  );
}

function Password() {
  const [isDone, setDone] = useState(false);
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>, form: HTMLFormElement) => {
    setDone(false);
    await call('PUT', '/v1/console/password', values);
    form.reset();
    setDone(true);
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>{t.common.yourPassword}</h2>
      <Field label={people.password.old} name="old_password" type="password" autocomplete="current-password" required />
      <Field label={people.password.new} name="new_password" type="password" autocomplete="new-password" required minLength={10} hint={people.password.hint} />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {people.password.change}
      </button>
      <Done>{isDone ? people.password.changed : ''}</Done>
    </form>
  );
}

function Sessions() {
  const sessions = useData<{ items: ConsoleSession[] }>('/v1/console/sessions');
  const { fault, run } = useAction(async ({ id, is_this }: ConsoleSession) => {
    if (is_this) return signOut();
    await call('DELETE', `/v1/console/sessions/${id}`);
    await sessions.reload();
  });
  return (
    <section class="card" aria-labelledby="sessions-title">
      <h2 id="sessions-title">{people.sessions.title}</h2>
      <Fault>{fault}</Fault>
      <Loaded of={sessions}>
        {({ items }) => (
          <ul class="rows">
            {items.map((session) => (
              <li key={session.id}>
                <div class="what">
                  <span class="agent">{session.user_agent || people.sessions.unknownBrowser}</span>
                  <span class="soft">
                    <Time at={session.last_seen_at} />
                    {session.is_this && ` · ${people.sessions.thisBrowser}`}
                  </span>
                </div>
                <button type="button" class="quiet" onClick={() => run(session)}>
                  {t.common.signOut}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
