import type { Transaction } from '@netia/db';
import type { ShownVisitor } from '@netia/protocol';

/**
 * What is known of whom a conversation is with: of their contact, if they left one, and else what they said of themselves. What
 * a proven visitor types stands apart: nothing that anybody could type is shown as proven.
 */
export async function findVisitor(tx: Transaction, tenantId: string, conversationId: string): Promise<ShownVisitor> {
  const visitor = await tx.row<ShownVisitor>(
    `SELECT coalesce(k.name, f.facts->>'name') AS name, coalesce(k.email, f.facts->>'email') AS email, coalesce(k.phone, f.facts->>'phone') AS phone,
       coalesce(k.company, f.facts->>'company') AS company, coalesce(k.is_verified, false) AS is_verified,
       CASE WHEN k.is_verified THEN coalesce(c.metadata->'facts', '{}') - ARRAY(SELECT key FROM jsonb_each_text(c.metadata->'facts') WHERE value = coalesce(to_jsonb(k)->>key, '')) ELSE '{}' END AS also_said,
       CASE WHEN k.id IS NULL THEN 1 ELSE (SELECT count(*) FROM conversations o WHERE o.tenant_id = c.tenant_id AND o.contact_id = k.id)::integer END AS conversations,
       (SELECT count(*) FROM leads l WHERE l.tenant_id = c.tenant_id AND (l.conversation_id = c.id OR l.contact_id = k.id))::integer AS leads, c.pages
     FROM conversations c LEFT JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
     CROSS JOIN LATERAL (SELECT CASE WHEN k.is_verified THEN '{}' ELSE coalesce(c.metadata->'known', '{}') || coalesce(c.metadata->'facts', '{}') END AS facts) f
     WHERE c.tenant_id = $1 AND c.id = $2`,
    [tenantId, conversationId],
  );
  return visitor ?? { name: null, email: null, phone: null, company: null, is_verified: false, also_said: {}, conversations: 0, leads: 0, pages: [] };
}
