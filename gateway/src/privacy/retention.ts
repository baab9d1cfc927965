import type { Database, Transaction } from '@netia/db';
import { forgetUnwantedFiles, listUnwantedFiles } from '../conversations/visitor-files.ts';
import { type FileStore, fileKey } from '../files/file-store.ts';
import { pruneReplies } from '../http/idempotency.ts';
import { pruneEvents } from '../inbox/prune-events.ts';
import type { Log } from '../log.ts';
import { removeEnded } from '../people/members.ts';
import { repeatedly } from '../repeatedly.ts';
import { writeAudit } from '../tenants/audit.ts';
import { readTenant } from '../tenants/settings.ts';
import { pruneWebhooks } from '../webhooks/webhook-deliveries.ts';
import { eraseConversations } from './visitor-data.ts';

const SWEEP_EVERY_MS = 3_600_000;
/** Conversations in one transaction: intake waits for none of them longer than for a message. */
const BATCH = 200;
/** Settled calls to tenants' systems are kept so long, for their log. */
const WEBHOOK_DAYS = 30;
/** Events that were dealt with, to know them by when they come again. */
const EVENT_DAYS = 30;
const EVENTS_AT_ONCE = 5_000;

/** Takes away what tenants do not want kept any longer, and what nobody needs. */
export class Retention {
  readonly #db: Database;
  readonly #files: FileStore;
  readonly #log: Log;
  #endSweep = () => {};
  #isStopping = false;

  constructor(db: Database, files: FileStore, log: Log) {
    this.#db = db;
    this.#files = files;
    this.#log = log;
  }

  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#log, () => this.sweepOnce(new Date()));
  }

  stop(): void {
    this.#isStopping = true;
    this.#endSweep();
  }

  /** @param now the moment from which days are counted back. */
  async sweepOnce(now: Date): Promise<void> {
    const tenants = await this.#db.inDirectory((tx) => tx.rows<{ tenant_id: string }>('SELECT * FROM find_tenants_to_tidy()'));
    for (const { tenant_id: tenantId } of tenants) {
      if (this.#isStopping) return;
      await this.#tidy(tenantId, now).catch((error) => this.#log.warn({ tenant: tenantId, err: error }, 'old data could not be taken away; it is tried again'));
    }
  }

  async #tidy(tenantId: string, now: Date): Promise<void> {
    await this.#db.inTenant(tenantId, async (tx) => {
      await pruneWebhooks(tx, tenantId, WEBHOOK_DAYS);
      await pruneEvents(tx, tenantId, EVENT_DAYS, EVENTS_AT_ONCE);
      await pruneReplies(tx, tenantId);
      for (const id of await removeEnded(tx, tenantId))
        await writeAudit(tx, tenantId, { actor: 'system', action: 'member.ended', resourceType: 'member', resourceId: id });
    });
    const { retention_days: days } = (await this.#db.inTenant(tenantId, (tx) => readTenant(tx, tenantId))).settings.privacy;
    if (days !== null) await this.#eraseOlder(tenantId, new Date(now.getTime() - days * 86_400_000));
    await this.#removeFiles(tenantId);
  }

  async #eraseOlder(tenantId: string, before: Date): Promise<void> {
    for (let erased = BATCH; erased === BATCH && !this.#isStopping; ) erased = await this.#db.inTenant(tenantId, (tx) => eraseOld(tx, tenantId, before, BATCH));
  }

  /** Begins to take away the bytes of files that went with their conversations; what cannot be removed now is the sweep's. */
  beginRemovingFiles(tenantId: string): void {
    this.#removeFiles(tenantId).catch((error) => this.#log.warn({ tenant: tenantId, err: error }, 'files could not be removed; it is tried again'));
  }

  async #removeFiles(tenantId: string): Promise<void> {
    for (let removed = BATCH; removed === BATCH && !this.#isStopping; ) {
      const ids = await this.#db.inTenant(tenantId, (tx) => listUnwantedFiles(tx, tenantId, BATCH));
      for (const id of ids) await this.#files.remove(fileKey(tenantId, id));
      if (ids.length > 0) await this.#db.inTenant(tenantId, (tx) => forgetUnwantedFiles(tx, tenantId, ids));
      removed = ids.length;
    }
  }
}

/**
 * Takes away conversations in which nothing has happened since a day, the oldest first, with the leads that came of them and
 * contacts of whom nothing else is left. A conversation under a hold stays.
 * @returns how many conversations.
 */
export async function eraseOld(tx: Transaction, tenantId: string, before: Date, most: number): Promise<number> {
  const old = await tx.rows<{ id: string; contact_id: string | null }>(
    `SELECT id, contact_id FROM conversations WHERE tenant_id = $1 AND created_at < $2 AND updated_at < $2 AND NOT is_held ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
    [tenantId, before, most],
  );
  const ids = old.map(({ id }) => id);
  await tx.run('DELETE FROM leads WHERE tenant_id = $1 AND conversation_id = ANY($2)', [tenantId, ids]);
  await eraseConversations(tx, tenantId, ids);
  await tx.run(
    `DELETE FROM contacts k WHERE k.tenant_id = $1 AND k.id = ANY($2) AND k.updated_at < $3
       AND NOT EXISTS (SELECT FROM conversations c WHERE c.tenant_id = k.tenant_id AND c.contact_id = k.id)
       AND NOT EXISTS (SELECT FROM leads l WHERE l.tenant_id = k.tenant_id AND l.contact_id = k.id)`,
    [tenantId, old.flatMap(({ contact_id }) => contact_id ?? []), before],
  );
  return old.length;
}

/** Holds a conversation back from being taken away by age, or no longer. @returns false where there is none with this id. */
export async function holdConversation(tx: Transaction, tenantId: string, id: string, isHeld: boolean): Promise<boolean> {
  return (await tx.run('UPDATE conversations SET is_held = $3 WHERE tenant_id = $1 AND id = $2', [tenantId, id, isHeld])) > 0;
}
