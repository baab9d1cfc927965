import { createHmac } from 'node:crypto';

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const DIGESTS: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

/** Seconds since 1970, so many hours from now. */
export const hoursFromNow = (hours: number): number => Math.floor(Date.now() / 1_000 + hours * 3_600);

/** A site's proof of who its visitor is, signed by hand as RFC 7515 has it, so that no library vouches for itself. */
export function signProof(secret: string, claims: object, header: { alg: string } & Record<string, unknown> = { alg: 'HS256', typ: 'JWT' }): string {
  const signed = `${encode(header)}.${encode({ exp: hoursFromNow(1), ...claims })}`;
  const digest = DIGESTS[header.alg];
  return `${signed}.${digest ? createHmac(digest, secret).update(signed).digest('base64url') : ''}`;
}
