import type { AnswererName } from '@netia/protocol';
import type { TokenPrice } from '../config.ts';

export interface Prompt {
  system: string;
  user: string;
  /** Most tokens the model may write. */
  tokensMax: number;
}

export interface TokenUse {
  tokensIn: number;
  tokensOut: number;
}

/** A model that writes. Adapters only translate: the vendor's request, stream and errors into these. */
export interface LanguageModel {
  name: Exclude<AnswererName, 'extractive'>;
  /** The vendor's name of the model, for records. */
  model: string;
  /** Undefined where nobody has said. */
  price?: TokenPrice | undefined;
  /**
   * Streams the text; returns the tokens used when the stream came to its proper end.
   * @throws {ModelFault} also for a stream that ends without saying so: half an answer must not pass for a whole one.
   */
  write(prompt: Prompt, signal: AbortSignal): AsyncGenerator<string, TokenUse>;
}

export type FaultKind = 'rate_limited' | 'overloaded' | 'auth' | 'refused' | 'unreachable' | 'timeout' | 'broken_stream';

/** What went wrong with a vendor, in our words; the vendor's own error is the cause and stays in the log. */
export class ModelFault extends Error {
  override name = 'ModelFault';
  readonly kind: FaultKind;
  /** What the vendor asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(kind, { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same call may go better a moment later. */
  get isPassing(): boolean {
    return this.kind === 'rate_limited' || this.kind === 'overloaded' || this.kind === 'unreachable' || this.kind === 'broken_stream';
  }
}

/** One model's attempt to answer, in the order a tenant wants them. */
export interface AnswererChain {
  /** The models to try, first to last. Empty: quote the sources. */
  readonly models: readonly LanguageModel[];
  /**
   * Opens a stream on one model: spends one call of the budget, waits for the first text, tries once more if that fails
   * in a way that may pass. Nothing has been shown yet when it throws.
   * @throws {ModelFault}; {BudgetSpent} when no call is left.
   */
  open(model: LanguageModel, prompt: Prompt, signal: AbortSignal): Promise<OpenAnswer>;
}

export interface OpenAnswer {
  text: AsyncIterable<string>;
  /** Resolves when `text` has been read to its end. */
  use: Promise<TokenUse>;
}

/** The day's model calls are used up, of the tenant or of the installation. */
export class BudgetSpent extends Error {
  override name = 'BudgetSpent';
}
