import type { Transaction } from '@netia/db';
import {
  conversationChangeSchema,
  conversationQuerySchema,
  conversationSchema,
  idParamsSchema,
  messageSchema,
  pageOf,
  personMessageSchema,
  replaySchema,
  visitorSchema,
} from '@netia/protocol';
import { z } from 'zod';
import { assignConversation } from '../conversations/attendance.ts';
import { findVisitor } from '../conversations/find-visitor.ts';
import { changeStatus, writeAsPerson } from '../conversations/owner.ts';
import { findPlace, noSuchConversation, requireConversation } from '../conversations/require-conversation.ts';
import { FILE_OF_MESSAGE, showVisitorFile } from '../conversations/visitor-files.ts';
import type { ChannelVoice } from '../deliveries/channel-voice.ts';
import type { Delivering } from '../deliveries/delivering.ts';
import { storeDeliveries } from '../deliveries/store-deliveries.ts';
import { AppError } from '../errors.ts';
import { type FileStore, fileKey, INERT } from '../files/file-store.ts';
import { keyRoute } from '../http/route.ts';
import { replayReceipt } from '../knowledge/replay-receipt.ts';
import type { Live } from '../live/live.ts';
import { readTenant } from '../tenants/settings.ts';
import { toPage } from './page.ts';
import { tryQuestion } from './try-question.ts';

const COLUMNS =
  "id, channel, status, metadata->>'flagged' AS flagged, contact_id, page_url, locale, assigned_to, rating, is_held, started_at, ended_at, updated_at";

async function readConversation(tx: Transaction, tenantId: string, id: string): Promise<{ id: string }> {
  const conversation = await tx.row<{ id: string }>(`SELECT ${COLUMNS} FROM conversations WHERE tenant_id = $1 AND id = $2`, [tenantId, id]);
  if (!conversation) throw noSuchConversation();
  return conversation;
}

export interface ConversationParts {
  live: Live;
  files: FileStore;
  delivering: Delivering;
  voices: Record<'crisp' | 'tidio', ChannelVoice>;
}

/** What was said, and a person's part in it. */
export const conversationRoutes = ({ live, delivering, voices, files }: ConversationParts) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/conversations',
    summary: 'List conversations, newest first',
    access: 'conversations:read',
    query: conversationQuerySchema,
    response: pageOf(conversationSchema),
    handle: async ({ tenantId, tx, query }) =>
      toPage(
        await tx.rows<{ id: string }>(
          `SELECT ${COLUMNS} FROM conversations WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2)
             AND ($3::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM conversations WHERE tenant_id = $1 AND id = $3))
           ORDER BY created_at DESC, id DESC LIMIT $4`,
          [tenantId, query.status ?? null, query.cursor ?? null, query.limit + 1],
        ),
        query.limit,
      ),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/conversations/:id',
    summary: 'A conversation with its messages in order, the last 1,000 of them, and what is known of the visitor',
    access: 'conversations:read',
    params: idParamsSchema,
    response: conversationSchema.extend({ visitor: visitorSchema, messages: z.array(messageSchema) }),
    handle: async ({ tenantId, tx, params }) => {
      const conversation = await readConversation(tx, tenantId, params.id);
      const messages = await tx.rows(
        `SELECT id, seq::integer, role, sender_type, message_type, content, ${FILE_OF_MESSAGE} AS file, coalesce(sent_at, timestamp) AS timestamp, citations, verdict, status, model, tokens_in, tokens_out, feedback
         FROM (SELECT * FROM messages WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY seq DESC LIMIT 1000) messages ORDER BY sent_at NULLS FIRST, seq`,
        [tenantId, params.id],
      );
      return { ...conversation, visitor: await findVisitor(tx, tenantId, params.id), messages };
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/conversations/:id/receipts',
    summary: "How each answer came about: the question as understood, passages, each sentence's check, times",
    access: 'conversations:read',
    params: idParamsSchema,
    response: z.object({ items: z.array(z.object({ message_id: z.string(), seq: z.int(), receipt: z.record(z.string(), z.unknown()).nullable() })) }),
    handle: async ({ tenantId, tx, params }) => {
      await requireConversation(tx, tenantId, params.id);
      return {
        items: await tx.rows(
          `SELECT id AS message_id, seq::integer, metadata->'receipt' AS receipt
           FROM (SELECT * FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND sender_type = 'ai' ORDER BY seq DESC LIMIT 1000) newest ORDER BY seq`,
          [tenantId, params.id],
        ),
      };
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/messages/:id/replay',
    summary: 'What an answer was written from as it then was, beside what would be said to the same question now',
    access: 'conversations:read',
    params: idParamsSchema,
    response: replaySchema,
    handle: async ({ tenantId, tx, params }) => {
      const replayed = await replayReceipt(tx, tenantId, params.id);
      const { settings } = await readTenant(tx, tenantId);
      return { ...replayed, now: await tryQuestion(tx, tenantId, settings.ai, replayed.question) };
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/conversations/:id/messages',
    summary: 'Write to the visitor as a person; the agent falls silent',
    access: 'conversations:write',
    status: 201,
    params: idParamsSchema,
    body: personMessageSchema,
    response: z.object({ message_id: z.string(), seq: z.int() }),
    handle: async ({ tenantId, tx, params, body, audit, afterCommit }) => {
      const placed = await writeAsPerson(tx, tenantId, params.id, body.text);
      if (placed.part.type !== 'message') throw new Error('a person wrote something that is no message');
      const place = await findPlace(tx, tenantId, params.id);
      if (place.channel === 'crisp' || place.channel === 'tidio') {
        const planned = voices[place.channel].planPersonMessage(await readTenant(tx, tenantId), place, body.text);
        if (!planned) throw new AppError('conflict', 'Tidio takes no messages into its live chat from outside. Answer this visitor in Tidio.');
        await storeDeliveries(tx, tenantId, params.id, { seq: placed.part.seq, messageId: placed.part.message_id }, planned);
        afterCommit(() => delivering.begin(tenantId, params.id));
      }
      await audit('conversation.reply', 'conversation', params.id);
      afterCommit(() => live.publish(tenantId, params.id, placed));
      return { message_id: placed.part.message_id, seq: placed.part.seq };
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/files/:id',
    summary: 'A file that a visitor has sent: to be saved, never to be opened as a page',
    access: 'conversations:read',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, response }) => {
      const { name, media_type } = await showVisitorFile(tx, tenantId, params.id);
      const bytes = await files.get(fileKey(tenantId, params.id)).catch((cause: unknown) => {
        throw new AppError('not_found', 'The file is not in the store any more.', { cause });
      });
      response.attachment(name).set({
        ...INERT,
        'Content-Type': media_type,
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Cache-Control': 'private, max-age=3600',
      });
      response.send(bytes);
    },
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/conversations/:id',
    summary: 'Take the conversation over (transferred), give it back to the agent (active) or end it (ended); have a colleague see to it',
    access: 'conversations:write',
    params: idParamsSchema,
    body: conversationChangeSchema,
    response: conversationChangeSchema,
    handle: async ({ tenantId, tx, params, body, audit, afterCommit }) => {
      if (body.status !== undefined) await changeStatus(tx, tenantId, params.id, body.status);
      if (body.assigned_to !== undefined) await assignConversation(tx, tenantId, params.id, body.assigned_to);
      await audit(body.status === undefined ? 'conversation.assign' : 'conversation.status', 'conversation', params.id, body);
      afterCommit(() => {
        live.signal(tenantId, { type: 'changed', conversation_id: params.id });
        if (body.status) live.signal(tenantId, { type: body.status, conversation_id: params.id });
      });
      return body;
    },
  }),
];
