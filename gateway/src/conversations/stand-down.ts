import type { Transaction } from '@netia/db';
import type { PlannedDelivery } from '../deliveries/planned-delivery.ts';
import { storeDeliveries } from '../deliveries/store-deliveries.ts';
import { announce } from '../webhooks/announce.ts';
import { finishWaiting } from './owner.ts';
import type { TurnLease } from './turn-lease.ts';

/** Answers given in a conversation in the last hour and in the last 24 hours. */
export interface AnswersGiven {
  hour: number;
  day: number;
}

export async function countAnswers(tx: Transaction, tenantId: string, conversationId: string): Promise<AnswersGiven> {
  const counted = await tx.row<{ hour: string; day: string }>(
    `SELECT count(*) FILTER (WHERE timestamp > now() - interval '1 hour') AS hour, count(*) AS day FROM messages
     WHERE tenant_id = $1 AND conversation_id = $2 AND sender_type = 'ai' AND timestamp > now() - interval '1 day'`,
    [tenantId, conversationId],
  );
  return { hour: Number(counted?.hour ?? 0), day: Number(counted?.day ?? 0) };
}

/** The agent leaves the conversation to people without a word to the visitor, flags it, and tells the operators why. It comes back only when given back. */
export async function standDown(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  lease: TurnLease,
  reason: string,
  planned: readonly PlannedDelivery[],
): Promise<void> {
  const left = await tx.run(
    `UPDATE conversations SET status = 'transferred', owner_epoch = owner_epoch + 1, turn_lease_until = NULL, returns_at = NULL, metadata = metadata || $4
     WHERE tenant_id = $1 AND id = $2 AND turn_seq = $3`,
    [tenantId, conversationId, lease.seq, JSON.stringify({ flagged: reason })],
  );
  if (left === 0) return;
  await announce(tx, tenantId, 'conversation.handed_over', { conversation_id: conversationId });
  await finishWaiting(tx, tenantId, conversationId, reason);
  await storeDeliveries(tx, tenantId, conversationId, { seq: lease.seq, messageId: null }, planned);
}
