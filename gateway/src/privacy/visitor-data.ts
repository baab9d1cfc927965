import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';

/** Whose data: a contact with all their conversations, or one conversation with somebody who never said who they are. */
export type Visitor = { contactId: string } | { conversationId: string };

/** All that is kept of a visitor, as they may ask for it. */
export interface VisitorData {
  contact: object | null;
  conversations: object[];
  leads: object[];
}

const CONVERSATIONS = `SELECT c.id, c.contact_id FROM conversations c WHERE c.tenant_id = $1
  AND (($2::uuid IS NOT NULL AND c.contact_id = $2) OR ($3::uuid IS NOT NULL AND c.id = $3))`;
const valuesOf = (tenantId: string, visitor: Visitor) => [
  tenantId,
  'contactId' in visitor ? visitor.contactId : null,
  'conversationId' in visitor ? visitor.conversationId : null,
];

/** @throws {AppError} not_found where nothing is kept of them. */
export async function exportVisitor(tx: Transaction, tenantId: string, visitor: Visitor): Promise<VisitorData> {
  const values = valuesOf(tenantId, visitor);
  const contact = await tx.row<object>(
    'SELECT id, external_id, email, phone, name, company, is_verified, created_at FROM contacts WHERE tenant_id = $1 AND id = $2::uuid AND $3::uuid IS NULL',
    values,
  );
  const conversations = await tx.rows<object>(
    `SELECT c.id, c.channel, c.status, c.pages, c.locale, c.started_at, c.ended_at, c.rating, c.rating_comment, c.consent_text, c.consented_at, c.metadata->'facts' AS said_of_themselves, c.metadata->'known' AS known_of_them,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('at', coalesce(m.sent_at, m.timestamp), 'from', m.sender_type, 'text', m.content, 'feedback', m.feedback, 'file', (SELECT f.name FROM visitor_files f WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id)) ORDER BY m.seq), '[]')
        FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id) AS messages,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('at', n.created_at, 'text', n.text) ORDER BY n.id), '[]')
        FROM conversation_notes n WHERE n.tenant_id = c.tenant_id AND n.conversation_id = c.id) AS notes
     FROM conversations c WHERE c.tenant_id = $1 AND c.id IN (SELECT id FROM (${CONVERSATIONS}) o) ORDER BY c.started_at`,
    values,
  );
  if (!contact && conversations.length === 0) throw noSuchVisitor();
  const leads = await tx.rows<object>(
    `SELECT id, intent, status, contact_info, notes, created_at, updated_at FROM leads
     WHERE tenant_id = $1 AND (contact_id = $2::uuid OR conversation_id IN (SELECT id FROM (${CONVERSATIONS}) o)) ORDER BY created_at`,
    values,
  );
  return { contact: contact ?? null, conversations, leads };
}

/**
 * Takes away all that is kept of a visitor: conversations with their messages, notes, events and what was to be sent,
 * leads and the contact. The audit log can be changed by nobody, and therefore holds no word of a visitor's. Their browser finds its session gone and begins as a
 * stranger; what they send meanwhile finds no conversation and is stored nowhere.
 * @returns the conversations, for whoever remembers something of them outside the database.
 * @throws {AppError} not_found where nothing is kept of them.
 */
export async function eraseVisitor(tx: Transaction, tenantId: string, visitor: Visitor): Promise<string[]> {
  const values = valuesOf(tenantId, visitor);
  // Locked first: a turn that is under way then cannot be recorded any more.
  const known = await tx.rows<{ id: string; contact_id: string | null }>(`${CONVERSATIONS} FOR UPDATE`, values);
  const conversations = known.map(({ id }) => id);
  const leads = (
    await tx.rows<{ id: string }>('DELETE FROM leads WHERE tenant_id = $1 AND (contact_id = $2::uuid OR conversation_id = ANY($3)) RETURNING id', [
      tenantId,
      values[1],
      conversations,
    ])
  ).map(({ id }) => id);
  await eraseConversations(tx, tenantId, conversations);
  // Of one conversation: the contact too, if nothing else is known of them.
  const contacts = await tx.run(
    `DELETE FROM contacts k WHERE k.tenant_id = $1 AND (k.id = $2::uuid OR k.id = ANY($3))
       AND NOT EXISTS (SELECT FROM conversations c WHERE c.tenant_id = k.tenant_id AND c.contact_id = k.id)
       AND NOT EXISTS (SELECT FROM leads l WHERE l.tenant_id = k.tenant_id AND l.contact_id = k.id)`,
    [tenantId, values[1], known.flatMap(({ contact_id }) => contact_id ?? [])],
  );
  if (contacts + conversations.length === 0) throw noSuchVisitor();
  await tx.run(
    "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND (payload->'data'->>'conversation_id' = ANY($2) OR payload->'data'->>'lead_id' = ANY($3))",
    [tenantId, conversations, leads],
  );
  return conversations;
}

/** Conversations with all that hangs on them; what was paid for models stays, without saying for whom. */
export async function eraseConversations(tx: Transaction, tenantId: string, ids: readonly string[]): Promise<void> {
  await tx.run('DELETE FROM conversations WHERE tenant_id = $1 AND id = ANY($2)', [tenantId, ids]);
}

const noSuchVisitor = () => new AppError('not_found', 'Nothing is kept of a visitor with this id.');
