import type { Transaction } from '@netia/db';

export interface AuditLine {
  /** key:ID, user:ID, or cli. */
  actor: string;
  /** What was done to what, as lead.change. */
  action: string;
  resourceType: string;
  resourceId: string | null;
  changes?: object | undefined;
}

/** Notes who did what, in the transaction of the change itself: one is not kept without the other. */
export async function writeAudit(tx: Transaction, tenantId: string, line: AuditLine): Promise<void> {
  await tx.run('INSERT INTO audit_logs (tenant_id, actor, action, resource_type, resource_id, changes) VALUES ($1, $2, $3, $4, $5, $6)', [
    tenantId,
    line.actor,
    line.action,
    line.resourceType,
    line.resourceId,
    JSON.stringify(line.changes ?? {}),
  ]);
}
