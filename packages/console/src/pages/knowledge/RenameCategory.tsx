import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { knowledge } from '../../texts/knowledge.ts';

const words = knowledge.rename;

/** Gives all that is in a category another name, or none. */
export function RenameCategory({ category, onRenamed }: { category: string; onRenamed: (to: string) => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async ({ to = '' }: Record<string, string>) => {
    await call('PATCH', '/v1/admin/knowledge/categories', { from: category, to: to.trim() || null });
    await onRenamed(to.trim());
  });
  return (
    <details class="filing">
      <summary>{words.title(category)}</summary>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field name="to" maxLength={100} dir="auto" defaultValue={category} label={words.to} hint={words.toHint} />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          {words.rename}
        </button>
      </form>
    </details>
  );
}
