import { ratingRequestSchema } from '@netia/protocol';
import { visitorRoute } from '../../http/route.ts';
import type { WidgetParts } from './widget-parts.ts';

/** POST /v1/widget/rating: how the conversation was, from 1 to 5; the last word counts. */
export const widgetRating = ({ db, live }: WidgetParts) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/rating',
    summary: 'Say how the conversation was',
    body: ratingRequestSchema,
    handle: async ({ body, session }) => {
      const { tenantId, conversationId } = session;
      await db.inTenant(tenantId, (tx) =>
        tx.run('UPDATE conversations SET rating = $3, rating_comment = coalesce($4, rating_comment) WHERE tenant_id = $1 AND id = $2', [
          tenantId,
          conversationId,
          body.rating,
          body.comment ?? null,
        ]),
      );
      live.signal(tenantId, { type: 'changed', conversation_id: conversationId });
    },
  });
