import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@netia/db';
import { LRUCache } from 'lru-cache';
import { hashSecret } from './api-keys.ts';
import { rememberPromise } from './remember-promise.ts';
import { seal, unseal } from './sealed.ts';

/** Secrets that callers show us: kept as hashes, several may be live, each names its tenant. */
export type ShownPurpose = 'crisp_hook_key' | 'tidio_flow_token' | 'tidio_flow_secret';
/** Secrets that we use ourselves: sealed. */
export type KeptPurpose = 'crisp_token' | 'tidio_webhook_secret' | 'tidio_client' | 'widget_identity_secret';

export interface ChannelSecretRow {
  id: string;
  purpose: ShownPurpose | KeptPurpose;
  hint: string;
  created_at: Date;
}

/** How long another process may go on with secrets that were changed here, in milliseconds. */
const REMEMBERED_MS = 5_000;
const HINT_LENGTH = 4;

/** Makes a secret of 192 random bits that a caller will show us. @returns it, this once. */
export async function createShownSecret(tx: Transaction, tenantId: string, purpose: ShownPurpose): Promise<{ id: string; secret: string }> {
  const secret = randomBytes(24).toString('base64url');
  const row = await tx.row<{ id: string }>('INSERT INTO channel_secrets (tenant_id, purpose, secret_hash, hint) VALUES ($1, $2, $3, $4) RETURNING id', [
    tenantId,
    purpose,
    hashSecret(secret),
    secret.slice(0, HINT_LENGTH),
  ]);
  if (!row) throw new Error('the inserted secret did not come back');
  return { id: row.id, secret };
}

/** Keeps a channel's secret, sealed. @param hint enough to recognise it in a list, and no more. */
export async function keepSecret(tx: Transaction, tenantId: string, purpose: KeptPurpose, value: unknown, hint: string, masterSecret: string): Promise<string> {
  const row = await tx.row<{ id: string }>('INSERT INTO channel_secrets (tenant_id, purpose, sealed, hint) VALUES ($1, $2, $3, $4) RETURNING id', [
    tenantId,
    purpose,
    seal(masterSecret, tenantId, 'channel secret', value),
    hint,
  ]);
  if (!row) throw new Error('the inserted secret did not come back');
  return row.id;
}

/** Makes a secret of 256 random bits with which the tenant's own server signs proofs of who its visitors are. @returns it, this once. */
export async function createIdentitySecret(tx: Transaction, tenantId: string, masterSecret: string): Promise<{ id: string; secret: string }> {
  const secret = randomBytes(32).toString('base64url');
  return { id: await keepSecret(tx, tenantId, 'widget_identity_secret', secret, secret.slice(0, HINT_LENGTH), masterSecret), secret };
}

export async function listChannelSecrets(tx: Transaction, tenantId: string): Promise<ChannelSecretRow[]> {
  return tx.rows<ChannelSecretRow>('SELECT id, purpose, hint, created_at FROM channel_secrets WHERE tenant_id = $1 ORDER BY id', [tenantId]);
}

/** @returns what it was for; undefined when there is none with this id. */
export async function removeChannelSecret(tx: Transaction, tenantId: string, id: string): Promise<ChannelSecretRow['purpose'] | undefined> {
  const removed = await tx.row<Pick<ChannelSecretRow, 'purpose'>>('DELETE FROM channel_secrets WHERE tenant_id = $1 AND id = $2 RETURNING purpose', [
    tenantId,
    id,
  ]);
  return removed?.purpose;
}

/** Whether proofs of who a visitor is can be signed at all. */
export async function hasIdentitySecret(tx: Transaction, tenantId: string): Promise<boolean> {
  return (await tx.row("SELECT FROM channel_secrets WHERE tenant_id = $1 AND purpose = 'widget_identity_secret' LIMIT 1", [tenantId])) !== undefined;
}

export async function removeChannelSecretsOf(tx: Transaction, tenantId: string, purposes: readonly (ShownPurpose | KeptPurpose)[]): Promise<void> {
  await tx.run('DELETE FROM channel_secrets WHERE tenant_id = $1 AND purpose = ANY($2)', [tenantId, purposes]);
}

/** Reads secrets where they are needed, remembering the kept ones for a few seconds. */
export class ChannelSecrets {
  readonly #db: Database;
  readonly #masterSecret: string;
  readonly #kept = new LRUCache<string, Promise<unknown[]>>({ max: 2_000, ttl: REMEMBERED_MS });

  constructor(db: Database, masterSecret: string) {
    this.#db = db;
    this.#masterSecret = masterSecret;
  }

  /** Whose secret this is. Never remembered: a revoked one must be refused by every process at once. */
  async findTenant(purpose: ShownPurpose, secret: string): Promise<string | undefined> {
    const found = await this.#db.inDirectory((tx) => tx.row<{ id: string | null }>('SELECT find_channel_secret($1, $2) AS id', [purpose, hashSecret(secret)]));
    return found?.id ?? undefined;
  }

  /** The tenant's kept secrets of one purpose, newest first. */
  read(tenantId: string, purpose: KeptPurpose): Promise<unknown[]> {
    return rememberPromise(this.#kept, `${tenantId} ${purpose}`, async () => {
      const rows = await this.#db.inTenant(tenantId, (tx) =>
        tx.rows<{ sealed: string }>('SELECT sealed FROM channel_secrets WHERE tenant_id = $1 AND purpose = $2 ORDER BY id DESC', [tenantId, purpose]),
      );
      return rows.map(({ sealed }) => unseal(this.#masterSecret, tenantId, 'channel secret', sealed));
    });
  }

  /** To be called after a change, so that at least this process sees it at once. */
  forget(tenantId: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(tenantId)) this.#kept.delete(key);
  }
}
