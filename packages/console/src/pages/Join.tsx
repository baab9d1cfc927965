import type { InvitationOffer } from '@netia/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Fault, Field, valuesOf } from '../parts/Form.tsx';

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
        <h1>This link does not work</h1>
        <Fault>{refused}</Fault>
        <a href="#/inbox">Sign in</a>
      </main>
    );
  if (!invitation)
    return (
      <main class="alone">
        <p class="soft loading">One moment…</p>
      </main>
    );
  return (
    <main class="alone">
      <h1>Welcome to {invitation.tenant_name}</h1>
      <p>
        You join as <strong>{invitation.role}</strong>
        {invitation.email && ` with ${invitation.email}`}.
      </p>
      <form onSubmit={(event) => run(valuesOf(event))}>
        {!invitation.email && <Field label="E-mail address" name="email" type="email" autocomplete="username" required autofocus />}
        <Field label="Your name" name="name" autocomplete="name" required maxLength={100} hint="Visitors and colleagues see it." />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minLength={10}
          hint="At least 10 characters. If you have an account here already, its password."
        />
        {wantsCode && <Field label="Code of your app, or a recovery code" name="code" autocomplete="one-time-code" required />}
        <Fault>{fault}</Fault>
        <button type="submit" class="main" aria-disabled={isBusy}>
          Join
        </button>
      </form>
    </main>
  );
}
