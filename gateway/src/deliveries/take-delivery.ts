import type { Transaction } from '@netia/db';
import { type PlannedDelivery, SendFault, type TakenDelivery } from './planned-delivery.ts';
import { storeDeliveries } from './store-deliveries.ts';

/**
 * How long a delivery belongs to who took it, in seconds. Long on purpose: no channel can refuse a second copy for us, so
 * it may only be given to another when the first can no longer send. A send that begins within SEND_WITHIN_MS is over
 * before the lease is, because every channel's calls give up after ten seconds. The price: what a killed process was
 * sending at that very moment comes this much later.
 */
const LEASE_SECONDS = 45;
/** Who has held a delivery longer than this, by any clock, does not begin to send it. */
const SEND_WITHIN_MS = 25_000;

/** By whichever clock has gone on further: one may stand still with the process, the other be set back. */
function timeLimit(): () => void {
  const [real, steady] = [Date.now(), performance.now()];
  return () => {
    if (Math.max(Date.now() - real, performance.now() - steady) > SEND_WITHIN_MS) throw new SendFault('lost', 'held for too long to be sent by this process');
  };
}

type NextRow = {
  id: string;
  channel: TakenDelivery['channel'];
  kind: TakenDelivery['kind'];
  payload: unknown;
  fingerprint: string;
  attempts: number;
  message_id: string | null;
  created_at: Date;
  owner_epoch: string | null;
  is_free: boolean;
};

type OwnerRow = { owner_epoch: string; is_agents: boolean; session_id: string; channel_origin: string | null };

/**
 * Takes the next delivery of a conversation, in order: never one whose predecessor is still on its way. The conversation
 * is locked while its epoch is compared, so a person's message comes either before this (and the agent's is withdrawn) or
 * after it.
 */
export async function takeDelivery(tx: Transaction, tenantId: string, conversationId: string): Promise<TakenDelivery | undefined> {
  // Measured from before the row is taken, so that our clock runs out before its lease does.
  const requireTime = timeLimit();
  const owner = await tx.row<OwnerRow>(
    "SELECT owner_epoch, status = 'active' AND NOT is_blocked AS is_agents, session_id, channel_origin FROM conversations WHERE tenant_id = $1 AND id = $2 FOR SHARE",
    [tenantId, conversationId],
  );
  while (owner) {
    const next = await tx.row<NextRow>(
      `SELECT id, channel, kind, payload, fingerprint, attempts, message_id, created_at, owner_epoch,
         next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now()) AS is_free
       FROM deliveries WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending' ORDER BY place LIMIT 1 FOR UPDATE`,
      [tenantId, conversationId],
    );
    if (!next?.is_free) return undefined;
    if (next.owner_epoch !== null && next.owner_epoch !== owner.owner_epoch) {
      await withdraw(tx, tenantId, conversationId, next, owner.is_agents);
      continue;
    }
    const taken = await tx.row<{ claim: number; attempts: number }>(
      'UPDATE deliveries SET claim = claim + 1, attempts = attempts + 1, lease_until = now() + make_interval(secs => $3) WHERE tenant_id = $1 AND id = $2 RETURNING claim, attempts',
      [tenantId, next.id, LEASE_SECONDS],
    );
    return {
      id: next.id,
      tenantId,
      conversationId,
      channel: next.channel,
      kind: next.kind,
      payload: next.payload,
      fingerprint: Number(next.fingerprint),
      claim: taken?.claim ?? 0,
      attempt: taken?.attempts ?? 0,
      sessionId: owner.session_id,
      origin: owner.channel_origin,
      createdAt: next.created_at,
      requireTime,
    };
  }
  return undefined;
}

/** Renews the hold on a delivery after looking around, and compares the epoch once more. @returns it with its new time limit; undefined when it is no longer ours to send. */
export async function keepDelivery(tx: Transaction, delivery: TakenDelivery): Promise<TakenDelivery | undefined> {
  const requireTime = timeLimit();
  const kept = await tx.run(
    `UPDATE deliveries d SET lease_until = now() + make_interval(secs => $4) FROM (
       SELECT owner_epoch FROM conversations WHERE tenant_id = $1 AND id = $5 FOR SHARE) c
     WHERE d.tenant_id = $1 AND d.id = $2 AND d.claim = $3 AND d.status = 'pending' AND (d.owner_epoch IS NULL OR d.owner_epoch = c.owner_epoch)`,
    [delivery.tenantId, delivery.id, delivery.claim, LEASE_SECONDS, delivery.conversationId],
  );
  return kept > 0 ? { ...delivery, requireTime } : undefined;
}

/**
 * An answer that a person was quicker than: it and its other pieces are not sent. If the person only typed and nothing of
 * the answer was seen, its questions wait again, for who knows whether anything follows.
 */
async function withdraw(tx: Transaction, tenantId: string, conversationId: string, late: NextRow, isAgents: boolean): Promise<void> {
  await tx.run(
    `UPDATE deliveries SET status = 'withdrawn', reason = 'a person was quicker', finished_at = now()
     WHERE tenant_id = $1 AND conversation_id = $2 AND status = 'pending' AND owner_epoch = $3`,
    [tenantId, conversationId, late.owner_epoch],
  );
  if (late.message_id === null) return;
  const unseen = await tx.row<{ seq: string }>(
    `UPDATE messages m SET status = CASE WHEN s.is_seen THEN 'partial' ELSE 'withdrawn' END
     FROM (SELECT EXISTS (SELECT FROM deliveries WHERE tenant_id = $1 AND message_id = $2 AND kind = 'message' AND (status = 'sent' OR attempts > 0)) AS is_seen) s
     WHERE m.tenant_id = $1 AND m.id = $2 RETURNING CASE WHEN s.is_seen THEN NULL ELSE m.seq END AS seq`,
    [tenantId, late.message_id],
  );
  if (!isAgents || !unseen?.seq) return;
  await tx.run(
    `UPDATE inbox_events e SET status = 'pending', finished_at = NULL FROM messages m
     WHERE e.tenant_id = $1 AND m.tenant_id = $1 AND e.message_id = m.id AND m.conversation_id = $2 AND m.answer_seq = $3 AND e.status = 'done'`,
    [tenantId, conversationId, unseen.seq],
  );
}

/** It was sent. @returns false when somebody else has it by now. */
export async function settleSent(tx: Transaction, delivery: TakenDelivery, externalId: string | null): Promise<boolean> {
  return (
    (await tx.run(
      `UPDATE deliveries SET status = 'sent', external_id = $4, lease_until = NULL, finished_at = now(), reason = NULL
       WHERE tenant_id = $1 AND id = $2 AND claim = $3 AND status = 'pending'`,
      [delivery.tenantId, delivery.id, delivery.claim, externalId],
    )) > 0
  );
}

/** Another try later. A wait that was nobody's fault counts as no try. */
export async function settleLater(tx: Transaction, delivery: TakenDelivery, waitMs: number, reason: string, isFault: boolean): Promise<void> {
  await tx.run(
    `UPDATE deliveries SET next_attempt_at = now() + make_interval(secs => $4::double precision / 1000), lease_until = NULL, reason = $5,
       attempts = attempts - CASE WHEN $6 THEN 0 ELSE 1 END
     WHERE tenant_id = $1 AND id = $2 AND claim = $3 AND status = 'pending'`,
    [delivery.tenantId, delivery.id, delivery.claim, waitMs, reason, isFault],
  );
}

/**
 * Given up, with the reason; of an answer, its other pieces too. A message that was to be said and was not is left to a
 * person, who is told. Nothing is done when somebody else has the delivery by now.
 * @param word to the operators, sent whoever has the conversation.
 * @param quietMinutes after so long without a person's word the agent answers again; null: only when given back.
 */
export async function settleDead(
  tx: Transaction,
  delivery: TakenDelivery,
  reason: string,
  word: readonly PlannedDelivery[],
  quietMinutes: number | null,
): Promise<void> {
  const { tenantId, conversationId, id, claim } = delivery;
  // The conversation first, as everybody does.
  await tx.run('SELECT FROM conversations WHERE tenant_id = $1 AND id = $2 FOR UPDATE', [tenantId, conversationId]);
  const settled = await tx.row<{ message_id: string | null }>(
    `UPDATE deliveries SET status = 'dead', reason = $4, lease_until = NULL, finished_at = now()
     WHERE tenant_id = $1 AND id = $2 AND claim = $3 AND status = 'pending' RETURNING message_id`,
    [tenantId, id, claim, reason],
  );
  if (!settled || delivery.kind !== 'message') return;
  await tx.run(
    `UPDATE deliveries SET status = 'dead', reason = 'another piece of the answer could not be sent', finished_at = now()
     WHERE tenant_id = $1 AND conversation_id = $2 AND message_id = $3 AND kind = 'message' AND status = 'pending'`,
    [tenantId, conversationId, settled.message_id],
  );
  const left = await tx.row<{ last_seq: string }>(
    `UPDATE conversations SET status = 'transferred', owner_epoch = owner_epoch + 1, turn_lease_until = NULL, last_seq = last_seq + 1, returns_at = now() + make_interval(mins => $3)
     WHERE tenant_id = $1 AND id = $2 AND status = 'active' RETURNING last_seq`,
    [tenantId, conversationId, quietMinutes],
  );
  if (left) await storeDeliveries(tx, tenantId, conversationId, { seq: Number(left.last_seq), messageId: null }, word);
}
