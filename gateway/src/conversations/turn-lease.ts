import type { Transaction } from '@netia/db';
import type { LeadFacts } from '../turn/find-lead.ts';
import type { HistoryTurn } from '../turn/turn.ts';

/**
 * How long a turn may stay silent before another worker takes the conversation over, in seconds. Renewed while it lives.
 * Shorter, and a busy process loses turns it is working on; longer, and a visitor waits for a process that is gone.
 */
export const LEASE_SECONDS = 12;
/** Turns that failed with an error, after which a message is given up. */
const FAILURES_MAX = 5;
/** Turns taken for a message that nobody finished, after which it is given up: it may be what brings the processes down. Far more than deploys and crashes take. */
const ATTEMPTS_MAX = 25;
const IS_HOPELESS = `(failures >= ${FAILURES_MAX} OR attempts >= ${ATTEMPTS_MAX})`;
/** The first wait after a failed turn, in seconds; doubled with each try, and spread by half of it either way. */
const RETRY_SECONDS = 2;

export type ConversationChannel = 'widget' | 'crisp' | 'tidio' | 'cli';

export interface WaitingMessage {
  seq: number;
  text: string;
  /** The channel's time of it; null in the widget, where seq is the order. */
  sentAt: Date | null;
}

/** The right to answer one conversation, and what waits there. */
export interface TurnLease {
  /** Place of the answer and fencing token in one. */
  seq: number;
  ownerEpoch: number;
  channel: ConversationChannel;
  /** The channel's own name for the conversation. */
  sessionId: string;
  /** The way within the channel, to be echoed in answers. */
  origin: string | null;
  /** The agent has said something here before. */
  hasSpoken: boolean;
  /** Visitors' messages that this turn answers, in the order in which they were sent. Files and pictures have no text. */
  waiting: WaitingMessage[];
  locale: string | null;
  /** The page the visitor was on when they wrote last. */
  pageUrl: string | null;
  /** What the visitor has said of themselves here. */
  facts: LeadFacts;
  /** What the channel knows of the visitor. It saves asking; by itself it makes no lead. */
  knownFacts: LeadFacts;
  leadRequested: boolean;
}

/**
 * Takes the conversation for one answer if messages wait in it and nobody else has it. The row lock of the UPDATE makes
 * this exclusive between processes; a lease that ran out counts as nobody's.
 */
export async function takeTurn(tx: Transaction, tenantId: string, conversationId: string): Promise<TurnLease | undefined> {
  const taken = await tx.row<TakenRow>(
    `UPDATE conversations SET last_seq = last_seq + 1, turn_seq = last_seq + 1, turn_lease_until = now() + make_interval(secs => $3)
     WHERE tenant_id = $1 AND id = $2 AND status = 'active' AND (turn_lease_until IS NULL OR turn_lease_until < now())
       AND (held_until IS NULL OR held_until < now()) AND NOT is_blocked AND removed_at IS NULL
       AND EXISTS (SELECT FROM inbox_events e WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'pending' AND NOT ${IS_HOPELESS})
     RETURNING turn_seq, owner_epoch, channel, session_id, channel_origin, locale, page_url, metadata,
       EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.sender_type = 'ai') AS has_spoken`,
    [tenantId, conversationId, LEASE_SECONDS],
  );
  // Always the conversation first and its events second, as everybody does: the other way round is a deadlock.
  const waiting = await tx.rows<{ seq: string; content: string; sent_at: Date | null }>(
    `WITH given_up AS (
       UPDATE inbox_events SET status = 'dead', finished_at = now(), reason = CASE WHEN failures >= ${FAILURES_MAX} THEN 'gave up after ${FAILURES_MAX} failures' ELSE 'gave up after ${ATTEMPTS_MAX} turns that were cut off' END
       WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending' AND ${IS_HOPELESS}
     ), tried AS (
       UPDATE inbox_events SET attempts = attempts + 1
       WHERE $3::bigint IS NOT NULL AND tenant_id = $1 AND conversation_id = $2 AND status = 'pending' AND NOT ${IS_HOPELESS} RETURNING message_id
     )
     UPDATE messages m SET answer_seq = $3 FROM tried WHERE m.tenant_id = $1 AND m.id = tried.message_id RETURNING m.seq, m.content, m.sent_at`,
    [tenantId, conversationId, taken?.turn_seq ?? null],
  );
  if (!taken) return undefined;
  // Whoever had the conversation may have answered while we waited for its row: what the first statement saw of the inbox
  // is from before. A turn without a question would tell the visitor that it cannot read.
  if (waiting.length === 0) {
    await tx.run('UPDATE conversations SET turn_lease_until = NULL WHERE tenant_id = $1 AND id = $2', [tenantId, conversationId]);
    return undefined;
  }
  return {
    seq: Number(taken.turn_seq),
    ownerEpoch: Number(taken.owner_epoch),
    channel: taken.channel,
    sessionId: taken.session_id,
    origin: taken.channel_origin,
    hasSpoken: taken.has_spoken,
    waiting: waiting.map(({ seq, content, sent_at }) => ({ seq: Number(seq), text: content, sentAt: sent_at })).sort(inOrder),
    locale: taken.locale,
    pageUrl: taken.page_url,
    facts: taken.metadata.facts ?? {},
    knownFacts: taken.metadata.known ?? {},
    leadRequested: taken.metadata.lead_requested ?? false,
  };
}

interface TakenRow {
  turn_seq: string;
  owner_epoch: string;
  channel: ConversationChannel;
  session_id: string;
  channel_origin: string | null;
  has_spoken: boolean;
  locale: string | null;
  page_url: string | null;
  metadata: { facts?: LeadFacts; known?: LeadFacts; lead_requested?: boolean };
}

/** In the order in which they were sent; the widget's have no such time and come in the order of their seq. */
function inOrder(a: WaitingMessage, b: WaitingMessage): number {
  return (a.sentAt?.getTime() ?? 0) - (b.sentAt?.getTime() ?? 0) || a.seq - b.seq;
}

/** Keeps the conversation. @returns false when it has been given to somebody else meanwhile. */
export async function renewTurn(tx: Transaction, tenantId: string, conversationId: string, seq: number): Promise<boolean> {
  return (
    (await tx.run(
      'UPDATE conversations SET turn_lease_until = now() + make_interval(secs => $4) WHERE tenant_id = $1 AND id = $2 AND turn_seq = $3 AND turn_lease_until IS NOT NULL',
      [tenantId, conversationId, seq, LEASE_SECONDS],
    )) > 0
  );
}

/**
 * Gives the conversation back without an answer, to be taken again by the sweep: at once when the turn was only broken off
 * or the conversation has to be read anew, after a growing and jittered while when the turn has failed.
 */
export async function dropTurn(tx: Transaction, tenantId: string, conversationId: string, seq: number, hasFailed = false): Promise<void> {
  // Without a turn_seq nobody can record or renew; the time alone keeps others off until then.
  const dropped = await tx.run(
    `UPDATE conversations SET turn_seq = NULL, turn_lease_until = CASE WHEN $4 THEN now() + make_interval(secs => ${RETRY_SECONDS} * (0.5 + random()) * 2 ^ (
       SELECT coalesce(max(e.failures), 0) FROM inbox_events e WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'pending')) END
     WHERE tenant_id = $1 AND id = $2 AND turn_seq = $3`,
    [tenantId, conversationId, seq, hasFailed],
  );
  if (!hasFailed || dropped === 0) return;
  await tx.run(
    `UPDATE inbox_events e SET failures = failures + 1 FROM messages m
     WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'pending' AND m.tenant_id = $1 AND m.id = e.message_id AND m.answer_seq = $3`,
    [tenantId, conversationId, seq],
  );
}

/** What was said before these messages and was seen, oldest first. */
export async function loadHistory(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  before: { seq: number; sentAt: Date | null },
): Promise<HistoryTurn[]> {
  const rows = await tx.rows<{ role: string; content: string; sent_at: Date | null; shown_at: Date | null }>(
    `SELECT m.role, m.content, m.sent_at, CASE WHEN m.sender_type = 'ai' THEN m.timestamp END AS shown_at FROM messages m
     WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.status <> 'withdrawn' AND m.content <> ''
       AND CASE WHEN $4::timestamptz IS NULL THEN m.seq < $3 ELSE (m.sent_at, m.seq) < ($4, $3) END
     ORDER BY m.sent_at DESC NULLS FIRST, m.seq DESC LIMIT 12`,
    [tenantId, conversationId, before.seq, before.sentAt],
  );
  return rows
    .reverse()
    .map(({ role, content, sent_at, shown_at }) => ({ role: role === 'user' ? 'visitor' : 'agent', text: content, at: shown_at ?? sent_at }));
}
