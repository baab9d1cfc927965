import type { Transaction } from '@netia/db';
import type { channelsSchema } from '@netia/protocol';
import type { z } from 'zod';
import { listChannelSecrets } from '../tenants/channel-secrets.ts';
import type { Tenant } from '../tenants/settings.ts';

type Channels = Omit<z.infer<typeof channelsSchema>, 'secrets'> & { secrets: Awaited<ReturnType<typeof listChannelSecrets>> };

/** Printed wherever the bridge is switched on: what it does exists in one browser only. */
export const BRIDGE_LIMITS = [
  'Answers are shown in the visitor’s own browser only: Tidio does not store them, operators do not see them, and they are gone after a reload.',
  'It runs on pages that carry its script, and not in Tidio’s apps, mails or messengers.',
  'Files are not read, and messages that one of your Flows takes up are left to it.',
];

/** What is connected for a tenant and what follows from it. Whether keys are still good, only `netia doctor` asks. */
export async function readCapabilities(tx: Transaction, tenant: Tenant, hasPlugin: boolean): Promise<Channels> {
  const secrets = await listChannelSecrets(tx, tenant.id);
  const has = (purpose: string) => secrets.some((secret) => secret.purpose === purpose);
  const { tidio } = tenant.settings;
  return {
    crisp: {
      website_id: tenant.crisp_website_id,
      is_installed: tenant.crisp_website_id !== null && tenant.crisp_is_installed,
      sends_with: tenant.crisp_website_id === null ? 'none' : has('crisp_token') ? 'own' : hasPlugin ? 'plugin' : 'none',
      has_website_hook: has('crisp_hook_key'),
    },
    tidio: {
      public_key: tenant.tidio_website_id,
      capabilities: {
        flow: has('tidio_flow_token') && has('tidio_flow_secret'),
        webhooks: tenant.tidio_website_id !== null && has('tidio_webhook_secret'),
        tickets: has('tidio_client') && tidio.bot_operator_id !== null,
        bridge: tidio.bridge_is_enabled,
      },
      bridge_limits: tidio.bridge_is_enabled ? BRIDGE_LIMITS : [],
    },
    secrets,
  };
}
