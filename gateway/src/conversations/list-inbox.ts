import type { Transaction } from '@netia/db';
import { UNREAD_COUNTED_MAX } from '@netia/protocol';
import { AppError } from '../errors.ts';

/** Which conversations; what is left out narrows nothing. */
export interface InboxQuery {
  status?: string | undefined;
  channel?: string | undefined;
  /** me, nobody, or a member's id. */
  assigned?: string | undefined;
  only?: 'unread' | 'waiting' | 'unanswered' | 'lead' | undefined;
  language?: string | undefined;
  /** Stands in one of its messages. */
  text?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Of a message as much as a list shows. */
const SHOWN = 200;

/**
 * Conversations as people work through them, the one that changed last first, with what `reader` (a member) has not read yet. One more than `limit`, for the next page.
 * Sorted without an index: one on `updated_at` would be written anew with every message that comes in, on the way to its
 * acknowledgement, while a tenant's ten thousand conversations are sorted in 20 ms when somebody looks.
 */
export async function listInbox(tx: Transaction, tenantId: string, reader: string | undefined, query: InboxQuery): Promise<{ id: string }[]> {
  if (query.assigned === 'me' && reader === undefined) throw new AppError('invalid_request', 'An API key is nobody: give the id of a member instead of me.');
  const pattern = query.text === undefined ? null : `%${query.text.replace(/[\\%_]/g, '\\$&')}%`;
  return tx.rows<{ id: string }>(
    `SELECT * FROM (
     SELECT c.id, c.channel, c.status, c.metadata->>'flagged' AS flagged, c.page_url, c.locale, c.assigned_to, c.updated_at,
       jsonb_build_object('name', coalesce(k.name, f.facts->>'name'), 'email', coalesce(k.email, f.facts->>'email'), 'phone', coalesce(k.phone, f.facts->>'phone'), 'is_verified', coalesce(k.is_verified, false)) AS contact,
       $6::uuid IS NOT NULL AND EXISTS (SELECT FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.sender_type = 'visitor' AND m.seq > coalesce(r.seq, 0)) AS is_unread,
       EXISTS (SELECT FROM leads d WHERE d.tenant_id = c.tenant_id AND d.conversation_id = c.id) AS has_lead,
       l.last_message, c.status = 'transferred' AND coalesce(l.last_message->>'sender_type' = 'visitor' OR l.last_message->>'verdict' = 'handed_over', false) AS is_waiting
     FROM conversations c
     LEFT JOIN conversation_reads r ON r.tenant_id = c.tenant_id AND r.user_id = $6 AND r.conversation_id = c.id
     LEFT JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
     CROSS JOIN LATERAL (SELECT CASE WHEN k.is_verified THEN '{}' ELSE coalesce(c.metadata->'known', '{}') || coalesce(c.metadata->'facts', '{}') END AS facts) f
     LEFT JOIN LATERAL (
       SELECT jsonb_build_object('sender_type', m.sender_type, 'content', left(coalesce(nullif(m.content, ''), (SELECT f.name FROM visitor_files f WHERE f.tenant_id = m.tenant_id AND f.message_id = m.id), m.message_type), ${SHOWN}), 'verdict', m.verdict, 'timestamp', coalesce(m.sent_at, m.timestamp)) AS last_message
       FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1
     ) l ON true
     WHERE c.tenant_id = $1 AND c.channel <> 'cli' AND ($2::text IS NULL OR c.status = $2) AND ($3::text IS NULL OR c.channel = $3)
       AND ($4::text IS NULL OR EXISTS (SELECT FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.content ILIKE $4))
       AND ($5::uuid IS NULL OR (c.updated_at, c.id) < (SELECT updated_at, id FROM conversations WHERE tenant_id = $1 AND id = $5))
       -- A session that was opened and in which nobody has said anything is no conversation yet.
       AND c.last_seq > 0
       AND CASE WHEN $7::text IS NULL THEN true WHEN $7 = 'nobody' THEN c.assigned_to IS NULL ELSE c.assigned_to = (CASE $7 WHEN 'me' THEN $6::text ELSE $7 END)::uuid END
       AND ($8::text IS NULL OR lower(split_part(c.locale, '-', 1)) = $8)
     ) i
     WHERE CASE $9::text WHEN 'unread' THEN is_unread WHEN 'waiting' THEN is_waiting WHEN 'lead' THEN has_lead
       WHEN 'unanswered' THEN last_message->>'verdict' = 'abstained' OR (is_waiting AND last_message->>'sender_type' = 'visitor') ELSE true END
     ORDER BY updated_at DESC, id DESC LIMIT $10`,
    [
      tenantId,
      query.status ?? null,
      query.channel ?? null,
      pattern,
      query.cursor ?? null,
      reader ?? null,
      query.assigned ?? null,
      query.language ?? null,
      query.only ?? null,
      query.limit + 1,
    ],
  );
}

/**
 * How many conversations a member has not read, up to UNREAD_COUNTED_MAX. Only those in which something was said since are
 * looked into, and no more than are counted of those in which a visitor did.
 */
export async function countUnread(tx: Transaction, tenantId: string, reader: string): Promise<number> {
  const counted = await tx.row<{ unread: number }>(
    `SELECT count(*)::integer AS unread FROM (
       SELECT FROM conversations c LEFT JOIN conversation_reads r ON r.tenant_id = c.tenant_id AND r.user_id = $2 AND r.conversation_id = c.id
       WHERE c.tenant_id = $1 AND c.channel <> 'cli' AND c.last_seq > coalesce(r.seq, 0)
         AND EXISTS (SELECT FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.sender_type = 'visitor' AND m.seq > coalesce(r.seq, 0))
       LIMIT $3
     ) u`,
    [tenantId, reader, UNREAD_COUNTED_MAX],
  );
  return counted?.unread ?? 0;
}
