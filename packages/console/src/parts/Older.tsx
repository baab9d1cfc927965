import { useAction } from '../api/use-action.ts';
import { t } from '../texts/texts.ts';

/** The end of a list of which there is more. */
export function Older({ more }: { more: () => Promise<void> }) {
  const { isBusy, run } = useAction(more);
  return (
    <button type="button" aria-disabled={isBusy} onClick={() => run()}>
      {t.common.older}
    </button>
  );
}
