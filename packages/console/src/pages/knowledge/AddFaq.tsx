import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, TextField } from '../../parts/Form.tsx';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';
import { Filing, readFiling } from './Filing.tsx';
import { howSent, PublishOrDraft } from './PublishOrDraft.tsx';

/** A question with its answer, published at once or with other drafts. */
export function AddFaq({ categories, onAdded }: { categories: readonly string[]; onAdded: () => Promise<void> }) {
  const { isBusy, fault, run } = useAction(async (how: 'publish' | 'draft', form: HTMLFormElement) => {
    const fields = new FormData(form);
    const entry = { format: 'faq', title: fields.get('title'), content: fields.get('content'), ...readFiling(fields) };
    if (how === 'publish') await call('POST', '/v1/admin/knowledge', entry);
    else await call('POST', '/v1/admin/knowledge/drafts', { action: 'add', entry });
    form.reset();
    await onAdded();
  });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void run(howSent(event), event.currentTarget);
      }}
    >
      <h2>{words.addFaq}</h2>
      <Field label={t.common.question} name="title" required maxLength={500} dir="auto" />
      <TextField label={t.common.answer} name="content" rows={3} required dir="auto" />
      <Filing categories={categories} />
      <Fault>{fault}</Fault>
      <PublishOrDraft publish={t.common.publish} isBusy={isBusy} />
    </form>
  );
}
