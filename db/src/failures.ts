/** The database could not be opened at start; `message` is one sentence an operator can act on. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
}

/** SQLSTATE of an error that came from Postgres, if any. */
function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** 23505: a row with this key is already there. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** 42501: the login may not do this. */
export function isRightMissing(error: unknown): boolean {
  return sqlState(error) === '42501';
}

/** 0A000: an extension that a migration wants is not installed on the server. */
export function isExtensionMissing(error: unknown): boolean {
  return sqlState(error) === '0A000' && /extension/.test((error as Error).message);
}

/** Socket errors Node reports, and what Postgres says while it starts or stops. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01', // admin_shutdown, also pg_terminate_backend
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: still starting
  '08000',
  '08003',
  '08006',
  '08P01', // PgBouncer reports its own refusals as protocol violations
]);

/**
 * Whether the connection failed rather than the statement. The outcome of a COMMIT that failed this way is unknown:
 * whoever retries must first look for what the commit would have left (SQLSTATE class 08, transaction_resolution_unknown).
 */
export function isConnectionFailure(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined && CONNECTION_CODES.has(code)) return true;
  return (
    error instanceof Error &&
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|server conn crashed/i.test(error.message)
  );
}

/** What Postgres refused only because of what else was going on: deadlock, serialisation, lock or statement timeout, full house. */
const PASSING_CODES = new Set(['40P01', '40001', '55P03', '57014', '53300', '53400']);

/** Whether the same request may well succeed a moment later. Nothing of the failed one has been kept. */
export function isPassing(error: unknown): boolean {
  return isConnectionFailure(error) || PASSING_CODES.has(sqlState(error) ?? '');
}
