import { z } from 'zod';
import type { ChannelEvent, ChannelHappening, Ignored } from '../../inbox/channel-event.ts';
import { htmlToMarkdown } from '../../knowledge/html-to-markdown.ts';
import { plainText } from '../../knowledge/plain-text.ts';
import { findFacts, type LeadFacts } from '../../turn/find-lead.ts';
import { clipText } from '../clip-text.ts';
import { contactSession, TIDIO_PUBLIC_KEY, TIDIO_UUID, ticketSession } from './ids.ts';

/** The envelope is documented; the rest is read tolerantly, because much of it is known only from other people's code. */
const envelopeSchema = z.object({
  created_at: z.number().min(1e9).max(1e11),
  project_public_key: z.string().regex(TIDIO_PUBLIC_KEY),
  topic: z.string().min(1).max(100),
  webhook_id: z.string().regex(TIDIO_UUID),
  content: z.record(z.string(), z.unknown()),
});
export type TidioEnvelope = z.infer<typeof envelopeSchema>;

const text = z.string().nullish();
const ticketSchema = z.object({
  id: z.int().positive(),
  message: z.object({
    message_id: z.string().min(1).max(100),
    created_at: text,
    author_type: z.string(),
    author_id: text,
    message_type: z.string(),
    message_content: z.string(),
  }),
});
const conversationSchema = z.object({
  contact_id: z.string().regex(TIDIO_UUID),
  reason: text,
  message: z.object({ id: text, message_id: text, message: text, message_content: text }).nullish(),
});
const contactSchema = z.object({ id: z.string().regex(TIDIO_UUID), email: text, phone: text, first_name: text, last_name: text });

/** @returns undefined when it is not of the documented form. */
export function readTidioEnvelope(body: unknown): TidioEnvelope | undefined {
  return envelopeSchema.safeParse(body).data;
}

/**
 * Reads a webhook. No webhook carries what a visitor writes in the live chat: that comes through a Flow's call. What can be
 * answered here is a ticket.
 * @param botOperatorId in whose name we answer tickets: its messages are our own. Null: tickets are left alone.
 */
export function readTidioEvent(envelope: TidioEnvelope, botOperatorId: string | null): ChannelEvent | Ignored {
  const at = new Date(envelope.created_at * 1_000);
  const read = readTopic(envelope, botOperatorId);
  if (read.type === 'ignored') return read;
  return { at, ...read, channel: 'tidio', key: `webhook:${envelope.webhook_id}` };
}

type Read = ChannelHappening & { sessionId: string; at?: Date };

function readTopic({ topic, webhook_id, content }: TidioEnvelope, botOperatorId: string | null): Read | Ignored {
  switch (topic) {
    case 'ticket.replied':
      return readTicketReply(content, botOperatorId);
    case 'conversation.operator_replied':
      return inConversation(content, (conversation) => ({
        type: 'person',
        externalId: conversation.message?.id ?? conversation.message?.message_id ?? webhook_id,
        messageType: 'text',
        text: clipText(conversation.message?.message ?? conversation.message?.message_content ?? ''),
      }));
    case 'conversation.solved_by_operator':
    case 'conversation.solved_automatically':
      return inConversation(content, () => ({ type: 'closed' }));
    case 'conversation.solved_by_lyro':
      return inConversation(content, ({ reason }) => (reason === 'taken_over_by_operator' ? { type: 'assigned' } : ignored('Lyro has ended its part')));
    case 'contact.created':
    case 'contact.updated':
      return readContact(content);
    default:
      return ignored(`${topic} is nothing to us`);
  }
}

function readTicketReply(content: unknown, botOperatorId: string | null): Read | Ignored {
  const ticket = ticketSchema.safeParse(content);
  if (!ticket.success) return ignored('a ticket without a message');
  if (botOperatorId === null) return ignored('nobody is named to answer tickets');
  const { id, message } = ticket.data;
  if (message.message_type !== 'public') return ignored('an internal note');
  const said = { externalId: message.message_id, messageType: 'text', text: clipText(readMail(message.message_content)) } as const;
  const at = new Date(message.created_at ?? Number.NaN);
  const place = { sessionId: ticketSession(id), ...(Number.isNaN(at.getTime()) ? {} : { at }) };
  if (message.author_type === 'contact') return { type: 'message', ...said, ...place };
  if (message.author_type !== 'operator') return ignored(`written by a ${message.author_type}`);
  return message.author_id === botOperatorId ? ignored('our own answer') : { type: 'person', ...said, ...place };
}

function inConversation(content: unknown, read: (conversation: z.infer<typeof conversationSchema>) => ChannelHappening | Ignored): Read | Ignored {
  const conversation = conversationSchema.safeParse(content);
  if (!conversation.success) return ignored('no contact in it');
  const happening = read(conversation.data);
  return happening.type === 'ignored' ? happening : { ...happening, sessionId: contactSession(conversation.data.contact_id) };
}

function readContact(content: unknown): Read | Ignored {
  const contact = contactSchema.safeParse(content);
  if (!contact.success) return ignored('no contact in it');
  const { id, email, phone, first_name, last_name } = contact.data;
  return { type: 'facts', facts: contactFacts({ name: [first_name, last_name].filter(Boolean).join(' '), email, phone }), sessionId: contactSession(id) };
}

/** What is given as address or number counts only if it is one. */
export function contactFacts(given: { name?: string | null; email?: string | null | undefined; phone?: string | null | undefined }): LeadFacts {
  const name = given.name?.trim().slice(0, 200);
  const email = findFacts(given.email ?? '').email;
  const phone = findFacts(given.phone ?? '').phone;
  return { ...(name ? { name } : {}), ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
}

/** A tag of a mail. An address in angle brackets, as quoted mails have them, is none. */
const TAG =
  /<\/?(?:html|body|head|style|div|p|br|span|a|b|i|u|em|strong|font|h[1-6]|ul|ol|li|table|tbody|tr|td|th|blockquote|pre|img|hr|script)(?:\s[^>]*)?\/?>/i;
/** Where the mail before begins, or the signature; the line with date and name may be broken in two. */
const BELOW =
  /^(?:(?:On|Am|Le|El) (?=.*\d{4}).{5,120}(?:\n.{1,80})?(?: wrote| schrieb.{0,80}| a écrit ?| escribió):|\\?-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original).*|\\?-- ?)[ \t]*$/m;

/** Mails come as HTML now and then, and with the mails before them below; what is asked are the words above. */
function readMail(content: string): string {
  const isHtml = TAG.test(content);
  const lines = isHtml ? htmlToMarkdown(content).markdown : content.replace(/\r\n?/g, '\n');
  const own = (lines.split(BELOW)[0] ?? '').replace(/^\\?>.*$/gm, '').trim();
  // A mail of nothing but quotes is taken whole.
  const words = own || lines.trim();
  return isHtml ? plainText(words) : words;
}

const ignored = (reason: string): Ignored => ({ type: 'ignored', reason });
