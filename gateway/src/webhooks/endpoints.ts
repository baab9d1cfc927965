import { randomBytes } from 'node:crypto';
import type { Transaction } from '@netia/db';
import type { WebhookEvent } from '@netia/protocol';
import { AppError } from '../errors.ts';
import { seal } from '../tenants/sealed.ts';

/** Where a tenant's own systems are told, and of what. */
export interface WebhookEndpoint {
  id: string;
  url: string;
  events: WebhookEvent[];
  is_active: boolean;
  /** Why we disabled it. */
  disabled_reason: string | null;
  /** Since when nothing has come through. */
  failing_since: Date | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, url, events, is_active, disabled_reason, failing_since, created_at, updated_at';
const ENDPOINTS_MAX = 20;
/** For so long after a change the old secret signs too. */
const OVERLAP = '24 hours';

/** As Standard Webhooks writes them. */
const makeSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

/** In the order they were made. */
export async function listWebhookEndpoints(tx: Transaction, tenantId: string): Promise<WebhookEndpoint[]> {
  return tx.rows<WebhookEndpoint>(`SELECT ${COLUMNS} FROM webhook_endpoints WHERE tenant_id = $1 ORDER BY id`, [tenantId]);
}

/** @param sealingSecret NETIA_SECRET. @returns the endpoint and its secret, shown this once. */
export async function addWebhookEndpoint(
  tx: Transaction,
  tenantId: string,
  sealingSecret: string,
  endpoint: { url: string; events: readonly WebhookEvent[] },
): Promise<{ row: WebhookEndpoint; secret: string }> {
  const secret = makeSecret();
  const row = await tx.row<WebhookEndpoint>(
    `INSERT INTO webhook_endpoints (tenant_id, url, events, secret)
     SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM webhook_endpoints WHERE tenant_id = $1) < ${ENDPOINTS_MAX} RETURNING ${COLUMNS}`,
    [tenantId, endpoint.url, endpoint.events, seal(sealingSecret, tenantId, 'webhook secret', secret)],
  );
  if (!row) throw new AppError('conflict', `There are ${ENDPOINTS_MAX} endpoints already. Remove some first.`);
  return { row, secret };
}

/** What is given is changed; switched on again it begins without a history of failures. @throws {AppError} not_found */
export async function changeWebhookEndpoint(
  tx: Transaction,
  tenantId: string,
  id: string,
  change: { url?: string | undefined; events?: readonly WebhookEvent[] | undefined; is_active?: boolean | undefined },
): Promise<WebhookEndpoint> {
  const row = await tx.row<WebhookEndpoint>(
    `UPDATE webhook_endpoints SET url = coalesce($3, url), events = coalesce($4::text[], events), is_active = coalesce($5, is_active),
       disabled_reason = CASE WHEN $5 THEN NULL ELSE disabled_reason END, failing_since = CASE WHEN $5 THEN NULL ELSE failing_since END
     WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [tenantId, id, change.url ?? null, change.events ?? null, change.is_active ?? null],
  );
  if (!row) throw noSuchEndpoint();
  return row;
}

/** A new secret; the old one signs beside it for a day. @returns the new one, shown this once. @throws {AppError} not_found */
export async function rotateWebhookSecret(tx: Transaction, tenantId: string, sealingSecret: string, id: string): Promise<string> {
  const secret = makeSecret();
  const changed = await tx.run(
    `UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = now() + interval '${OVERLAP}', secret = $3 WHERE tenant_id = $1 AND id = $2`,
    [tenantId, id, seal(sealingSecret, tenantId, 'webhook secret', secret)],
  );
  if (changed === 0) throw noSuchEndpoint();
  return secret;
}

/** With all that was to be sent to it. @throws {AppError} not_found */
export async function removeWebhookEndpoint(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if ((await tx.run('DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2', [tenantId, id])) === 0) throw noSuchEndpoint();
}

export const noSuchEndpoint = () => new AppError('not_found', 'There is no webhook endpoint with this id.');
