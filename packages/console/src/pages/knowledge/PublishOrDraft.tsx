import { knowledge as words } from '../../texts/knowledge.ts';

/** Which of the buttons a form was sent with. */
export const howSent = (event: SubmitEvent): 'publish' | 'draft' => ((event.submitter as HTMLButtonElement | null)?.value === 'draft' ? 'draft' : 'publish');

/** The end of a form whose text is published at once, or kept to be published with others. */
export function PublishOrDraft({ publish, isBusy }: { publish: string; isBusy: boolean }) {
  return (
    <span class="actions">
      <button type="submit" class="main" aria-disabled={isBusy}>
        {publish}
      </button>
      <button type="submit" value="draft" aria-disabled={isBusy}>
        {words.entry.keepDraft}
      </button>
    </span>
  );
}
