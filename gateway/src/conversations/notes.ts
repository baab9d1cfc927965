import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { noSuchConversation } from './require-conversation.ts';

/** What a person notes of a conversation for colleagues; no visitor and no model ever reads it. */
export interface Note {
  id: string;
  /** user:ID or key:ID. */
  actor: string;
  /** Null for a key, and for somebody who works here no more. */
  author: string | null;
  text: string;
  created_at: Date;
}

const NOTES_MAX = 500;

/** In the order they were written. */
export async function listNotes(tx: Transaction, tenantId: string, conversationId: string): Promise<Note[]> {
  return tx.rows<Note>(
    `SELECT n.id, n.actor, u.name AS author, n.text, n.created_at FROM conversation_notes n LEFT JOIN users u ON n.actor = 'user:' || u.id
     WHERE n.tenant_id = $1 AND n.conversation_id = $2 ORDER BY n.id LIMIT ${NOTES_MAX}`,
    [tenantId, conversationId],
  );
}

/** @throws {AppError} not_found */
export async function addNote(tx: Transaction, tenantId: string, conversationId: string, note: { actor: string; text: string }): Promise<Note> {
  const added = await tx.row<{ id: string }>(
    `INSERT INTO conversation_notes (tenant_id, conversation_id, actor, text)
     SELECT tenant_id, id, $3, $4 FROM conversations WHERE tenant_id = $1 AND id = $2 RETURNING id`,
    [tenantId, conversationId, note.actor, note.text],
  );
  if (!added) throw noSuchConversation();
  const stored = (await listNotes(tx, tenantId, conversationId)).find(({ id }) => id === added.id);
  if (!stored) throw new AppError('conflict', `A conversation may have ${NOTES_MAX} notes.`);
  return stored;
}
