import { holdSchema, idParamsSchema } from '@netia/protocol';
import { z } from 'zod';
import { noSuchConversation } from '../conversations/require-conversation.ts';
import { keyRoute } from '../http/route.ts';
import type { Live } from '../live/live.ts';
import { holdConversation, type Retention } from '../privacy/retention.ts';
import { eraseVisitor, exportVisitor, type Visitor } from '../privacy/visitor-data.ts';

export interface PrivacyParts {
  live: Live;
  retention: Retention;
}

const visitorDataSchema = z.object({
  contact: z.record(z.string(), z.unknown()).nullable(),
  conversations: z.array(z.record(z.string(), z.unknown())),
  leads: z.array(z.record(z.string(), z.unknown())),
});

/** The rights of visitors: to get what is kept of them, and to have it taken away. */
export const privacyRoutes = ({ live, retention }: PrivacyParts) => [
  ...(['contacts', 'conversations'] as const).flatMap((kind) => {
    const of = (id: string): Visitor => (kind === 'contacts' ? { contactId: id } : { conversationId: id });
    const whose = kind === 'contacts' ? 'a contact, with all their conversations and leads' : 'one conversation, for a visitor who never said who they are';
    return [
      keyRoute({
        method: 'get',
        path: `/v1/admin/${kind}/:id/export`,
        summary: `All that is kept of ${whose}`,
        access: 'privacy:write',
        params: idParamsSchema,
        response: visitorDataSchema,
        handle: async ({ tenantId, tx, params, audit, response }) => {
          const data = await exportVisitor(tx, tenantId, of(params.id));
          await audit('privacy.export', kind.slice(0, -1), params.id);
          response.set({ 'Content-Disposition': `attachment; filename="visitor-${params.id}.json"`, 'Cache-Control': 'no-store' });
          return data;
        },
      }),
      keyRoute({
        method: 'delete',
        path: `/v1/admin/${kind}/:id`,
        summary: `Take away all that is kept of ${whose}; it cannot be undone`,
        access: 'privacy:write',
        params: idParamsSchema,
        handle: async ({ tenantId, tx, params, audit, afterCommit }) => {
          const conversations = await eraseVisitor(tx, tenantId, of(params.id));
          await audit('privacy.erase', kind.slice(0, -1), params.id);
          afterCommit(() => {
            retention.beginRemovingFiles(tenantId);
            for (const id of conversations) {
              live.forget(tenantId, id);
              live.signal(tenantId, { type: 'changed', conversation_id: id });
            }
          });
        },
      }),
    ];
  }),
  keyRoute({
    method: 'put',
    path: '/v1/admin/conversations/:id/hold',
    summary: 'Keep a conversation whatever its age, or no longer',
    access: 'privacy:write',
    params: idParamsSchema,
    body: holdSchema,
    response: holdSchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      if (!(await holdConversation(tx, tenantId, params.id, body.is_held))) throw noSuchConversation();
      await audit('privacy.hold', 'conversation', params.id, body);
      return body;
    },
  }),
];
