import type { Transaction } from '@netia/db';
import type { WebhookEvent } from '@netia/protocol';

/**
 * Has the tenant's own systems told of something, each endpoint that wants to know. In the transaction of what it tells of:
 * what was not committed is not told, and what was is.
 * @param data ids and what changed; the words of visitors are to be asked for with a key.
 */
export async function announce(tx: Transaction, tenantId: string, type: WebhookEvent, data: object): Promise<void> {
  await tx.run(
    `INSERT INTO webhook_deliveries (tenant_id, endpoint_id, event_type, payload)
     SELECT $1, id, $2, jsonb_build_object('type', $2::text, 'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', $3::jsonb)
     FROM webhook_endpoints WHERE tenant_id = $1 AND is_active AND $2 = ANY(events)`,
    [tenantId, type, JSON.stringify(data)],
  );
}
