/** A query of a retrieval set: what is asked, and what would be right. */
export interface SetQuery {
  id: string;
  text: string;
  relevant: string[];
  /** Gold texts; empty where the set has none. */
  answers: string[];
  answerable: boolean;
  /** answerable, adversarial (its passage is there and does not say it), missing or offtopic. */
  kind: string;
}

/** What came out for a query, as `netia eval retrieval` writes it. */
export interface RunLine {
  query_id: string;
  results: { id: string; score: number }[];
  answer: string;
  abstained: boolean;
  confidence: number;
  ms: number;
}

/** Shares are between 0 and 1; undefined where the set has nothing to measure it by. */
export interface Score {
  queries: number;
  hitAt1: number;
  hitAt5: number;
  mrr: number;
  /** Answerable queries whose answer contains a gold text, those abstained from included as if answered. */
  goldInAnswer: number | undefined;
  /** Words of an answer, on average. */
  words: number;
  /** Chance that an answerable query is surer than one of this kind that is not. */
  auroc: Record<string, number>;
  /** Right answer given, or rightly none; adversarial queries left out, which words alone cannot tell. */
  goodOutcome: number | undefined;
  /** Of what was answered, the share that was not right, by share of queries answered, the surest first. */
  risk: { coverage: number; wrong: number }[];
  msMedian: number;
}

const PIECES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])\S)+/gu;

/** Words as the SQuAD measure counts them: no case, marks or English articles; each character of a script without spaces is one. */
function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, ' ')
    .replace(/\b(a|an|the)\b/g, ' ');
  return plain.match(PIECES) ?? [];
}

function contains(text: string[], gold: string[]): boolean {
  return gold.length > 0 && ` ${text.join(' ')} `.includes(` ${gold.join(' ')} `);
}

/** A gold text of a whole sentence is met by a part of it, of four words or more. */
function isRight(answer: string, golds: string[]): boolean {
  const said = wordsOf(answer);
  return golds.some((gold) => {
    const wanted = wordsOf(gold);
    return contains(said, wanted) || (wanted.length >= 8 && said.length >= 4 && contains(wanted, said));
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const COVERAGES = [0.25, 0.5, 0.75, 1];

/** Scores a run against its set; a query without a line counts as found nothing and abstained. The same measures as the set's own scorer, whose figures these agree with. */
export function scoreRun(queries: SetQuery[], run: RunLine[]): Score {
  const lines = new Map(run.map((line) => [line.query_id, line]));
  const judged = queries.map((query) => {
    const line = lines.get(query.id) ?? { query_id: query.id, results: [], answer: '', abstained: true, confidence: 0, ms: 0 };
    const place = line.results.findIndex(({ id }) => query.relevant.includes(id));
    const isGold = query.answers.length > 0 && isRight(line.answer, query.answers);
    const wouldBeRight = query.answerable && (query.answers.length > 0 ? isGold : place === 0);
    return { query, line, place, isGold, wouldBeRight };
  });
  const answerable = judged.filter(({ query }) => query.answerable);
  const withGold = answerable.filter(({ query }) => query.answers.length > 0);
  const kinds = [...new Set(queries.filter((query) => !query.answerable).map(({ kind }) => kind))];
  const decided = judged.filter(({ query }) => query.kind !== 'adversarial');
  const surest = [...judged].sort((a, b) => b.line.confidence - a.line.confidence);
  return {
    queries: queries.length,
    hitAt1: mean(answerable.map(({ place }) => Number(place === 0))),
    hitAt5: mean(answerable.map(({ place }) => Number(place >= 0 && place < 5))),
    mrr: mean(answerable.map(({ place }) => (place < 0 ? 0 : 1 / (place + 1)))),
    goldInAnswer: withGold.length > 0 ? mean(withGold.map(({ isGold }) => Number(isGold))) : undefined,
    words: mean(answerable.map(({ line }) => wordsOf(line.answer).length)),
    auroc: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        auroc(
          answerable.map(({ line }) => line.confidence),
          judged.filter(({ query }) => query.kind === kind).map(({ line }) => line.confidence),
        ),
      ]),
    ),
    goodOutcome:
      kinds.length > 0
        ? mean(decided.map(({ query, line, wouldBeRight }) => Number(query.answerable ? !line.abstained && wouldBeRight : line.abstained)))
        : undefined,
    risk: COVERAGES.map((coverage) => ({
      coverage,
      wrong: mean(surest.slice(0, Math.max(1, Math.round(coverage * surest.length))).map(({ wouldBeRight }) => Number(!wouldBeRight))),
    })),
    msMedian: [...judged].sort((a, b) => a.line.ms - b.line.ms)[judged.length >> 1]?.line.ms ?? 0,
  };
}

/** By ranks; equal values count half. */
function auroc(positive: number[], negative: number[]): number {
  const all = [...positive.map((value) => ({ value, isPositive: true })), ...negative.map((value) => ({ value, isPositive: false }))].sort(
    (a, b) => a.value - b.value,
  );
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    const rank = (from + 1 + to) / 2;
    ranks += rank * all.slice(from, to).filter(({ isPositive }) => isPositive).length;
    from = to;
  }
  return (ranks - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}
