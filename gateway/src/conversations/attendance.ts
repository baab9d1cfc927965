import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { noSuchConversation } from './require-conversation.ts';

/**
 * Gives a conversation to a colleague to see to, or to nobody. Who may write in it stays as it was.
 * @throws {AppError} not_found for the conversation; invalid_request for somebody who does not work here.
 */
export async function assignConversation(tx: Transaction, tenantId: string, conversationId: string, userId: string | null): Promise<void> {
  if (userId !== null) await requireMember(tx, tenantId, userId);
  const changed = await tx.run('UPDATE conversations SET assigned_to = $3 WHERE tenant_id = $1 AND id = $2', [tenantId, conversationId, userId]);
  if (changed === 0) throw noSuchConversation();
}

/** The foreign keys would say it too, but only to the whole transaction. @throws {AppError} invalid_request for somebody who does not work here. */
export async function requireMember(tx: Transaction, tenantId: string, userId: string): Promise<void> {
  if (!(await tx.row('SELECT 1 FROM members WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId])))
    throw new AppError('invalid_request', 'Nobody with this id works here.');
}

/** Notes that somebody has read a conversation up to a message; never back again. */
export async function markRead(tx: Transaction, tenantId: string, userId: string, conversationId: string, seq: number): Promise<void> {
  await tx.run(
    `INSERT INTO conversation_reads AS r (tenant_id, user_id, conversation_id, seq)
     SELECT c.tenant_id, m.user_id, c.id, least($4::bigint, c.last_seq) FROM conversations c JOIN members m ON m.tenant_id = c.tenant_id AND m.user_id = $2
     WHERE c.tenant_id = $1 AND c.id = $3
     ON CONFLICT (tenant_id, user_id, conversation_id) DO UPDATE SET seq = greatest(r.seq, excluded.seq)`,
    [tenantId, userId, conversationId, seq],
  );
}
