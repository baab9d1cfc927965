import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Done, Fault, Field, valuesOf } from '../parts/Form.tsx';
import { t } from '../texts/texts.ts';

/** Where the link of a mail leads: a new password, and then in by the door. */
export function Reset({ token }: { token: string }) {
  const [isDone, setDone] = useState(false);
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>) => {
    await call('POST', '/v1/console/password-reset/use', { token, ...values });
    setDone(true);
  });
  return (
    <main class="alone">
      <h1>{t.reset.title}</h1>
      {isDone ? (
        <Done>{t.reset.changed}</Done>
      ) : (
        <form onSubmit={(event) => run(valuesOf(event))}>
          <Field
            label={t.reset.newPassword}
            name="new_password"
            type="password"
            autocomplete="new-password"
            required
            minLength={10}
            hint={t.reset.hint}
            autofocus
          />
          <Fault>{fault}</Fault>
          <button type="submit" class="main" aria-disabled={isBusy}>
            {t.reset.change}
          </button>
        </form>
      )}
      <a href="#/inbox">{t.common.signIn}</a>
    </main>
  );
}

/** For whoever has lost their password: asks for the link. */
export function AskReset() {
  const [isAsked, setAsked] = useState(false);
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>) => {
    await call('POST', '/v1/console/password-reset', values);
    setAsked(true);
  });
  return (
    <details>
      <summary>{t.reset.lost}</summary>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label={t.reset.address} name="email" type="email" autocomplete="username" required />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          {t.reset.send}
        </button>
        <Done>{isAsked ? t.reset.sent : ''}</Done>
      </form>
    </details>
  );
}
