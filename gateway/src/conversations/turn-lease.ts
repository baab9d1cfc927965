import type { Transaction } from '@netia/db';
import type { LeadFacts } from '../turn/find-lead.ts';
import type { HistoryTurn } from '../turn/turn.ts';

/**
 * How long a turn may stay silent before another worker takes the conversation over, in seconds. Renewed while it lives.
 * Shorter, and a busy process loses turns it is working on; longer, and a visitor waits for a process that is gone.
 */
export const LEASE_SECONDS = 12;
/** Tries after which a message is given up: it has brought down several workers. */
const ATTEMPTS_MAX = 5;

/** The right to answer one conversation, and what waits there. */
export interface TurnLease {
  /** Place of the answer and fencing token in one. */
  seq: number;
  ownerEpoch: number;
  /** Visitors' messages that this turn answers, oldest first. */
  waiting: { seq: number; text: string }[];
  locale: string | null;
  facts: LeadFacts;
  leadRequested: boolean;
}

/**
 * Takes the conversation for one answer if messages wait in it and nobody else has it. The row lock of the UPDATE makes
 * this exclusive between processes; a lease that ran out counts as nobody's.
 */
export async function takeTurn(tx: Transaction, tenantId: string, conversationId: string): Promise<TurnLease | undefined> {
  const taken = await tx.row<{ turn_seq: string; owner_epoch: string; locale: string | null; metadata: { facts?: LeadFacts; lead_requested?: boolean } }>(
    `UPDATE conversations SET last_seq = last_seq + 1, turn_seq = last_seq + 1, turn_lease_until = now() + make_interval(secs => $3)
     WHERE tenant_id = $1 AND id = $2 AND status = 'active' AND (turn_lease_until IS NULL OR turn_lease_until < now())
       AND EXISTS (SELECT FROM inbox_events e WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'pending' AND e.attempts < ${ATTEMPTS_MAX})
     RETURNING turn_seq, owner_epoch, locale, metadata`,
    [tenantId, conversationId, LEASE_SECONDS],
  );
  // Always the conversation first and its events second, as everybody does: the other way round is a deadlock.
  await tx.run(
    `UPDATE inbox_events SET status = 'dead', reason = 'gave up after ${ATTEMPTS_MAX} tries', finished_at = now()
     WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending' AND attempts >= ${ATTEMPTS_MAX}`,
    [tenantId, conversationId],
  );
  if (!taken) return undefined;
  const waiting = await tx.rows<{ seq: string; content: string }>(
    `WITH tried AS (
       UPDATE inbox_events SET attempts = attempts + 1 WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending' RETURNING message_id
     )
     UPDATE messages m SET answer_seq = $3 FROM tried WHERE m.tenant_id = $1 AND m.id = tried.message_id RETURNING m.seq, m.content`,
    [tenantId, conversationId, taken.turn_seq],
  );
  return {
    seq: Number(taken.turn_seq),
    ownerEpoch: Number(taken.owner_epoch),
    waiting: waiting.map((message) => ({ seq: Number(message.seq), text: message.content })).sort((a, b) => a.seq - b.seq),
    locale: taken.locale,
    facts: taken.metadata.facts ?? {},
    leadRequested: taken.metadata.lead_requested ?? false,
  };
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

/** Gives the conversation back without an answer; the sweep picks its messages up again. */
export async function dropTurn(tx: Transaction, tenantId: string, conversationId: string, seq: number): Promise<void> {
  await tx.run('UPDATE conversations SET turn_lease_until = NULL WHERE tenant_id = $1 AND id = $2 AND turn_seq = $3', [tenantId, conversationId, seq]);
}

/** What was said before the waiting messages, oldest first. */
export async function loadHistory(tx: Transaction, tenantId: string, conversationId: string, beforeSeq: number): Promise<HistoryTurn[]> {
  const rows = await tx.rows<{ role: string; content: string }>(
    'SELECT role, content FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT 12',
    [tenantId, conversationId, beforeSeq],
  );
  return rows.reverse().map((row) => ({ role: row.role === 'user' ? 'visitor' : 'agent', text: row.content }));
}
