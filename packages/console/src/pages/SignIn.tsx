import type { startAuthentication } from '@simplewebauthn/browser';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Fault, Field, valuesOf } from '../parts/Form.tsx';
import { t } from '../texts/texts.ts';
import { AskReset } from './Reset.tsx';

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
      throw new Error(t.signIn.noPasskey, { cause });
    });
    await call('POST', '/v1/console/passkeys/sign-in', { response });
    await onSignedIn();
  });
  return (
    <main class="alone">
      <h1>{t.common.signIn}</h1>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label={t.common.email} name="email" type="email" autocomplete="username" required autofocus />
        <Field label={t.common.password} name="password" type="password" autocomplete="current-password" required />
        {wantsCode && <Field label={t.common.code} name="code" autocomplete="one-time-code" required autofocus />}
        <Fault>{fault}</Fault>
        <button type="submit" class="main" aria-disabled={isBusy}>
          {t.common.signIn}
        </button>
      </form>
      {'PublicKeyCredential' in window && (
        <>
          <Fault>{byPasskey.fault}</Fault>
          <button type="button" onClick={() => byPasskey.run()} aria-disabled={byPasskey.isBusy}>
            {t.signIn.byPasskey}
          </button>
        </>
      )}
      <AskReset />
      <p class="soft">{t.signIn.noAccount}</p>
    </main>
  );
}
