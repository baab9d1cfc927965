import { useState } from 'preact/hooks';
import { Refused } from './client.ts';

/**
 * Something a person does: whether it is on its way, what went wrong with the last try, and whether a code of a second
 * factor has come to be asked for.
 */
export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [wantsCode, setWantsCode] = useState(false);
  const run = async (...args: Args) => {
    if (isBusy) return;
    setBusy(true);
    setFault(undefined);
    await work(...args).catch((error: Error) => {
      setFault(error.message);
      if (error instanceof Refused && error.wantsCode) setWantsCode(true);
    });
    setBusy(false);
  };
  return { isBusy, fault, wantsCode, run };
}
