import { AppError } from '../errors.ts';
import { createApiKey, revokeApiKey, SCOPES, type Scope } from '../tenants/api-keys.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

export async function createKey(options: { tenant: string; name: string; scope?: string[]; expires?: string }): Promise<void> {
  const scopes = readScopes(options.scope);
  const expiresAt = readDay(options.expires);
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    const { row, key } = await db.inTenant(tenant.id, (tx) => createApiKey(tx, tenant.id, { name: options.name, scopes, expiresAt, createdBy: 'cli' }));
    print(`${key}\n\nThis is shown once; keep it. Its id is ${row.id}, its scopes are ${scopes.join(' ')}.`);
  });
}

export async function revokeKey(id: string, options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    if (!(await db.inTenant(tenant.id, (tx) => revokeApiKey(tx, tenant.id, id)))) throw new AppError('not_found', `Tenant ${tenant.slug} has no key ${id}.`);
    print('Revoked.');
  });
}

function readScopes(given: string[] | undefined): readonly Scope[] {
  if (!given) return SCOPES;
  const unknown = given.filter((scope) => !SCOPES.includes(scope as Scope));
  if (unknown.length > 0) throw new AppError('invalid_request', `Unknown scope: ${unknown.join(', ')}. There are: ${SCOPES.join(' ')}.`);
  return given as Scope[];
}

function readDay(day: string | undefined): Date | null {
  if (day === undefined) return null;
  const end = new Date(`${day}T23:59:59Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(end.getTime())) throw new AppError('invalid_request', 'Give --expires as 2027-01-31.');
  return end;
}
