import type { startAuthentication } from '@simplewebauthn/browser';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Fault, Field, valuesOf } from '../parts/Form.tsx';

type Authentication = Parameters<typeof startAuthentication>[0]['optionsJSON'];

export function SignIn({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const { isBusy, fault, wantsCode, run } = useAction(async (values: Record<string, string>) => {
    await call('POST', '/v1/console/sign-in', values);
    await onSignedIn();
  });
  const byPasskey = useAction(async () => {
    const optionsJSON = await call<Authentication>('POST', '/v1/console/passkeys/sign-in/options');
    const { startAuthentication } = await import('@simplewebauthn/browser');
    const response = await startAuthentication({ optionsJSON }).catch((cause: Error) => {
      throw new Error('No passkey was given. Try again, or sign in with your password.', { cause });
    });
    await call('POST', '/v1/console/passkeys/sign-in', { response });
    await onSignedIn();
  });
  return (
    <main class="alone">
      <h1>Sign in</h1>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label="E-mail address" name="email" type="email" autocomplete="username" required autofocus />
        <Field label="Password" name="password" type="password" autocomplete="current-password" required />
        {wantsCode && <Field label="Code of your app, or a recovery code" name="code" autocomplete="one-time-code" required autofocus />}
        <Fault>{fault}</Fault>
        <button type="submit" class="main" aria-disabled={isBusy}>
          Sign in
        </button>
      </form>
      {'PublicKeyCredential' in window && (
        <>
          <Fault>{byPasskey.fault}</Fault>
          <button type="button" onClick={() => byPasskey.run()} aria-disabled={byPasskey.isBusy}>
            Sign in with a passkey
          </button>
        </>
      )}
      <p class="soft">No account yet? Ask a colleague for an invitation. Lost the password? Whoever runs this Netia can give you a new one.</p>
    </main>
  );
}
