import type { ShownReplay } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { useData } from '../../api/use-data.ts';
import { Dialog } from '../../parts/Dialog.tsx';
import { Loaded } from '../../parts/States.tsx';
import { dollars, number } from '../../texts/format.ts';
import { t } from '../../texts/texts.ts';

/** As much of a receipt as is shown; the API has all of it. */
interface ShownReceipt {
  question: string;
  confidence: number;
  threshold: number;
  answerer: string;
  passages: { chunk_id: string; version: number; hash: string; bm25: number; similarity: number | null; coverage: number }[];
  prompt_version: number;
  sentences: { text: string; outcome: string; attempt: number }[];
  passed_over: { answerer: string; reason: string }[];
  tokens?: { in: number; out: number };
  cost_micros?: number | null;
  remembered: boolean;
  ms: { search: number; first_part: number | null; total: number };
}

const words = t.conversation.receipt;

/** How an answer came about, in a person's words: what was understood, how sure it was, what was left out and why. */
export function Receipt({ conversationId, messageId, onClose }: { conversationId: string; messageId: string; onClose: () => void }) {
  const receipts = useData<{ items: { message_id: string; receipt: ShownReceipt | null }[] }>(`/v1/admin/conversations/${conversationId}/receipts`);
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Loaded of={receipts}>
        {({ items }) => {
          const receipt = items.find((item) => item.message_id === messageId)?.receipt;
          if (!receipt) return <p>{words.noSearch}</p>;
          return (
            <>
              <Facts receipt={receipt} />
              <Replay messageId={messageId} />
            </>
          );
        }}
      </Loaded>
    </Dialog>
  );
}

function Facts({ receipt }: { receipt: ShownReceipt }) {
  return (
    <>
      <dl>
        <dt>{words.understood}</dt>
        <dd dir="auto">{receipt.question || '–'}</dd>
        <dt>{words.howSure}</dt>
        <dd>{words.sure(t.common.percent(receipt.confidence), t.common.percent(receipt.threshold))}</dd>
        <dt>{words.writtenBy}</dt>
        <dd>{words.writer(receipt.answerer, receipt.remembered, receipt.sentences.length > 0 ? receipt.prompt_version : undefined)}</dd>
        <dt>{words.took}</dt>
        <dd>{words.duration(receipt.ms.total, receipt.ms.search)}</dd>
        {receipt.tokens && receipt.tokens.in + receipt.tokens.out > 0 && (
          <>
            <dt>{words.tokens}</dt>
            <dd>
              {words.tokensUsed(receipt.tokens.in, receipt.tokens.out, typeof receipt.cost_micros === 'number' ? dollars(receipt.cost_micros, 5) : undefined)}
            </dd>
          </>
        )}
      </dl>
      {receipt.passages.length > 0 && (
        <>
          <h3>{words.passagesGiven}</h3>
          <table>
            <thead>
              <tr>
                <th>{words.passage}</th>
                <th>{words.version}</th>
                <th>{words.hash}</th>
                <th>{words.words}</th>
                <th>{words.covers}</th>
              </tr>
            </thead>
            <tbody>
              {receipt.passages.map((passage, i) => (
                <tr key={passage.chunk_id}>
                  <td>{i + 1}</td>
                  <td>{passage.version}</td>
                  <td>
                    <code title={passage.hash}>{passage.hash.slice(0, 8)}</code>
                  </td>
                  <td>{number(passage.bm25, 1)}</td>
                  <td>{t.common.percent(passage.coverage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {receipt.sentences.length > 0 && (
        <>
          <h3>{words.sentences}</h3>
          <ul class="log">
            {receipt.sentences.map((sentence) => (
              <li key={`${sentence.attempt} ${sentence.text}`} class="line">
                <span dir="auto">{sentence.text}</span>
                <span class={`badge ${sentence.outcome === 'released' ? '' : 'unsure'}`}>
                  {sentence.outcome === 'released' ? words.released : words.withheld(sentence.outcome.replaceAll('_', ' '))}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {receipt.passed_over.length > 0 && <p class="soft">{words.passedOver(receipt.passed_over)}</p>}
    </>
  );
}

/** What it was written from as it then was, beside what would be said now: fetched when somebody wants to see it. */
function Replay({ messageId }: { messageId: string }) {
  const [isOpen, setOpen] = useState(false);
  const replay = useData<ShownReplay>(isOpen ? `/v1/admin/messages/${messageId}/replay` : undefined);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.thenAndNow}</summary>
      {isOpen && (
        <Loaded of={replay}>
          {({ answer, verdict, passages, is_same_knowledge, now }) => (
            <>
              <p class="soft">{is_same_knowledge ? words.sameKnowledge : words.otherKnowledge}</p>
              <div class="columns">
                <Side
                  title={words.before}
                  answer={verdict === 'answered' ? answer : words.notAnswered}
                  passages={passages.map((one) => ({ ...one, body: one.body ?? words.deleted }))}
                />
                <Side
                  title={words.now}
                  answer={now.verdict === 'answered' ? now.answer : words.wouldNotBeAnswered}
                  passages={now.passages.map((one) => ({
                    title: [one.title, ...one.title_path].filter(Boolean).join(' › '),
                    body: one.body,
                    is_published: true,
                  }))}
                />
              </div>
            </>
          )}
        </Loaded>
      )}
    </details>
  );
}

function Side({ title, answer, passages }: { title: string; answer: string; passages: { title: string; body: string; is_published: boolean }[] }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <blockquote dir="auto">{answer}</blockquote>
      <ol class="passages">
        {passages.map((passage, i) => (
          <li key={i}>
            <strong dir="auto">{passage.title}</strong>
            {!passage.is_published && <span class="badge unsure">{words.notPublished}</span>}
            <p dir="auto">{passage.body.slice(0, 300)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
