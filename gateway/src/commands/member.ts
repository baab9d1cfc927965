import { randomBytes } from 'node:crypto';
import { ROLE_NAMES } from '@netia/protocol';
import { AppError } from '../errors.ts';
import { invite } from '../people/invitations.ts';
import { listMembers } from '../people/members.ts';
import { invitationUrl } from '../people/owner-link.ts';
import { hashPassword } from '../people/passwords.ts';
import { removeSecondFactor } from '../people/second-factor.ts';
import { endSessionsEverywhere } from '../people/user-sessions.ts';
import { writeAudit } from '../tenants/audit.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

/** Prints a link that makes whoever opens it a member; the way in when every owner has lost theirs. */
export async function inviteMember(options: { tenant: string; role: string; email?: string }): Promise<void> {
  const role = ROLE_NAMES.find((name) => name === options.role);
  if (!role) throw new AppError('invalid_request', `There is no role ${options.role}. Choose ${ROLE_NAMES.join(', ')}.`);
  await withDatabase(async (db, config) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const token = await db.inTenant(id, async (tx) => {
      const made = await invite(tx, id, { email: options.email ?? '', role, createdBy: 'cli' });
      await writeAudit(tx, id, { actor: 'cli', action: 'member.invite', resourceType: 'invitation', resourceId: made.row.id, changes: { role } });
      return made.token;
    });
    print(`Good for seven days, and for one person:\n\n  ${invitationUrl(config.publicUrl, token)}`);
  });
}

export async function listTenantMembers(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const members = await db.inTenant(id, (tx) => listMembers(tx, id));
    if (members.length === 0) print(`Nobody yet. Invite somebody: netia member invite --tenant ${options.tenant} --role owner`);
    for (const member of members) print(`${member.role.padEnd(8)} ${member.email.padEnd(40)} ${member.name}`);
  });
}

/** Gives a member a new password, for whoever has no mail to be sent a link by. All their sessions end: the account is one, at every tenant. */
export async function renewPassword(options: { tenant: string; email: string; withoutSecondFactor?: boolean }): Promise<void> {
  const password = randomBytes(12).toString('base64url');
  const hash = await hashPassword(password);
  await withDatabase(async (db) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const userId = await db.inTenant(id, async (tx) => {
      const member = (await listMembers(tx, id)).find(({ email }) => email === options.email.toLowerCase());
      if (!member) throw new AppError('not_found', `Nobody with the address ${options.email} works for ${options.tenant}.`);
      await tx.run('UPDATE users SET password_hash = $2 WHERE id = $1', [member.user_id, hash]);
      if (options.withoutSecondFactor) await removeSecondFactor(tx, member.user_id);
      await writeAudit(tx, id, { actor: 'cli', action: 'user.password', resourceType: 'user', resourceId: member.user_id });
      return member.user_id;
    });
    await endSessionsEverywhere(db, userId, { except: null });
    print(`The new password of ${options.email}, shown this once:\n\n  ${password}`);
  });
}
