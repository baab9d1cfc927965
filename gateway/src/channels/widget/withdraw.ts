import { withdrawRequestSchema } from '@netia/protocol';
import { visitorRoute } from '../../http/route.ts';
import type { Retention } from '../../privacy/retention.ts';
import { eraseVisitor } from '../../privacy/visitor-data.ts';
import { writeAudit } from '../../tenants/audit.ts';
import type { WidgetParts } from './widget-parts.ts';

/** POST /v1/widget/withdraw: the visitor takes their consent back; all of this conversation is gone, and their token with it. */
export const widgetWithdraw = ({ db, live, retention }: WidgetParts & { retention: Retention }) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/withdraw',
    summary: 'Take consent back and have the conversation deleted',
    body: withdrawRequestSchema,
    handle: async ({ session }) => {
      const { tenantId, conversationId } = session;
      await db.inTenant(tenantId, async (tx) => {
        await eraseVisitor(tx, tenantId, { conversationId });
        await writeAudit(tx, tenantId, { actor: 'visitor', action: 'privacy.withdraw', resourceType: 'conversation', resourceId: conversationId });
      });
      retention.beginRemovingFiles(tenantId);
      live.forget(tenantId, conversationId);
      live.signal(tenantId, { type: 'changed', conversation_id: conversationId });
    },
  });
