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
  passages: { chunk_id: string; version: number; bm25: number; similarity: number | null; coverage: number }[];
  sentences: { text: string; outcome: string }[];
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
          return <Facts receipt={receipt} />;
        }}
      </Loaded>
    </Dialog>
  );
}

function Facts({ receipt }: { receipt: ShownReceipt }) {
  const dropped = receipt.sentences.filter(({ outcome }) => outcome !== 'released');
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
        <dd>{receipt.remembered ? `${receipt.answerer}, for the same question before` : receipt.answerer}</dd>
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
                <th>Words</th>
                <th>Covers</th>
              </tr>
            </thead>
            <tbody>
              {receipt.passages.map((passage, i) => (
                <tr key={passage.chunk_id}>
                  <td>{i + 1}</td>
                  <td>{passage.version}</td>
                  <td>{passage.bm25.toFixed(1)}</td>
                  <td>{percent(passage.coverage)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {dropped.length > 0 && (
        <>
          <h3>Sentences that were not shown</h3>
          <ul>
            {dropped.map((sentence) => (
              <li key={sentence.text} dir="auto">
                {sentence.text} <span class="soft">({sentence.outcome.replaceAll('_', ' ')})</span>
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
