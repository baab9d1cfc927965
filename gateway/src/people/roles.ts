import { ROLE_NAMES } from '@netia/protocol';
import { AppError } from '../errors.ts';
import { SCOPES, type Scope } from '../tenants/api-keys.ts';

/** What somebody may be at a tenant, from the most rights to the fewest. */
export type Role = (typeof ROLE_NAMES)[number];

const READS = SCOPES.filter((scope) => scope.endsWith(':read'));
/** Whoever answers visitors: conversations, leads, and what the agent knows. */
const AGENT: Scope[] = [
  'settings:read',
  'knowledge:read',
  'knowledge:write',
  'conversations:read',
  'conversations:write',
  'leads:read',
  'leads:write',
  'people:read',
  'numbers:read',
];

/** What each role may do, in the same words as an API key. */
export const SCOPES_OF: Record<Role, readonly Scope[]> = {
  owner: SCOPES,
  admin: SCOPES,
  agent: AGENT,
  viewer: READS.filter((scope) => scope !== 'keys:read' && scope !== 'audit:read'),
};

/** What somebody may do: by their role, or by one of the tenant's own. A scope that has gone since that was made opens nothing. */
export function scopesOf(role: Role, own: readonly string[] | null): readonly Scope[] {
  return own ? SCOPES.filter((scope) => own.includes(scope)) : SCOPES_OF[role];
}

/** Whether somebody of the one role may give, change or take away the other: nobody raises anyone above themselves. */
export function mayGrant(actor: Role, other: Role): boolean {
  return ROLE_NAMES.indexOf(actor) <= ROLE_NAMES.indexOf(other);
}

/** Who gives or takes a right away: a person, or an API key with the rank of an admin. */
export interface Granter {
  role: Role;
  /** What they may do themselves. */
  scopes: readonly string[];
}

/** Nobody lets others do what they may not do themselves. @throws {AppError} forbidden, with what it is. */
export function requireOwn(scopes: readonly string[], own: readonly string[]): void {
  const more = scopes.filter((scope) => !own.includes(scope));
  if (more.length > 0) throw new AppError('forbidden', `You may not do this yourself, and so cannot let others: ${more.join(', ')}.`);
}

/** @throws {AppError} forbidden where the role ranks above whoever would give it, or may do more. */
export function requireGrantable(role: Role, by: Granter): void {
  if (!mayGrant(by.role, role)) throw new AppError('forbidden', 'Only somebody of that role can give, change or take it away.');
  requireOwn(SCOPES_OF[role], by.scopes);
}
