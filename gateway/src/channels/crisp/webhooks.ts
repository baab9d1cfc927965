import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { publicRoute } from '../../http/route.ts';
import type { Tenant } from '../../tenants/settings.ts';
import { readJson } from '../read-json.ts';
import { noteInstallation } from './connection.ts';
import type { CrispParts } from './crisp-parts.ts';
import { CRISP_WEBSITE_ID } from './ids.ts';
import { type CrispHook, MalformedHook, readCrispHook } from './read-event.ts';
import { verifyCrispSignature } from './verify-signature.ts';

const HOOK_BODY_MAX = 2 * 1024 * 1024;
const acknowledgedSchema = z.object({ received: z.literal(true) });
type Acknowledged = z.infer<typeof acknowledgedSchema>;
const ACKNOWLEDGED: Acknowledged = { received: true };

const refusal = () => new AppError('unauthorized', 'The request is not authentic.');

/** POST /webhooks/crisp: the plugin's hook, one address for all websites that installed it, signed by Crisp. */
const crispPluginHook = (parts: CrispParts) =>
  publicRoute({
    method: 'post',
    path: '/webhooks/crisp',
    summary: "Crisp's plugin hook (signed)",
    tenantSource: 'signature',
    takesRaw: true,
    bodyMax: HOOK_BODY_MAX,
    response: acknowledgedSchema,
    handle: async ({ raw, request, address }) => {
      const { crisp, limits, tenants, metrics } = parts;
      const signed = { body: raw, signature: request.get('x-crisp-signature'), timestamp: request.get('x-crisp-request-timestamp') };
      if (!verifyCrispSignature(signed, crisp.hookSecrets, crisp.hookMaxAgeMs)) {
        metrics.webhooks.inc({ channel: 'crisp', outcome: 'refused' });
        await limits.countBadCredentials(address);
        throw refusal();
      }
      const received = readJson(raw);
      const websiteId = websiteOf(received);
      const tenant = websiteId && (await tenants.findByWebsite('crisp', websiteId));
      if (!tenant) {
        // Installed somewhere and not connected here, or not any more: Crisp has done its part.
        metrics.webhooks.inc({ channel: 'crisp', outcome: 'unknown_website' });
        return ACKNOWLEDGED;
      }
      return takeIn(parts, tenant, received);
    },
  });

/** POST /webhooks/crisp/:hookKey: a website's own hook. Crisp does not sign it; the key is our secret, and good for that website alone. */
const crispWebsiteHook = (parts: CrispParts) =>
  publicRoute({
    method: 'post',
    path: '/webhooks/crisp/:hookKey',
    summary: "A Crisp website's own hook (known by the key in its address)",
    tenantSource: 'hook_key',
    params: z.object({ hookKey: z.string().max(200) }),
    takesRaw: true,
    bodyMax: HOOK_BODY_MAX,
    response: acknowledgedSchema,
    handle: async ({ raw, params, address }) => {
      const { channelSecrets, limits, tenants, metrics } = parts;
      const tenantId = await channelSecrets.findTenant('crisp_hook_key', params.hookKey);
      const tenant = tenantId && (await tenants.get(tenantId));
      if (!tenant) {
        metrics.webhooks.inc({ channel: 'crisp', outcome: 'refused' });
        await limits.countBadCredentials(address);
        throw refusal();
      }
      const received = readJson(raw);
      // A leaked key must not let its finder speak for another website.
      if (websiteOf(received) !== tenant.crisp_website_id) {
        metrics.webhooks.inc({ channel: 'crisp', outcome: 'refused' });
        throw refusal();
      }
      return takeIn(parts, tenant, received);
    },
  });

/** Some senders look whether anybody is there before they send. */
const crispProbe = () =>
  publicRoute({
    method: 'get',
    path: '/webhooks/crisp',
    summary: 'Answers a probe of the hook',
    tenantSource: 'none',
    response: acknowledgedSchema,
    handle: () => Promise.resolve(ACKNOWLEDGED),
  });

export const crispWebhooks = (parts: CrispParts) => [crispPluginHook(parts), crispWebsiteHook(parts), crispProbe()];

const namedWebsiteSchema = z.object({ website_id: z.string().regex(CRISP_WEBSITE_ID) });

/** The website that an envelope names, of whatever form the rest is. */
function websiteOf(received: unknown): string | undefined {
  return namedWebsiteSchema.safeParse(received).data?.website_id;
}

/** Whatever an authentic sender brings is acknowledged: a refusal would only have it sent again, and may have the hook suspended. */
async function takeIn(parts: CrispParts, tenant: Tenant, received: unknown): Promise<Acknowledged> {
  const { intake, metrics, log } = parts;
  let happening: CrispHook['happening'];
  try {
    ({ happening } = readCrispHook(received));
  } catch (error) {
    if (!(error instanceof MalformedHook)) throw error;
    await intake.bury(tenant, 'crisp', received, error.message);
    return ACKNOWLEDGED;
  }
  switch (happening.type) {
    case 'ignored':
      metrics.webhooks.inc({ channel: 'crisp', outcome: 'ignored' });
      log.debug({ tenant: tenant.id, reason: happening.reason }, 'event left alone');
      break;
    case 'subscription':
      metrics.webhooks.inc({ channel: 'crisp', outcome: 'accepted' });
      await noteInstallation(parts, tenant, happening);
      break;
    case 'assigned':
      if (tenant.settings.crisp.assignment_is_takeover) await intake.take(tenant, happening, received);
      break;
    default:
      await intake.take(tenant, happening, received);
  }
  return ACKNOWLEDGED;
}
