import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, TextField, valuesOf } from '../../parts/Form.tsx';

/** A question with its answer, published at once. */
export function AddFaq({ onAdded }: { onAdded: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', '/v1/admin/knowledge', { format: 'faq', ...values });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>Answer a question yourself</h2>
      <Field label="Question" name="title" required maxLength={500} dir="auto" />
      <TextField label="Answer" name="content" rows={3} required dir="auto" />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        Publish
      </button>
    </form>
  );
}
