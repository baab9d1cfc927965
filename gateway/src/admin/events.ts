import { deadEventSchema, idParamsSchema, pageOf, pageQuerySchema } from '@netia/protocol';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { keyRoute } from '../http/route.ts';
import { dismissDead, listDead } from '../inbox/dead-events.ts';
import type { RouteParts } from '../routes.ts';
import { readTenant } from '../tenants/settings.ts';
import { toPage } from './page.ts';

/** What was given up on its way in or out, and another try of it. */
export const eventRoutes = (parts: RouteParts) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/events',
    summary: 'List events and deliveries that were given up, newest first',
    access: 'channels:read',
    query: pageQuerySchema,
    response: pageOf(deadEventSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await listDead(tx, tenantId, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/events/:id/replay',
    summary: 'Try again what was given up; harmless if it had succeeded',
    access: 'channels:write',
    params: idParamsSchema,
    response: z.object({ kind: z.enum(['event', 'delivery']) }),
    handle: async ({ tenantId, tx, params, audit, afterCommit }) => {
      const replayed = await parts.intake.replay(tx, await readTenant(tx, tenantId), params.id);
      await audit('event.replay', replayed.kind, params.id);
      afterCommit(replayed.begin);
      return { kind: replayed.kind };
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/events/:id',
    summary: 'Dismiss what was given up: nothing more is wanted of it',
    access: 'channels:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      if (!(await dismissDead(tx, tenantId, params.id))) throw new AppError('not_found', 'Nothing that was given up has this id.');
      await audit('event.dismiss', 'event', params.id);
      return undefined;
    },
  }),
];
