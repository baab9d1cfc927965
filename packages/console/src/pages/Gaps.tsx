import type { Me, ShownGap, TriedQuestion } from '@netia/protocol';
import { useRef, useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { may } from '../api/may.ts';
import { useAction } from '../api/use-action.ts';
import { useData } from '../api/use-data.ts';
import { Fault, TextField, valuesOf } from '../parts/Form.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { gaps as words } from '../texts/gaps.ts';
import { t } from '../texts/texts.ts';

/** What visitors asked and the agent could not answer; an answer given here is published, and the questions asked again. */
export function Gaps({ me }: { me: Me }) {
  const gaps = useData<{ items: ShownGap[] }>('/v1/admin/gaps');
  // Whoever publishes an answer asks for it too.
  const mayWrite = may(me, 'knowledge:write') && may(me, 'knowledge:read');
  return (
    <div class="page">
      <h1>{t.common.pages.gaps}</h1>
      <p class="soft">{words.about}</p>
      <Loaded of={gaps}>
        {({ items }) =>
          items.length > 0 ? (
            items.map((gap) => <GapCard key={gap.questions[0]} gap={gap} mayWrite={mayWrite} />)
          ) : (
            <Empty title={words.none}>
              <p>{words.noneHint}</p>
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}

const ask = async (questions: string[]) => (await call<{ items: TriedQuestion[] }>('POST', '/v1/admin/knowledge/try', { questions })).items;

function GapCard({ gap, mayWrite }: { gap: ShownGap; mayWrite: boolean }) {
  const [before, setBefore] = useState<TriedQuestion>();
  const [after, setAfter] = useState<TriedQuestion[]>();
  const entryId = useRef(gap.entry?.id);
  const [title = ''] = gap.questions;
  const { isBusy, fault, run } = useAction(async ({ content }: Record<string, string>) => {
    if (!before) setBefore((await ask([title]))[0]);
    // Whoever publishes once more says the same better: two entries of one question would contradict each other.
    if (entryId.current) await call('PATCH', `/v1/admin/knowledge/${entryId.current}`, { content });
    else entryId.current = (await call<{ id: string }>('POST', '/v1/admin/knowledge', { format: 'faq', title, content })).id;
    setAfter(await ask(gap.questions));
  });
  const isAnswered = (question: string) => {
    const now = after?.find((one) => one.question === question);
    if (!now) return gap.is_answered_now;
    // What was answered unsurely was answered before too.
    return gap.unsure === 0 ? now.verdict === 'answered' : now.is_sure;
  };
  const isClosed = gap.questions.every(isAnswered);
  return (
    <section class="card" aria-label={title}>
      <ul class="wordings">
        {gap.questions.map((question) => (
          <li key={question} class="line">
            <span dir="auto">{question}</span>
            {(after || gap.is_answered_now) && (
              <span class={`badge ${isAnswered(question) ? '' : 'unsure'}`}>{isAnswered(question) ? words.answeredNow : words.stillNotAnswered}</span>
            )}
          </li>
        ))}
      </ul>
      <p class="soft">
        {words.asked(gap.asked, gap.unsure)} · {words.last(<Time at={gap.last_asked_at} />)} ·{' '}
        <a href={`#/inbox/${gap.conversation_id}`}>{t.common.conversation}</a>
      </p>
      {before && after?.[0] && (
        <div class="columns" role="status">
          <Told when={words.before} tried={before} />
          <Told when={words.after} tried={after[0]} />
        </div>
      )}
      {mayWrite && !isClosed && (
        <form onSubmit={(event) => run(valuesOf(event))}>
          <TextField
            label={gap.entry ? words.answerSoFar : gap.proposal ? words.colleaguesAnswer : words.yourAnswer}
            name="content"
            {...(gap.entry && gap.proposal && { hint: words.colleagueReplied(gap.proposal) })}
            rows={gap.entry || gap.proposal ? 4 : 2}
            required
            dir="auto"
            defaultValue={gap.entry?.content ?? gap.proposal}
          />
          <Fault>{fault}</Fault>
          <button type="submit" class="main" aria-disabled={isBusy}>
            {words.publish}
          </button>
        </form>
      )}
    </section>
  );
}

function Told({ when, tried }: { when: string; tried: TriedQuestion }) {
  return (
    <div>
      <p class="soft">{when}</p>
      <blockquote dir="auto">{tried.verdict === 'answered' ? tried.answer : t.common.notAnswered}</blockquote>
    </div>
  );
}
