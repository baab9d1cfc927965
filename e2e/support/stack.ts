import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@netia/db';
import { type FakeModels, freePort, until } from '@netia/testkit';

const ROOT = join(import.meta.dirname, '..', '..');
const CACHE = join(ROOT, 'node_modules', '.cache');
const START_MS = 60_000;
/** The gateway promises to be gone within about 25 s. */
const STOP_MS = 40_000;
const SLUG = 'shop';

export interface StackOptions {
  /** Switches both vendors' models on, played by this. */
  models?: FakeModels;
  env?: Record<string, string>;
  /** What the gateway is called; passkeys are bound to a name and refuse an address of numbers. */
  host?: 'localhost' | '127.0.0.1';
}

export interface KnowledgeInput {
  format: 'faq' | 'text' | 'markdown' | 'html';
  title?: string;
  content: string;
  url?: string;
}

interface Tenant {
  websiteId: string;
  key: string;
}

/** A process that has ended, and what it said. */
export interface Ended {
  code: number | null;
  output: string;
}

/**
 * The real gateway as a process of its own, with one tenant beside the demo's: on the server of TEST_DATABASE_URL in a
 * database made for it, else on an embedded one. What is done to it goes through its command line or its HTTP API.
 */
export class Stack {
  readonly url: string;
  readonly websiteId: string;
  readonly key: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #remove: () => Promise<void>;
  #process: ChildProcess | undefined;
  #logs = '';

  private constructor(url: string, tenant: Tenant, environment: NodeJS.ProcessEnv, remove: () => Promise<void>) {
    this.url = url;
    this.websiteId = tenant.websiteId;
    this.key = tenant.key;
    this.#environment = environment;
    this.#remove = remove;
  }

  static async start({ models, env = {}, host = '127.0.0.1' }: StackOptions = {}): Promise<Stack> {
    await buildWidget();
    const port = await freePort();
    const url = `http://${host}:${port}`;
    const { environment, tenant, remove } = await prepare();
    const stack = new Stack(
      url,
      tenant,
      {
        ...environment,
        PORT: String(port),
        PUBLIC_URL: url,
        NETIA_DEMO: '1',
        // The answers of played models change from test to test.
        REMEMBER_ANSWERS: '0',
        ...(models && { OPENAI_API_KEY: 'sk-e2e', OPENAI_BASE_URL: models.openAiUrl, ANTHROPIC_API_KEY: 'sk-e2e', ANTHROPIC_BASE_URL: models.anthropicUrl }),
        ...env,
      },
      remove,
    );
    await stack.launch().catch(async (error: unknown) => {
      await remove();
      throw error;
    });
    return stack;
  }

  get logs(): string {
    return this.#logs;
  }

  /** Starts the process, for the first time or again on the same port and data, and waits until it can take work. */
  async launch(): Promise<void> {
    const child = spawnNetia(['gateway/src/cli.ts', 'serve'], this.#environment);
    this.#process = child;
    const hear = (piece: Buffer) => {
      this.#logs += piece.toString();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    await until(
      'the gateway to be ready',
      async () => {
        if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${this.#logs}`);
        return (await fetch(`${this.url}/readyz`).catch(() => undefined))?.ok;
      },
      START_MS,
    );
  }

  /** Pulls the plug: no farewell, no flush. */
  async kill(): Promise<void> {
    await endOf(this.#process, 'SIGKILL');
  }

  /** Asks it to end. @returns its exit code. */
  async terminate(): Promise<number | null> {
    return endOf(this.#process, 'SIGTERM');
  }

  /** Ends the process and removes its data. @returns its exit code. */
  async stop(): Promise<number | null> {
    try {
      return await this.terminate();
    } finally {
      await this.#remove();
    }
  }

  /** Calls the REST API with the tenant's key. @throws on anything but 2xx. */
  async admin<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/v1/admin${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async addKnowledge(...entries: KnowledgeInput[]): Promise<void> {
    for (const entry of entries) await this.admin('POST', '/knowledge', entry);
  }

  /** Runs a command of the command line on this stack's data. The embedded database is the process's alone: end that first. */
  async netia(...args: string[]): Promise<string> {
    const { code, output } = await runToEnd(['gateway/src/cli.ts', ...args], this.#environment);
    if (code !== 0) throw new Error(`netia ${args.join(' ')}:\n${output}`);
    return output;
  }

  /** Whether several processes can work on the same data: they need a database server, and Redis to tell each other. */
  get canShare(): boolean {
    return Boolean(this.#environment['DATABASE_URL'] && this.#environment['REDIS_URL']);
  }

  /** A second process over the same data, on a port of its own. To be stopped before the first. */
  async beside(): Promise<Stack> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const other = new Stack(url, this, { ...this.#environment, PORT: String(port), PUBLIC_URL: url }, () => Promise.resolve());
    await other.launch();
    return other;
  }

  /** Replaces settings of one type; what is left out takes its default. */
  async set(type: 'widget' | 'ai' | 'leads' | 'handoff' | 'budget' | 'tidio' | 'hours' | 'privacy' | 'identity', settings: object): Promise<void> {
    await this.admin('PUT', `/settings/${type}`, settings);
  }

  /** One figure of /metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  }
}

/** Runs a script of the repository to its end, or until `whileRunning` has ended it. */
export async function runToEnd(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  whileRunning?: (child: ChildProcess, output: () => string) => Promise<void>,
): Promise<Ended> {
  const child = spawnNetia(args, { ...cleanEnvironment(), ...env });
  let output = '';
  const hear = (piece: Buffer) => {
    output += piece.toString();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  try {
    await whileRunning?.(child, () => output);
    await until(`${args.join(' ')} to end`, () => child.exitCode !== null || child.signalCode !== null, START_MS);
    return { code: child.exitCode, output };
  } finally {
    child.kill('SIGKILL');
  }
}

function spawnNetia(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  // Should the tests be broken off, nothing of theirs stays behind.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

async function endOf(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (!child) return null;
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    try {
      await until(`the gateway to end after ${signal}`, () => child.exitCode !== null || child.signalCode !== null, STOP_MS);
    } finally {
      child.kill('SIGKILL');
    }
  }
  return child.exitCode;
}

/** Without the settings of whoever runs the tests, and of the test runner. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    NODE_COMPILE_CACHE: join(CACHE, 'compile'),
  };
}

/** In a process of its own: a test runner sets NODE_ENV, and the build would heed it. */
async function buildWidget(): Promise<void> {
  const { code, output } = await runToEnd(['tools/build.ts']);
  if (code !== 0) throw new Error(`the widget could not be built:\n${output}`);
}

interface Prepared {
  environment: NodeJS.ProcessEnv;
  tenant: Tenant;
  remove(): Promise<void>;
}

function prepare(): Promise<Prepared> {
  const server = process.env['TEST_DATABASE_URL'];
  return server ? onServer(server) : embedded();
}

async function onServer(server: string): Promise<Prepared> {
  const name = `netia_e2e_${randomBytes(4).toString('hex')}`;
  const admin = await connect({ url: server, poolSize: 1 });
  await admin.pool.query(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const redis = process.env['TEST_REDIS_URL'];
  const environment = {
    ...cleanEnvironment(),
    DATABASE_URL: url.href,
    NETIA_SECRET: randomBytes(32).toString('hex'),
    // Keys of its own: people of the same names, all at one address, would use up the tries to sign in of the files after.
    ...(redis && { REDIS_URL: `${redis}?keyPrefix=${name}:` }),
  };
  const remove = async () => {
    await admin.pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.close();
  };
  try {
    return { environment, tenant: await makeTenant(environment), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * A data folder with a migrated database and its tenant, made by the command line. The same sources make the same
 * folder, so it is made once and copied.
 */
async function embedded(): Promise<Prepared> {
  const template = join(CACHE, 'netia-e2e', hashSources());
  if (!existsSync(template)) {
    rmSync(join(CACHE, 'netia-e2e'), { recursive: true, force: true });
    mkdirSync(join(CACHE, 'netia-e2e'), { recursive: true });
    const making = mkdtempSync(`${template}-`);
    const tenant = await makeTenant({ ...cleanEnvironment(), NETIA_DATA_DIR: making });
    writeFileSync(join(making, 'tenant.json'), JSON.stringify(tenant));
    renameSync(making, template);
  }
  const folder = mkdtempSync(join(tmpdir(), 'netia-e2e-'));
  cpSync(template, folder, { recursive: true });
  return {
    environment: { ...cleanEnvironment(), NETIA_DATA_DIR: folder },
    tenant: JSON.parse(readFileSync(join(folder, 'tenant.json'), 'utf8')) as Tenant,
    remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

function hashSources(): string {
  const hash = createHash('sha256');
  const files = globSync(['db/src/**/*.ts', 'db/**/*.sql', 'gateway/src/**/*.ts', 'e2e/support/stack.ts', 'pnpm-lock.yaml'], {
    cwd: ROOT,
    exclude: ['**/node_modules'],
  });
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 20);
}

async function makeTenant(environment: NodeJS.ProcessEnv): Promise<Tenant> {
  const netia = async (...args: string[]) => {
    const { code, output } = await runToEnd(['gateway/src/cli.ts', ...args], environment);
    if (code !== 0) throw new Error(`netia ${args.join(' ')}:\n${output}`);
    return output;
  };
  const made = await netia('tenant', 'create', '--slug', SLUG, '--name', 'Tidewater Coffee', '--email', 'owner@tidewater.invalid');
  const websiteId = /data-website-id="([^"]+)"/.exec(made)?.[1];
  const key = /^nk_\S+/m.exec(await netia('key', 'create', '--tenant', SLUG))?.[0];
  if (!websiteId || !key) throw new Error('the command line printed no snippet or no key');
  return { websiteId, key };
}
