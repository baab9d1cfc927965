import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@netia/db';
import { hashSecret, type Scope } from '../tenants/api-keys.ts';
import { writeAudit } from '../tenants/audit.ts';
import { type Role, scopesOf } from './roles.ts';
import { findMemberships } from './sign-in.ts';

/** Without a request for so long a session rests for good. */
const IDLE = '12 hours';
/** However busy, it ends after so many days. */
export const SESSION_DAYS = 7;

/** What gives somebody a right that does not end with one's own: kept from whoever is here for a time. */
const OUTLASTING: Scope[] = ['keys:write', 'people:write'];

/** A browser signed in at one tenant. */
export interface UserSession {
  tenantId: string;
  sessionId: string;
  userId: string;
  role: Role;
  /** What they may do: by their role, or by one that the tenant has made for itself. */
  scopes: readonly Scope[];
}

export interface ShownSession {
  id: string;
  user_agent: string;
  created_at: Date;
  last_seen_at: Date;
}

/** Signs a browser in. @returns the token for its cookie, kept by nobody else. */
export async function openSession(tx: Transaction, tenantId: string, userId: string, userAgent: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.run('DELETE FROM user_sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at < now()', [tenantId, userId]);
  await tx.run(
    'INSERT INTO user_sessions (tenant_id, user_id, token_hash, user_agent, expires_at) VALUES ($1, $2, $3, $4, now() + make_interval(days => $5))',
    [tenantId, userId, hashSecret(token), userAgent.slice(0, 300), SESSION_DAYS],
  );
  return token;
}

/** As openSession, for somebody who has shown who they are; that they came in stands in the audit log. @param changes how, if not by password. */
export async function signInAt(tx: Transaction, tenantId: string, userId: string, userAgent: string, changes?: object): Promise<string> {
  await writeAudit(tx, tenantId, { actor: `user:${userId}`, action: 'user.sign_in', resourceType: 'user', resourceId: userId, changes });
  return openSession(tx, tenantId, userId, userAgent);
}

/** Whose cookie this is. Never remembered: a session that was ended is refused by every process at once. */
export async function findSession(db: Database, token: string): Promise<UserSession | undefined> {
  const found = await db.inDirectory((tx) =>
    tx.row<{ tenant_id: string; session_id: string; user_id: string; role: Role; own_scopes: string[] | null; is_for_a_time: boolean }>(
      'SELECT * FROM find_user_session($1, $2)',
      [hashSecret(token), IDLE],
    ),
  );
  if (!found) return undefined;
  const given = scopesOf(found.role, found.own_scopes);
  const scopes = found.is_for_a_time ? given.filter((scope) => !OUTLASTING.includes(scope)) : given;
  return { tenantId: found.tenant_id, sessionId: found.session_id, userId: found.user_id, role: found.role, scopes };
}

/** Notes that a session is in use, at most once a minute. */
export async function noteSessionUse(tx: Transaction, tenantId: string, sessionId: string): Promise<void> {
  await tx.run("UPDATE user_sessions SET last_seen_at = now() WHERE tenant_id = $1 AND id = $2 AND last_seen_at < now() - interval '1 minute'", [
    tenantId,
    sessionId,
  ]);
}

export async function listSessions(tx: Transaction, tenantId: string, userId: string): Promise<ShownSession[]> {
  return tx.rows<ShownSession>(
    'SELECT id, user_agent, created_at, last_seen_at FROM user_sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at > now() ORDER BY last_seen_at DESC',
    [tenantId, userId],
  );
}

/** Ends one session of a person, or all but one; `except: null`: all. @returns how many were ended. */
export async function endSessions(tx: Transaction, tenantId: string, userId: string, which: { id: string } | { except: string | null }): Promise<number> {
  return 'id' in which
    ? tx.run('DELETE FROM user_sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3', [tenantId, userId, which.id])
    : tx.run('DELETE FROM user_sessions WHERE tenant_id = $1 AND user_id = $2 AND id IS DISTINCT FROM $3', [tenantId, userId, which.except]);
}

/** Ends all sessions of a person but one, at every tenant they work for; `except: null`: all. */
export async function endSessionsEverywhere(db: Database, userId: string, which: { except: string | null }): Promise<void> {
  for (const { tenant_id: at } of await findMemberships(db, userId)) await db.inTenant(at, (tx) => endSessions(tx, at, userId, which));
}
