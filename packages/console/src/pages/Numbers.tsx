import type { Numbers as Answer, NumbersRow } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { useData } from '../api/use-data.ts';
import { Bars } from '../parts/Bars.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { dollars, number } from '../texts/format.ts';
import { numbers as words } from '../texts/numbers.ts';
import { t } from '../texts/texts.ts';

const SPANS = [7, 30, 90] as const;
const GROUPS = ['day', 'channel', 'language'] as const;
const DAY_MS = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const COLUMNS: [name: string, of: (row: NumbersRow) => number][] = [
  [t.common.conversations, (row) => row.conversations],
  [words.answered, (row) => row.answered],
  [t.common.notAnswered, (row) => row.abstained],
  [t.common.withPerson, (row) => row.handed_over],
  [words.confirmed, (row) => row.resolved_confirmed],
  [words.assumed, (row) => row.resolved_assumed],
  [t.common.pages.leads, (row) => row.leads],
];

/** A day on which nobody began a conversation: the API counts only what there was. */
const NOTHING: Omit<NumbersRow, 'key'> = {
  conversations: 0,
  questions: 0,
  answered: 0,
  abstained: 0,
  handed_over: 0,
  resolved_confirmed: 0,
  resolved_assumed: 0,
  leads: 0,
  rating: null,
  first_part_ms: null,
  cost_micros: null,
};

/** What came of conversations: known and hoped apart, and each figure also as a number. */
export function Numbers() {
  const [days, setDays] = useState<number>(30);
  const [by, setBy] = useState<(typeof GROUPS)[number]>('day');
  const [channel, setChannel] = useState('');
  const now = Date.now();
  const lastDays = Array.from({ length: days }, (_, i) => dayOf(now - (days - 1 - i) * DAY_MS));
  const query = new URLSearchParams({ from: lastDays[0] ?? '', to: lastDays.at(-1) ?? '', by, ...(channel && { channel }) });
  const numbers = useData<Answer>(`/v1/admin/numbers?${query}`, 60_000);
  return (
    <div class="page">
      <div class="line">
        <h1>{t.common.pages.numbers}</h1>
        <span class="actions">
          <select aria-label={words.ofLastDays} value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {words.days(span)}
              </option>
            ))}
          </select>
          <select aria-label={t.common.channel} value={channel} onChange={(event) => setChannel(event.currentTarget.value)}>
            <option value="">{t.common.everyChannel}</option>
            {['widget', 'crisp', 'tidio'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <select aria-label={words.by} value={by} onChange={(event) => setBy(event.currentTarget.value as typeof by)}>
            {GROUPS.map((name) => (
              <option key={name} value={name}>
                {words.groups[name]}
              </option>
            ))}
          </select>
          <a class="button" href={`/v1/admin/numbers.csv?${query}`} download>
            {t.common.export}
          </a>
        </span>
      </div>
      <Loaded of={numbers}>
        {({ items: counted, total, questions, budget }) => {
          if (total.conversations === 0)
            return (
              <Empty title={words.none}>
                <p>{words.noneHint}</p>
              </Empty>
            );
          const items = by === 'day' ? lastDays.map((day) => counted.find(({ key }) => key === day) ?? { ...NOTHING, key: day }) : counted;
          return (
            <>
              <Totals total={total} />
              <Bars
                title={words.conversationsBy[by]}
                rows={items.map((row) => ({ key: row.key || words.notKnown, value: row.conversations, part: row.handed_over }))}
                legend={[words.withoutPerson, words.withPerson]}
              />
              <Table items={items} />
              <div class="columns">
                <section class="card" aria-labelledby="asked-most">
                  <h2 id="asked-most">{words.askedMost}</h2>
                  <ol class="asked">
                    {questions.map((one) => (
                      <li key={one.question} class="line">
                        <span dir="auto">{one.question}</span>
                        <span class={`badge ${one.answered === one.asked ? '' : 'unsure'}`}>{words.answeredOf(one.answered, one.asked)}</span>
                      </li>
                    ))}
                  </ol>
                  <a href="#/gaps">{words.whatCouldNot}</a>
                </section>
                <section class="card" aria-labelledby="cost-title">
                  <h2 id="cost-title">{words.cost}</h2>
                  <p>{words.callsOf(budget.model_calls, budget.model_calls_per_day)}</p>
                  <progress value={budget.model_calls} max={Math.max(1, budget.model_calls_per_day)} aria-label={words.callsToday} />
                  <p class="soft">
                    {total.cost_micros === null || total.cost_micros === 0 ? words.noCost : words.costOfAnswers(dollars(total.cost_micros, 2))}
                  </p>
                </section>
              </div>
            </>
          );
        }}
      </Loaded>
    </div>
  );
}

function Totals({ total }: { total: NumbersRow }) {
  const said = total.answered + total.abstained;
  const says = words.tiles;
  const tiles: [string, string, string][] = [
    [t.common.conversations, number(total.conversations), says.messages(total.questions)],
    [says.questionsAnswered, said === 0 ? '–' : t.common.percent(total.answered / said), says.notAnswered(total.abstained)],
    [words.confirmed, number(total.resolved_confirmed), says.confirmedHow],
    [words.assumed, number(total.resolved_assumed), says.assumedHow],
    [t.common.withPerson, number(total.handed_over), says.withPersonHow],
    [t.common.pages.leads, number(total.leads), says.leadsHow],
    [says.firstWord, total.first_part_ms === null ? '–' : says.milliseconds(total.first_part_ms), says.firstWordHow],
    [says.rating, total.rating === null ? '–' : t.common.outOfFive(total.rating), says.ratingHow],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, figure, note]) => (
        <div key={name} class="card">
          <dt>{name}</dt>
          <dd class="figure">{figure}</dd>
          <dd class="soft">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ items }: { items: NumbersRow[] }) {
  return (
    <details class="card">
      <summary>{words.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section class="scrolls" tabIndex={0} aria-label={words.allFigures}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.whenOrWhere}</th>
              {COLUMNS.map(([name]) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.key || words.notKnown}</th>
                {COLUMNS.map(([name, of]) => (
                  <td key={name}>{number(of(row))}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
