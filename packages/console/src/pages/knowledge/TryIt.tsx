import type { TriedQuestion } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Check, Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { number } from '../../texts/format.ts';
import { knowledge as words } from '../../texts/knowledge.ts';
import { t } from '../../texts/texts.ts';

/** What a visitor would be told now, or when the drafts are published, and from which passages. */
export function TryIt({ hasDrafts }: { hasDrafts: boolean }) {
  const [tried, setTried] = useState<TriedQuestion>();
  const { isBusy, fault, run } = useAction(async ({ question = '', with_drafts }: Record<string, string>) => {
    const asked = { questions: [question], with_drafts: with_drafts !== undefined };
    setTried((await call<{ items: TriedQuestion[] }>('POST', '/v1/admin/knowledge/try', asked)).items[0]);
  });
  return (
    <section class="card">
      <h2>{words.tryIt.title}</h2>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label={words.tryIt.asVisitor} name="question" required maxLength={2_000} dir="auto" />
        {hasDrafts && <Check label={words.tryIt.withDrafts} name="with_drafts" />}
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          {words.tryIt.try}
        </button>
      </form>
      {tried && (
        <div role="status">
          <p>
            <span class={`badge ${tried.verdict === 'answered' ? '' : 'unsure'}`}>
              {tried.verdict === 'answered' ? words.tryIt.answered : words.tryIt.notAnswered}
            </span>{' '}
            <span class="soft">{words.tryIt.sure(t.common.percent(tried.confidence), t.common.percent(tried.threshold))}</span>
          </p>
          {tried.verdict === 'answered' && <blockquote dir="auto">{tried.answer}</blockquote>}
          {tried.passages.length > 0 && (
            <details>
              <summary>{words.tryIt.passagesFound}</summary>
              <ol class="passages">
                {tried.passages.map((passage) => (
                  <li key={`${passage.knowledge_id} ${passage.body}`}>
                    <p class="line">
                      <strong dir="auto">{[passage.title, ...passage.title_path].filter(Boolean).join(' › ')}</strong>
                      <span class="soft">{words.tryIt.scores(t.common.percent(passage.coverage), number(passage.score, 1), number(passage.rank, 2))}</span>
                    </p>
                    <p dir="auto">{passage.body.slice(0, 400)}</p>
                  </li>
                ))}
              </ol>
            </details>
          )}
        </div>
      )}
    </section>
  );
}
