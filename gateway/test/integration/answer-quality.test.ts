import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunLine, type Score, type SetQuery, scoreRun } from '@netia/testkit/score-run';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evalRetrieval } from '../../src/commands/eval-retrieval.ts';

/**
 * Small fixed parts of the retrieval sets, through search, evidence and quoting as visitors get them. The floors are about
 * two points below what was measured when they were set (2026-11-21): what falls below has become worse for somebody.
 */
const SETS = join(import.meta.dirname, '..', '..', '..', 'packages', 'testkit', 'fixtures', 'retrieval');
const FLOORS: Record<string, (score: Score) => [name: string, share: number | undefined, floor: number][]> = {
  'clincfaq-en': (score) => [
    ['hit@1', score.hitAt1, 0.81],
    ['hit@5', score.hitAt5, 0.94],
    ['AUROC off-topic', score.auroc['offtopic'], 0.95],
    ['good outcome', score.goodOutcome, 0.82],
  ],
  'squad-it': (score) => [
    ['hit@1', score.hitAt1, 0.87],
    ['gold in answer', score.goldInAnswer, 0.81],
  ],
  'jaquad-ja': (score) => [
    ['hit@1', score.hitAt1, 0.83],
    ['gold in answer', score.goldInAnswer, 0.7],
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netia-quality-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readLines = <T>(file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line) as T);

const below = (measured: [string, number | undefined, number][]) => measured.filter(([, share, floor]) => !(share !== undefined && share >= floor));

describe('the answers to the questions of', () => {
  it.each(Object.keys(FLOORS))(
    '%s are as good as they were, and worse ones would be noticed',
    async (set) => {
      const [corpus, queries, out] = [join(SETS, set, 'corpus.jsonl'), join(SETS, set, 'queries.jsonl'), join(folder, `${set}.jsonl`)];
      await evalRetrieval({ corpus, queries, out });
      const [asked, run] = [readLines<SetQuery>(queries), readLines<RunLine>(out)];
      const measure = (lines: RunLine[]) => below(FLOORS[set]?.(scoreRun(asked, lines)) ?? []);
      expect(measure(run)).toEqual([]);
      const worse = run.map((line, i) =>
        i % 10 === 0 ? { ...line, results: line.results.slice(1), answer: '', confidence: 1 - line.confidence, abstained: !line.abstained } : line,
      );
      expect(measure(worse)).not.toEqual([]);
    },
    120_000,
  );
});
