import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, TextField, valuesOf } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';

/** A question with its answer, published at once. */
export function AddFaq({ onAdded }: { onAdded: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (values: Record<string, string>, form: HTMLFormElement) => {
    await call('POST', '/v1/admin/knowledge', { format: 'faq', ...values });
    form.reset();
    await onAdded();
  });
  return (
    <form class="card" onSubmit={(event) => run(valuesOf(event), event.currentTarget)}>
      <h2>{words.addFaq}</h2>
      <Field label={t.common.question} name="title" required maxLength={500} dir="auto" />
      <TextField label={t.common.answer} name="content" rows={3} required dir="auto" />
      <Fault>{fault}</Fault>
      <button type="submit" class="main" aria-disabled={isBusy}>
        {t.common.publish}
      </button>
    </form>
  );
}
