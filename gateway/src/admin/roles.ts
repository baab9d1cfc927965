import { idParamsSchema, ownRoleInputSchema, ownRoleSchema } from '@netia/protocol';
import { z } from 'zod';
import { keyRoute } from '../http/route.ts';
import { addOwnRole, changeOwnRole, listOwnRoles, removeOwnRole } from '../people/own-roles.ts';
import { SCOPES, type Scope } from '../tenants/api-keys.ts';

const inputSchema = ownRoleInputSchema.extend({ scopes: z.array(z.enum(SCOPES)).transform((scopes): Scope[] => [...new Set(scopes)]) });

/** Roles that a tenant makes for itself, beside the four that there are. */
export const roleRoutes = () => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/roles',
    summary: 'List the roles that the tenant has made for itself',
    access: 'people:read',
    response: z.object({ items: z.array(ownRoleSchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listOwnRoles(tx, tenantId) }),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/roles',
    summary: 'Make a role; of what one may do oneself',
    access: 'people:write',
    status: 201,
    body: inputSchema,
    response: ownRoleSchema,
    handle: async ({ tenantId, scopes, tx, body, audit }) => {
      const role = await addOwnRole(tx, tenantId, body, scopes);
      await audit('role.add', 'role', role.id, body);
      return role;
    },
  }),
  keyRoute({
    method: 'put',
    path: '/v1/admin/roles/:id',
    summary: 'Change a role; for whoever has it from their next request on',
    access: 'people:write',
    params: idParamsSchema,
    body: inputSchema,
    response: ownRoleSchema,
    handle: async ({ tenantId, scopes, tx, params, body, audit }) => {
      const role = await changeOwnRole(tx, tenantId, params.id, body, scopes);
      await audit('role.change', 'role', role.id, body);
      return role;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/roles/:id',
    summary: 'Remove a role that nobody has',
    access: 'people:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      await removeOwnRole(tx, tenantId, params.id);
      await audit('role.remove', 'role', params.id);
    },
  }),
];
