import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a sealed value is for; each purpose has a key of its own, so that one cannot be passed off as another. */
export type SealPurpose = 'idempotent reply' | 'channel secret' | 'second factor' | 'webhook secret';

/**
 * Makes a value unreadable in the database (a new API key in a kept reply, a channel's token): AES-256-GCM under a key made
 * of NETIA_SECRET for this owner and this purpose alone.
 * @param ownerId the tenant it belongs to, or the person.
 * @returns base64url of nonce, tag and text.
 */
export function seal(secret: string, ownerId: string, purpose: SealPurpose, value: unknown): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, ownerId, purpose), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** @throws when the secret has changed since, or the text was tampered with. */
export function unseal(secret: string, ownerId: string, purpose: SealPurpose, sealed: string): unknown {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, ownerId, purpose), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8'));
}

function keyOf(secret: string, ownerId: string, purpose: SealPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, ownerId, `netia ${purpose}`, 32));
}
