import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParsedSource, type ParseRequest, UnreadableSource } from './parsed-source.ts';

export interface ParserLimits {
  /** For one source, in milliseconds. */
  timeMs: number;
  /** Of the whole process, in bytes. */
  memory: number;
}

const LIMITS: ParserLimits = { timeMs: 9_000, memory: 700 * 1024 * 1024 };
const HEAP_MB = 400;
const LOOK_EVERY_MS = 50;
/** A process with nothing to do ends; the next source starts another within 200 ms. */
const IDLE_MS = 20_000;

/**
 * Parses what tenants give in a process of its own, one source after the other. Whatever a file makes the parser do, it
 * happens there: it is ended when it takes too long or too much memory, and the next source gets a new one.
 */
export class ParserProcess {
  readonly #limits: ParserLimits;
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(limits: Partial<ParserLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** @throws {UnreadableSource} with a reason for the tenant. */
  parse(request: ParseRequest): Promise<ParsedSource> {
    const parsed = this.#last.then(() => this.#parseNow(request));
    this.#last = parsed.catch(() => {});
    return parsed;
  }

  /** Ends what is being parsed; nothing is begun any more. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #parseNow(request: ParseRequest): Promise<ParsedSource> {
    clearTimeout(this.#idle);
    if (this.#isClosed) return Promise.reject(new Error('the parser is closed'));
    const child = this.#child ?? this.#start();
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const watch = setInterval(() => {
        const isLate = performance.now() - started > this.#limits.timeMs;
        if (!isLate && residentBytes(child.pid) <= this.#limits.memory) return;
        settle(() => reject(new UnreadableSource(isLate ? 'Reading it took too long: it is too large, or made to be.' : TOO_MUCH_MEMORY)));
        this.#end(child);
      }, LOOK_EVERY_MS);
      const settle = (how: () => void) => {
        clearInterval(watch);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.off('error', onError);
        how();
      };
      const onMessage = (message: unknown) => {
        const { parsed, reason, detail } = message as { parsed?: ParsedSource; reason?: string; detail?: string };
        settle(() => (parsed ? resolve(parsed) : reject(new UnreadableSource(reason ?? 'The content cannot be read.', { cause: detail }))));
        this.#rest(child);
      };
      // Out of memory, most likely: V8 ends its process then.
      const onExit = () => settle(() => reject(new UnreadableSource(TOO_MUCH_MEMORY)));
      const onError = (error: Error) => settle(() => reject(error));
      child.on('message', onMessage);
      child.on('error', onError);
      child.on('exit', onExit);
      // Failing to send is an end as well, and 'exit' tells of it.
      child.send(request, (error) => error && this.#end(child));
    });
  }

  #start(): ChildProcess {
    const child = fork(join(import.meta.dirname, 'parse-child.ts'), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--disable-warning=ExperimentalWarning'],
      // None of the settings, which hold secrets.
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // One that ends while nobody waits for it, or cannot be started, is replaced by the next source's.
    const forget = () => {
      if (this.#child === child) this.#child = undefined;
    };
    child.on('exit', forget);
    child.on('error', forget);
    // A source being parsed keeps nobody alive; who waits for it does.
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }

  #rest(child: ChildProcess): void {
    // Memory that a large source has left behind would count against the next one.
    if (residentBytes(child.pid) > this.#limits.memory / 2) {
      this.#end(child);
      return;
    }
    this.#idle = setTimeout(() => this.#end(child), IDLE_MS);
    this.#idle.unref();
  }

  #end(child: ChildProcess): void {
    child.kill('SIGKILL');
    if (this.#child === child) this.#child = undefined;
  }
}

const TOO_MUCH_MEMORY = 'Reading it would take too much memory: it is too large, or made to be.';

/** Resident memory of a process, where the system tells; elsewhere V8's own limit has to do. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}
