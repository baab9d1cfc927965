import { idParamsSchema, pageOf, pageQuerySchema } from '@netia/protocol';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { keyRoute } from '../http/route.ts';
import { requireOwn } from '../people/roles.ts';
import { createApiKey, listApiKeys, revokeApiKey, SCOPES } from '../tenants/api-keys.ts';
import { toPage } from './page.ts';

const keySchema = z.object({
  id: z.string(),
  key_prefix: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  rate_limit: z.int(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  is_active: z.boolean(),
  created_at: z.string(),
});
const newKeySchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1),
  expires_at: z.iso.datetime({ offset: true, error: 'Give a time as 2027-01-31T00:00:00Z.' }).optional(),
  /** Requests per minute. */
  rate_limit: z.int().min(1).max(100_000).optional(),
});

/** API keys of the tenant. */
export const keyRoutes = () => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/keys',
    summary: 'List API keys',
    access: 'keys:read',
    query: pageQuerySchema,
    response: pageOf(keySchema),
    handle: async ({ tenantId, tx, query }) => toPage(await listApiKeys(tx, tenantId, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/keys',
    summary: 'Make an API key, for what one may do oneself; it is shown this once',
    access: 'keys:write',
    status: 201,
    body: newKeySchema,
    response: keySchema.extend({ key: z.string() }),
    handle: async ({ tenantId, actor, scopes, tx, body, audit }) => {
      requireOwn(body.scopes, scopes);
      const { row, key } = await createApiKey(tx, tenantId, {
        name: body.name,
        scopes: body.scopes,
        expiresAt: body.expires_at ? new Date(body.expires_at) : null,
        createdBy: actor,
        ...(body.rate_limit === undefined ? {} : { rateLimit: body.rate_limit }),
      });
      await audit('key.create', 'api_key', row.id, { name: body.name, scopes: body.scopes });
      return { ...row, key };
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/keys/:id',
    summary: 'Revoke an API key, at once',
    access: 'keys:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      if (!(await revokeApiKey(tx, tenantId, params.id))) throw new AppError('not_found', 'There is no key with this id.');
      await audit('key.revoke', 'api_key', params.id);
    },
  }),
];
