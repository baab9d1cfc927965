import type { Transaction } from '@netia/db';

/** Which conversations: their status and channel, a text that stands in one of their messages, and after which to go on. */
export interface InboxQuery {
  status?: string | undefined;
  channel?: string | undefined;
  text?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** Of a message as much as a list shows. */
const SHOWN = 200;

/**
 * Conversations as people work through them, the one that changed last first. One more than `limit`, for the next page.
 * Sorted without an index: one on `updated_at` would be written anew with every message that comes in, on the way to its
 * acknowledgement, while a tenant's ten thousand conversations are sorted in 20 ms when somebody looks.
 */
export async function listInbox(tx: Transaction, tenantId: string, query: InboxQuery): Promise<{ id: string }[]> {
  const pattern = query.text === undefined ? null : `%${query.text.replace(/[\\%_]/g, '\\$&')}%`;
  return tx.rows<{ id: string }>(
    `SELECT c.id, c.channel, c.status, c.metadata->>'flagged' AS flagged, c.page_url, c.updated_at,
       jsonb_build_object('name', coalesce(k.name, f.facts->>'name'), 'email', coalesce(k.email, f.facts->>'email'), 'phone', coalesce(k.phone, f.facts->>'phone')) AS contact,
       l.last_message, c.status = 'transferred' AND coalesce(l.last_message->>'sender_type' = 'visitor' OR l.last_message->>'verdict' = 'handed_over', false) AS is_waiting
     FROM conversations c
     LEFT JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
     CROSS JOIN LATERAL (SELECT coalesce(c.metadata->'known', '{}') || coalesce(c.metadata->'facts', '{}') AS facts) f
     LEFT JOIN LATERAL (
       SELECT jsonb_build_object('sender_type', m.sender_type, 'content', left(m.content, ${SHOWN}), 'verdict', m.verdict, 'timestamp', coalesce(m.sent_at, m.timestamp)) AS last_message
       FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id ORDER BY m.seq DESC LIMIT 1
     ) l ON true
     WHERE c.tenant_id = $1 AND c.channel <> 'cli' AND ($2::text IS NULL OR c.status = $2) AND ($3::text IS NULL OR c.channel = $3)
       AND ($4::text IS NULL OR EXISTS (SELECT FROM messages m WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.content ILIKE $4))
       AND ($5::uuid IS NULL OR (c.updated_at, c.id) < (SELECT updated_at, id FROM conversations WHERE tenant_id = $1 AND id = $5))
       -- A session that was opened and in which nobody has said anything is no conversation yet.
       AND c.last_seq > 0
     ORDER BY c.updated_at DESC, c.id DESC LIMIT $6`,
    [tenantId, query.status ?? null, query.channel ?? null, pattern, query.cursor ?? null, query.limit + 1],
  );
}
