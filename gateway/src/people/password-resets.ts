import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { hashSecret } from '../tenants/api-keys.ts';
import { writeAudit } from '../tenants/audit.ts';
import { hashPassword } from './passwords.ts';
import { findMemberships, findSignIn } from './sign-in.ts';
import { endSessionsEverywhere } from './user-sessions.ts';

const GOOD_FOR = '1 hour';

/** Makes a link's token, in the place of any before it. */
export async function addReset(tx: Transaction, tenantId: string, userId: string): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await tx.run(
    `INSERT INTO password_resets (tenant_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + $4::interval)
     ON CONFLICT (tenant_id, user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_at = now()`,
    [tenantId, userId, hashSecret(token), GOOD_FOR],
  );
  return token;
}

/** Uses a token up. @returns false where another was faster, or its time is over. */
export async function takeReset(tx: Transaction, tenantId: string, token: string): Promise<boolean> {
  return (await tx.run('DELETE FROM password_resets WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > now()', [tenantId, hashSecret(token)])) > 0;
}

/** Somebody says that they have lost their password. @returns the token of the link; undefined where nobody has that address, or works nowhere any more. */
export async function askForReset(db: Database, email: string): Promise<string | undefined> {
  const known = await findSignIn(db, email);
  const [first] = known ? await findMemberships(db, known.user_id) : [];
  if (!known || !first) return undefined;
  const { tenant_id: tenantId } = first;
  return db.inTenant(tenantId, async (tx) => {
    await writeAudit(tx, tenantId, { actor: 'system', action: 'user.password_link', resourceType: 'user', resourceId: known.user_id });
    return addReset(tx, tenantId, known.user_id);
  });
}

/**
 * Gives the holder of a link a new password, and ends every session they have. Nobody is signed in by it: a second factor is
 * asked for at the door, as ever.
 * @throws {AppError} not_found for a link that is used up or too old.
 */
export async function resetPassword(db: Database, token: string, password: string): Promise<void> {
  const gone = () => new AppError('not_found', 'This link is used up or too old. Ask for a new one.');
  const found = await db.inDirectory((tx) => tx.row<{ tenant_id: string; user_id: string }>('SELECT * FROM find_password_reset($1)', [hashSecret(token)]));
  if (!found) throw gone();
  const { tenant_id: tenantId, user_id: userId } = found;
  const hash = await hashPassword(password);
  await db.inTenant(tenantId, async (tx) => {
    // First, so that of two who hold the link one waits here and then finds it used up.
    if (!(await takeReset(tx, tenantId, token))) throw gone();
    await tx.run('UPDATE users SET password_hash = $2 WHERE id = $1', [userId, hash]);
    await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.password', resourceType: 'user', resourceId: userId });
  });
  await endSessionsEverywhere(db, userId, { except: null });
}
