import type { Transaction } from '@netia/db';
import type { LeadFacts } from '../turn/find-lead.ts';

/**
 * Keeps what the channel knows of the visitor, apart from what the visitor said: it saves asking and completes a lead, but
 * by itself makes none. Facts come in any order; of each, the one with the latest time stays.
 */
export async function mergeKnownFacts(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  facts: LeadFacts,
  segments: string[] | undefined,
  at: Date,
): Promise<void> {
  const stored = await tx.row<{ known: LeadFacts | null; known_at: Record<string, string> | null }>(
    "SELECT metadata->'known' AS known, metadata->'known_at' AS known_at FROM conversations WHERE tenant_id = $1 AND id = $2",
    [tenantId, conversationId],
  );
  const times = stored?.known_at ?? {};
  const newer = Object.entries(facts).filter(([name, value]) => value !== undefined && new Date(times[name] ?? 0) <= at);
  await tx.run('UPDATE conversations SET metadata = metadata || $3 WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    conversationId,
    JSON.stringify({
      known: { ...stored?.known, ...Object.fromEntries(newer) },
      ...(segments ? { segments } : {}),
      known_at: { ...times, ...Object.fromEntries(newer.map(([name]) => [name, at.toISOString()])) },
    }),
  ]);
}
