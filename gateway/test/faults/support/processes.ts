import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, until } from '@netia/testkit';
import nodeFlags from '../../../../tools/node-flags.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const REDIS = process.env['REDIS_SERVER_PATH'] ?? ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);

/** Why these tests cannot run here; undefined when they can. */
export function whatIsMissing(): string | undefined {
  if (!process.env['TEST_DATABASE_URL']) return 'TEST_DATABASE_URL is not set: several processes need a database server';
  if (!REDIS) return 'redis-server is not installed: these tests stop one of their own';
  return undefined;
}

const STARTED = /"msg":"started"|Ready to accept connections/;

/** Whatever happens to this process, those it started do not outlive it. */
const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A program that is started, stopped, killed and started again, always with the same settings. */
export class Program {
  readonly name: string;
  /** How often it was killed. */
  kills = 0;
  /** Ends that nobody here has asked for, with what it said last. */
  readonly ownEnds: string[] = [];
  readonly #command: string;
  readonly #args: string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: string;
  #child: ChildProcess | undefined;
  #isPaused = false;
  /** Where the log of this life begins, and when. */
  #from = 0;
  #startedAt = 0;

  constructor(name: string, command: string, args: string[], env: NodeJS.ProcessEnv, folder: string) {
    this.name = name;
    this.#command = command;
    this.#args = args;
    this.#env = env;
    this.#log = join(folder, `${name}.log`);
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** All that it has written so far, over all its lives. */
  get log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
  }

  #readFrom(from: number): string {
    const file = openSync(this.#log, 'r');
    const buffer = Buffer.alloc(Math.min(1e6, fstatSync(file).size - from));
    readSync(file, buffer, 0, buffer.length, from);
    closeSync(file);
    return buffer.toString();
  }

  /** Whether it has said, in this life, that it has begun its work. */
  get hasStarted(): boolean {
    return STARTED.test(this.#readFrom(this.#from));
  }

  start(): void {
    if (this.#child) throw new Error(`${this.name} runs already`);
    const out = openSync(this.#log, 'a');
    this.#from = fstatSync(out).size;
    this.#startedAt = performance.now();
    const child = spawn(this.#command, this.#args, { cwd: ROOT, env: this.#env, stdio: ['ignore', out, out] });
    closeSync(out);
    living.add(child);
    this.#child = child;
    this.#isPaused = false;
    child.on('exit', (code, signal) => {
      living.delete(child);
      // Still ours: nobody here has ended it.
      if (this.#child !== child) return;
      this.#child = undefined;
      this.ownEnds.push(`${this.name} ended with ${code ?? signal}: ${this.log.slice(-1_500)}`);
    });
  }

  /** kill -9, at once. */
  kill(): void {
    const child = this.#release();
    if (!child) return;
    child.kill('SIGKILL');
    this.kills++;
  }

  /** kill -9, and again from the beginning. */
  restart(): void {
    this.kill();
    this.start();
  }

  /**
   * Waits until a life has lasted as long as wished, or on a busy machine until it has been up for as long as it took to
   * come up: killed before it could do anything, it would show nothing. @returns whether that took longer than wished.
   */
  async untilWorthKilling(livesMs: number, signal: AbortSignal): Promise<boolean> {
    const age = () => performance.now() - this.#startedAt;
    const rest = (ms: number) => pause(ms, undefined, { signal }).catch(() => {});
    while (!this.hasStarted && !signal.aborted) await rest(20);
    const cameUpMs = age();
    await rest(Math.max(livesMs, cameUpMs * 2) - age());
    return cameUpMs * 2 > livesMs;
  }

  /** It stops in the very instruction it is at, and does not notice. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
    this.#isPaused = true;
  }

  resume(): void {
    if (this.#isPaused) this.#child?.kill('SIGCONT');
    this.#isPaused = false;
  }

  /** Ends it in an orderly way, within ten seconds; by force, if it takes longer. */
  async stop(): Promise<void> {
    const child = this.#release();
    if (!child) return;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (this.#isPaused) child.kill('SIGCONT');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  }

  #release(): ChildProcess | undefined {
    const child = this.#child;
    this.#child = undefined;
    return child;
  }
}

export interface Installation {
  url: string;
  gateway: Program;
  workers: Program[];
  redis: Program;
  /** Starts Redis, the gateway and so many workers (all, unless said), and waits until they can take work. */
  begin(workers?: number): Promise<void>;
  /** Ends of processes that nobody has asked for. */
  ownEnds(): string[];
  close(): Promise<void>;
}

export interface InstallationOptions {
  databaseUrl: string;
  environment: NodeJS.ProcessEnv;
  /** For the gateway alone. */
  gatewayEnvironment?: NodeJS.ProcessEnv;
  workers?: number;
}

/** A gateway, workers and a Redis of their own, as processes on loopback ports, over one database. Not started yet. */
export async function install({ databaseUrl, environment, gatewayEnvironment = {}, workers = 1 }: InstallationOptions): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'netia-faults-'));
  const [port, redisPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    // Sources compiled once start in half the time; so does what tools/netia.ts starts.
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compile'),
    DATABASE_URL: databaseUrl,
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
    NETIA_DATA_DIR: folder,
    NETIA_DEMO: '0',
    REMEMBER_ANSWERS: '0',
    PORT: String(port),
    ...environment,
  };
  const netia = (name: string, role: string, more: NodeJS.ProcessEnv = {}) =>
    new Program(name, process.execPath, [...nodeFlags.flags, 'gateway/src/cli.ts', role], { ...env, ...more }, folder);
  const redis = new Program(
    'redis',
    REDIS ?? 'redis-server',
    ['--bind', '127.0.0.1', '--port', String(redisPort), '--save', '', '--appendonly', 'no', '--dir', folder],
    env,
    folder,
  );
  const gateway = netia('gateway', 'gateway', gatewayEnvironment);
  const others = Array.from({ length: workers }, (_, i) => netia(`worker-${i + 1}`, 'worker'));
  const netias = [gateway, ...others];
  return {
    url,
    gateway,
    workers: others,
    redis,
    begin: async (count = workers) => {
      redis.start();
      await until('Redis to start', () => redis.hasStarted);
      await compileOnce(netias);
      const wanted = netias.slice(0, 1 + count);
      for (const program of wanted) program.start();
      await haveStarted(wanted);
    },
    ownEnds: () => [redis, ...netias].flatMap((program) => program.ownEnds),
    close: async () => {
      for (const program of netias) program.resume();
      await Promise.all(netias.map((program) => program.stop()));
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const haveStarted = (programs: readonly Program[]) =>
  until(`${programs.map(({ name }) => name).join(' and ')} to start`, () => programs.every((program) => program.hasStarted), 60_000);

let isCompiled = false;

/** What is killed never writes down what it has compiled: one life in peace does it for all that follow. */
async function compileOnce(programs: readonly Program[]): Promise<void> {
  if (isCompiled) return;
  for (const program of programs) program.start();
  await haveStarted(programs);
  await Promise.all(programs.map((program) => program.stop()));
  isCompiled = true;
}

export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
