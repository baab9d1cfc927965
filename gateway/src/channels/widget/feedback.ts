import { feedbackRequestSchema } from '@netia/protocol';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { visitorRoute } from '../../http/route.ts';
import type { WidgetParts } from './widget-parts.ts';

/** POST /v1/widget/feedback: a thumb on an answer; the last one counts. */
export const widgetFeedback = ({ db }: WidgetParts) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/feedback',
    summary: 'Say whether an answer helped',
    body: feedbackRequestSchema,
    response: z.object({ saved: z.literal(true) }),
    handle: async ({ body, session }) => {
      const changed = await db.inTenant(session.tenantId, (tx) =>
        tx.run(`UPDATE messages SET feedback = $4 WHERE tenant_id = $1 AND conversation_id = $2 AND id = $3 AND sender_type = 'ai'`, [
          session.tenantId,
          session.conversationId,
          body.message_id,
          body.value,
        ]),
      );
      if (changed === 0) throw new AppError('not_found', 'There is no such answer in this conversation.');
      return { saved: true } as const;
    },
  });
