import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { publicRoute } from '../../http/route.ts';
import { storableValue } from '../../storable-text.ts';
import { readTidioEnvelope, readTidioEvent } from './read-event.ts';
import type { TidioParts } from './tidio-parts.ts';
import { verifyTidioSignature } from './verify-signature.ts';

const HOOK_BODY_MAX = 2 * 1024 * 1024;
const acknowledgedSchema = z.object({ received: z.literal(true) });
// Made once: zod compiles a schema's parser anew for each object.
const namedProjectSchema = z.object({ project_public_key: z.string().max(100) });

/**
 * POST /webhooks/tidio: the public key in the body names the tenant, whose secrets alone count then. Unknown project, no
 * secret and wrong signature look the same from outside. Tidio waits four seconds, so everything else comes later.
 */
export const tidioWebhook = ({ tenants, channelSecrets, tidio, limits, metrics, intake, log }: TidioParts) =>
  publicRoute({
    method: 'post',
    path: '/webhooks/tidio',
    summary: "Tidio's webhook (signed)",
    tenantSource: 'signature',
    takesRaw: true,
    bodyMax: HOOK_BODY_MAX,
    response: acknowledgedSchema,
    handle: async ({ raw, request, address }) => {
      const received = parseOrUndefined(raw);
      const publicKey = namedProjectSchema.safeParse(received).data?.project_public_key;
      const tenant = publicKey && (await tenants.findByWebsite('tidio', publicKey));
      const secrets = tenant ? ((await channelSecrets.read(tenant.id, 'tidio_webhook_secret')) as string[]) : [];
      const isAuthentic = verifyTidioSignature(raw, request.get('x-tidio-signature'), secrets, tidio.hookMaxAgeMs);
      if (!tenant || !isAuthentic) {
        metrics.webhooks.inc({ channel: 'tidio', outcome: 'refused' });
        await limits.countBadCredentials(address);
        throw new AppError('unauthorized', 'The request is not authentic.');
      }
      const envelope = readTidioEnvelope(received);
      if (!envelope) {
        await intake.bury(tenant, 'tidio', received, 'no envelope of the documented form');
        return { received: true } as const;
      }
      const event = readTidioEvent(envelope, tenant.settings.tidio.bot_operator_id);
      if (event.type === 'ignored') {
        metrics.webhooks.inc({ channel: 'tidio', outcome: 'ignored' });
        log.debug({ tenant: tenant.id, reason: event.reason }, 'event left alone');
      } else await intake.take(tenant, event, received);
      return { received: true } as const;
    },
  });

function parseOrUndefined(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'), storableValue);
  } catch {
    return undefined;
  }
}
