import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Check, Fault } from '../../parts/Form.tsx';
import { t } from '../../texts/texts.ts';
import type { Shown } from './Conversation.tsx';

/** Keeps the conversation whatever its age, at once and until it is let go. */
export function Hold({ shown, onChanged }: { shown: Shown; onChanged: () => Promise<void> }) {
  // What was ticked shows until it is known whether it came through.
  const [wanted, setWanted] = useState<boolean>();
  const { fault, run } = useAction(async (isHeld: boolean) => {
    setWanted(isHeld);
    try {
      await call('PUT', `/v1/admin/conversations/${shown.id}/hold`, { is_held: isHeld });
      await onChanged();
    } finally {
      setWanted(undefined);
    }
  });
  return (
    <>
      <Check
        label={t.conversation.visitor.hold}
        hint={t.conversation.visitor.holdHint}
        checked={wanted ?? shown.is_held}
        onChange={(event) => run(event.currentTarget.checked)}
      />
      <Fault>{fault}</Fault>
    </>
  );
}
