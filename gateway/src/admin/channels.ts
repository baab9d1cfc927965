import {
  channelSecretInputSchema,
  channelsSchema,
  crispConnectionSchema,
  idParamsSchema,
  newChannelSecretSchema,
  tidioConnectionSchema,
} from '@netia/protocol';
import { readCapabilities } from '../channels/capabilities.ts';
import { connectCrispWebsite, disconnectCrispWebsite, requireCrispProof } from '../channels/crisp/connection.ts';
import { connectTidioProject, disconnectTidioProject, requireTidioKeys } from '../channels/tidio/connection.ts';
import { AppError } from '../errors.ts';
import { keyRoute } from '../http/route.ts';
import type { RouteParts } from '../routes.ts';
import {
  createIdentitySecret,
  createShownSecret,
  hasIdentitySecret,
  keepSecret,
  removeChannelSecret,
  removeChannelSecretsOf,
} from '../tenants/channel-secrets.ts';
import { readTenant } from '../tenants/settings.ts';

/** Connecting Crisp and Tidio. Secrets go in and never come out again. */
export const channelRoutes = (parts: RouteParts) => {
  const forget = (tenantId: string) => () => {
    parts.tenants.forget(tenantId);
    parts.channelSecrets.forget(tenantId);
  };
  return [
    keyRoute({
      method: 'get',
      path: '/v1/admin/channels',
      summary: 'What is connected, and what of it works',
      access: 'channels:read',
      response: channelsSchema,
      handle: async ({ tenantId, tx }) => readCapabilities(tx, await readTenant(tx, tenantId), parts.crisp.clients.plugin !== undefined),
    }),
    keyRoute({
      method: 'put',
      path: '/v1/admin/channels/crisp',
      summary: 'Connect a Crisp website; a website belongs to one tenant',
      access: 'channels:write',
      body: crispConnectionSchema,
      response: channelsSchema,
      prepare: ({ body }) => requireCrispProof(parts.crisp.clients, body),
      handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
        await connectCrispWebsite(tx, tenantId, body.website_id);
        await removeChannelSecretsOf(tx, tenantId, ['crisp_token']);
        if (body.token) await keepSecret(tx, tenantId, 'crisp_token', body.token, body.token.identifier.slice(0, 8), parts.config.secret);
        await audit('crisp.connect', 'tenant', tenantId, { website_id: body.website_id });
        afterCommit(forget(tenantId));
        return readCapabilities(tx, await readTenant(tx, tenantId), parts.crisp.clients.plugin !== undefined);
      },
    }),
    keyRoute({
      method: 'delete',
      path: '/v1/admin/channels/crisp',
      summary: 'Disconnect Crisp; its secrets are deleted',
      access: 'channels:write',
      handle: async ({ tenantId, tx, audit, afterCommit }) => {
        await disconnectCrispWebsite(tx, tenantId);
        await removeChannelSecretsOf(tx, tenantId, ['crisp_token', 'crisp_hook_key']);
        await audit('crisp.disconnect', 'tenant', tenantId);
        afterCommit(forget(tenantId));
        return undefined;
      },
    }),
    keyRoute({
      method: 'put',
      path: '/v1/admin/channels/tidio',
      summary: 'Connect a Tidio project; a project belongs to one tenant',
      access: 'channels:write',
      body: tidioConnectionSchema,
      response: channelsSchema,
      prepare: async ({ tenantId, body }) => {
        if (body.client) await requireTidioKeys(parts.tidio.clients, tenantId, body.client);
      },
      handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
        await connectTidioProject(tx, tenantId, body.public_key);
        if (body.client) {
          await removeChannelSecretsOf(tx, tenantId, ['tidio_client']);
          await keepSecret(tx, tenantId, 'tidio_client', body.client, body.client.client_id.slice(0, 8), parts.config.secret);
        }
        await audit('tidio.connect', 'tenant', tenantId, { public_key: body.public_key });
        afterCommit(forget(tenantId));
        return readCapabilities(tx, await readTenant(tx, tenantId), parts.crisp.clients.plugin !== undefined);
      },
    }),
    keyRoute({
      method: 'delete',
      path: '/v1/admin/channels/tidio',
      summary: 'Disconnect Tidio; its secrets are deleted',
      access: 'channels:write',
      handle: async ({ tenantId, tx, audit, afterCommit }) => {
        await disconnectTidioProject(tx, tenantId);
        await removeChannelSecretsOf(tx, tenantId, ['tidio_client', 'tidio_flow_secret', 'tidio_flow_token', 'tidio_webhook_secret']);
        await audit('tidio.disconnect', 'tenant', tenantId);
        afterCommit(forget(tenantId));
        return undefined;
      },
    }),
    keyRoute({
      method: 'post',
      path: '/v1/admin/channels/secrets',
      summary: 'Make or keep a secret shared with a channel; several of one purpose may be live',
      access: 'channels:write',
      status: 201,
      body: channelSecretInputSchema,
      response: newChannelSecretSchema,
      handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
        const base = parts.config.publicUrl;
        if (body.purpose === 'tidio_webhook_secret') {
          const id = await keepSecret(tx, tenantId, body.purpose, body.secret, body.secret.slice(0, 4), parts.config.secret);
          await audit('channel_secret.create', 'channel_secret', id, { purpose: body.purpose });
          afterCommit(forget(tenantId));
          return { id, url: `${base}/webhooks/tidio` };
        }
        const made =
          body.purpose === 'widget_identity_secret'
            ? await createIdentitySecret(tx, tenantId, parts.config.secret)
            : await createShownSecret(tx, tenantId, body.purpose);
        afterCommit(forget(tenantId));
        await audit('channel_secret.create', 'channel_secret', made.id, { purpose: body.purpose });
        if (body.purpose === 'crisp_hook_key') return { ...made, url: `${base}/webhooks/crisp/${made.secret}` };
        if (body.purpose === 'tidio_flow_token') return { ...made, url: `${base}/webhooks/tidio/flow/${made.secret}` };
        return made;
      },
    }),
    keyRoute({
      method: 'delete',
      path: '/v1/admin/channels/secrets/:id',
      summary: 'End a secret at once',
      access: 'channels:write',
      params: idParamsSchema,
      handle: async ({ tenantId, tx, params, audit, afterCommit }) => {
        const purpose = await removeChannelSecret(tx, tenantId, params.id);
        if (purpose === undefined) throw new AppError('not_found', 'There is no secret with this id.');
        const { settings } = await readTenant(tx, tenantId);
        if (purpose === 'widget_identity_secret' && settings.identity.is_required && !(await hasIdentitySecret(tx, tenantId)))
          throw new AppError(
            'conflict',
            'Visitors have to be proven, and this is the last secret to do it with. Make another first, or no longer ask for proofs.',
          );
        await audit('channel_secret.remove', 'channel_secret', params.id);
        afterCommit(forget(tenantId));
        return undefined;
      },
    }),
  ];
};
