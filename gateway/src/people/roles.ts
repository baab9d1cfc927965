import { ROLE_NAMES } from '@netia/protocol';
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

/** Whether somebody of the one role may give, change or take away the other: nobody raises anyone above themselves. */
export function mayGrant(actor: Role, other: Role): boolean {
  return ROLE_NAMES.indexOf(actor) <= ROLE_NAMES.indexOf(other);
}
