import { setTimeout as pause } from 'node:timers/promises';
import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll, isBrokenCircuitError } from 'cockatiel';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { BudgetSpent, type LanguageModel, ModelFault, type OpenAnswer, type Prompt, type TokenUse } from './language-model.ts';
import { readVendorError } from './read-vendor-error.ts';

export interface ModelLimits {
  /** Most we wait for the first text, in milliseconds. Two tries and the fallback must fit into 20 s. */
  firstTextMs: number;
  /** Most we wait between two pieces of text. */
  stallMs: number;
  /** How long a failing model is left alone. */
  restMs: number;
  /** Consecutive faults after which it is. */
  faultsMax: number;
}

export const MODEL_LIMITS: ModelLimits = { firstTextMs: 8_000, stallMs: 8_000, restMs: 15_000, faultsMax: 5 };

/** A wait that the vendor asks for is honoured up to here; longer, and the next model is asked instead. */
const RETRY_AFTER_MAX_MS = 1_500;

/**
 * What stands between a turn and the vendors: time limits, one retry before the first text, a breaker per model, and the
 * budget, spent before each call.
 */
export class GuardedModels {
  readonly #limits: ModelLimits;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #breakers = new Map<LanguageModel, CircuitBreakerPolicy>();

  constructor(models: readonly LanguageModel[], metrics: Metrics, log: Log, limits: ModelLimits = MODEL_LIMITS) {
    this.#limits = limits;
    this.#metrics = metrics;
    this.#log = log;
    for (const model of models) {
      const breaker = circuitBreaker(handleAll, { halfOpenAfter: limits.restMs, breaker: new ConsecutiveBreaker(limits.faultsMax) });
      breaker.onStateChange((state) => {
        metrics.breakerOpen.set({ model: model.model }, state === CircuitState.Closed ? 0 : 1);
        if (state === CircuitState.Open) log.warn({ model: model.model }, 'model left alone after repeated faults');
      });
      this.#breakers.set(model, breaker);
    }
  }

  /**
   * Calls the model and waits for its first text.
   * @param spend takes one call from the budget; false when none is left.
   * @throws {ModelFault | BudgetSpent}
   */
  async open(model: LanguageModel, prompt: Prompt, signal: AbortSignal, spend: () => Promise<boolean>): Promise<OpenAnswer> {
    for (let attempt = 1; ; attempt++) {
      if (!(await spend())) throw new BudgetSpent();
      try {
        return await this.#guard(model, () => this.#call(model, prompt, signal));
      } catch (error) {
        signal.throwIfAborted();
        const fault = isBrokenCircuitError(error) ? new ModelFault('overloaded', { cause: error }) : readVendorError(error, false);
        const wait = fault.retryAfterMs ?? 200 + Math.random() * 300;
        const isLast = attempt === 2 || isBrokenCircuitError(error) || !fault.isPassing || wait > RETRY_AFTER_MAX_MS;
        this.#metrics.modelCalls.inc({ model: model.model, outcome: fault.kind });
        this.#log.warn(
          { model: model.model, attempt, fault: fault.kind, err: error },
          fault.kind === 'auth' ? 'the model refuses our key or account: correct it' : 'model call failed',
        );
        if (fault.kind === 'auth') this.#openAtOnce(model);
        if (isLast) throw fault;
        await pause(wait, undefined, { signal });
      }
    }
  }

  #guard<T>(model: LanguageModel, call: () => Promise<T>): Promise<T> {
    const breaker = this.#breakers.get(model);
    return breaker ? breaker.execute(call) : call();
  }

  /** A wrong key or an unpaid bill does not mend itself: the breaker opens without waiting for more refusals. */
  #openAtOnce(model: LanguageModel): void {
    const isolation = this.#breakers.get(model)?.isolate();
    if (isolation) setTimeout(() => isolation.dispose(), this.#limits.restMs).unref();
  }

  async #call(model: LanguageModel, prompt: Prompt, outer: AbortSignal): Promise<OpenAnswer> {
    const clock = new Clock(outer);
    const stream = model.write(prompt, clock.signal);
    clock.set(this.#limits.firstTextMs);
    let first: IteratorResult<string, TokenUse>;
    try {
      first = await stream.next();
      // White space alone is no text yet, and a stream that ends without any is a fault of the vendor's.
      while (!first.done && first.value.trim() === '') first = await stream.next();
      if (first.done) throw new ModelFault('broken_stream');
    } catch (error) {
      clock.stop();
      throw readVendorError(error, clock.hasRung);
    }
    const opening = first.value;
    const use = Promise.withResolvers<TokenUse>();
    // A turn that stops reading early never asks for the figures.
    use.promise.catch(() => {});
    return { use: use.promise, text: this.#rest(model, opening, stream, clock, use) };
  }

  async *#rest(
    model: LanguageModel,
    opening: string,
    stream: AsyncGenerator<string, TokenUse>,
    clock: Clock,
    use: PromiseWithResolvers<TokenUse>,
  ): AsyncGenerator<string> {
    try {
      yield opening;
      for (;;) {
        clock.set(this.#limits.stallMs);
        const next = await stream.next();
        clock.stop();
        if (next.done) {
          this.#metrics.modelCalls.inc({ model: model.model, outcome: 'complete' });
          use.resolve(next.value);
          return;
        }
        yield next.value;
      }
    } catch (error) {
      const fault = readVendorError(error, clock.hasRung);
      this.#metrics.modelCalls.inc({ model: model.model, outcome: fault.kind });
      this.#log.warn({ model: model.model, fault: fault.kind, err: error }, 'model stream broke off');
      use.reject(fault);
      throw fault;
    } finally {
      clock.stop();
      clock.abort();
    }
  }
}

/** An abort signal with a clock that can be set anew: the SDKs' own time limits end with the response headers. */
class Clock {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;
  hasRung = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#controller.signal]);
  }

  set(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.hasRung = true;
      this.#controller.abort();
    }, ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  abort(): void {
    this.#controller.abort();
  }
}
