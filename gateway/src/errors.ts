import { ERROR_CODES, type ErrorCode } from '@netia/protocol';

/**
 * The one error of the gateway. `message` is public: a sentence the caller can act on, without a vendor's words.
 * What is private goes into `cause`, which is logged and never sent.
 */
export class AppError extends Error {
  override name = 'AppError';
  readonly code: ErrorCode;
  readonly status: number;
  /** Facts for the caller, safe to show. */
  readonly details: unknown;
  /** Response headers that belong to the refusal, such as Retry-After. */
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, message: string, options: { details?: unknown; cause?: unknown; headers?: Record<string, string> } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = ERROR_CODES[code].status;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }
}

/** A fault in what the operator gave at start: printed as its message alone, exit code 1. */
export class StartError extends Error {
  override name = 'StartError';
}
