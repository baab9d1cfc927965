// Runs a script of this repository under the Node and pnpm it needs, on a machine that has only npm and any Node from 20:
// those two come through npx and stay in npm's cache. Plain JavaScript, because the Node that starts it may know no types.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_MAJOR = 24;
/** What Node is told of memory: left alone it takes what the machine has before it collects, and a gateway that keeps 50 MB alive grew to 360. */
const { flags: NODE_FLAGS } = JSON.parse(readFileSync(join(ROOT, 'tools', 'node-flags.json'), 'utf8'));
const [script, ...args] = process.argv.slice(2);
if (!script) {
  process.stderr.write('usage: node tools/bring.mjs SCRIPT [ARGUMENT…]\n');
  process.exit(2);
}

const node = await findNode();
await installWhenNeeded(node);
process.exitCode = await run(node.file, [...NODE_FLAGS, join(ROOT, script), ...args], node.folder);

/** Node 24 as it is here, or as npx brings it; where it was found is remembered, because asking npx takes a second. */
async function findNode() {
  const hasPnpm = process.env.PATH?.split(delimiter).some((folder) => existsSync(join(folder, 'pnpm')));
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR && hasPnpm) return { file: process.execPath, folder: dirname(process.execPath) };
  const note = join(ROOT, 'node_modules', '.netia-node');
  if (existsSync(note)) {
    const folder = readFileSync(note, 'utf8');
    if (existsSync(join(folder, 'node')) && existsSync(join(folder, 'pnpm'))) return { file: join(folder, 'node'), folder };
  }
  const command = 'node -p "require(\'node:path\').dirname(process.argv[1] ?? process.execPath)" "$(command -v node)"';
  const folder = (await capture('npx', ['-y', '-p', `node@${NODE_MAJOR}`, '-p', 'pnpm@12', '-c', command])).trim().split('\n').at(-1) ?? '';
  if (!existsSync(join(folder, 'node'))) {
    process.stderr.write(
      `Node ${NODE_MAJOR} could not be fetched through npm. Check the connection to the npm registry, or install Node ${NODE_MAJOR} and pnpm 12 yourself.\n`,
    );
    process.exit(1);
  }
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, folder);
  return { file: join(folder, 'node'), folder };
}

/** Installs from the lockfile when it has changed since the last time. */
async function installWhenNeeded({ folder }) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'pnpm-lock.yaml')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules', '.netia-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const code = await run('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only'], folder, 'ignore');
  if (code !== 0) {
    process.stderr.write('The packages could not be installed; what pnpm said is above.\n');
    process.exit(code);
  }
  writeFileSync(stamp, wanted);
}

function environment(folder) {
  return { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
}

/** Runs to the end, passing signals on. @returns the exit code. */
function run(file, argv, folder, stdin = 'inherit') {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd: process.cwd(), env: environment(folder), stdio: [stdin, 'inherit', 'inherit'] });
    const passOn = (signal) => child.kill(signal);
    // The terminal sends Ctrl-C to the whole group; the child needs no second one, and we must outlive it.
    const stay = () => {};
    process.on('SIGTERM', passOn);
    process.on('SIGINT', stay);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGTERM', passOn);
      process.off('SIGINT', stay);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function capture(file, argv) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (piece) => {
      out += piece;
    });
    child.on('error', reject);
    child.on('close', () => resolve(out));
  });
}
