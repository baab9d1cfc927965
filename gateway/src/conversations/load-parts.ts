import type { Transaction } from '@netia/db';
import { isAfter, MESSAGE_COLUMNS, type MessageRow, type PlacedPart, placeParts } from './answer-parts.ts';

/** Everything stored of a conversation after a place, as it was streamed. */
export async function loadPartsAfter(tx: Transaction, tenantId: string, conversationId: string, after: { seq: number; index: number }): Promise<PlacedPart[]> {
  const rows = await tx.rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq >= $3 ORDER BY seq LIMIT 500`,
    [tenantId, conversationId, after.seq],
  );
  return rows.flatMap(placeParts).filter((placed) => isAfter(placed.id, after));
}
