import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './build-when-needed.ts';

/**
 * npm run test:faults: the long runs, about half an hour. Ten thousand webhooks while processes are killed or stopped and
 * the servers fail; a hundred thousand calls by five tenants at once. Starts servers of its own unless TEST_DATABASE_URL
 * names some. Arguments go to vitest (`npm run test:faults -- -t 'killed'`) and leave the tenants out. Ends with what was
 * measured, seeds included: TEST_SEED repeats one.
 */
const TENANCY_CALLS = 100_000;
const RUNS = join('gateway', 'test', 'faults');
const STRANGERS = join('gateway', 'test', 'integration', 'tenants-are-strangers.test.ts');

const folder = mkdtempSync(join(tmpdir(), 'netia-test-faults-'));
const report = join(folder, 'report');
const servers = join(folder, 'servers');
const only = process.argv.slice(2);
const busy = (loadavg()[0] ?? 0) / availableParallelism();
if (busy > 0.5) console.log(`The machine is busy (load ${busy.toFixed(1)} per core): kills come later and everything takes longer.`);
let failed = false;
try {
  const env = { ...process.env, ...(await serversToUse()), FAULTS: 'long', FAULTS_REPORT: report, NO_COLOR: '1' };
  failed = !(await run('vitest', ['run', '--project', 'faults', RUNS, ...only], env));
  if (only.length === 0)
    failed = !(await run('vitest', ['run', '--project', 'integration', STRANGERS], { ...env, TENANCY_CALLS: String(TENANCY_CALLS) })) || failed;
} finally {
  if (existsSync(servers)) await run('bash', [join(ROOT, '.ci', 'servers'), 'down', servers], process.env);
}
printFigures();
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;

/** The environment that leads to them. */
async function serversToUse(): Promise<NodeJS.ProcessEnv> {
  if (process.env['TEST_DATABASE_URL']) return {};
  if (!(await run('bash', [join(ROOT, '.ci', 'servers'), 'up', servers], process.env)))
    throw new Error('The servers do not start; .ci/servers needs Debian and root. Or set TEST_DATABASE_URL and TEST_DATABASE_RESTART.');
  const lines = readFileSync(join(servers, 'env'), 'utf8').matchAll(/^export (\w+)=(.*)$/gm);
  // As the shell quotes them: a value in double quotes, or one in which a backslash stands before what is special.
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value.startsWith('"') ? value.slice(1, -1) : value.replace(/\\(.)/g, '$1')]));
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const local = join(ROOT, 'node_modules', '.bin', command);
  return new Promise((resolve) => {
    const child = spawn(existsSync(local) ? local : command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

function printFigures(): void {
  if (!existsSync(report)) return;
  const runs = readFileSync(report, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string | number>);
  console.log('\nWhat was measured:');
  for (const { run: name, ...figures } of runs) {
    console.log(`\n${name}`);
    for (const [label, value] of Object.entries(figures))
      console.log(`  ${label.padEnd(14)} ${typeof value === 'number' ? Math.round(value * 10) / 10 : value}`);
  }
}
