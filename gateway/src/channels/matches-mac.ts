import { createHmac, timingSafeEqual } from 'node:crypto';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Whether a received signature is the HMAC-SHA256 of these bytes under the secret, compared in constant time. Anything but
 * 64 lower-case hex digits is no signature, and an empty secret matches nothing: unset must never mean open.
 * @param pieces the signed bytes, in order.
 */
export function matchesMac(signature: string, secret: string, pieces: readonly (string | Buffer)[]): boolean {
  if (!SHA256_HEX.test(signature) || secret === '') return false;
  const mac = createHmac('sha256', secret);
  for (const piece of pieces) mac.update(piece);
  return timingSafeEqual(mac.digest(), Buffer.from(signature, 'hex'));
}
