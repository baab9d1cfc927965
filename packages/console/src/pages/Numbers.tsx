import type { Numbers as Answer, NumbersRow } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { useData } from '../api/use-data.ts';
import { Bars } from '../parts/Bars.tsx';
import { percent } from '../parts/percent.ts';
import { Empty, Loaded } from '../parts/States.tsx';

const SPANS = [7, 30, 90] as const;
const BY = [
  ['day', 'Day'],
  ['channel', 'Channel'],
  ['language', 'Language'],
] as const;
const DAY_MS = 86_400_000;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const money = (micros: number) => new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', maximumFractionDigits: 2 }).format(micros / 1e6);
const COLUMNS: [name: string, of: (row: NumbersRow) => string | number][] = [
  ['Conversations', (row) => row.conversations],
  ['Answered', (row) => row.answered],
  ['Not answered', (row) => row.abstained],
  ['With a person', (row) => row.handed_over],
  ['Resolved, confirmed', (row) => row.resolved_confirmed],
  ['Resolved, assumed', (row) => row.resolved_assumed],
  ['Leads', (row) => row.leads],
];

/** What came of conversations: known and hoped apart, and each figure also as a number. */
export function Numbers() {
  const [days, setDays] = useState<number>(30);
  const [by, setBy] = useState<string>('day');
  const [channel, setChannel] = useState('');
  const now = Date.now();
  const query = new URLSearchParams({ from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now), by, ...(channel && { channel }) });
  const numbers = useData<Answer>(`/v1/admin/numbers?${query}`, 60_000);
  return (
    <div class="page">
      <div class="line">
        <h1>Numbers</h1>
        <span class="actions">
          <select aria-label="Of the last days" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {span} days
              </option>
            ))}
          </select>
          <select aria-label="Channel" value={channel} onChange={(event) => setChannel(event.currentTarget.value)}>
            <option value="">Every channel</option>
            {['widget', 'crisp', 'tidio'].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          <select aria-label="By" value={by} onChange={(event) => setBy(event.currentTarget.value)}>
            {BY.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
          <a class="button" href={`/v1/admin/numbers.csv?${query}`} download>
            Export
          </a>
        </span>
      </div>
      <Loaded of={numbers}>
        {({ items, total, questions, budget }) =>
          total.conversations === 0 ? (
            <Empty title="Nothing to count yet.">
              <p>Conversations of these days show here.</p>
            </Empty>
          ) : (
            <>
              <Totals total={total} />
              <Bars
                title={`Conversations by ${by}`}
                rows={items.map((row) => ({ key: row.key || 'not known', value: row.conversations, part: row.handed_over }))}
                legend={['without a person', 'with a person']}
              />
              <Table items={items} />
              <div class="columns">
                <section class="card" aria-labelledby="asked-most">
                  <h2 id="asked-most">Asked most</h2>
                  <ol class="asked">
                    {questions.map((one) => (
                      <li key={one.question} class="line">
                        <span dir="auto">{one.question}</span>
                        <span class={`badge ${one.answered === one.asked ? '' : 'unsure'}`}>
                          {one.answered} of {one.asked} answered
                        </span>
                      </li>
                    ))}
                  </ol>
                  <a href="#/gaps">What could not be answered</a>
                </section>
                <section class="card" aria-labelledby="cost-title">
                  <h2 id="cost-title">Cost</h2>
                  <p>
                    {budget.model_calls} of {budget.model_calls_per_day} calls to models today
                  </p>
                  <progress value={budget.model_calls} max={Math.max(1, budget.model_calls_per_day)} aria-label="Calls to models today" />
                  <p class="soft">
                    {total.cost_micros === null || total.cost_micros === 0
                      ? 'No cost is known of these days: no model was asked, or its price is not set.'
                      : `${money(total.cost_micros)} for the answers of these days`}
                  </p>
                </section>
              </div>
            </>
          )
        }
      </Loaded>
    </div>
  );
}

function Totals({ total }: { total: NumbersRow }) {
  const said = total.answered + total.abstained;
  const tiles: [string, string, string][] = [
    ['Conversations', String(total.conversations), total.questions === 1 ? 'one message of visitors' : `${total.questions} messages of visitors`],
    ['Questions answered', said === 0 ? '–' : percent(total.answered / said), `${total.abstained} not answered`],
    ['Resolved, confirmed', String(total.resolved_confirmed), 'the visitor said so'],
    ['Resolved, assumed', String(total.resolved_assumed), 'the visitor said nothing and stayed away'],
    ['With a person', String(total.handed_over), `${total.leads} left contact details`],
    ['First word', total.first_part_ms === null ? '–' : `${total.first_part_ms} ms`, 'after the question, median'],
    ['Rating', total.rating === null ? '–' : `${total.rating} of 5`, 'mean of those who rated'],
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
      <summary>All figures as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section class="scrolls" tabIndex={0} aria-label="All figures">
        <table>
          <thead>
            <tr>
              <th scope="col">When or where</th>
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
                <th scope="row">{row.key || 'not known'}</th>
                {COLUMNS.map(([name, of]) => (
                  <td key={name}>{of(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
