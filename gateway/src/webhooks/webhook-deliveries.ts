import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { noSuchEndpoint } from './endpoints.ts';

/** One call to one endpoint, as the log of them shows it. */
export interface WebhookDelivery {
  id: string;
  event_type: string;
  payload: object;
  status: 'pending' | 'sent' | 'dead';
  attempts: number;
  due_at: Date;
  last_status: number | null;
  last_error: string | null;
  created_at: Date;
  finished_at: Date | null;
}

/** A call that is to be made now, by whoever holds it. */
export interface TakenWebhook {
  tenantId: string;
  id: string;
  endpointId: string;
  url: string;
  body: string;
  /** Sealed. The newest first; the one before as long as it counts. */
  secrets: string[];
  /** Which try this is, from 1: the fencing token. */
  attempt: number;
}

/** What came of a try. */
export interface WebhookOutcome {
  /** Undefined where nothing answered. */
  status?: number | undefined;
  error?: string | undefined;
  /** As the receiver asked for, in seconds. */
  retryAfterS?: number | undefined;
}

/** Whoever holds a call for longer has died with it: more than the time limit of a call. */
const LEASE = '60 seconds';
/** The pause before each next try, in seconds: nine of them, 31 hours in all, as receivers' outages last. */
export const PAUSES_S = [5, 60, 300, 1_800, 7_200, 18_000, 21_600, 28_800, 36_000] as const;
/** A pause is up to this share longer, so that those who failed together do not come back together. */
const JITTER = 0.2;
/** An endpoint through which nothing has come for so long is disabled. */
const GIVEN_UP_AFTER = '5 days';
const COLUMNS = 'id, event_type, payload, status, attempts, due_at, last_status, last_error, created_at, finished_at';

/** Takes a call that is due. @returns undefined where another has it, or its endpoint is disabled. */
export async function takeWebhook(tx: Transaction, tenantId: string, id: string): Promise<TakenWebhook | undefined> {
  const taken = await tx.row<{
    endpoint_id: string;
    url: string;
    body: string;
    secret: string;
    old_secret: string | null;
    attempts: number;
    is_active: boolean;
  }>(
    `UPDATE webhook_deliveries d SET attempts = d.attempts + 1, lease_until = now() + interval '${LEASE}'
     FROM webhook_endpoints e
     WHERE d.tenant_id = $1 AND d.id = $2 AND e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
       AND d.status = 'pending' AND d.due_at <= now() AND (d.lease_until IS NULL OR d.lease_until < now())
     RETURNING d.endpoint_id, e.url, d.payload::text AS body, e.secret, CASE WHEN e.old_secret_until > now() THEN e.old_secret END AS old_secret, d.attempts, e.is_active`,
    [tenantId, id],
  );
  if (!taken) return undefined;
  if (!taken.is_active) {
    await finish(tx, tenantId, id, 'dead', { error: 'the endpoint is disabled' });
    return undefined;
  }
  const secrets = [taken.secret, ...(taken.old_secret ? [taken.old_secret] : [])];
  return { tenantId, id, endpointId: taken.endpoint_id, url: taken.url, body: taken.body, secrets, attempt: taken.attempts };
}

/**
 * Notes what came of a try, and when the next one is due.
 * @param random from 0 to 1, for the jitter.
 * @returns whether the endpoint was disabled by it.
 */
export async function settleWebhook(tx: Transaction, taken: TakenWebhook, outcome: WebhookOutcome, random: number): Promise<boolean> {
  const { tenantId, id, endpointId, attempt } = taken;
  const isHeld = await tx.row('SELECT 1 FROM webhook_deliveries WHERE tenant_id = $1 AND id = $2 AND status = $3 AND attempts = $4 FOR UPDATE', [
    tenantId,
    id,
    'pending',
    attempt,
  ]);
  if (!isHeld) return false;
  const { status } = outcome;
  if (status !== undefined && status >= 200 && status < 300) {
    await finish(tx, tenantId, id, 'sent', outcome);
    await tx.run('UPDATE webhook_endpoints SET failing_since = NULL WHERE tenant_id = $1 AND id = $2 AND failing_since IS NOT NULL', [tenantId, endpointId]);
    return false;
  }
  const pause = PAUSES_S[attempt - 1];
  if (status === 410 || pause === undefined) await finish(tx, tenantId, id, 'dead', outcome);
  else
    await tx.run(
      `UPDATE webhook_deliveries SET lease_until = NULL, last_status = $3, last_error = $4, due_at = now() + make_interval(secs => $5) WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, status ?? null, outcome.error ?? null, Math.max(pause * (1 + JITTER * random), outcome.retryAfterS ?? 0)],
    );
  const gone = await tx.row<{ is_active: boolean }>(
    `UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, now()),
       is_active = is_active AND NOT ($3 OR coalesce(failing_since < now() - interval '${GIVEN_UP_AFTER}', false)),
       disabled_reason = CASE WHEN $3 THEN 'The receiver answered 410: it wants no more.' WHEN failing_since < now() - interval '${GIVEN_UP_AFTER}' THEN 'Nothing has come through for five days.' ELSE disabled_reason END
     WHERE tenant_id = $1 AND id = $2 AND is_active RETURNING is_active`,
    [tenantId, endpointId, status === 410],
  );
  return gone?.is_active === false;
}

async function finish(tx: Transaction, tenantId: string, id: string, status: 'sent' | 'dead', { status: last, error }: WebhookOutcome): Promise<void> {
  await tx.run(
    'UPDATE webhook_deliveries SET status = $3, lease_until = NULL, last_status = $4, last_error = $5, finished_at = now() WHERE tenant_id = $1 AND id = $2',
    [tenantId, id, status, last ?? null, error ?? null],
  );
}

/** Newest first; pass the last id to go on. @throws {AppError} not_found for the endpoint. */
export async function listWebhookDeliveries(
  tx: Transaction,
  tenantId: string,
  endpointId: string,
  page: { after: string | null; limit: number },
): Promise<WebhookDelivery[]> {
  if (!(await tx.row('SELECT 1 FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2', [tenantId, endpointId]))) throw noSuchEndpoint();
  return tx.rows<WebhookDelivery>(
    `SELECT ${COLUMNS} FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
    [tenantId, endpointId, page.after, page.limit],
  );
}

/** Sends a call again that was sent or given up, under its own id: the receiver knows it by that. @throws {AppError} not_found, conflict */
export async function resendWebhook(tx: Transaction, tenantId: string, id: string): Promise<WebhookDelivery> {
  const delivery = await tx.row<WebhookDelivery & { is_active: boolean }>(
    `SELECT d.status, e.is_active FROM webhook_deliveries d JOIN webhook_endpoints e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
     WHERE d.tenant_id = $1 AND d.id = $2 FOR UPDATE OF d`,
    [tenantId, id],
  );
  if (!delivery) throw new AppError('not_found', 'There is no webhook delivery with this id.');
  if (!delivery.is_active) throw new AppError('conflict', 'The endpoint is disabled. Switch it on first.');
  const again = await tx.row<WebhookDelivery>(
    `UPDATE webhook_deliveries SET status = 'pending', attempts = 0, due_at = now(), lease_until = NULL, finished_at = NULL WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [tenantId, id],
  );
  if (!again) throw new Error('the delivery went away while it was locked');
  return again;
}

/** Takes away what was settled long ago. @returns how many. */
export async function pruneWebhooks(tx: Transaction, tenantId: string, days: number): Promise<number> {
  return tx.run("DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND status <> 'pending' AND finished_at < now() - make_interval(days => $2)", [
    tenantId,
    days,
  ]);
}
