import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { showOwnRole } from './own-roles.ts';
import { type Granter, mayGrant, type Role, requireGrantable, scopesOf } from './roles.ts';

export interface Member {
  user_id: string;
  email: string;
  name: string;
  role: Role;
  /** Takes the place of what the role may do. */
  own_role: { id: string; name: string } | null;
  created_at: Date;
  /** When it ends by itself; null: never. */
  ends_at: Date | null;
}

const COLUMNS = `m.user_id, u.email, u.name, m.role, m.created_at, m.ends_at,
  (SELECT jsonb_build_object('id', o.id, 'name', o.name) FROM own_roles o WHERE o.tenant_id = m.tenant_id AND o.id = m.own_role_id) AS own_role`;

/** By name, all of them: a tenant has twenty people, not twenty thousand. */
export async function listMembers(tx: Transaction, tenantId: string): Promise<Member[]> {
  return tx.rows<Member>(
    `SELECT ${COLUMNS} FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 ORDER BY lower(u.name), u.email LIMIT 1000`,
    [tenantId],
  );
}

export async function showMember(tx: Transaction, tenantId: string, userId: string): Promise<Member & { has_second_factor: boolean }> {
  const member = await tx.row<Member & { has_second_factor: boolean }>(
    `SELECT ${COLUMNS}, u.totp_confirmed_at IS NOT NULL AS has_second_factor FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 AND m.user_id = $2`,
    [tenantId, userId],
  );
  if (!member) throw new AppError('not_found', 'There is no member with this id.');
  return member;
}

/** @throws {AppError} forbidden where the role before or after may do more than whoever gives it; not_found, conflict */
export async function changeRole(tx: Transaction, tenantId: string, userId: string, role: Role, by: Granter): Promise<Member> {
  const before = await lockMember(tx, tenantId, userId, by);
  requireGrantable(role, by);
  if (before === 'owner' && role !== 'owner') await requireAnotherOwner(tx, tenantId, userId);
  await tx.run("UPDATE members SET role = $3, own_role_id = NULL, ends_at = CASE WHEN $3 <> 'owner' THEN ends_at END WHERE tenant_id = $1 AND user_id = $2", [
    tenantId,
    userId,
    role,
  ]);
  return showMember(tx, tenantId, userId);
}

/** Gives somebody a role that the tenant has made for itself. @throws {AppError} as changeRole. */
export async function giveOwnRole(tx: Transaction, tenantId: string, userId: string, roleId: string, by: Granter): Promise<Member> {
  if ((await lockMember(tx, tenantId, userId, by)) === 'owner') await requireAnotherOwner(tx, tenantId, userId);
  await showOwnRole(tx, tenantId, roleId, by.scopes);
  await tx.run("UPDATE members SET role = 'viewer', own_role_id = $3 WHERE tenant_id = $1 AND user_id = $2", [tenantId, userId, roleId]);
  return showMember(tx, tenantId, userId);
}

/** Takes those off whose time is over: they can do nothing any more as it is. @returns who it was. */
export async function removeEnded(tx: Transaction, tenantId: string): Promise<string[]> {
  const gone = await tx.rows<{ user_id: string }>('DELETE FROM members WHERE tenant_id = $1 AND ends_at < now() RETURNING user_id', [tenantId]);
  return gone.map(({ user_id }) => user_id);
}

/** Takes somebody's membership, and with it their sessions at this tenant. */
export async function removeMember(tx: Transaction, tenantId: string, userId: string, by: Granter): Promise<void> {
  if ((await lockMember(tx, tenantId, userId, by)) === 'owner') await requireAnotherOwner(tx, tenantId, userId);
  await tx.run('DELETE FROM members WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
}

/** Changes of one tenant's people come one after another: two owners who remove each other must not both succeed. */
async function lockMember(tx: Transaction, tenantId: string, userId: string, by: Granter): Promise<Role> {
  const members = await tx.rows<{ user_id: string; role: Role; own_scopes: string[] | null }>(
    `SELECT m.user_id, m.role, (SELECT o.scopes FROM own_roles o WHERE o.tenant_id = m.tenant_id AND o.id = m.own_role_id) AS own_scopes
     FROM members m WHERE m.tenant_id = $1 ORDER BY m.user_id FOR UPDATE`,
    [tenantId],
  );
  const member = members.find((one) => one.user_id === userId);
  if (!member) throw new AppError('not_found', 'There is no member with this id.');
  // A role of the tenant's own ranks low and may do much.
  const scopes = scopesOf(member.role, member.own_scopes);
  if (!mayGrant(by.role, member.role) || !scopes.every((scope) => by.scopes.includes(scope)))
    throw new AppError('forbidden', 'They may do more here than you do. Ask somebody who may as much.');
  return member.role;
}

async function requireAnotherOwner(tx: Transaction, tenantId: string, userId: string): Promise<void> {
  const other = await tx.row("SELECT 1 FROM members WHERE tenant_id = $1 AND role = 'owner' AND user_id <> $2 LIMIT 1", [tenantId, userId]);
  if (!other) throw new AppError('conflict', 'This is the last owner. Make somebody else an owner first.');
}
