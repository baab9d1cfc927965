import type { Transaction } from '@netia/db';
import { conflictIfTaken } from '../conflict-if-taken.ts';
import { AppError } from '../errors.ts';
import type { Scope } from '../tenants/api-keys.ts';
import { requireOwn } from './roles.ts';

/** A role that a tenant has made for itself. */
export interface OwnRole {
  id: string;
  name: string;
  scopes: Scope[];
  /** How many people have it. */
  members: number;
}

const COLUMNS = 'r.id, r.name, r.scopes, (SELECT count(*)::integer FROM members m WHERE m.tenant_id = r.tenant_id AND m.own_role_id = r.id) AS members';
const ROLES_MAX = 50;
const TAKEN = 'Another role has this name. Choose another.';

/** By name. */
export async function listOwnRoles(tx: Transaction, tenantId: string): Promise<OwnRole[]> {
  return tx.rows<OwnRole>(`SELECT ${COLUMNS} FROM own_roles r WHERE r.tenant_id = $1 ORDER BY lower(r.name)`, [tenantId]);
}

/** @param actor what whoever makes it may do themselves: nobody hands out more than they have. @throws {AppError} forbidden, conflict */
export async function addOwnRole(
  tx: Transaction,
  tenantId: string,
  role: { name: string; scopes: readonly Scope[] },
  actor: readonly string[],
): Promise<OwnRole> {
  requireOwn(role.scopes, actor);
  const added = await conflictIfTaken(
    tx.row<OwnRole>(
      `INSERT INTO own_roles AS r (tenant_id, name, scopes)
       SELECT $1, $2, $3 WHERE (SELECT count(*) FROM own_roles WHERE tenant_id = $1) < ${ROLES_MAX} RETURNING ${COLUMNS}`,
      [tenantId, role.name, role.scopes],
    ),
    TAKEN,
  );
  if (!added) throw new AppError('conflict', `There are ${ROLES_MAX} roles already. Remove some first.`);
  return added;
}

/** @throws {AppError} forbidden, not_found, conflict */
export async function changeOwnRole(
  tx: Transaction,
  tenantId: string,
  id: string,
  role: { name: string; scopes: readonly Scope[] },
  actor: readonly string[],
): Promise<OwnRole> {
  requireOwn(role.scopes, actor);
  await showOwnRole(tx, tenantId, id, actor);
  const changed = await conflictIfTaken(
    tx.row<OwnRole>(`UPDATE own_roles r SET name = $3, scopes = $4 WHERE r.tenant_id = $1 AND r.id = $2 RETURNING ${COLUMNS}`, [
      tenantId,
      id,
      role.name,
      role.scopes,
    ]),
    TAKEN,
  );
  if (!changed) throw noSuchRole();
  return changed;
}

/** @throws {AppError} not_found; conflict while somebody has it. */
export async function removeOwnRole(tx: Transaction, tenantId: string, id: string): Promise<void> {
  const known = await tx.row<OwnRole>(`SELECT ${COLUMNS} FROM own_roles r WHERE r.tenant_id = $1 AND r.id = $2 FOR UPDATE`, [tenantId, id]);
  if (!known) throw noSuchRole();
  if (known.members > 0) throw new AppError('conflict', 'Somebody has this role. Give them another one first.');
  await tx.run('DELETE FROM own_roles WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
}

/** A role that whoever asks may give away. @throws {AppError} not_found, forbidden */
export async function showOwnRole(tx: Transaction, tenantId: string, id: string, actor: readonly string[]): Promise<OwnRole> {
  const role = await tx.row<OwnRole>(`SELECT ${COLUMNS} FROM own_roles r WHERE r.tenant_id = $1 AND r.id = $2`, [tenantId, id]);
  if (!role) throw noSuchRole();
  requireOwn(role.scopes, actor);
  return role;
}

const noSuchRole = () => new AppError('not_found', 'There is no role with this id.');
