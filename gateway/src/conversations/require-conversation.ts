import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';

export const noSuchConversation = () => new AppError('not_found', 'There is no conversation with this id.');

/** @throws {AppError} not_found */
export async function requireConversation(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if (!(await tx.row('SELECT 1 FROM conversations WHERE tenant_id = $1 AND id = $2', [tenantId, id]))) throw noSuchConversation();
}
