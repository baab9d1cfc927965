import type { Transaction } from '@netia/db';
import type { Intent, LeadFacts } from '../turn/find-lead.ts';
import { announce } from '../webhooks/announce.ts';

export interface NewLead {
  conversationId: string;
  /** At least an e-mail address or a phone number. */
  facts: LeadFacts;
  /** Null: what this conversation was about so far. */
  intent: Intent | null;
  sourceSeq: number | null;
}

/**
 * Keeps a contact and a lead: one lead per contact and intent, later facts fill what is empty. A contact who was proven is
 * never changed, nor found, by what somebody types: who claims their address is a contact beside them.
 * @returns the lead's id.
 */
export async function saveLead(tx: Transaction, tenantId: string, lead: NewLead): Promise<string> {
  // The conversation first, as everybody does: an arriving message holds it while its key looks at the contact.
  const conversation = await tx.row<{ proven_id: string | null }>(
    `SELECT (SELECT k.id FROM contacts k WHERE k.tenant_id = c.tenant_id AND k.id = c.contact_id AND k.is_verified) AS proven_id
     FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2 FOR NO KEY UPDATE`,
    [tenantId, lead.conversationId],
  );
  const contactId = conversation?.proven_id ?? (await saveContact(tx, tenantId, lead.facts));
  const saved = await tx.row<{ id: string; is_new: boolean }>(
    `INSERT INTO leads AS l (tenant_id, conversation_id, contact_id, source_message_id, intent, contact_info)
     SELECT $1, $2, $3, (SELECT id FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq = $4),
       coalesce($5, (SELECT metadata->>'intent' FROM conversations WHERE tenant_id = $1 AND id = $2), 'other'), $6
     ON CONFLICT (tenant_id, contact_id, intent) DO UPDATE SET contact_info = l.contact_info || excluded.contact_info
     RETURNING id, l.xmax = 0 AS is_new`,
    [tenantId, lead.conversationId, contactId, lead.sourceSeq, lead.intent, JSON.stringify(lead.facts)],
  );
  if (!saved) throw new Error('the saved lead did not come back');
  await announce(tx, tenantId, saved.is_new ? 'lead.created' : 'lead.changed', { lead_id: saved.id, conversation_id: lead.conversationId });
  await tx.run('UPDATE conversations SET contact_id = $3 WHERE tenant_id = $1 AND id = $2', [tenantId, lead.conversationId, contactId]);
  return saved.id;
}

async function saveContact(tx: Transaction, tenantId: string, facts: LeadFacts): Promise<string> {
  const values = [tenantId, facts.email ?? null, facts.phone ?? null, facts.name ?? null, facts.company ?? null];
  // Two tries: between looking and inserting, another conversation may have brought the same person.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const known = await tx.row<{ id: string }>(
      `UPDATE contacts c SET name = coalesce(c.name, $4), company = coalesce(c.company, $5),
         email = coalesce(c.email, CASE WHEN NOT EXISTS (SELECT FROM contacts o WHERE o.tenant_id = $1 AND lower(o.email) = lower($2) AND NOT o.is_verified) THEN $2 END),
         phone = coalesce(c.phone, CASE WHEN NOT EXISTS (SELECT FROM contacts o WHERE o.tenant_id = $1 AND o.phone = $3 AND NOT o.is_verified) THEN $3 END)
       WHERE c.tenant_id = $1 AND c.id = (
         SELECT id FROM contacts WHERE tenant_id = $1 AND NOT is_verified AND (lower(email) = lower($2) OR phone = $3) ORDER BY (lower(email) = lower($2)) DESC NULLS LAST LIMIT 1)
       RETURNING c.id`,
      values,
    );
    if (known) return known.id;
    const made = await tx.row<{ id: string }>(
      'INSERT INTO contacts (tenant_id, email, phone, name, company) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id',
      values,
    );
    if (made) return made.id;
  }
  throw new Error('the contact was neither found nor made');
}
