import type { Database } from '@netia/db';
import { invite } from './invitations.ts';

/** Where an invitation is opened. The token stands behind the #, which browsers send to nobody. */
export function invitationUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/#/join/${token}`;
}

/** Where a link for a new password is opened. */
export function resetUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/#/reset/${token}`;
}

/** A one-time link that makes whoever opens it the owner: how the first person gets in, for there is no default account. */
export async function makeOwnerLink(db: Database, tenantId: string, publicUrl: string): Promise<string> {
  const { token } = await db.inTenant(tenantId, (tx) => invite(tx, tenantId, { email: '', role: 'owner', createdBy: 'cli' }));
  return invitationUrl(publicUrl, token);
}

export async function hasMembers(db: Database, tenantId: string): Promise<boolean> {
  return (await db.inTenant(tenantId, (tx) => tx.row('SELECT 1 FROM members WHERE tenant_id = $1 LIMIT 1', [tenantId]))) !== undefined;
}
