import type { ShownPasskey } from '@netia/protocol';
import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Done, Fault, Field, valuesOf } from '../parts/Form.tsx';
import { Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { people } from '../texts/people.ts';
import { t } from '../texts/texts.ts';

const PATH = '/v1/console/passkeys';
type Registration = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Keys that devices keep: one's finger or face in the place of password and code. */
export function Passkeys() {
  const passkeys = useData<{ items: ShownPasskey[] }>(PATH);
  const [isAdded, setAdded] = useState(false);
  const [removing, setRemoving] = useState<string>();
  const add = useAction(async ({ name, password }: Record<string, string>, form: HTMLFormElement) => {
    setAdded(false);
    const optionsJSON = await call<Registration>('POST', `${PATH}/options`, { password });
    const response = await startRegistration({ optionsJSON }).catch((cause: Error) => {
      throw new Error(people.passkeys.notMade, { cause });
    });
    await call('POST', PATH, { name, response });
    form.reset();
    setAdded(true);
    await passkeys.reload();
  });
  const remove = useAction(async ({ password }: Record<string, string>) => {
    await call('POST', `${PATH}/remove`, { id: removing, password });
    setRemoving(undefined);
    await passkeys.reload();
  });
  return (
    <section class="card" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">{people.passkeys.title}</h2>
      <Loaded of={passkeys}>
        {({ items }) => (
          <ul class="log">
            {items.map((passkey) => (
              <li key={passkey.id} class="line">
                <span dir="auto">{passkey.name}</span>
                <span class="soft">{passkey.last_used_at ? <Time at={passkey.last_used_at} /> : people.passkeys.notUsed}</span>
                <button type="button" class="quiet" onClick={() => setRemoving(removing === passkey.id ? undefined : passkey.id)}>
                  {t.common.remove}
                </button>
                {removing === passkey.id && (
                  <form onSubmit={(event) => remove.run(valuesOf(event))}>
                    <Field label={people.passkeys.passwordToRemove} name="password" type="password" autocomplete="current-password" required />
                    <Fault>{remove.fault}</Fault>
                    <button type="submit" aria-disabled={remove.isBusy}>
                      {people.passkeys.removeIt(passkey.name)}
                    </button>
                  </form>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {'PublicKeyCredential' in window ? (
        <form onSubmit={(event) => add.run(valuesOf(event), event.currentTarget)}>
          <Field label={people.passkeys.device} name="name" required maxLength={100} />
          <Field label={t.common.password} name="password" type="password" autocomplete="current-password" required />
          <Fault>{add.fault}</Fault>
          <button type="submit" aria-disabled={add.isBusy}>
            {people.passkeys.make}
          </button>
          <Done>{isAdded ? people.passkeys.made : ''}</Done>
        </form>
      ) : (
        <p class="soft">{people.passkeys.notHere}</p>
      )}
    </section>
  );
}
