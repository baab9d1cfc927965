import { type FaultKind, ModelFault } from './language-model.ts';

/** What both vendors' error objects carry when an HTTP answer was refused. */
interface VendorError {
  status?: number;
  headers?: Headers;
  type?: string | null;
  code?: string | number | null;
}

/**
 * A vendor's error in our terms. Reads facts (status, type), never wording.
 * @param hasTimedOut the call was ended by our own clock and not by the visitor or a shutdown.
 */
export function readVendorError(error: unknown, hasTimedOut: boolean): ModelFault {
  if (error instanceof ModelFault) return error;
  if (hasTimedOut) return new ModelFault('timeout', { cause: error });
  const { status, headers, type, code } = (error ?? {}) as VendorError;
  return new ModelFault(kindOf(status, type ?? code), { cause: error, retryAfterMs: retryAfter(headers) });
}

function kindOf(status: number | undefined, type: string | number | null | undefined): FaultKind {
  // An unpaid bill comes as 429 from one vendor; waiting does not mend it.
  if (status === 401 || status === 402 || status === 403 || type === 'insufficient_quota') return 'auth';
  if (status === 429) return 'rate_limited';
  if (status !== undefined) return status >= 500 ? 'overloaded' : 'refused';
  // Inside a stream there is no status any more.
  if (type === 'authentication_error' || type === 'billing_error') return 'auth';
  if (type === 'rate_limit_error' || type === 'rate_limit_exceeded') return 'rate_limited';
  if (type === 'overloaded_error' || type === 'api_error' || type === 'server_error') return 'overloaded';
  // No status: nothing came back, or what came back broke off.
  return type === undefined || type === null ? 'unreachable' : 'broken_stream';
}

/** Seconds or an HTTP date (RFC 9110), in milliseconds from now. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get?.('retry-after');
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
