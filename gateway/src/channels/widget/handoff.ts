import { handoffRequestSchema } from '@netia/protocol';
import { z } from 'zod';
import { transferToPerson } from '../../conversations/owner.ts';
import { AppError } from '../../errors.ts';
import { visitorRoute } from '../../http/route.ts';
import { handoffText } from '../../turn/handoff-text.ts';
import type { WidgetParts } from './widget-parts.ts';

/** POST /v1/widget/handoff: the visitor asks for a person; the agent falls silent. */
export const widgetHandoff = ({ db, tenants, live }: WidgetParts) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/handoff',
    summary: 'Ask for a person',
    body: handoffRequestSchema,
    response: z.object({ requested: z.literal(true) }),
    handle: async ({ session }) => {
      const { tenantId, conversationId } = session;
      const { settings } = await tenants.get(tenantId);
      if (!settings.handoff.is_enabled) throw new AppError('conflict', 'Nobody is available in this chat.');
      const notice = {
        text: (locale: string | null) => handoffText(settings, new Date(), locale, settings.widget.language),
        leadFields: settings.leads.is_enabled ? settings.leads.fields : [],
      };
      const placed = await db.inTenant(tenantId, (tx) => transferToPerson(tx, tenantId, conversationId, notice));
      for (const part of placed) live.publish(tenantId, conversationId, part);
      return { requested: true } as const;
    },
  });
