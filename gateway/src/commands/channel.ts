import { SETTINGS } from '@netia/protocol';
import { readCapabilities } from '../channels/capabilities.ts';
import { connectCrispWebsite, disconnectCrispWebsite } from '../channels/crisp/connection.ts';
import { connectTidioProject, disconnectTidioProject } from '../channels/tidio/connection.ts';
import { AppError } from '../errors.ts';
import { createShownSecret, keepSecret, removeChannelSecret, removeChannelSecretsOf } from '../tenants/channel-secrets.ts';
import { readTenant, saveSettings } from '../tenants/settings.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

export async function showChannels(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db, config) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const channels = await db.inTenant(id, async (tx) => readCapabilities(tx, await readTenant(tx, id), config.crisp.plugin !== undefined));
    print(JSON.stringify(channels, null, 2));
  });
}

/** The operator of the installation vouches for the website, so no proof is asked for here; the REST route asks for one. */
export async function connectCrisp(options: {
  tenant: string;
  website?: string;
  tokenIdentifier?: string;
  tokenKey?: string;
  newHookKey?: boolean;
  disconnect?: boolean;
}): Promise<void> {
  await withDatabase(async (db, config) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const lines = await db.inTenant(id, async (tx) => {
      const said: string[] = [];
      if (options.disconnect) {
        await disconnectCrispWebsite(tx, id);
        await removeChannelSecretsOf(tx, id, ['crisp_token', 'crisp_hook_key']);
        return ['Crisp is disconnected, and its secrets are deleted.'];
      }
      if (options.website) {
        // A token belongs to one website.
        await removeChannelSecretsOf(tx, id, ['crisp_token']);
        await connectCrispWebsite(tx, id, options.website);
        said.push(`Connected to the Crisp website ${options.website}.`);
      }
      if (Boolean(options.tokenIdentifier) !== Boolean(options.tokenKey))
        throw new AppError('invalid_request', 'Give --token-identifier and --token-key together.');
      if (options.tokenIdentifier && options.tokenKey) {
        await removeChannelSecretsOf(tx, id, ['crisp_token']);
        await keepSecret(
          tx,
          id,
          'crisp_token',
          { identifier: options.tokenIdentifier, key: options.tokenKey },
          options.tokenIdentifier.slice(0, 8),
          config.secret,
        );
        said.push('The website’s own token is kept, sealed.');
      }
      if (options.newHookKey) {
        const { id: keyId, secret } = await createShownSecret(tx, id, 'crisp_hook_key');
        said.push(`Website hook (shown this once, id ${keyId}): ${config.publicUrl}/webhooks/crisp/${secret}`);
      }
      return said;
    });
    if (lines.length === 0)
      throw new AppError('invalid_request', 'Say what to do: --website, --token-identifier with --token-key, --new-hook-key or --disconnect.');
    print(lines.join('\n'));
  });
}

export interface TidioOptions {
  tenant: string;
  publicKey?: string;
  webhookSecret?: string;
  clientId?: string;
  clientSecret?: string;
  operator?: string;
  newFlow?: boolean;
  disconnect?: boolean;
}

export async function connectTidio(options: TidioOptions): Promise<void> {
  await withDatabase(async (db, config) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    const lines = await db.inTenant(id, async (tx) => {
      const said: string[] = [];
      if (options.disconnect) {
        await disconnectTidioProject(tx, id);
        await removeChannelSecretsOf(tx, id, ['tidio_client', 'tidio_flow_secret', 'tidio_flow_token', 'tidio_webhook_secret']);
        return ['Tidio is disconnected, and its secrets are deleted.'];
      }
      if (options.publicKey) {
        await connectTidioProject(tx, id, options.publicKey);
        said.push(`Connected to the Tidio project ${options.publicKey}.`);
      }
      if (options.webhookSecret) {
        await keepSecret(tx, id, 'tidio_webhook_secret', options.webhookSecret, options.webhookSecret.slice(0, 4), config.secret);
        said.push(`The webhook secret is kept, sealed. Webhook address: ${config.publicUrl}/webhooks/tidio`);
      }
      if (Boolean(options.clientId) !== Boolean(options.clientSecret)) throw new AppError('invalid_request', 'Give --client-id and --client-secret together.');
      if (options.clientId && options.clientSecret) {
        await removeChannelSecretsOf(tx, id, ['tidio_client']);
        await keepSecret(
          tx,
          id,
          'tidio_client',
          { client_id: options.clientId, client_secret: options.clientSecret },
          options.clientId.slice(0, 8),
          config.secret,
        );
        said.push('The OpenAPI keys are kept, sealed. "netia doctor" tries them.');
      }
      if (options.operator) {
        const { settings } = await readTenant(tx, id);
        const changed = SETTINGS.tidio.safeParse({ ...settings.tidio, bot_operator_id: options.operator });
        if (!changed.success) throw new AppError('invalid_request', 'An operator id of Tidio is a UUID; "netia doctor" lists the project\'s.');
        await saveSettings(tx, id, 'tidio', changed.data);
        said.push(`Tickets are answered in the name of operator ${options.operator}.`);
      }
      if (options.newFlow) {
        const token = await createShownSecret(tx, id, 'tidio_flow_token');
        const secret = await createShownSecret(tx, id, 'tidio_flow_secret');
        said.push(
          'For the "API call" of a Flow (both shown this once):',
          `  address             POST ${config.publicUrl}/webhooks/tidio/flow/${token.secret}`,
          `  header X-Flow-Token  ${secret.secret}`,
          `  (ids, to end them: ${token.id} and ${secret.id})`,
        );
      }
      return said;
    });
    if (lines.length === 0)
      throw new AppError(
        'invalid_request',
        'Say what to do: --public-key, --webhook-secret, --client-id with --client-secret, --operator, --new-flow or --disconnect.',
      );
    print(lines.join('\n'));
  });
}

export async function endChannelSecret(id: string, options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    if (!(await db.inTenant(tenant.id, (tx) => removeChannelSecret(tx, tenant.id, id))))
      throw new AppError('not_found', `Tenant ${tenant.slug} has no channel secret ${id}.`);
    print('Ended.');
  });
}
