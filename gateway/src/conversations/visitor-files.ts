import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';

/** More than these in one conversation are no help to anybody. */
export const FILES_PER_CONVERSATION = 20;

/** In a query over `messages`: the file that a message is, or NULL. */
export const FILE_OF_MESSAGE = `(SELECT jsonb_build_object('id', f.id, 'name', f.name, 'media_type', f.media_type, 'byte_size', f.byte_size)
  FROM visitor_files f WHERE f.tenant_id = messages.tenant_id AND f.message_id = messages.id)`;

/** A file whose bytes are in the store already, as `fileKey(tenantId, id)`. */
export interface StoredFile {
  id: string;
  name: string;
  mediaType: string;
  byteSize: number;
}

/**
 * Adds the row of a file to the message that it is. The caller holds the conversation, or two at once could pass the limit.
 * @throws {AppError} conflict where the conversation has as many as it may have.
 */
export async function addVisitorFile(tx: Transaction, tenantId: string, conversationId: string, messageId: string, file: StoredFile): Promise<void> {
  const known = await tx.row<{ n: number }>('SELECT count(*)::integer AS n FROM visitor_files WHERE tenant_id = $1 AND conversation_id = $2', [
    tenantId,
    conversationId,
  ]);
  if ((known?.n ?? 0) >= FILES_PER_CONVERSATION)
    throw new AppError('conflict', `No more than ${FILES_PER_CONVERSATION} files can be sent in one conversation.`);
  await tx.run('INSERT INTO visitor_files (tenant_id, id, conversation_id, message_id, name, media_type, byte_size) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
    tenantId,
    file.id,
    conversationId,
    messageId,
    file.name,
    file.mediaType,
    file.byteSize,
  ]);
}

/** @throws {AppError} not_found */
export async function showVisitorFile(tx: Transaction, tenantId: string, id: string): Promise<{ name: string; media_type: string }> {
  const file = await tx.row<{ name: string; media_type: string }>('SELECT name, media_type FROM visitor_files WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    id,
  ]);
  if (!file) throw new AppError('not_found', 'There is no file with this id.');
  return file;
}

/** Files in the store that no row speaks of any more, the oldest first. */
export async function listUnwantedFiles(tx: Transaction, tenantId: string, most: number): Promise<string[]> {
  const rows = await tx.rows<{ file_id: string }>('SELECT file_id FROM unwanted_files WHERE tenant_id = $1 ORDER BY created_at, file_id LIMIT $2', [
    tenantId,
    most,
  ]);
  return rows.map(({ file_id }) => file_id);
}

/** Their bytes are gone. */
export async function forgetUnwantedFiles(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<void> {
  await tx.run('DELETE FROM unwanted_files WHERE tenant_id = $1 AND file_id = ANY($2)', [tenantId, ids]);
}
