import type { Database, Transaction } from '@netia/db';
import { type TurnLease, takeTurn } from '../conversations/turn-lease.ts';
import { addVisitorFile, type StoredFile } from '../conversations/visitor-files.ts';
import { AppError } from '../errors.ts';

export interface InboundMessage {
  tenantId: string;
  conversationId: string;
  channel: 'widget' | 'cli';
  /** The sender's own id, unique within the conversation. */
  externalId: string;
  text: string;
  pageUrl?: string | undefined;
  /** What was sent, where it is no text; `text` is empty then. */
  file?: StoredFile;
}

export interface AcceptedMessage {
  id: string;
  seq: number;
  isNew: boolean;
  createdAt: Date;
  /** A person has the conversation; the agent keeps quiet. */
  isWithPerson: boolean;
  /** The turn that answers it, if the caller got the conversation; another worker has it otherwise. */
  lease: TurnLease | undefined;
}

/** The same message came before: rolls the transaction back, so that nothing of the second one stays. */
class Duplicate extends Error {
  override name = 'Duplicate';
}

/**
 * Accepts a visitor's message once: message and inbox event in one transaction, under the sender's own id. When it
 * returns, the message is safe; sent again, it returns the first one. The turn is taken in the same transaction if it is
 * free, which saves a round trip on the way to the first word.
 */
export async function acceptMessage(db: Database, message: InboundMessage): Promise<AcceptedMessage> {
  try {
    return await db.inTenant(message.tenantId, (tx) => accept(tx, message));
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error;
    return db.inTenant(message.tenantId, (tx) => findAccepted(tx, message));
  }
}

async function accept(tx: Transaction, message: InboundMessage): Promise<AcceptedMessage> {
  const { tenantId, conversationId } = message;
  // The UPDATE locks the conversation first, so of two equal messages the second waits here and then finds the first.
  const accepted = await tx.row<{ id: string | null; seq: string; status: string; timestamp: Date }>(
    `WITH numbered AS (
       UPDATE conversations SET last_seq = last_seq + 1, page_url = coalesce($6, page_url), status = CASE status WHEN 'ended' THEN 'active' ELSE status END, ended_at = NULL
       WHERE tenant_id = $1 AND id = $2 RETURNING last_seq, status
     ), said AS (
       INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, message_type, content, external_id)
       SELECT $1, $2, last_seq, 'user', 'visitor', $7, $3, $4 FROM numbered
       ON CONFLICT (tenant_id, conversation_id, external_id) DO NOTHING RETURNING id, timestamp
     ), event AS (
       INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id, message_id, status, finished_at)
       SELECT $1, $5, $2 || ':' || $4, $2::uuid, said.id, CASE numbered.status WHEN 'transferred' THEN 'done' ELSE 'pending' END, CASE numbered.status WHEN 'transferred' THEN now() END
       FROM said, numbered
     )
     SELECT said.id, numbered.last_seq AS seq, numbered.status, said.timestamp FROM numbered LEFT JOIN said ON true`,
    [tenantId, conversationId, message.text, message.externalId, message.channel, message.pageUrl ?? null, typeOf(message.file)],
  );
  if (!accepted) throw new AppError('not_found', 'There is no such conversation.');
  if (accepted.id === null) throw new Duplicate();
  if (message.file) await addVisitorFile(tx, tenantId, conversationId, accepted.id, message.file);
  const isWithPerson = accepted.status === 'transferred';
  return {
    id: accepted.id,
    seq: Number(accepted.seq),
    isNew: true,
    createdAt: accepted.timestamp,
    isWithPerson,
    lease: isWithPerson ? undefined : await takeTurn(tx, tenantId, conversationId),
  };
}

const typeOf = (file: StoredFile | undefined) => (file === undefined ? 'text' : file.mediaType.startsWith('image/') ? 'image' : 'file');

async function findAccepted(tx: Transaction, message: InboundMessage): Promise<AcceptedMessage> {
  const { tenantId, conversationId } = message;
  const known = await tx.row<{ id: string; seq: string; status: string; timestamp: Date }>(
    `SELECT m.id, m.seq, c.status, m.timestamp FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
     WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.external_id = $3`,
    [tenantId, conversationId, message.externalId],
  );
  if (!known) throw new AppError('not_found', 'There is no such conversation.');
  // A worker that died may have left it unanswered; then this retry is the one that answers.
  return {
    id: known.id,
    seq: Number(known.seq),
    isNew: false,
    createdAt: known.timestamp,
    isWithPerson: known.status === 'transferred',
    lease: await takeTurn(tx, tenantId, conversationId),
  };
}
