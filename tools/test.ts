import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenNeeded, ROOT } from './build-when-needed.ts';

/**
 * Everything that must hold: formatting and lint (with the rules on imports), types, the weight of widget and console, and all tests.
 * Arguments are passed to vitest (`npm test -- --project integration`). The last line counts all of it.
 */
const REPORT = join(ROOT, 'test-results', 'vitest.json');
const TYPE_PROJECTS = ['packages/protocol', 'packages/testkit', 'db', 'gateway', 'packages/console', 'widget', 'widget/bench', 'e2e', 'tools'].filter(
  (folder) => existsSync(join(ROOT, folder, 'tsconfig.json')),
);

let passed = 0;
let failed = 0;
let skipped = 0;
const count = (name: string, isRight: boolean) => {
  if (isRight) passed++;
  else failed++;
  console.log(`${isRight ? 'ok   ' : 'FAULT'} ${name}`);
};

const only = process.argv.slice(2);
if (only.length === 0) {
  count('format and lint', await run('biome', ['ci', '--colors=off', '.']));
  for (const project of TYPE_PROJECTS) count(`types of ${project}`, await run('tsc', ['-p', project]));
}
count('widget and console build within their weight', await builds());

rmSync(REPORT, { force: true });
const hasRun = await run('vitest', ['run', ...only]);
const report = readReport();
passed += report.numPassedTests;
failed += report.numFailedTests;
skipped += report.numPendingTests + report.numTodoTests;
// A file that does not load, or a rejection nobody handled, is no failed test to vitest; to us it is.
if (!hasRun && report.numFailedTests === 0) count('the test run ends cleanly', false);

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

function run(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules', '.bin', command), args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

async function builds(): Promise<boolean> {
  try {
    await buildWhenNeeded();
    return true;
  } catch (error) {
    console.log((error as Error).message);
    return false;
  }
}

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

function readReport(): Report {
  if (existsSync(REPORT)) return JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
  return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
}
