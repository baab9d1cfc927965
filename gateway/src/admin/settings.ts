import type { Transaction } from '@netia/db';
import { type IdentitySettings, promptPreviewInputSchema, promptPreviewSchema, SETTINGS, type SettingsType } from '@netia/protocol';
import { z } from 'zod';
import { endUnprovenSessions } from '../conversations/proven-visitors.ts';
import { AppError } from '../errors.ts';
import { keyRoute } from '../http/route.ts';
import { hasIdentitySecret } from '../tenants/channel-secrets.ts';
import { readTenant, saveSettings, type TenantDirectory } from '../tenants/settings.ts';
import { previewPrompt } from './preview-prompt.ts';

const TYPES = Object.keys(SETTINGS) as [SettingsType, ...SettingsType[]];
const settingsSchema = z.object(SETTINGS);
const tenantSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  widget_website_id: z.string(),
  crisp_website_id: z.string().nullable(),
  tidio_website_id: z.string().nullable(),
  allowed_origins: z.array(z.string()),
  settings: settingsSchema,
});
/** From now on nobody writes who is not proven: those who are in go too. Without a secret that would be everybody. */
async function demandProofs(tx: Transaction, tenantId: string): Promise<void> {
  if (!(await hasIdentitySecret(tx, tenantId)))
    throw new AppError('conflict', 'Make a secret first, and sign proofs with it: without one every visitor would be turned away.');
  await endUnprovenSessions(tx, tenantId);
}

const originsSchema = z.strictObject({
  allowed_origins: z.array(z.string().regex(/^https?:\/\/[^/\s?#]+$/, 'Give an origin as https://shop.example, without a path.')).max(50),
});

/** The tenant's own record and settings. */
export const settingsRoutes = (tenants: TenantDirectory) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/tenant',
    summary: 'The tenant with its settings',
    access: 'settings:read',
    response: tenantSchema,
    handle: ({ tenantId, tx }) => readTenant(tx, tenantId),
  }),
  keyRoute({
    method: 'put',
    path: '/v1/admin/tenant/allowed-origins',
    summary: 'Set the origins the widget may be used from; none: any',
    access: 'settings:write',
    body: originsSchema,
    response: originsSchema,
    handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
      await tx.run('UPDATE tenants SET allowed_origins = $2 WHERE id = $1', [tenantId, body.allowed_origins]);
      await audit('tenant.allowed_origins', 'tenant', tenantId, body);
      afterCommit(() => tenants.forget(tenantId));
      return body;
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/settings/ai/preview',
    summary: 'The prompt that a model would be given for a question, with instructions that are not saved yet',
    access: 'settings:read',
    body: promptPreviewInputSchema,
    response: promptPreviewSchema,
    handle: async ({ tenantId, tx, body }) => {
      const { system, user } = await previewPrompt(tx, tenantId, body);
      return { system, user };
    },
  }),
  ...TYPES.map((type) =>
    keyRoute({
      method: 'put',
      path: `/v1/admin/settings/${type}`,
      summary: `Replace the ${type} settings`,
      access: 'settings:write',
      body: SETTINGS[type] as z.ZodType<object>,
      response: SETTINGS[type],
      handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
        await saveSettings(tx, tenantId, type, body);
        if (type === 'identity' && (body as IdentitySettings).is_required) await demandProofs(tx, tenantId);
        await audit(`settings.${type}`, 'tenant', tenantId, body);
        afterCommit(() => tenants.forget(tenantId));
        return body;
      },
    }),
  ),
];
