import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import type { ConversationChannel } from './turn-lease.ts';

export const noSuchConversation = () => new AppError('not_found', 'There is no conversation with this id.');

/** In which channel a conversation is, and where in it. @throws {AppError} not_found */
export async function findPlace(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<{ channel: ConversationChannel; sessionId: string; origin: string | null }> {
  const place = await tx.row<{ channel: ConversationChannel; session_id: string; channel_origin: string | null }>(
    'SELECT channel, session_id, channel_origin FROM conversations WHERE tenant_id = $1 AND id = $2',
    [tenantId, id],
  );
  if (!place) throw noSuchConversation();
  return { channel: place.channel, sessionId: place.session_id, origin: place.channel_origin };
}

/** @throws {AppError} not_found */
export async function requireConversation(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if (!(await tx.row('SELECT 1 FROM conversations WHERE tenant_id = $1 AND id = $2', [tenantId, id]))) throw noSuchConversation();
}
