import type { ShownPasskey } from '@netia/protocol';
import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Done, Fault, Field, valuesOf } from '../parts/Form.tsx';
import { Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';

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
      throw new Error('No passkey was made. Try again, or use another device.', { cause });
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
      <h2 id="passkeys-title">Passkeys</h2>
      <Loaded of={passkeys}>
        {({ items }) => (
          <ul class="log">
            {items.map((passkey) => (
              <li key={passkey.id} class="line">
                <span dir="auto">{passkey.name}</span>
                <span class="soft">{passkey.last_used_at ? <Time at={passkey.last_used_at} /> : 'not used yet'}</span>
                <button type="button" class="quiet" onClick={() => setRemoving(removing === passkey.id ? undefined : passkey.id)}>
                  Remove
                </button>
                {removing === passkey.id && (
                  <form onSubmit={(event) => remove.run(valuesOf(event))}>
                    <Field label="Your password, to remove it" name="password" type="password" autocomplete="current-password" required />
                    <Fault>{remove.fault}</Fault>
                    <button type="submit" aria-disabled={remove.isBusy}>
                      Remove {passkey.name}
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
          <Field label="Name of this device" name="name" required maxLength={100} />
          <Field label="Password" name="password" type="password" autocomplete="current-password" required />
          <Fault>{add.fault}</Fault>
          <button type="submit" aria-disabled={add.isBusy}>
            Make a passkey
          </button>
          <Done>{isAdded ? 'Made. You can sign in with it now.' : ''}</Done>
        </form>
      ) : (
        <p class="soft">This browser has no passkeys, or the console is not opened over https.</p>
      )}
    </section>
  );
}
