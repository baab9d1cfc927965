import { useState } from 'preact/hooks';

/** Something a person does: whether it is on its way, and what went wrong with the last try. */
export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = async (...args: Args) => {
    if (isBusy) return;
    setBusy(true);
    setFault(undefined);
    await work(...args).catch((error: Error) => setFault(error.message));
    setBusy(false);
  };
  return { isBusy, fault, run };
}
