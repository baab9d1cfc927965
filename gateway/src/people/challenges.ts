import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { isUniqueViolation, type Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { hashSecret } from '../tenants/api-keys.ts';

/** What a challenge is answered for; one made for the one is no good for the other. */
export type ChallengePurpose = 'sign in' | 'register';

const LIVES_MS = 5 * 60_000;
const RANDOM_BYTES = 16;
const END_BYTES = 8;
const MAC_BYTES = 32;

/**
 * A challenge that needs no row until it is answered: random bits, the moment it ends, and a signature over both. Who signs in
 * belongs to no tenant yet, and without a tenant nothing is written.
 * @param secret NETIA_SECRET. @returns base64url.
 */
export function makeChallenge(secret: string, purpose: ChallengePurpose, now = Date.now()): string {
  const body = Buffer.alloc(RANDOM_BYTES + END_BYTES);
  randomBytes(RANDOM_BYTES).copy(body);
  body.writeBigUInt64BE(BigInt(now + LIVES_MS), RANDOM_BYTES);
  return Buffer.concat([body, macOf(secret, purpose, body)]).toString('base64url');
}

/** Whether we made it for this, and it has not ended. */
export function isChallenge(secret: string, purpose: ChallengePurpose, challenge: string, now = Date.now()): boolean {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== RANDOM_BYTES + END_BYTES + MAC_BYTES) return false;
  const body = bytes.subarray(0, RANDOM_BYTES + END_BYTES);
  return timingSafeEqual(bytes.subarray(body.length), macOf(secret, purpose, body)) && Number(body.readBigUInt64BE(RANDOM_BYTES)) > now;
}

/** Uses a challenge up, in the transaction of what it lets somebody do. Of two at the same moment one passes. @throws {AppError} unauthorized */
export async function useChallenge(tx: Transaction, tenantId: string, challenge: string): Promise<void> {
  await tx.run('DELETE FROM used_challenges WHERE tenant_id = $1 AND expires_at < now()', [tenantId]);
  try {
    await tx.run('INSERT INTO used_challenges (tenant_id, challenge_hash, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))', [
      tenantId,
      hashSecret(challenge),
      (2 * LIVES_MS) / 1_000,
    ]);
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new AppError('unauthorized', 'This was used already. Try again.', { cause });
    throw cause;
  }
}

function macOf(secret: string, purpose: ChallengePurpose, body: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, '', `netia challenge: ${purpose}`, 32)))
    .update(body)
    .digest();
}
