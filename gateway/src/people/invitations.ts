import { randomBytes, randomUUID } from 'node:crypto';
import { type Database, isUniqueViolation, type Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { hashSecret } from '../tenants/api-keys.ts';
import { writeAudit } from '../tenants/audit.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { Role } from './roles.ts';
import { findSecondFactor, requireSecondFactor } from './second-factor.ts';
import { findSignIn } from './sign-in.ts';
import { openSession } from './user-sessions.ts';

/** How long a link is good for, in days. */
const INVITATION_DAYS = 7;

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  /** For how long they are let in; null: until they are taken off. */
  member_hours: number | null;
}

export interface FoundInvitation {
  tenantId: string;
  invitationId: string;
  tenantName: string;
  /** '' where whoever opens the link says who they are: the first owner. */
  email: string;
  role: Role;
}

const COLUMNS = 'id, email, role, created_by, created_at, expires_at, member_hours';

/** Makes a link that makes its holder a member, once. A second for the same address replaces the first. @returns the token in it. */
export async function invite(
  tx: Transaction,
  tenantId: string,
  invitation: { email: string; role: Role; createdBy: string; memberHours?: number | null | undefined },
): Promise<{ row: Invitation; token: string }> {
  const token = randomBytes(24).toString('base64url');
  const email = invitation.email.toLowerCase();
  await tx.run('DELETE FROM invitations WHERE tenant_id = $1 AND (email = $2 OR expires_at < now())', [tenantId, email]);
  const row = await tx.row<Invitation>(
    `INSERT INTO invitations (tenant_id, email, role, token_hash, created_by, expires_at, member_hours) VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6), $7) RETURNING ${COLUMNS}`,
    [tenantId, email, invitation.role, hashSecret(token), invitation.createdBy, INVITATION_DAYS, invitation.memberHours ?? null],
  );
  if (!row) throw new Error('the inserted invitation did not come back');
  return { row, token };
}

export async function listInvitations(tx: Transaction, tenantId: string): Promise<Invitation[]> {
  return tx.rows<Invitation>(`SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND expires_at > now() ORDER BY id LIMIT 200`, [tenantId]);
}

/** Uses an invitation up, or withdraws it. @returns undefined when there is none with this id. */
export async function takeInvitation(tx: Transaction, tenantId: string, id: string): Promise<{ member_hours: number | null } | undefined> {
  return tx.row<{ member_hours: number | null }>('DELETE FROM invitations WHERE tenant_id = $1 AND id = $2 RETURNING member_hours', [tenantId, id]);
}

export async function findInvitation(db: Database, token: string): Promise<FoundInvitation> {
  const found = await db.inDirectory((tx) =>
    tx.row<{ tenant_id: string; invitation_id: string; tenant_name: string; email: string; role: Role }>('SELECT * FROM find_invitation($1)', [
      hashSecret(token),
    ]),
  );
  if (!found) throw new AppError('not_found', 'This link is used up or too old. Ask for a new one.');
  return { tenantId: found.tenant_id, invitationId: found.invitation_id, tenantName: found.tenant_name, email: found.email, role: found.role };
}

/**
 * Makes the holder of a link a member and signs them in. Who has an account already proves it with its password and second
 * factor; the name given then counts for nothing.
 * @param secret NETIA_SECRET.
 * @throws {AppError} not_found for a link that is used up; unauthorized for an account's wrong password; conflict for a member.
 * @returns the token of the new session.
 */
export async function acceptInvitation(
  db: Database,
  { tenantId, invitationId, email: invited, role }: FoundInvitation,
  secret: string,
  person: { email: string; name: string; password: string; code: string | undefined; userAgent: string },
): Promise<{ token: string; tenantId: string }> {
  const email = invited || person.email;
  if (!email) throw new AppError('invalid_request', 'Give the e-mail address that you will sign in with.');
  const known = await findSignIn(db, email);
  if (known && !(await isPassword(known.password_hash, person.password)))
    throw new AppError('unauthorized', 'There is an account with this e-mail address already. Give its password to join.');
  const passwordHash = known ? undefined : await hashPassword(person.password);
  const userId = known?.user_id ?? randomUUID();
  const factor = known && (await findSecondFactor(db, secret, userId));
  try {
    return await db.inTenant(tenantId, async (tx) => {
      // First, so that of two who hold the link one waits here and then finds it used up.
      const taken = await takeInvitation(tx, tenantId, invitationId);
      if (!taken) throw new AppError('not_found', 'This link is used up or too old. Ask for a new one.');
      const { member_hours } = taken;
      // Whoever was here for a time that is over may be let in anew.
      await tx.run('DELETE FROM members WHERE tenant_id = $1 AND user_id = $2 AND ends_at < now()', [tenantId, userId]);
      await tx.run('INSERT INTO members (tenant_id, user_id, role, ends_at) VALUES ($1, $2, $3, now() + make_interval(hours => $4))', [
        tenantId,
        userId,
        role,
        member_hours,
      ]);
      // Now that they are a member here their row can be written.
      await requireSecondFactor(tx, userId, factor, person.code);
      if (passwordHash) await tx.run('INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, $4)', [userId, email, person.name, passwordHash]);
      await writeAudit(tx, tenantId, {
        actor: `user:${userId}`,
        action: 'member.join',
        resourceType: 'member',
        resourceId: userId,
        changes: { role, member_hours },
      });
      return { token: await openSession(tx, tenantId, userId, person.userAgent), tenantId };
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new AppError('conflict', 'This person is a member already. Sign in instead.', { cause: error });
    throw error;
  }
}
