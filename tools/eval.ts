import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunLine, type Score, type SetQuery, scoreRun } from '../packages/testkit/src/score-run.ts';
import { ROOT } from './build-when-needed.ts';

/**
 * npm run eval [-- SET…]: asks every question of the retrieval sets through the production path on an embedded database,
 * with no model, and prints how well it answers. A set is a folder with corpus.jsonl and queries.jsonl; EVAL_SETS says where
 * they lie. Without it, the small sets of the tests.
 */
const SMALL = join(ROOT, 'packages', 'testkit', 'fixtures', 'retrieval');
const folder = resolve(process.env['EVAL_SETS'] ?? SMALL);
const wanted = process.argv.slice(2);
const sets = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'queries.jsonl')) && (wanted.length === 0 || wanted.includes(name)))
  .sort();
if (sets.length === 0) {
  console.error(`There is no set ${wanted.join(', ')} in ${folder}.`);
  process.exit(2);
}

const percent = (share: number | undefined) => (share === undefined ? '' : (100 * share).toFixed(1)).padStart(5);
console.log('| set | queries | hit@1 | hit@5 | MRR | gold in answer | words | AUROC | good outcome | wrong of the surest 25 / 50 / 75 / 100 % | ms |');
console.log('|---|---|---|---|---|---|---|---|---|---|---|');
for (const set of sets) console.log(lineOf(set, await scoreSet(join(folder, set))));

async function scoreSet(set: string): Promise<Score> {
  const work = mkdtempSync(join(tmpdir(), 'netia-eval-'));
  const out = join(work, 'run.jsonl');
  try {
    await ask(['eval', 'retrieval', '--corpus', join(set, 'corpus.jsonl'), '--queries', join(set, 'queries.jsonl'), '--out', out]);
    return scoreRun(readLines<SetQuery>(join(set, 'queries.jsonl')), readLines<RunLine>(out));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function ask(args: string[]): Promise<void> {
  const env = { ...process.env, LOG_LEVEL: 'error', DATABASE_URL: '' };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(ROOT, 'gateway', 'src', 'cli.ts'), ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`netia eval ended with ${code}`))));
  });
}

function lineOf(set: string, score: Score): string {
  const auroc = Object.entries(score.auroc).map(([kind, value]) => `${kind} ${percent(value).trim()}`);
  const cells = [
    set,
    score.queries,
    percent(score.hitAt1),
    percent(score.hitAt5),
    percent(score.mrr),
    percent(score.goldInAnswer),
    score.words.toFixed(0),
    auroc.join(', '),
    percent(score.goodOutcome),
    score.risk.map(({ wrong }) => percent(wrong).trim()).join(' / '),
    score.msMedian.toFixed(1),
  ];
  return `| ${cells.join(' | ')} |`;
}

function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line) as T);
}
