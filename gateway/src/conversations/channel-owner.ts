import type { Transaction } from '@netia/db';
import { announce } from '../webhooks/announce.ts';
import { finishWaiting } from './owner.ts';

/** Why a message is not answered that came while a person had the conversation. */
export const WITH_PERSON = 'a person has the conversation';

/** How long a person's keystroke keeps the agent quiet while nothing follows, in seconds. */
const TYPING_SECONDS = 90;

/** Something a person did in the channel that makes the conversation theirs. */
export interface PersonAct {
  /** The channel's time of it. */
  at: Date;
  /** What they wrote; undefined when they were only assigned. */
  said?: { text: string; externalId: string; messageType: 'text' | 'image' | 'audio' | 'file' };
  /** After so long without a further word the agent answers again; null: only when given back. */
  quietMinutes: number | null;
}

/**
 * A person wrote in the channel, or was given the conversation there: the epoch moves, so that neither a running answer
 * nor one on its way can still be sent. Events come in any order, so one that is older than the last change of hands is
 * kept in the transcript and changes nothing.
 */
export async function takeOver(tx: Transaction, tenantId: string, conversationId: string, act: PersonAct): Promise<void> {
  const moved = await tx.row<{ last_seq: string; is_newest: boolean }>(
    `UPDATE conversations SET last_seq = last_seq + 1,
       owner_epoch = owner_epoch + CASE WHEN n.is_newest THEN 1 ELSE 0 END,
       status = CASE WHEN n.is_newest THEN 'transferred' ELSE status END,
       -- What was left because it looked like a loop does not come back by itself.
       returns_at = CASE WHEN n.is_newest AND NOT metadata ? 'flagged' THEN now() + make_interval(mins => $4) WHEN n.is_newest THEN NULL ELSE returns_at END,
       turn_lease_until = CASE WHEN n.is_newest THEN NULL ELSE turn_lease_until END,
       held_until = CASE WHEN n.is_newest THEN NULL ELSE held_until END,
       ended_at = CASE WHEN n.is_newest THEN NULL ELSE ended_at END,
       owner_event_at = greatest(owner_event_at, $3)
     FROM (SELECT owner_event_at IS NULL OR owner_event_at <= $3 AS is_newest FROM conversations WHERE tenant_id = $1 AND id = $2 FOR UPDATE) n
     WHERE tenant_id = $1 AND id = $2 RETURNING last_seq, n.is_newest`,
    [tenantId, conversationId, act.at, act.quietMinutes],
  );
  if (!moved) return;
  if (moved.is_newest) await finishWaiting(tx, tenantId, conversationId, act.said ? 'a person answered' : 'a person was assigned');
  if (!act.said) return;
  await tx.run(
    `INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, message_type, content, external_id, sent_at)
     SELECT $1, $2, $3, 'assistant', 'agent', $4, coalesce(metadata->'early'->$6->>'text', $5), $6, $7 FROM conversations WHERE tenant_id = $1 AND id = $2
     ON CONFLICT (tenant_id, conversation_id, external_id) DO NOTHING`,
    [tenantId, conversationId, moved.last_seq, act.said.messageType, act.said.text, act.said.externalId, act.at],
  );
}

/**
 * A person began to type: the agent holds its tongue for a while, whatever it was about to say. What waits stays waiting,
 * in case nothing follows. Further keystrokes write only when the while is half over.
 */
export async function holdForTyping(tx: Transaction, tenantId: string, sessionId: string): Promise<void> {
  await tx.run(
    `UPDATE conversations SET held_until = now() + make_interval(secs => $3), turn_lease_until = NULL,
       owner_epoch = owner_epoch + CASE WHEN held_until > now() THEN 0 ELSE 1 END
     WHERE tenant_id = $1 AND session_id = $2 AND status = 'active' AND (held_until IS NULL OR held_until < now() + make_interval(secs => $3 / 2.0))`,
    [tenantId, sessionId, TYPING_SECONDS],
  );
}

/**
 * The case is closed in the channel: the next message begins a new one, with the agent. Ignored when older than the last
 * change of hands. Where a visitor's later message has come in before it, that new case has begun already: it is answered,
 * and whoever answers it is left alone.
 */
export async function release(tx: Transaction, tenantId: string, conversationId: string, at: Date): Promise<void> {
  const released = await tx.row<{ was_transferred: boolean; has_gone_on: boolean }>(
    `UPDATE conversations SET owner_event_at = $3, returns_at = NULL, held_until = NULL, metadata = metadata - 'flagged',
       status = CASE WHEN n.has_gone_on THEN 'active' ELSE 'ended' END,
       ended_at = CASE WHEN n.has_gone_on THEN NULL ELSE now() END,
       owner_epoch = owner_epoch + CASE WHEN n.has_gone_on AND n.status = 'active' THEN 0 ELSE 1 END,
       turn_lease_until = CASE WHEN n.has_gone_on AND n.status = 'active' THEN turn_lease_until END
     FROM (
       SELECT status, EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.sender_type = 'visitor' AND m.sent_at > $3) AS has_gone_on
       FROM conversations WHERE tenant_id = $1 AND id = $2 FOR UPDATE) n
     WHERE tenant_id = $1 AND id = $2 AND (owner_event_at IS NULL OR owner_event_at <= $3)
     RETURNING n.status = 'transferred' AS was_transferred, n.has_gone_on`,
    [tenantId, conversationId, at],
  );
  if (!released) return;
  if (!released.has_gone_on) await announce(tx, tenantId, 'conversation.ended', { conversation_id: conversationId });
  await finishWaiting(tx, tenantId, conversationId, 'the case was closed', at);
  if (!released.was_transferred || !released.has_gone_on) return;
  await tx.run(
    `UPDATE inbox_events e SET status = 'pending', reason = NULL, finished_at = NULL FROM messages m
     WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'done' AND e.reason = '${WITH_PERSON}' AND m.tenant_id = $1 AND m.id = e.message_id AND m.sent_at > $3`,
    [tenantId, conversationId, at],
  );
}

/** The business blocks or unblocks the visitor in the channel; of both the later one stands, whichever comes first. */
export async function setBlocked(tx: Transaction, tenantId: string, conversationId: string, isBlocked: boolean, at: Date): Promise<void> {
  const changed = await tx.run(
    `UPDATE conversations SET is_blocked = $3, owner_epoch = owner_epoch + 1, turn_lease_until = NULL, metadata = metadata || jsonb_build_object('blocked_at', $4::timestamptz)
     WHERE tenant_id = $1 AND id = $2 AND coalesce((metadata->>'blocked_at')::timestamptz, '-infinity') < $4`,
    [tenantId, conversationId, isBlocked, at],
  );
  if (isBlocked && changed > 0) await finishWaiting(tx, tenantId, conversationId, 'the visitor is blocked');
}

/** Deleted in the channel: what was said and is known goes; the row stays, so that a late duplicate is not a new conversation. */
export async function erase(tx: Transaction, tenantId: string, conversationId: string): Promise<void> {
  await tx.run(
    `UPDATE conversations SET removed_at = now(), status = 'ended', ended_at = now(), owner_epoch = owner_epoch + 1, turn_lease_until = NULL,
       metadata = '{}', page_url = NULL, pages = '[]', locale = NULL, contact_id = NULL WHERE tenant_id = $1 AND id = $2`,
    [tenantId, conversationId],
  );
  await finishWaiting(tx, tenantId, conversationId, 'the conversation was deleted');
  await tx.run(
    `DELETE FROM inbox_events e USING conversations c WHERE c.tenant_id = $1 AND c.id = $2 AND e.tenant_id = $1 AND e.channel = c.channel
       AND e.payload->'data'->>'session_id' = c.session_id`,
    [tenantId, conversationId],
  );
  await tx.run('DELETE FROM deliveries WHERE tenant_id = $1 AND conversation_id = $2', [tenantId, conversationId]);
  await tx.run('DELETE FROM messages WHERE tenant_id = $1 AND conversation_id = $2', [tenantId, conversationId]);
}
