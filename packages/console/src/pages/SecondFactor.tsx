import type { Me, NewSecondFactor } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { encode } from 'uqr';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Done, Fault, Field, valuesOf } from '../parts/Form.tsx';
import { people } from '../texts/people.ts';
import { t } from '../texts/texts.ts';

/** Codes of an app beside the password: begun, proven, and done without again. */
export function SecondFactor({ me, onChanged }: { me: Me; onChanged: () => Promise<void> }) {
  const [begun, setBegun] = useState<NewSecondFactor>();
  const [recovery, setRecovery] = useState<string[]>();
  const begin = useAction(async () => setBegun(await call<NewSecondFactor>('POST', '/v1/console/second-factor')));
  const confirm = useAction(async ({ code }: Record<string, string>) => {
    setRecovery((await call<{ recovery_codes: string[] }>('POST', '/v1/console/second-factor/confirm', { code })).recovery_codes);
    setBegun(undefined);
    await onChanged();
  });
  const remove = useAction(async (values: Record<string, string>) => {
    await call('POST', '/v1/console/second-factor/remove', values);
    setRecovery(undefined);
    await onChanged();
  });
  return (
    <section class="card" aria-labelledby="second-factor-title">
      <h2 id="second-factor-title">{people.secondFactor.title}</h2>
      {recovery && (
        <div role="status">
          <p>{people.secondFactor.keepCodes}</p>
          <pre class="snippet">
            <code>{recovery.join('\n')}</code>
          </pre>
        </div>
      )}
      {me.has_second_factor ? (
        <form onSubmit={(event) => remove.run(valuesOf(event))}>
          <Done>{people.secondFactor.isOn}</Done>
          <Field label={t.common.yourPassword} name="password" type="password" autocomplete="current-password" required />
          <Field label={people.secondFactor.code} name="code" autocomplete="one-time-code" required />
          <Fault>{remove.fault}</Fault>
          <button type="submit" aria-disabled={remove.isBusy}>
            {people.secondFactor.doWithout}
          </button>
        </form>
      ) : begun ? (
        <form onSubmit={(event) => confirm.run(valuesOf(event))}>
          <p>{people.secondFactor.read}</p>
          <QrCode text={begun.uri} />
          <code class="secret">{begun.secret.replace(/.{4}(?=.)/g, '$& ')}</code>
          <Field label={people.secondFactor.codeShown} name="code" inputMode="numeric" autocomplete="one-time-code" required />
          <Fault>{confirm.fault}</Fault>
          <button type="submit" class="main" aria-disabled={confirm.isBusy}>
            {people.secondFactor.switchOn}
          </button>
        </form>
      ) : (
        <>
          <p>{people.secondFactor.why}</p>
          <Fault>{begin.fault}</Fault>
          <button type="button" onClick={() => begin.run()} aria-disabled={begin.isBusy}>
            {people.secondFactor.setUp}
          </button>
        </>
      )}
    </section>
  );
}

/** Dark on light in every look: cameras want it so. */
function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={people.secondFactor.qrCode}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
