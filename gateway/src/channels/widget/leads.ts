import { leadRequestSchema } from '@netia/protocol';
import { z } from 'zod';
import { saveLead } from '../../conversations/save-lead.ts';
import { AppError } from '../../errors.ts';
import { visitorRoute } from '../../http/route.ts';
import { findFacts, type LeadFacts } from '../../turn/find-lead.ts';
import type { WidgetParts } from './widget-parts.ts';

/** POST /v1/widget/leads: the contact form. */
export const widgetLeads = ({ db }: WidgetParts) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/leads',
    summary: 'Leave contact details',
    body: leadRequestSchema,
    response: z.object({ saved: z.literal(true) }),
    handle: async ({ body, session }) => {
      const { tenantId, conversationId } = session;
      const facts: LeadFacts = {};
      if (body.email) facts.email = body.email;
      if (body.phone) {
        const phone = findFacts(body.phone).phone;
        if (!phone)
          throw new AppError('invalid_request', 'Write the phone number with its country code, as +49 30 1234567.', {
            details: [{ where: 'body.phone', problem: 'not a phone number with country code' }],
          });
        facts.phone = phone;
      }
      if (body.name) facts.name = body.name;
      if (body.company) facts.company = body.company;
      await db.inTenant(tenantId, async (tx) => {
        await saveLead(tx, tenantId, { conversationId, facts, intent: null, sourceSeq: null });
        await tx.run(
          `UPDATE conversations SET metadata = metadata || jsonb_build_object('facts', coalesce(metadata->'facts', '{}') || $3::jsonb) WHERE tenant_id = $1 AND id = $2`,
          [tenantId, conversationId, JSON.stringify(facts)],
        );
      });
      return { saved: true } as const;
    },
  });
