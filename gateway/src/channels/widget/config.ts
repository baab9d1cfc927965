import { createHash } from 'node:crypto';
import { type WidgetConfig, widgetConfigSchema } from '@netia/protocol';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { publicRoute } from '../../http/route.ts';
import { phrasesFor } from '../../turn/phrases.ts';
import type { WidgetParts } from './widget-parts.ts';

/** GET /v1/widget/config: what the widget needs to look and speak like the tenant's. */
export const widgetConfig = ({ tenants }: WidgetParts) =>
  publicRoute({
    method: 'get',
    path: '/v1/widget/config',
    summary: "A site's public widget settings",
    tenantSource: 'website_id',
    query: z.object({ website_id: z.string().min(1).max(255) }),
    response: widgetConfigSchema,
    handle: async ({ query, request, response }) => {
      const tenant = await tenants.findByWebsite('widget', query.website_id);
      if (!tenant) throw new AppError('not_found', 'There is no website with this id. Copy the snippet again.');
      const { handoff, leads, tidio, privacy } = tenant.settings;
      const { logo, ...widget } = tenant.settings.widget;
      const config: WidgetConfig = {
        ...widget,
        logo_path: logo && `/v1/widget/logo/${tenant.widget_website_id}/${logo}`,
        name: tenant.name,
        handoff_enabled: handoff.is_enabled,
        lead_fields: leads.is_enabled ? leads.fields : [],
        consent: privacy.consent,
        policy_url: privacy.policy_url,
        tidio_bridge: tidio.bridge_is_enabled,
        tidio_bridge_notice: tidio.bridge_is_enabled && tidio.introduces_itself ? phrasesFor(widget.language).isAi : '',
      };
      const etag = `"${createHash('sha256').update(JSON.stringify(config)).digest('base64url').slice(0, 22)}"`;
      response.set({ ETag: etag, 'Cache-Control': 'public, max-age=60' });
      if (request.get('if-none-match') === etag) {
        response.status(304).end();
        return undefined;
      }
      return config;
    },
  });
