import type { Transaction } from '@netia/db';

/**
 * Takes away events that were dealt with so many days ago, the oldest first. They are kept to tell a repetition by: senders try
 * again for hours, never for weeks. What was given up stays until somebody dismisses it.
 * @returns how many.
 */
export async function pruneEvents(tx: Transaction, tenantId: string, days: number, most: number): Promise<number> {
  return tx.run(
    `DELETE FROM inbox_events WHERE tenant_id = $1 AND id IN (
       SELECT id FROM inbox_events WHERE tenant_id = $1 AND status = 'done' AND finished_at < now() - make_interval(days => $2) ORDER BY id LIMIT $3)`,
    [tenantId, days, most],
  );
}
