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

export interface AuditRow {
  id: string;
  actor: string;
  action: string;
  resource_type: string;
  resource_id: string | null;
  changes: object;
  created_at: Date;
}

/** Newest first; pass the last id as `before` to go on. */
export async function readAudit(tx: Transaction, tenantId: string, page: { before: string | null; limit: number }): Promise<AuditRow[]> {
  return tx.rows<AuditRow>(
    `SELECT id, actor, action, resource_type, resource_id, changes, created_at FROM audit_logs
     WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [tenantId, page.before, page.limit],
  );
}
