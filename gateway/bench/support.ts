import { type ChildProcess, type ForkOptions, fork, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect, type Database, migrate, openDoors } from '@netia/db';
import { until } from '@netia/testkit';
import pg from 'pg';
import nodeFlags from '../../tools/node-flags.json' with { type: 'json' };
import { connectCrispWebsite } from '../src/channels/crisp/connection.ts';
import { addKnowledge } from '../src/knowledge/publish-knowledge.ts';
import { provisionTenant } from '../src/tenants/provision-tenant.ts';
import { saveSettings } from '../src/tenants/settings.ts';
import { makeDocuments } from './corpus.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

type Defer = (close: () => void | Promise<void>) => void;

/** Runs one benchmark: says what it asks and where it ran, and closes what it opened, last first. */
export async function bench(question: string, work: (defer: Defer) => Promise<void>): Promise<void> {
  const closers: (() => void | Promise<void>)[] = [];
  console.log(`\n${question}\n${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}, ${databaseName()}\n`);
  try {
    await work((close) => closers.push(close));
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

export const isOnServer = Boolean(process.env['TEST_DATABASE_URL']);

function databaseName(): string {
  return isOnServer ? 'PostgreSQL of TEST_DATABASE_URL' : 'embedded database (set TEST_DATABASE_URL for PostgreSQL)';
}

// --- figures ---------------------------------------------------------------------------------------------------------

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Three significant places. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export const ratio = (value: number, floor: number): string => `${figure(value / floor)}×`;
export const share = (value: number, floor: number): string => `${figure((value / floor) * 100)} %`;

/** First column left, the others right. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('   ')
      .trimEnd();
  console.log(line(head));
  console.log(widths.map((width) => '-'.repeat(width)).join('   '));
  for (const row of rows) console.log(line(row));
}

// --- databases -------------------------------------------------------------------------------------------------------

export interface BenchDatabase {
  /** For a gateway's process. */
  environment: NodeJS.ProcessEnv;
  /** Opens it here. An embedded one must be closed again before another process may have it. */
  open(options?: { poolSize?: number }): Promise<{ db: Database; connection: Connection }>;
  /** The same database for a second process: itself on a server, a copy of the folder when embedded. */
  share(): BenchDatabase;
}

/** An empty migrated database of the benchmark's own, dropped when it ends. */
export async function makeDatabase(defer: Defer): Promise<BenchDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  const database = server ? await onServer(server, defer) : inFolder(defer);
  const { connection } = await database.open();
  await migrate(connection.pool);
  await connection.close();
  return database;
}

async function onServer(server: string, defer: Defer): Promise<BenchDatabase> {
  const name = `netia_bench_${randomBytes(4).toString('hex')}`;
  const asAdmin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await asAdmin(`CREATE DATABASE ${name}`);
  defer(() => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database: BenchDatabase = {
    environment: { DATABASE_URL: url.href, NETIA_SECRET: 'bench'.repeat(8) },
    open: async (options = {}) => {
      const connection = await connect({ url: url.href, ...options });
      return { connection, db: openDoors(connection) };
    },
    share: () => database,
  };
  return database;
}

function inFolder(defer: Defer, copyOf?: string): BenchDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'netia-bench-'));
  defer(() => rmSync(folder, { recursive: true, force: true }));
  if (copyOf) cpSync(copyOf, folder, { recursive: true });
  return {
    environment: { DATABASE_URL: '', NETIA_DATA_DIR: folder },
    open: async () => {
      const connection = await connect({ dataDir: join(folder, 'database') });
      return { connection, db: openDoors(connection) };
    },
    share: () => inFolder(defer, folder),
  };
}

export interface BenchTenant {
  id: string;
  websiteId: string;
  questions: string[];
}

/** As the gateway does beside its work on the embedded database (upkeep.ts). */
const UPKEEP_EVERY_MS = 60_000;

/** A tenant that knows so many chunks, and whose limits do not stand in the way. */
export async function makeTenant(db: Database, options: { seed: number; chunks: number; chunksPerDocument?: number }): Promise<BenchTenant> {
  const slug = `bench-${randomUUID().slice(0, 8)}`;
  const { id, widget_website_id } = await provisionTenant(db, { slug, name: 'Harbour Shop', email: `${slug}@bench.invalid` });
  const questions: string[] = [];
  let tidied = performance.now();
  for (const document of makeDocuments(options)) {
    questions.push(...document.questions);
    if (performance.now() - tidied > UPKEEP_EVERY_MS) {
      await db.tidy();
      tidied = performance.now();
    }
    await db.inTenant(id, (tx) => addKnowledge(tx, id, { format: 'markdown', title: document.title, content: document.content, language: 'en' }));
  }
  await db.inTenant(id, (tx) =>
    saveSettings(tx, id, 'budget', { messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000, model_calls_per_day: 1_000_000 }),
  );
  return { id, websiteId: widget_website_id, questions };
}

/** Connects the tenant to a website in Crisp. @returns the website's id. */
export async function connectCrisp(db: Database, tenant: BenchTenant): Promise<string> {
  const websiteId = randomUUID();
  await db.inTenant(tenant.id, (tx) => connectCrispWebsite(tx, tenant.id, websiteId));
  return websiteId;
}

/** As autovacuum would leave the tables a minute later; without it the first minute's plans are measured. */
export async function settle(connection: Connection): Promise<void> {
  await connection.pool.query('VACUUM ANALYZE');
  if (isOnServer) await connection.pool.query('CHECKPOINT');
}

// --- processes -------------------------------------------------------------------------------------------------------

export interface BenchProcess {
  url: string;
  pid: number;
  /** From spawn to ready, in milliseconds. */
  startMs: number;
  stop(): Promise<void>;
}

/** Set to a folder: each gateway leaves a CPU profile there. */
const PROFILE_FOLDER = process.env['BENCH_PROFILE'];

/** A gateway as production runs it: through tools/netia.ts, which keeps compiled code, its log going to a file. */
export async function startGateway(database: BenchDatabase, more: NodeJS.ProcessEnv, defer: Defer, role: 'serve' | 'gateway' = 'serve'): Promise<BenchProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'netia-bench-log-'));
  const log = join(folder, 'log');
  const out = openSync(log, 'w');
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [...nodeFlags.flags, ...(PROFILE_FOLDER ? ['--cpu-prof', `--cpu-prof-dir=${PROFILE_FOLDER}`] : []), join(ROOT, 'tools', 'netia.ts'), role],
    {
      stdio: ['ignore', out, 'inherit'],
      env: {
        ...withoutOwnSettings(),
        NETIA_DATA_DIR: folder,
        NETIA_DEMO: '0',
        REMEMBER_ANSWERS: '0',
        NODE_ENV: 'production',
        // Every simulated visitor has an address of its own.
        TRUSTED_PROXIES: '1',
        MODEL_CALLS_PER_DAY: '10000000',
        ...database.environment,
        PORT: '0',
        ...more,
      },
    },
  );
  closeSync(out);
  const stop = stopper(child);
  defer(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = await until(
    'the gateway to start',
    () => {
      if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}: ${readFileSync(log, 'utf8')}`);
      return /"url":"(http[^"]+)"/.exec(readFileSync(log, 'utf8'))?.[1];
    },
    30_000,
  );
  return { url, pid: child.pid ?? 0, startMs: performance.now() - started, stop };
}

/** What the shell has set for a real gateway must not reach a measured one. */
function withoutOwnSettings(): NodeJS.ProcessEnv {
  const own =
    /^(DATABASE_URL|REDIS_URL|OPENAI_|ANTHROPIC_|NETIA_|PORT$|HOST$|PUBLIC_URL|LOG_LEVEL|TRUSTED_PROXIES|MODEL_CALLS|CRISP_|TIDIO_|TURNS_AT_ONCE|WORKER_PORT)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function stopper(child: ChildProcess): () => Promise<void> {
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(force);
  };
}

interface Helper extends BenchProcess {
  /** Asks the process for something; one question at a time. */
  ask<Answer>(message: object): Promise<Answer>;
}

/** One of the processes in processes/: it says where it listens, and answers what it is asked. */
async function startHelper(name: string, environment: NodeJS.ProcessEnv, defer: Defer): Promise<Helper> {
  const started = performance.now();
  const options: ForkOptions = { env: { ...withoutOwnSettings(), NODE_ENV: 'production', ...environment }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
  const child = fork(join(import.meta.dirname, 'processes', `${name}.ts`), options);
  const stop = stopper(child);
  defer(stop);
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      const ended = () => reject(new Error(`${name} has ended`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const { url } = (await next()) as { url: string };
  return {
    url,
    pid: child.pid ?? 0,
    startMs: performance.now() - started,
    stop,
    ask: async <Answer>(message: object) => {
      const answer = next();
      child.send(message);
      const { error, result } = (await answer) as { error?: string; result?: Answer };
      if (error !== undefined) throw new Error(error);
      return result as Answer;
    },
  };
}

/** A model without delay that answers with the first sentences of the first passage, in a process of its own; or one that never answers. */
export const startFakeModel = (defer: Defer, options: { hangs?: boolean } = {}): Promise<BenchProcess> =>
  startHelper('fake-model', options.hangs ? { BENCH_MODEL_HANGS: '1' } : {}, defer);

/** What one would write by hand, to compare with; see processes/floor.ts. */
export async function startFloor(database: BenchDatabase, tenant: BenchTenant, model: BenchProcess, defer: Defer, crisp?: Hooks): Promise<BenchProcess> {
  const environment = { BENCH_TENANT: tenant.id, BENCH_QUESTION: tenant.questions[0], OPENAI_BASE_URL: `${model.url}/v1`, CRISP_BASE_URL: crisp?.url ?? '' };
  return startHelper('floor', { ...database.environment, ...environment }, defer);
}

/** The secret that Crisp's webhooks are signed with here. */
export const HOOK_SECRET = 'a-hook-secret-of-the-benchmarks';

export interface HookRun {
  url: string;
  websiteId: string;
  secret: string;
  parallel: number;
  seconds: number;
  /** So many a second, however long they take, instead of so many at once. */
  rate?: number;
}
export interface HookResult {
  acknowledged: number;
  seconds: number;
  /** From webhook to acknowledgement, each. */
  ms: number[];
}
export interface ReplyRun {
  url: string;
  websiteId: string;
  secret: string;
  questions: string[];
}
/** Milliseconds from each webhook to its acknowledgement and to the visible answer. */
export interface ReplyResult {
  acknowledged: number[];
  visible: number[];
}

export interface Hooks extends BenchProcess {
  run(options: Omit<HookRun, 'secret'>): Promise<HookResult>;
  reply(options: Omit<ReplyRun, 'secret'>): Promise<ReplyResult>;
}

/** Crisp, in a process of its own: sends webhooks, and is what answers become visible in. @throws when one is not acknowledged or not answered. */
export async function startHooks(defer: Defer): Promise<Hooks> {
  const helper = await startHelper('hooks', {}, defer);
  return {
    ...helper,
    run: (options) => helper.ask({ run: { ...options, secret: HOOK_SECRET } }),
    reply: (options) => helper.ask({ reply: { ...options, secret: HOOK_SECRET } }),
  };
}

/** What a gateway needs to know of it. The plugin's token has five thousand calls a day, which no benchmark reaches. */
export const crispEnvironment = (crisp: Hooks): NodeJS.ProcessEnv => ({
  CRISP_BASE_URL: crisp.url,
  CRISP_HOOK_SECRET: HOOK_SECRET,
  CRISP_PLUGIN_ID: 'bench',
  CRISP_PLUGIN_KEY: 'bench',
});

export interface LoadResult {
  turns: number;
  seconds: number;
  /** Milliseconds to the first word and to the end, one per turn. */
  first: number[];
  total: number[];
}

export interface Load {
  /** Makes so many visitors at a server: each a session and a conversation of its own. */
  greet(url: string, websiteId: string, count: number): Promise<void>;
  /** So many visitors at once, each asking its next question as soon as the last is answered, until time or turns are over. */
  run(url: string, options: { parallel: number; questions: string[]; seconds?: number; turns?: number }): Promise<LoadResult>;
}

/** Visitors, in a process of their own. @throws when a turn goes unanswered: a wrong answer has no speed. */
export async function startLoad(defer: Defer): Promise<Load> {
  const helper = await startHelper('load', {}, defer);
  return {
    greet: (url, websiteId, count) => helper.ask({ greet: { url, websiteId, count } }),
    run: (url, options) => helper.ask({ run: { url, ...options } }),
  };
}

/** CPU time a process has used so far, in milliseconds; undefined where there is no /proc. */
export function cpuOf(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in megabytes, now and at its highest; undefined where there is no /proc. */
export function memoryOf(pid: number): { now: number; peak: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) / 1_024;
    return { now: field('VmRSS'), peak: field('VmHWM') };
  } catch {
    return undefined;
  }
}

/** A Redis database of the benchmark's own (number 9), if there is a server; emptied first. */
export async function ownRedis(): Promise<string | undefined> {
  const server = process.env['TEST_REDIS_URL'];
  if (!server) return undefined;
  const { Redis } = await import('ioredis');
  const url = new URL(server);
  url.pathname = '/9';
  const redis = new Redis(url.href);
  await redis.flushdb();
  redis.disconnect();
  return url.href;
}

export { pause };
