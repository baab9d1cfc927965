import type { Database } from '@netia/db';
import type { Role } from './roles.ts';

/** Whom an address belongs to, and what their password is checked with. */
export function findSignIn(db: Database, email: string): Promise<{ user_id: string; password_hash: string } | undefined> {
  return db.inDirectory((tx) => tx.row<{ user_id: string; password_hash: string }>('SELECT * FROM find_sign_in($1)', [email]));
}

/** The working tenants that somebody is a member of, the first they joined first. */
export function findMemberships(db: Database, userId: string): Promise<{ tenant_id: string; tenant_name: string; role: Role }[]> {
  return db.inDirectory((tx) => tx.rows<{ tenant_id: string; tenant_name: string; role: Role }>('SELECT * FROM find_memberships($1)', [userId]));
}
