import type { Me, ShownGap, TriedQuestion } from '@netia/protocol';
import { useState } from 'preact/hooks';
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
  return (
    <div class="page">
      <h1>{t.common.pages.gaps}</h1>
      <p class="soft">{words.about}</p>
      <Loaded of={gaps}>
        {({ items }) =>
          items.length > 0 ? (
            items.map((gap) => <GapCard key={gap.questions[0]} gap={gap} mayWrite={may(me, 'knowledge:write')} />)
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

function GapCard({ gap, mayWrite }: { gap: ShownGap; mayWrite: boolean }) {
  const [after, setAfter] = useState<TriedQuestion[]>();
  const { isBusy, fault, run } = useAction(async ({ content }: Record<string, string>) => {
    await call('POST', '/v1/admin/knowledge', { format: 'faq', title: gap.questions[0], content });
    setAfter((await call<{ items: TriedQuestion[] }>('POST', '/v1/admin/knowledge/try', { questions: gap.questions })).items);
  });
  const isAnswered = (question: string) => (after ? after.find((one) => one.question === question)?.verdict === 'answered' : gap.is_answered_now);
  const isClosed = gap.questions.every(isAnswered);
  return (
    <section class="card" aria-label={gap.questions[0]}>
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
      {after?.[0]?.verdict === 'answered' && (
        <blockquote dir="auto" role="status">
          {after[0].answer}
        </blockquote>
      )}
      {mayWrite && !isClosed && (
        <form onSubmit={(event) => run(valuesOf(event))}>
          <TextField
            label={gap.proposal ? words.colleaguesAnswer : words.yourAnswer}
            name="content"
            rows={gap.proposal ? 4 : 2}
            required
            dir="auto"
            defaultValue={gap.proposal}
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
