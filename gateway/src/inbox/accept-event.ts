import type { Database, Transaction } from '@netia/db';
import { erase, holdForTyping, release, setBlocked, takeOver, WITH_PERSON } from '../conversations/channel-owner.ts';
import { mergeKnownFacts } from '../conversations/known-facts.ts';
import { type HandoffNotice, transferToPerson } from '../conversations/owner.ts';
import { type TurnLease, takeTurn } from '../conversations/turn-lease.ts';
import type { HandoverNotice, Whereabouts } from '../deliveries/channel-voice.ts';
import type { PlannedDelivery } from '../deliveries/planned-delivery.ts';
import { storeDeliveries } from '../deliveries/store-deliveries.ts';
import type { LeadFacts } from '../turn/find-lead.ts';
import type { ChannelEvent } from './channel-event.ts';

/** A message that comes so late into a conversation that has gone on is kept in its place and not answered any more. */
const LATE = '10 minutes';

export interface AcceptedEvent {
  outcome: 'accepted' | 'duplicate';
  conversationId: string | null;
  /** The turn that answers a message, if the caller had room for it and got the conversation. */
  lease: TurnLease | undefined;
  /** Something was written that is to be sent. */
  hasDeliveries: boolean;
}

/** What the business wants, as far as accepting needs to know. */
export interface AcceptOptions {
  /** See ChannelVoice. */
  quietMinutes: number | null;
  notice: HandoffNotice;
  /** How the notice of a hand-over is sent in this channel. */
  planNotice(where: Whereabouts, notice: HandoverNotice): PlannedDelivery[];
  /** Whether this process has room for the turn now; a worker finds it otherwise. */
  takesTurn: boolean;
}

/** The same event came before: rolls the transaction back, so that nothing of the second one stays. */
export class Duplicate extends Error {
  override name = 'Duplicate';
}

/**
 * Accepts an event of a channel once: what it changes and its inbox row are one transaction under the sender's own name for
 * it. When this returns, the sender may be told that all is well.
 */
export async function acceptEvent(db: Database, tenantId: string, event: ChannelEvent, options: AcceptOptions): Promise<AcceptedEvent> {
  try {
    return await db.inTenant(tenantId, (tx) => applyEvent(tx, tenantId, event, options));
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error;
    return { outcome: 'duplicate', conversationId: null, lease: undefined, hasDeliveries: false };
  }
}

export async function applyEvent(tx: Transaction, tenantId: string, event: ChannelEvent, options: AcceptOptions): Promise<AcceptedEvent> {
  const accepted = (conversationId: string | null, more: Partial<AcceptedEvent> = {}): AcceptedEvent => ({
    outcome: 'accepted',
    conversationId,
    lease: undefined,
    hasDeliveries: false,
    ...more,
  });
  if (event.type === 'message') {
    const { conversationId, isWaiting } = await acceptMessage(tx, tenantId, event);
    return accepted(conversationId, { lease: isWaiting && options.takesTurn ? await takeTurn(tx, tenantId, conversationId) : undefined });
  }
  if (event.type === 'typing') {
    // Comes with every few keystrokes and changes nothing twice: no row for each.
    await holdForTyping(tx, tenantId, event.sessionId);
    return accepted(null);
  }
  // A contact who has never written here has no conversation, and facts alone begin none.
  if (event.type === 'facts' && event.channel === 'tidio' && !(await isKnown(tx, tenantId, event.sessionId))) return accepted(null);
  if (event.type === 'choice') return acceptChoice(tx, tenantId, event, options);
  const conversation = await lockConversation(tx, tenantId, event);
  if (conversation.removed_at) throw new Duplicate();
  await noteEvent(tx, tenantId, event, conversation.id);
  switch (event.type) {
    case 'edit':
    case 'removal':
      await changeMessage(tx, tenantId, conversation.id, event);
      break;
    case 'person':
      // Our own words come back too, marked as ours or not; they are known by the number they were given before they went.
      if (await isOwn(tx, tenantId, event)) break;
      await takeOver(tx, tenantId, conversation.id, { at: event.at, said: event, quietMinutes: options.quietMinutes });
      break;
    case 'assigned':
      await takeOver(tx, tenantId, conversation.id, { at: event.at, quietMinutes: options.quietMinutes });
      break;
    case 'closed':
      await release(tx, tenantId, conversation.id, event.at);
      break;
    case 'blocked':
      await setBlocked(tx, tenantId, conversation.id, event.isBlocked, event.at);
      break;
    case 'erased':
      await erase(tx, tenantId, conversation.id);
      break;
    case 'facts':
      await mergeKnownFacts(tx, tenantId, conversation.id, event.facts, event.segments, event.at);
      break;
  }
  return accepted(conversation.id);
}

/** Message and inbox row in one call, so that an acknowledgement costs few round trips and no planning. */
async function acceptMessage(
  tx: Transaction,
  tenantId: string,
  event: Extract<ChannelEvent, { type: 'message' }>,
): Promise<{ conversationId: string; isWaiting: boolean }> {
  const accepted = await tx.row<{ conversation_id: string; is_waiting: boolean }>(
    'SELECT conversation_id, is_waiting FROM accept_channel_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    [
      tenantId,
      event.sessionId,
      event.channel,
      event.origin ?? null,
      event.externalId,
      event.messageType,
      event.text,
      event.at,
      event.key,
      event.pageUrl ?? null,
      event.known ? JSON.stringify(event.known) : null,
      WITH_PERSON,
      LATE,
    ],
  );
  if (!accepted) throw new Duplicate();
  return { conversationId: accepted.conversation_id, isWaiting: accepted.is_waiting };
}

/** A choice among the answers that we offered: "a person, please" is done at once, anything else is a message with the label's words. */
async function acceptChoice(
  tx: Transaction,
  tenantId: string,
  event: Extract<ChannelEvent, { type: 'choice' }>,
  options: AcceptOptions,
): Promise<AcceptedEvent> {
  const offered = await tx.row<{ conversation_id: string }>(
    `SELECT d.conversation_id FROM deliveries d JOIN conversations c ON c.tenant_id = d.tenant_id AND c.id = d.conversation_id
     WHERE d.tenant_id = $1 AND d.channel = $2 AND d.fingerprint = $3 AND c.session_id = $4`,
    [tenantId, event.channel, event.fingerprint, event.sessionId],
  );
  const nothing: AcceptedEvent = { outcome: 'accepted', conversationId: offered?.conversation_id ?? null, lease: undefined, hasDeliveries: false };
  // Another automation's question: not ours to answer.
  if (!offered) return nothing;
  if (event.value !== CHOICE_PERSON) {
    const { conversationId, isWaiting } = await acceptMessage(tx, tenantId, {
      ...event,
      type: 'message',
      externalId: `choice:${event.fingerprint}:${event.value}`,
      messageType: 'text',
      text: event.label,
    });
    return { ...nothing, lease: isWaiting && options.takesTurn ? await takeTurn(tx, tenantId, conversationId) : undefined };
  }
  const conversation = await lockConversation(tx, tenantId, event);
  await noteEvent(tx, tenantId, event, conversation.id);
  return { ...nothing, hasDeliveries: await handOver(tx, tenantId, conversation, options) };
}

/** The value of the choice that asks for a person. */
export const CHOICE_PERSON = 'person';

/** Gives the conversation to a person and writes the notice for the channel. @returns whether there is something to send. */
export async function handOver(
  tx: Transaction,
  tenantId: string,
  conversation: { id: string; session_id: string; channel_origin: string | null },
  options: Pick<AcceptOptions, 'notice' | 'planNotice'>,
): Promise<boolean> {
  const placed = await transferToPerson(tx, tenantId, conversation.id, options.notice);
  const start = placed.find(({ part }) => part.type === 'answer-start')?.part;
  const text = placed.flatMap(({ part }) => (part.type === 'answer-delta' ? [part.text] : [])).join('');
  if (start?.type !== 'answer-start') return false;
  const about = await tx.row<{ last_words: string | null; facts: LeadFacts }>(
    `SELECT (SELECT content FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND sender_type = 'visitor' ORDER BY sent_at DESC NULLS LAST, seq DESC LIMIT 1) AS last_words,
       coalesce(metadata->'known', '{}') || coalesce(metadata->'facts', '{}') AS facts FROM conversations WHERE tenant_id = $1 AND id = $2`,
    [tenantId, conversation.id],
  );
  const planned = options.planNotice(
    { sessionId: conversation.session_id, origin: conversation.channel_origin },
    { text, asksContact: placed.some(({ part }) => part.type === 'lead-request'), lastWords: about?.last_words ?? '', facts: about?.facts ?? {} },
  );
  await storeDeliveries(tx, tenantId, conversation.id, { seq: start.seq, messageId: start.message_id }, planned);
  return planned.length > 0;
}

async function isKnown(tx: Transaction, tenantId: string, sessionId: string): Promise<boolean> {
  return (await tx.row('SELECT FROM conversations WHERE tenant_id = $1 AND session_id = $2', [tenantId, sessionId])) !== undefined;
}

interface LockedConversation {
  id: string;
  session_id: string;
  channel_origin: string | null;
  removed_at: Date | null;
}

/** The event's conversation, made if this is the first that is heard of it, and locked: everybody locks it before anything else. */
async function lockConversation(tx: Transaction, tenantId: string, event: ChannelEvent): Promise<LockedConversation> {
  const conversation = await tx.row<LockedConversation>(
    `INSERT INTO conversations AS c (tenant_id, session_id, channel) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, session_id) DO UPDATE SET last_seq = c.last_seq RETURNING id, session_id, channel_origin, removed_at`,
    [tenantId, event.sessionId, event.channel],
  );
  if (!conversation) throw new Error('the conversation was neither found nor made');
  return conversation;
}

async function noteEvent(tx: Transaction, tenantId: string, event: ChannelEvent, conversationId: string): Promise<void> {
  const isNew = await tx.run(
    `INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id, status, finished_at) VALUES ($1, $2, $3, $4, 'done', now())
     ON CONFLICT (tenant_id, channel, event_key) DO NOTHING`,
    [tenantId, event.channel, event.key, conversationId],
  );
  if (isNew === 0) throw new Duplicate();
}

async function isOwn(tx: Transaction, tenantId: string, event: Extract<ChannelEvent, { type: 'person' }>): Promise<boolean> {
  const fingerprint = /^\d{1,16}$/.test(event.externalId) ? event.externalId : null;
  const own = await tx.row('SELECT FROM deliveries WHERE tenant_id = $1 AND channel = $2 AND (fingerprint = $3::bigint OR external_id = $4) LIMIT 1', [
    tenantId,
    event.channel,
    fingerprint,
    event.externalId,
  ]);
  return own !== undefined;
}

/**
 * A message was edited or deleted: what is stored follows, and is never answered again for it. One that has not been
 * answered yet is answered as it reads now. A change that comes before its message is kept for it.
 */
async function changeMessage(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  event: Extract<ChannelEvent, { type: 'edit' | 'removal' }>,
): Promise<void> {
  const isRemoval = event.type === 'removal';
  const change: MessageChange = isRemoval ? { text: '', at: event.at.toISOString(), removed: true } : { text: event.text, at: event.at.toISOString() };
  const message = await tx.row<{ id: string; change: Partial<MessageChange> }>(
    `SELECT id, jsonb_build_object('removed', metadata->'removed', 'at', metadata->'edited_at') AS change FROM messages
     WHERE tenant_id = $1 AND conversation_id = $2 AND external_id = $3 FOR UPDATE`,
    [tenantId, conversationId, event.externalId],
  );
  if (!message) {
    const early = await tx.row<{ change: Partial<MessageChange> | null }>(
      "SELECT metadata->'early'->$3 AS change FROM conversations WHERE tenant_id = $1 AND id = $2",
      [tenantId, conversationId, event.externalId],
    );
    if (isOutdated(change, early?.change)) return;
    await tx.run(
      `UPDATE conversations SET metadata = jsonb_set(metadata, '{early}', coalesce(metadata->'early', '{}') || $3) WHERE tenant_id = $1 AND id = $2`,
      [tenantId, conversationId, JSON.stringify({ [event.externalId]: change })],
    );
    return;
  }
  if (isOutdated(change, message.change)) return;
  await tx.run('UPDATE messages SET content = $3, metadata = metadata || $4 WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    message.id,
    change.text,
    JSON.stringify(isRemoval ? { removed: true } : { edited_at: change.at }),
  ]);
  if (isRemoval) {
    await tx.run(
      `UPDATE inbox_events SET status = 'done', reason = 'the message was deleted', finished_at = now() WHERE tenant_id = $1 AND message_id = $2 AND status = 'pending'`,
      [tenantId, message.id],
    );
  }
  // An answer being written to the old words is refused; what still waits is answered anew.
  await tx.run(
    `UPDATE conversations SET turn_lease_until = NULL WHERE tenant_id = $1 AND id = $2
       AND EXISTS (SELECT FROM messages m WHERE m.tenant_id = $1 AND m.id = $3 AND m.answer_seq = turn_seq)`,
    [tenantId, conversationId, message.id],
  );
}

/** What became of a message: its newest words, or none any more. */
interface MessageChange {
  text: string;
  at: string;
  removed?: true;
}

/** Changes come in any order: what is deleted stays deleted, and of two edits the later one stands. */
function isOutdated(change: MessageChange, known: Partial<MessageChange> | null | undefined): boolean {
  if (known?.removed) return true;
  return !change.removed && typeof known?.at === 'string' && new Date(known.at) > new Date(change.at);
}
