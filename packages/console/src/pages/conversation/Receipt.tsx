import type { ShownReplay } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { useData } from '../../api/use-data.ts';
import { Dialog } from '../../parts/Dialog.tsx';
import { percent } from '../../parts/percent.ts';
import { Loaded } from '../../parts/States.tsx';

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

const dollars = (micros: number) => new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 5 }).format(micros / 1e6);

/** How an answer came about, in a person's words: what was understood, how sure it was, what was left out and why. */
export function Receipt({ conversationId, messageId, onClose }: { conversationId: string; messageId: string; onClose: () => void }) {
  const receipts = useData<{ items: { message_id: string; receipt: ShownReceipt | null }[] }>(`/v1/admin/conversations/${conversationId}/receipts`);
  return (
    <Dialog title="How this answer came about" onClose={onClose}>
      <Loaded of={receipts}>
        {({ items }) => {
          const receipt = items.find((item) => item.message_id === messageId)?.receipt;
          if (!receipt) return <p>No search was made for it: it is a greeting, a thank-you or a hand-over.</p>;
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
        <dt>Question as understood</dt>
        <dd dir="auto">{receipt.question || '–'}</dd>
        <dt>How sure the search was</dt>
        <dd>
          {percent(receipt.confidence)}; it answers from {percent(receipt.threshold)} on
        </dd>
        <dt>Written by</dt>
        <dd>
          {receipt.remembered ? `${receipt.answerer}, for the same question before` : receipt.answerer}
          {receipt.sentences.length > 0 && `, prompt ${receipt.prompt_version}`}
        </dd>
        <dt>Took</dt>
        <dd>
          {receipt.ms.total} ms, {receipt.ms.search} of them for the search
        </dd>
        {receipt.tokens && receipt.tokens.in + receipt.tokens.out > 0 && (
          <>
            <dt>Tokens</dt>
            <dd>
              {receipt.tokens.in} read, {receipt.tokens.out} written
              {typeof receipt.cost_micros === 'number' && `, ${dollars(receipt.cost_micros)}`}
            </dd>
          </>
        )}
      </dl>
      {receipt.passages.length > 0 && (
        <>
          <h3>Passages it was given</h3>
          <table>
            <thead>
              <tr>
                <th>Passage</th>
                <th>Version</th>
                <th>Hash</th>
                <th>Words</th>
                <th>Covers</th>
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
                  <td>{passage.bm25.toFixed(1)}</td>
                  <td>{percent(passage.coverage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {receipt.sentences.length > 0 && (
        <>
          <h3>What the model wrote, sentence by sentence</h3>
          <ul class="log">
            {receipt.sentences.map((sentence) => (
              <li key={`${sentence.attempt} ${sentence.text}`} class="line">
                <span dir="auto">{sentence.text}</span>
                <span class={`badge ${sentence.outcome === 'released' ? '' : 'unsure'}`}>
                  {sentence.outcome === 'released' ? 'Borne out, shown' : `Not shown: ${sentence.outcome.replaceAll('_', ' ')}`}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {receipt.passed_over.length > 0 && (
        <p class="soft">Passed over: {receipt.passed_over.map(({ answerer, reason }) => `${answerer} (${reason})`).join(', ')}</p>
      )}
    </>
  );
}

/** What it was written from as it then was, beside what would be said now: fetched when somebody wants to see it. */
function Replay({ messageId }: { messageId: string }) {
  const [isOpen, setOpen] = useState(false);
  const replay = useData<ShownReplay>(isOpen ? `/v1/admin/messages/${messageId}/replay` : undefined);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Then and now</summary>
      {isOpen && (
        <Loaded of={replay}>
          {({ answer, verdict, passages, is_same_knowledge, now }) => (
            <>
              <p class="soft">{is_same_knowledge ? 'Nothing has been published since.' : 'The knowledge has changed since.'}</p>
              <div class="columns">
                <Side
                  title="Then"
                  answer={verdict === 'answered' ? answer : 'Not answered.'}
                  passages={passages.map((one) => ({ ...one, body: one.body ?? 'Deleted since.' }))}
                />
                <Side
                  title="Now, without a model"
                  answer={now.verdict === 'answered' ? now.answer : 'Would not be answered.'}
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
            {!passage.is_published && <span class="badge unsure">not published any more</span>}
            <p dir="auto">{passage.body.slice(0, 300)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
