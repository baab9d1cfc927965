import { randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import type { AnswerPart, LeadField } from '@netia/protocol';
import { announce } from '../webhooks/announce.ts';
import { MESSAGE_COLUMNS, type MessageRow, type PlacedPart, packParts, placeParts } from './answer-parts.ts';
import { noSuchConversation } from './require-conversation.ts';

/** What is said and asked when a person takes over. */
export interface HandoffNotice {
  text(locale: string | null): string;
  /** Asked for only while nobody knows how to reach the visitor. Empty: not at all. */
  leadFields: LeadField[];
  /** After so long without a word from a person the agent answers again. Absent: only when it is given back. */
  quietMinutes?: number | null;
}

/**
 * Gives the conversation to a person: the epoch moves, so an answer being written can no longer be recorded, and what
 * waits is left to the person. Asked twice, the second changes nothing.
 * @returns the parts to show: the notice, once.
 */
export async function transferToPerson(tx: Transaction, tenantId: string, conversationId: string, notice: HandoffNotice): Promise<PlacedPart[]> {
  const moved = await tx.row<{ last_seq: string; locale: string | null; lead_requested: boolean; facts: Partial<Record<LeadField, string>> | null }>(
    `UPDATE conversations SET status = 'transferred', owner_epoch = owner_epoch + 1, last_seq = last_seq + 1, turn_lease_until = NULL, held_until = NULL,
       returns_at = now() + make_interval(mins => $3)
     WHERE tenant_id = $1 AND id = $2 AND status <> 'transferred' RETURNING last_seq, locale, coalesce(metadata->'known', '{}') || coalesce(metadata->'facts', '{}') AS facts, coalesce((metadata->>'lead_requested')::boolean, false) AS lead_requested`,
    [tenantId, conversationId, notice.quietMinutes ?? null],
  );
  if (!moved) return [];
  await announce(tx, tenantId, 'conversation.handed_over', { conversation_id: conversationId });
  await finishWaiting(tx, tenantId, conversationId, 'a person has the conversation');
  const seq = Number(moved.last_seq);
  const id = randomUUID();
  const leadFields = moved.lead_requested || moved.facts?.email || moved.facts?.phone ? [] : notice.leadFields;
  const content = notice.text(moved.locale);
  const parts: AnswerPart[] = [
    { type: 'answer-start', seq, message_id: id },
    { type: 'answer-delta', text: content, citations: [] },
    ...(leadFields.length > 0 ? [{ type: 'lead-request', fields: leadFields } as const] : []),
    { type: 'handoff', state: 'requested' },
    { type: 'answer-end', verdict: 'handed_over', status: 'complete' },
  ];
  await tx.run(
    `INSERT INTO messages (id, tenant_id, conversation_id, seq, role, sender_type, content, parts, verdict, model, sent_at)
     VALUES ($1, $2, $3, $4, 'assistant', 'ai', $5, $6, 'handed_over', 'none', (SELECT max(sent_at) FROM messages WHERE tenant_id = $2 AND conversation_id = $3))`,
    [id, tenantId, conversationId, seq, content, JSON.stringify(packParts(parts))],
  );
  return parts.map((part, index) => ({ id: `${seq}.${index}`, part }));
}

/**
 * Stores what a person of the tenant writes here. The conversation is theirs from then on. The epoch moves with every
 * message of theirs: the agent's own farewell may still be on its way to a channel, and must not come after it.
 */
export async function writeAsPerson(tx: Transaction, tenantId: string, conversationId: string, text: string): Promise<PlacedPart> {
  const moved = await tx.row<{ last_seq: string }>(
    `UPDATE conversations SET owner_epoch = owner_epoch + 1, status = 'transferred', last_seq = last_seq + 1, turn_lease_until = NULL, held_until = NULL, returns_at = NULL
     WHERE tenant_id = $1 AND id = $2 RETURNING last_seq`,
    [tenantId, conversationId],
  );
  if (!moved) throw noSuchConversation();
  await finishWaiting(tx, tenantId, conversationId, 'a person answered');
  const row = await tx.row<MessageRow>(
    `INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content, sent_at)
     SELECT $1, $2, $3, 'assistant', 'agent', $4, CASE WHEN channel IN ('crisp', 'tidio') THEN now() END FROM conversations WHERE tenant_id = $1 AND id = $2
     RETURNING ${MESSAGE_COLUMNS}`,
    [tenantId, conversationId, moved.last_seq, text],
  );
  if (!row) throw new Error('the inserted message did not come back');
  return placeParts(row)[0] as PlacedPart;
}

/**
 * A person takes the conversation over without a word, or is done with it: back to the agent, or ended. The epoch moves, so
 * that an answer begun under the owner before is not recorded.
 */
export async function changeStatus(tx: Transaction, tenantId: string, conversationId: string, status: 'active' | 'ended' | 'transferred'): Promise<void> {
  const changed = await tx.run(
    `UPDATE conversations SET owner_epoch = owner_epoch + CASE WHEN status = $3 THEN 0 ELSE 1 END, status = $3, ended_at = CASE $3 WHEN 'ended' THEN now() END, turn_lease_until = NULL, held_until = NULL, returns_at = NULL, metadata = metadata - 'flagged' WHERE tenant_id = $1 AND id = $2`,
    [tenantId, conversationId, status],
  );
  if (changed === 0) throw noSuchConversation();
  if (status === 'ended') await announce(tx, tenantId, 'conversation.ended', { conversation_id: conversationId });
  if (status === 'ended') await finishWaiting(tx, tenantId, conversationId, 'the conversation was ended');
  if (status === 'transferred') await finishWaiting(tx, tenantId, conversationId, 'a person has the conversation');
}

/**
 * What waits is nobody's business any more: a person has answered, or it was blocked, ended, deleted.
 * @param sentUpTo only what was sent by then; null: all.
 */
export async function finishWaiting(tx: Transaction, tenantId: string, conversationId: string, reason: string, sentUpTo: Date | null = null): Promise<void> {
  await tx.run(
    `UPDATE inbox_events e SET status = 'done', reason = $3, finished_at = now() WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending'
       AND ($4::timestamptz IS NULL OR EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.id = e.message_id AND m.sent_at <= $4))`,
    [tenantId, conversationId, reason, sentUpTo],
  );
}
