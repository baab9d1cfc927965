import {
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  webhookChangeSchema,
  webhookDeliverySchema,
  webhookEndpointSchema,
  webhookInputSchema,
  webhookSecretSchema,
} from '@netia/protocol';
import { z } from 'zod';
import { keyRoute } from '../http/route.ts';
import { announce } from '../webhooks/announce.ts';
import { addWebhookEndpoint, changeWebhookEndpoint, listWebhookEndpoints, removeWebhookEndpoint, rotateWebhookSecret } from '../webhooks/endpoints.ts';
import { listWebhookDeliveries, resendWebhook } from '../webhooks/webhook-deliveries.ts';
import { toPage } from './page.ts';

/** Where a tenant's own systems are told of what happens. */
export const webhookRoutes = ({ config }: { config: { secret: string } }) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/webhooks',
    summary: 'List webhook endpoints',
    access: 'webhooks:read',
    response: z.object({ items: z.array(webhookEndpointSchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listWebhookEndpoints(tx, tenantId) }),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/webhooks',
    summary: 'Add an endpoint; its signing secret is shown this once',
    access: 'webhooks:write',
    status: 201,
    body: webhookInputSchema,
    response: webhookEndpointSchema.extend({ secret: z.string() }),
    handle: async ({ tenantId, tx, body, audit }) => {
      const { row, secret } = await addWebhookEndpoint(tx, tenantId, config.secret, body);
      await audit('webhook.add', 'webhook_endpoint', row.id, body);
      return { ...row, secret };
    },
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/webhooks/:id',
    summary: 'Change an endpoint, or switch it off and on',
    access: 'webhooks:write',
    params: idParamsSchema,
    body: webhookChangeSchema,
    response: webhookEndpointSchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      const row = await changeWebhookEndpoint(tx, tenantId, params.id, body);
      await audit('webhook.change', 'webhook_endpoint', row.id, body);
      return row;
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/webhooks/:id/secret',
    summary: 'Make a new signing secret, shown this once; the old one signs beside it for a day',
    access: 'webhooks:write',
    params: idParamsSchema,
    response: webhookSecretSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      const secret = await rotateWebhookSecret(tx, tenantId, config.secret, params.id);
      await audit('webhook.secret', 'webhook_endpoint', params.id);
      return { secret };
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/webhooks/:id',
    summary: 'Remove an endpoint with all that was to be sent to it',
    access: 'webhooks:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      await removeWebhookEndpoint(tx, tenantId, params.id);
      await audit('webhook.remove', 'webhook_endpoint', params.id);
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/webhooks/test',
    summary: 'Send every active endpoint an event named test',
    access: 'webhooks:write',
    handle: async ({ tenantId, tx, audit }) => {
      await announce(tx, tenantId, 'test', { message: 'This is a test.' });
      await audit('webhook.test', 'webhook_endpoint', null);
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/webhooks/:id/deliveries',
    summary: 'What was sent to an endpoint and what came of it, newest first',
    access: 'webhooks:read',
    params: idParamsSchema,
    query: pageQuerySchema,
    response: pageOf(webhookDeliverySchema),
    handle: async ({ tenantId, tx, params, query }) =>
      toPage(await listWebhookDeliveries(tx, tenantId, params.id, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/webhook-deliveries/:id/resend',
    summary: 'Send a call again, under the same id',
    access: 'webhooks:write',
    params: idParamsSchema,
    response: webhookDeliverySchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      const delivery = await resendWebhook(tx, tenantId, params.id);
      await audit('webhook.resend', 'webhook_delivery', params.id);
      return delivery;
    },
  }),
];
