import type { Transaction } from '@netia/db';
import type { LeadFacts } from '../turn/find-lead.ts';

/**
 * Keeps the contact whom the tenant's own site has proven, under the site's name for them; what the newest proof says of
 * them replaces what an older one said. Contacts who only claim the same address stay what they are.
 * @returns the contact's id.
 */
export async function saveProvenContact(tx: Transaction, tenantId: string, externalId: string, facts: LeadFacts): Promise<string> {
  const saved = await tx.row<{ id: string }>(
    `INSERT INTO contacts AS c (tenant_id, external_id, is_verified, email, phone, name, company) VALUES ($1, $2, true, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, external_id) DO UPDATE SET email = coalesce($3, c.email), phone = coalesce($4, c.phone), name = coalesce($5, c.name), company = coalesce($6, c.company)
     RETURNING id`,
    [tenantId, externalId, facts.email ?? null, facts.phone ?? null, facts.name ?? null, facts.company ?? null],
  );
  if (!saved) throw new Error('the saved contact did not come back');
  return saved.id;
}

/**
 * Ends the sessions of visitors who are not proven, where the tenant no longer wants any, in the transaction that says so. Their
 * conversations stay. Whoever is beginning one now is waited for, or waits: each names the tenant by a foreign key.
 */
export async function endUnprovenSessions(tx: Transaction, tenantId: string): Promise<void> {
  await tx.run('SELECT FROM tenants WHERE id = $1 FOR UPDATE', [tenantId]);
  await tx.run('DELETE FROM widget_sessions WHERE tenant_id = $1 AND NOT is_proven', [tenantId]);
}
