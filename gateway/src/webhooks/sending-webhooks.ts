import type { Database } from '@netia/db';
import { Webhook } from 'standardwebhooks';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { OutboundFault } from '../outbound/outbound-fault.ts';
import { repeatedly } from '../repeatedly.ts';
import { writeAudit } from '../tenants/audit.ts';
import { unseal } from '../tenants/sealed.ts';
import { settleWebhook, type TakenWebhook, takeWebhook, type WebhookOutcome } from './webhook-deliveries.ts';

const SWEEP_EVERY_MS = 1_000;
/** Calls under way in one process; each endpoint has one of them at most. */
const AT_ONCE = 16;
/** Receivers may think for so long. */
const TIMEOUT_MS = 15_000;
/** No receiver may put us off for longer. */
const RETRY_AFTER_MAX_S = 86_400;

export interface SendingParts {
  db: Database;
  log: Log;
  outbound: Outbound;
  metrics: Pick<Metrics, 'tenantCalls'>;
  /** NETIA_SECRET. */
  secret: string;
}

/** Calls what tenants want to be told, signed as Standard Webhooks has it. A call may come twice, under the same id; it is never lost. */
export class SendingWebhooks {
  readonly #parts: SendingParts;
  readonly #running = new Map<string, Promise<void>>();
  #endSweep = () => {};
  #isStopping = false;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#parts.log, () => this.sweepOnce());
  }

  /** Begins what is due, as far as there is room. */
  async sweepOnce(): Promise<void> {
    const room = AT_ONCE - this.#running.size;
    if (room <= 0 || this.#isStopping) return;
    const { db, log } = this.#parts;
    const due = await db.inDirectory((tx) => tx.rows<{ tenant_id: string; delivery_id: string }>('SELECT * FROM find_due_webhooks($1)', [room]));
    for (const { tenant_id, delivery_id } of due) {
      if (this.#running.has(delivery_id)) continue;
      const sending = this.#send(tenant_id, delivery_id)
        .catch((error) => log.warn({ tenant: tenant_id, err: error }, 'a webhook could not be sent; it is tried again'))
        .finally(() => this.#running.delete(delivery_id));
      this.#running.set(delivery_id, sending);
    }
  }

  /** Waits for the calls under way, each of which has its time limit. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endSweep();
    await Promise.allSettled(this.#running.values());
  }

  async #send(tenantId: string, id: string): Promise<void> {
    const { db, log, metrics } = this.#parts;
    const taken = await db.inTenant(tenantId, (tx) => takeWebhook(tx, tenantId, id));
    if (!taken) return;
    const outcome = await this.#call(taken);
    metrics.tenantCalls.inc({ outcome: outcome.error !== undefined ? 'failed' : (outcome.status ?? 0) < 300 ? 'taken' : 'refused' });
    const isDisabled = await db.inTenant(tenantId, async (tx) => {
      const disabled = await settleWebhook(tx, taken, outcome, Math.random());
      if (disabled)
        await writeAudit(tx, tenantId, { actor: 'system', action: 'webhook.disabled', resourceType: 'webhook_endpoint', resourceId: taken.endpointId });
      return disabled;
    });
    if (isDisabled) log.warn({ tenant: tenantId, endpoint: taken.endpointId }, 'a webhook endpoint was disabled');
  }

  async #call(taken: TakenWebhook): Promise<WebhookOutcome> {
    const signed = this.#sign(taken, new Date());
    if (!signed) return { error: 'The signing secret cannot be read any more: NETIA_SECRET has changed. Make a new one.' };
    try {
      const { status, headers } = await this.#parts.outbound.post(taken.url, {
        headers: { 'content-type': 'application/json', ...signed },
        body: taken.body,
        timeoutMs: TIMEOUT_MS,
      });
      // What lies behind a redirect was never named by the tenant.
      if (status >= 300 && status < 400) return { status, error: 'The receiver redirects. Give the address it redirects to.' };
      return { status, retryAfterS: readRetryAfter(headers.get('retry-after')) };
    } catch (error) {
      if (error instanceof OutboundFault) return { error: error.message };
      throw error;
    }
  }

  /** With every secret that counts and can be read; undefined where there is none. */
  #sign({ tenantId, id, body, secrets }: TakenWebhook, at: Date): Record<string, string> | undefined {
    const signatures = secrets.flatMap((sealed) => {
      try {
        return new Webhook(String(unseal(this.#parts.secret, tenantId, 'webhook secret', sealed))).sign(id, at, body);
      } catch {
        return [];
      }
    });
    if (signatures.length === 0) return undefined;
    return { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)), 'webhook-signature': signatures.join(' ') };
  }
}

/** Seconds, or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.min(RETRY_AFTER_MAX_S, Math.max(0, seconds)) : undefined;
}
