import type { InvitationOffer } from '@netia/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Fault, Field, valuesOf } from '../parts/Form.tsx';
import { t } from '../texts/texts.ts';

/** Where an invitation leads: who invites, and what to say of oneself. */
export function Join({ token, onJoined }: { token: string; onJoined: () => Promise<void> }) {
  const [invitation, setInvitation] = useState<InvitationOffer>();
  const [refused, setRefused] = useState<string>();
  useEffect(() => {
    call<InvitationOffer>('POST', '/v1/console/invitations/show', { token }).then(setInvitation, (error: Error) => setRefused(error.message));
  }, [token]);
  const { isBusy, fault, wantsCode, run } = useAction(async (values: Record<string, string>) => {
    await call('POST', '/v1/console/invitations/accept', { token, ...values });
    await onJoined();
  });
  if (refused)
    return (
      <main class="alone">
        <h1>{t.join.deadLink}</h1>
        <Fault>{refused}</Fault>
        <a href="#/inbox">{t.common.signIn}</a>
      </main>
    );
  if (!invitation)
    return (
      <main class="alone">
        <p class="soft loading">{t.common.oneMoment}</p>
      </main>
    );
  return (
    <main class="alone">
      <h1>{t.join.welcome(invitation.tenant_name)}</h1>
      <p>{t.join.youJoin(<strong>{invitation.role}</strong>, invitation.email)}</p>
      <form onSubmit={(event) => run(valuesOf(event))}>
        {!invitation.email && <Field label={t.common.email} name="email" type="email" autocomplete="username" required autofocus />}
        <Field label={t.join.yourName} name="name" autocomplete="name" required maxLength={100} hint={t.join.whoSeesName} />
        <Field label={t.common.password} name="password" type="password" autocomplete="new-password" required minLength={10} hint={t.join.passwordHint} />
        {wantsCode && <Field label={t.common.code} name="code" autocomplete="one-time-code" required />}
        <Fault>{fault}</Fault>
        <button type="submit" class="main" aria-disabled={isBusy}>
          {t.join.join}
        </button>
      </form>
    </main>
  );
}
