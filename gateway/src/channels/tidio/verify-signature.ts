import { matchesMac } from '../matches-mac.ts';

/**
 * Whether a webhook comes from Tidio: the header `t=<unix s>,s=<hex>[,s=<hex>…]` holds, for one of the tenant's secrets,
 * the hex HMAC-SHA256 of the received bytes, an underscore and t (developers.tidio.com, webhooks-signature-verification).
 * @param maxAgeMs how old, or how far ahead, the request may be. Tidio retries for nearly five hours, and whether it stamps
 *   each try anew is not documented, so this should be no tighter; each event is accepted once anyway.
 */
export function verifyTidioSignature(body: Buffer, header: string | undefined, secrets: readonly string[], maxAgeMs: number, now = Date.now()): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim());
  const stamp = parts.find((part) => part.startsWith('t='))?.slice(2) ?? '';
  if (!/^\d{1,12}$/.test(stamp) || Math.abs(now - Number(stamp) * 1_000) > maxAgeMs) return false;
  let isAuthentic = false;
  for (const signature of parts.filter((part) => part.startsWith('s=')).slice(0, 10))
    for (const secret of secrets) isAuthentic = matchesMac(signature.slice(2), secret, [body, `_${stamp}`]) || isAuthentic;
  return isAuthentic;
}
