import { createHash, randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@netia/db';

export const SCOPES = [
  'settings:read',
  'settings:write',
  'knowledge:read',
  'knowledge:write',
  'conversations:read',
  'conversations:write',
  'leads:read',
  'leads:write',
  'keys:read',
  'keys:write',
  'channels:read',
  'channels:write',
  'numbers:read',
  'privacy:write',
  'webhooks:read',
  'webhooks:write',
  'people:read',
  'people:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  id: string;
  key_prefix: string;
  name: string;
  scopes: Scope[];
  rate_limit: number;
  expires_at: Date | null;
  last_used_at: Date | null;
  is_active: boolean;
  created_at: Date;
}

const COLUMNS = 'id, key_prefix, name, scopes, rate_limit, expires_at, last_used_at, is_active, created_at';

/**
 * Keys and tokens are long and random, so a plain SHA-256 is enough: there is nothing to guess, and a slow hash on
 * every request would only serve an attacker who sends many.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Makes a key. @returns the row and the key itself, which is shown this once. */
export async function createApiKey(
  tx: Transaction,
  tenantId: string,
  key: { name: string; scopes: readonly Scope[]; expiresAt?: Date | null; rateLimit?: number; createdBy: string },
): Promise<{ row: ApiKey; key: string }> {
  const secret = `nk_${randomBytes(24).toString('base64url')}`;
  const row = await tx.row<ApiKey>(
    `INSERT INTO api_keys (tenant_id, key_prefix, key_hash, name, scopes, rate_limit, expires_at, created_by)
     VALUES ($1, $2, $3, $4, $5, coalesce($6, 600), $7, $8) RETURNING ${COLUMNS}`,
    [tenantId, secret.slice(0, 8), hashSecret(secret), key.name, key.scopes, key.rateLimit ?? null, key.expiresAt ?? null, key.createdBy],
  );
  if (!row) throw new Error('the inserted key did not come back');
  return { row, key: secret };
}

/** Ends a key at once. @returns false when there is none with this id. */
export async function revokeApiKey(tx: Transaction, tenantId: string, id: string): Promise<boolean> {
  return (await tx.run('UPDATE api_keys SET is_active = false WHERE tenant_id = $1 AND id = $2', [tenantId, id])) > 0;
}

export async function listApiKeys(tx: Transaction, tenantId: string, page: { after: string | null; limit: number }): Promise<ApiKey[]> {
  return tx.rows<ApiKey>(`SELECT ${COLUMNS} FROM api_keys WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`, [
    tenantId,
    page.after,
    page.limit,
  ]);
}

export interface KeyHolder {
  tenantId: string;
  keyId: string;
  scopes: string[];
  rateLimit: number;
}

/** Whose key this is. Never remembered: a revoked key must be refused by every process at once. */
export async function findKeyHolder(db: Database, key: string): Promise<KeyHolder | undefined> {
  const found = await db.inDirectory((tx) =>
    tx.row<{ tenant_id: string; key_id: string; scopes: string[]; rate_limit: number }>('SELECT * FROM find_api_key($1)', [hashSecret(key)]),
  );
  return found && { tenantId: found.tenant_id, keyId: found.key_id, scopes: found.scopes, rateLimit: found.rate_limit };
}
