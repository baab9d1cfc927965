import type { TriedQuestion } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Fault, Field, valuesOf } from '../../parts/Form.tsx';
import { percent } from '../../parts/percent.ts';

/** What a visitor would be told now, and from which passages. */
export function TryIt() {
  const [tried, setTried] = useState<TriedQuestion>();
  const { isBusy, fault, run } = useAction(async ({ question = '' }: Record<string, string>) => {
    setTried((await call<{ items: TriedQuestion[] }>('POST', '/v1/admin/knowledge/try', { questions: [question] })).items[0]);
  });
  return (
    <section class="card">
      <h2>Try a question</h2>
      <form onSubmit={(event) => run(valuesOf(event))}>
        <Field label="As a visitor would ask it" name="question" required maxLength={2_000} dir="auto" />
        <Fault>{fault}</Fault>
        <button type="submit" aria-disabled={isBusy}>
          Try
        </button>
      </form>
      {tried && (
        <div role="status">
          <p>
            <span class={`badge ${tried.verdict === 'answered' ? '' : 'unsure'}`}>
              {tried.verdict === 'answered' ? 'Would be answered' : 'Would not be answered'}
            </span>{' '}
            <span class="soft">
              {percent(tried.confidence)} sure; it answers from {percent(tried.threshold)} on
            </span>
          </p>
          {tried.verdict === 'answered' && <blockquote dir="auto">{tried.answer}</blockquote>}
          {tried.passages.length > 0 && (
            <details>
              <summary>The passages it found</summary>
              <ol class="passages">
                {tried.passages.map((passage) => (
                  <li key={`${passage.knowledge_id} ${passage.body}`}>
                    <p class="line">
                      <strong dir="auto">{[passage.title, ...passage.title_path].filter(Boolean).join(' › ')}</strong>
                      <span class="soft">
                        covers {percent(passage.coverage)} · words {passage.score.toFixed(1)} · rank {passage.rank.toFixed(2)}
                      </span>
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
