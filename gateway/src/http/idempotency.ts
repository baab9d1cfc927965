import { createHash } from 'node:crypto';
import type { Transaction } from '@netia/db';
import type { Request } from 'express';
import { AppError } from '../errors.ts';
import { seal, unseal } from '../tenants/sealed.ts';

/**
 * How long a reply can be repeated: longer than any client retries. Not a whole day, because a reply may hold a visitor's
 * words, and those have to be gone within a day of an erasure; the sweep that takes replies away runs once an hour.
 */
const REPLY_HOURS = 22;

/**
 * Runs a POST once per Idempotency-Key and tenant. Key, effect and reply are one transaction: a crash between them is
 * not possible, and a second request with the key waits on the row until the first has committed, then gets its reply.
 * Replies are kept sealed: one of them is a new API key.
 * @param secret NETIA_SECRET.
 */
export async function replyOnce(tx: Transaction, tenantId: string, request: Request, secret: string, handle: () => Promise<unknown>): Promise<unknown> {
  const key = request.get('idempotency-key');
  if (key === undefined) return handle();
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AppError('invalid_request', 'Idempotency-Key: give 1 to 255 visible ASCII characters.');
  const hash = createHash('sha256')
    .update(JSON.stringify([request.method, request.originalUrl, request.body ?? null]))
    .digest();
  const isFirst =
    (await tx.run('INSERT INTO idempotency_keys (tenant_id, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [tenantId, key, hash])) > 0;
  if (!isFirst) {
    const known = await tx.row<{ request_hash: Buffer; response_body: string | null }>(
      'SELECT request_hash, response_body FROM idempotency_keys WHERE tenant_id = $1 AND key = $2',
      [tenantId, key],
    );
    if (!known?.request_hash.equals(hash)) throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used with another request. Use a new one.');
    return known.response_body === null ? undefined : unseal(secret, tenantId, 'idempotent reply', known.response_body);
  }
  const result = await handle();
  await tx.run('UPDATE idempotency_keys SET response_body = $3 WHERE tenant_id = $1 AND key = $2', [
    tenantId,
    key,
    result === undefined ? null : JSON.stringify(seal(secret, tenantId, 'idempotent reply', result)),
  ]);
  return result;
}

/** Takes away the replies that nobody asks for again. */
export async function pruneReplies(tx: Transaction, tenantId: string): Promise<void> {
  await tx.run('DELETE FROM idempotency_keys WHERE tenant_id = $1 AND created_at < now() - make_interval(hours => $2)', [tenantId, REPLY_HOURS]);
}
