import {
  cannedReplyInputSchema,
  cannedReplySchema,
  idParamsSchema,
  inboxPageSchema,
  inboxQuerySchema,
  noteInputSchema,
  noteSchema,
  readMarkSchema,
} from '@netia/protocol';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { markRead } from '../conversations/attendance.ts';
import { addCannedReply, changeCannedReply, listCannedReplies, removeCannedReply } from '../conversations/canned-replies.ts';
import { countUnread, listInbox } from '../conversations/list-inbox.ts';
import { addNote, listNotes } from '../conversations/notes.ts';
import { findPlace, requireConversation } from '../conversations/require-conversation.ts';
import type { ChannelVoice } from '../deliveries/channel-voice.ts';
import { EventStream } from '../http/event-stream.ts';
import type { OpenStreams } from '../http/open-streams.ts';
import { keyRoute } from '../http/route.ts';
import type { Live } from '../live/live.ts';
import { readTenant } from '../tenants/settings.ts';
import { toPage } from './page.ts';

export interface InboxParts {
  live: Live;
  streams: OpenStreams;
  voices: Record<'crisp' | 'tidio', ChannelVoice>;
}

/** Work on many conversations: which there are and what changes, what colleagues note, answers given again and again. */
export const inboxRoutes = ({ live, streams, voices }: InboxParts) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/inbox',
    summary: 'Conversations by their last change, each with its last message and what is known of the visitor',
    access: 'conversations:read',
    query: inboxQuerySchema,
    response: inboxPageSchema,
    handle: async ({ tenantId, userId, tx, query }) => ({
      ...toPage(await listInbox(tx, tenantId, userId, query), query.limit),
      unread: userId === undefined ? 0 : await countUnread(tx, tenantId, userId),
    }),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/inbox/events',
    summary: 'Which conversations change, as server-sent events named `changed`, as they do; says nothing of what was said',
    access: 'conversations:read',
    handle: async ({ tenantId, request, response, afterCommit, isStillAllowed }) => {
      afterCommit(() => void watchInbox({ live, streams }, tenantId, { request, response, isStillAllowed }));
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/conversations/:id/read',
    summary: 'Note up to which message whoever is signed in has read',
    access: 'conversations:read',
    params: idParamsSchema,
    body: readMarkSchema,
    handle: async ({ tenantId, userId, tx, params, body }) => {
      await requireConversation(tx, tenantId, params.id);
      if (userId !== undefined) await markRead(tx, tenantId, userId, params.id, body.seq);
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/conversations/:id/typing',
    summary: 'Show the visitor for some seconds that a person is writing',
    access: 'conversations:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, afterCommit }) => {
      const place = await findPlace(tx, tenantId, params.id);
      if (place.channel === 'crisp') {
        const tenant = await readTenant(tx, tenantId);
        // A courtesy; should it fail, the words come all the same.
        afterCommit(() => void voices.crisp.showTyping(tenant, place, true).catch(() => {}));
      }
      afterCommit(() => live.signal(tenantId, { type: 'typing', conversation_id: params.id }));
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/conversations/:id/notes',
    summary: 'What colleagues have noted of a conversation, in order',
    access: 'conversations:read',
    params: idParamsSchema,
    response: z.object({ items: z.array(noteSchema) }),
    handle: async ({ tenantId, tx, params }) => {
      await requireConversation(tx, tenantId, params.id);
      return { items: await listNotes(tx, tenantId, params.id) };
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/conversations/:id/notes',
    summary: 'Note something for colleagues; visitors never see it',
    access: 'conversations:write',
    status: 201,
    params: idParamsSchema,
    body: noteInputSchema,
    response: noteSchema,
    handle: async ({ tenantId, actor, tx, params, body, audit, afterCommit }) => {
      const note = await addNote(tx, tenantId, params.id, { actor, text: body.text });
      await audit('conversation.note', 'conversation', params.id);
      afterCommit(() => live.signal(tenantId, { type: 'changed', conversation_id: params.id }));
      return note;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/canned-replies',
    summary: 'Answers that people give again and again, by their shortcuts',
    access: 'conversations:read',
    response: z.object({ items: z.array(cannedReplySchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listCannedReplies(tx, tenantId) }),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/canned-replies',
    summary: 'Keep an answer under a shortcut',
    access: 'conversations:write',
    status: 201,
    body: cannedReplyInputSchema,
    response: cannedReplySchema,
    handle: async ({ tenantId, tx, body, audit }) => {
      const reply = await addCannedReply(tx, tenantId, body);
      await audit('canned_reply.add', 'canned_reply', reply.id, { shortcut: reply.shortcut });
      return reply;
    },
  }),
  keyRoute({
    method: 'put',
    path: '/v1/admin/canned-replies/:id',
    summary: 'Replace shortcut and text',
    access: 'conversations:write',
    params: idParamsSchema,
    body: cannedReplyInputSchema,
    response: cannedReplySchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      const reply = await changeCannedReply(tx, tenantId, params.id, body);
      await audit('canned_reply.change', 'canned_reply', reply.id, { shortcut: reply.shortcut });
      return reply;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/canned-replies/:id',
    summary: 'Remove a canned reply',
    access: 'conversations:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      await removeCannedReply(tx, tenantId, params.id);
      await audit('canned_reply.remove', 'canned_reply', params.id);
    },
  }),
];

/** How often the right to listen is looked up again: a session that was ended hears nothing more than this after it. */
const TRUSTED_MS = 4_000;

async function watchInbox(
  { live, streams }: Pick<InboxParts, 'live' | 'streams'>,
  tenantId: string,
  { request, response, isStillAllowed }: { request: Request; response: Response; isStillAllowed: () => Promise<boolean> },
): Promise<void> {
  let endWatching = () => {};
  const asking = setInterval(() => void isStillAllowed().then((isAllowed) => !isAllowed && stream.end()), TRUSTED_MS);
  const forget = streams.add(() => stream.end());
  const stream = new EventStream(request, response, () => {
    clearInterval(asking);
    endWatching();
    forget();
  });
  endWatching = await live.watch(tenantId, ({ type, conversation_id }) => {
    if (type === 'changed') stream.signal(type, { conversation_id });
  });
  if (!stream.isOpen) endWatching();
}
