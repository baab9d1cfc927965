import { matchesMac } from '../matches-mac.ts';

export interface SignedRequest {
  /** The received bytes. Parsed and written again they may differ, as with crisp-api's own check, which refuses what Crisp signed. */
  body: Buffer;
  /** X-Crisp-Signature */
  signature: string | undefined;
  /** X-Crisp-Request-Timestamp; its unit is not documented: below 1e11 it is read as seconds, otherwise as milliseconds. */
  timestamp: string | undefined;
}

/**
 * Whether a plugin hook comes from Crisp: hex HMAC-SHA256 of `[timestamp;body]` under the hook's secret
 * (docs.crisp.chat/guides/web-hooks/plugin-hooks), of any of the secrets that are live now.
 * @param maxAgeMs how old, or how far ahead, the request may be. A policy of ours: Crisp has none, and whether a retry is
 *   stamped anew is not documented. What stops a replay in the end is that each event is accepted once.
 */
export function verifyCrispSignature(request: SignedRequest, secrets: readonly string[], maxAgeMs: number, now = Date.now()): boolean {
  const { body, signature = '', timestamp = '' } = request;
  if (!/^\d{1,15}$/.test(timestamp)) return false;
  const stamped = Number(timestamp) < 1e11 ? Number(timestamp) * 1_000 : Number(timestamp);
  if (Math.abs(now - stamped) > maxAgeMs) return false;
  let isAuthentic = false;
  // Every secret is tried, so that the time taken does not tell which one matched.
  for (const secret of secrets) isAuthentic = matchesMac(signature, secret, [`[${timestamp};`, body, ']']) || isAuthentic;
  return isAuthentic;
}
