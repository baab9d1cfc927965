import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import type { Tenant } from '../tenants/settings.ts';
import { type AcceptedEvent, type AcceptOptions, applyEvent, Duplicate } from './accept-event.ts';
import type { ChannelEvent, Ignored } from './channel-event.ts';

export interface DeadEvent {
  id: string;
  kind: 'event' | 'delivery';
  channel: string;
  conversation_id: string | null;
  reason: string | null;
  happened_at: Date;
}

/** What was given up, newest first: events that came in and deliveries that were to go out. */
export async function listDead(tx: Transaction, tenantId: string, page: { after: string | null; limit: number }): Promise<DeadEvent[]> {
  return tx.rows<DeadEvent>(
    `SELECT * FROM (
       SELECT id, 'event' AS kind, channel, conversation_id, reason, received_at AS happened_at FROM inbox_events WHERE tenant_id = $1 AND status = 'dead'
       UNION ALL
       SELECT id, 'delivery', channel, conversation_id, reason, created_at FROM deliveries WHERE tenant_id = $1 AND status = 'dead'
     ) dead WHERE $2::uuid IS NULL OR id < $2 ORDER BY id DESC LIMIT $3`,
    [tenantId, page.after, page.limit],
  );
}

/** Reads a kept event anew; throws when it still cannot be read. */
export type ReadAgain = (channel: 'crisp' | 'tidio', payload: unknown, tenant: Tenant) => ChannelEvent | Ignored;

/**
 * Tries again what was given up. Harmless when it had succeeded after all: a message is stored and answered once under its
 * key, a delivery is looked up in the channel before it is sent.
 * @returns what has to be begun once this is committed.
 * @throws {AppError} when there is nothing dead with this id, or a person has the conversation.
 */
export async function replayDead(
  tx: Transaction,
  tenant: Tenant,
  id: string,
  readAgain: ReadAgain,
  optionsFor: (event: ChannelEvent) => AcceptOptions,
): Promise<{ kind: 'event' | 'delivery'; accepted?: AcceptedEvent; conversationId: string | null }> {
  const event = await tx.row<{ channel: 'widget' | 'crisp' | 'tidio' | 'cli'; conversation_id: string | null; message_id: string | null; payload: unknown }>(
    "SELECT channel, conversation_id, message_id, payload FROM inbox_events WHERE tenant_id = $1 AND id = $2 AND status = 'dead' FOR UPDATE",
    [tenant.id, id],
  );
  if (event?.message_id) {
    await requireAgent(tx, tenant.id, event.conversation_id);
    await tx.run(
      "UPDATE inbox_events SET status = 'pending', attempts = 0, failures = 0, reason = NULL, finished_at = NULL WHERE tenant_id = $1 AND id = $2 AND status = 'dead'",
      [tenant.id, id],
    );
    return { kind: 'event', conversationId: event.conversation_id };
  }
  if (event && (event.channel === 'crisp' || event.channel === 'tidio'))
    return { kind: 'event', ...(await applyAgain(tx, tenant, id, event.channel, event.payload, readAgain, optionsFor)) };
  const delivery = await tx.row<{ conversation_id: string; message_id: string | null }>(
    "SELECT conversation_id, message_id FROM deliveries WHERE tenant_id = $1 AND id = $2 AND status = 'dead' FOR UPDATE",
    [tenant.id, id],
  );
  if (!delivery) throw new AppError('not_found', 'Nothing that was given up has this id.');
  // Somebody wants it sent as things stand now, an answer with all its pieces. One try stays counted, so that each is looked up before it is sent.
  await tx.run(
    `UPDATE deliveries d SET status = 'pending', attempts = 1, next_attempt_at = now(), created_at = now(), finished_at = NULL, lease_until = NULL,
       owner_epoch = CASE WHEN d.owner_epoch IS NULL THEN NULL ELSE c.owner_epoch END
     FROM conversations c WHERE c.tenant_id = d.tenant_id AND c.id = d.conversation_id AND d.tenant_id = $1 AND (d.id = $2 OR (d.kind = 'message' AND d.message_id = $3)) AND d.status = 'dead'`,
    [tenant.id, id, delivery.message_id],
  );
  return { kind: 'delivery', conversationId: delivery.conversation_id };
}

/** Somebody has looked at it and wants nothing more of it. @returns false when nothing dead has this id. */
export async function dismissDead(tx: Transaction, tenantId: string, id: string): Promise<boolean> {
  const dismissed =
    (await tx.run(
      "UPDATE inbox_events SET status = 'done', reason = 'dismissed: ' || coalesce(reason, ''), payload = NULL WHERE tenant_id = $1 AND id = $2 AND status = 'dead'",
      [tenantId, id],
    )) +
    (await tx.run(
      "UPDATE deliveries SET status = 'withdrawn', reason = 'dismissed: ' || coalesce(reason, '') WHERE tenant_id = $1 AND id = $2 AND status = 'dead'",
      [tenantId, id],
    ));
  return dismissed > 0;
}

async function applyAgain(
  tx: Transaction,
  tenant: Tenant,
  id: string,
  channel: 'crisp' | 'tidio',
  payload: unknown,
  readAgain: ReadAgain,
  optionsFor: (event: ChannelEvent) => AcceptOptions,
): Promise<{ accepted?: AcceptedEvent; conversationId: string | null }> {
  let event: ChannelEvent | Ignored;
  try {
    event = readAgain(channel, payload, tenant);
  } catch (cause) {
    throw new AppError('conflict', 'The event still cannot be read. It stays where it is.', { cause });
  }
  // The key is the event's own from here on.
  await tx.run(
    "UPDATE inbox_events SET status = 'done', reason = 'replayed', event_key = event_key || ':dead:' || id, finished_at = now() WHERE tenant_id = $1 AND id = $2",
    [tenant.id, id],
  );
  if (event.type === 'ignored') return { conversationId: null };
  try {
    const accepted = await applyEvent(tx, tenant.id, event, optionsFor(event));
    return { accepted, conversationId: accepted.conversationId };
  } catch (error) {
    // It came again since and was applied then, or its conversation is gone.
    if (error instanceof Duplicate) return { conversationId: null };
    throw error;
  }
}

async function requireAgent(tx: Transaction, tenantId: string, conversationId: string | null): Promise<void> {
  const conversation = await tx.row<{ status: string }>('SELECT status FROM conversations WHERE tenant_id = $1 AND id = $2', [tenantId, conversationId]);
  if (conversation?.status !== 'active')
    throw new AppError('conflict', 'The agent does not have this conversation. Give it back first: PATCH /v1/admin/conversations/:id with status active.');
}
