import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps a reply that must not be readable in the database (a new API key) for its repetition: AES-256-GCM under a key
 * made of NETIA_SECRET for this tenant and this purpose alone.
 * @returns base64url of nonce, tag and text.
 */
export function sealReply(secret: string, tenantId: string, reply: unknown): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, tenantId), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(reply), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

/** @throws when the secret has changed since, or the text was tampered with. */
export function openReply(secret: string, tenantId: string, sealed: string): unknown {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, tenantId), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8'));
}

function keyOf(secret: string, tenantId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, tenantId, 'netia idempotent reply', 32));
}
