import { createHash } from 'node:crypto';
import type { Transaction } from '@netia/db';
import type { PlannedDelivery } from './planned-delivery.ts';

/** Places within one answer; an answer has at most so many deliveries. */
const PLACES = 100;

/**
 * Stores what an answer sends, in the answer's own transaction. The agent's messages are bound to the owner epoch as it is after that
 * transaction's changes; a person's messages, notes, state and profile go out whoever has the conversation.
 * @param answer its seq gives the deliveries their order among those of other answers.
 */
export async function storeDeliveries(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  answer: { seq: number; messageId: string | null },
  planned: readonly PlannedDelivery[],
): Promise<void> {
  if (planned.length === 0) return;
  const rows = planned.slice(0, PLACES).map(({ kind, payload, isPersons = false }, index) => {
    const place = answer.seq * PLACES + index;
    return { kind, payload, place, bound: kind === 'message' && !isPersons, fingerprint: fingerprintOf(conversationId, place) };
  });
  await tx.run(
    `INSERT INTO deliveries (tenant_id, conversation_id, message_id, channel, kind, place, owner_epoch, fingerprint, payload)
     SELECT c.tenant_id, c.id, $3, c.channel, d.kind, d.place, CASE WHEN d.bound THEN c.owner_epoch END, d.fingerprint, d.payload
     FROM conversations c, jsonb_to_recordset($4) AS d(kind text, place bigint, bound boolean, fingerprint bigint, payload jsonb)
     WHERE c.tenant_id = $1 AND c.id = $2`,
    [tenantId, conversationId, answer.messageId, JSON.stringify(rows)],
  );
}

/** Our number for a delivery: a positive integer below 2^53, as Crisp's fingerprints are. 52 bits of a hash: chance repeats are for the unique key to refuse. */
function fingerprintOf(conversationId: string, place: number): number {
  const hash = createHash('sha256').update(`${conversationId}:${place}`).digest();
  return Number(hash.readBigUInt64BE(0) >> 12n) + 1;
}
