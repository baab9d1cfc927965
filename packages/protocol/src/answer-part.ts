import { z } from 'zod';
import { LEAD_FIELDS, VERDICTS } from './names.ts';

/**
 * What a conversation is made of on the wire: server-sent events named by `type`. Each of these changes what is shown
 * and carries an `id:` of the form `<seq>.<index>` (parts of the answer at place seq) or `<seq>` (a message).
 *
 * An `answer-start` while an earlier answer is unfinished replaces that answer: its worker died, and it was never stored.
 */
export const citationSchema = z.object({
  /** The number the text refers to, from 1, in order of first use. */
  n: z.int().positive(),
  title: z.string(),
  /** Headings from the document's top down to the passage. */
  title_path: z.array(z.string()),
  url: z.string().nullable(),
  /** The words of the source that bear the answer. */
  quote: z.string(),
  document_id: z.string(),
  chunk_id: z.string(),
  /** Where the quote stands in the document's text, in UTF-16 units. */
  span: z.object({ start: z.int(), end: z.int() }),
  /** When this version of the source was published. */
  as_of: z.string(),
});
export type Citation = z.infer<typeof citationSchema>;

export const answerPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer-start'), seq: z.int(), message_id: z.string() }),
  z.object({ type: z.literal('citation'), citation: citationSchema }),
  /** One sentence or block, released after its citations were checked. */
  z.object({ type: z.literal('answer-delta'), text: z.string(), citations: z.array(z.int()) }),
  z.object({ type: z.literal('lead-request'), fields: z.array(z.enum(LEAD_FIELDS)) }),
  /** offered: show a button. requested: a person has been told. */
  z.object({ type: z.literal('handoff'), state: z.enum(['offered', 'requested']) }),
  z.object({ type: z.literal('answer-end'), verdict: z.enum(VERDICTS), status: z.enum(['complete', 'partial']) }),
]);
export type AnswerPart = z.infer<typeof answerPartSchema>;

/** A file that a visitor has sent. */
export const fileSchema = z.object({ id: z.string(), name: z.string(), media_type: z.string(), byte_size: z.int() });
export type SentFile = z.infer<typeof fileSchema>;

/** A whole message: what a person of the business wrote, or what the visitor wrote in another tab. */
export const messagePartSchema = z.object({
  type: z.literal('message'),
  seq: z.int(),
  message_id: z.string(),
  sender_type: z.enum(['visitor', 'agent']),
  /** Empty where a file was sent. */
  text: z.string(),
  file: fileSchema.nullable(),
  client_message_id: z.string().nullable(),
  created_at: z.string(),
});
export type MessagePart = z.infer<typeof messagePartSchema>;

/** Ends a stream that cannot go on. Carries no id: it changes nothing. */
export const errorPartSchema = z.object({ type: z.literal('error'), code: z.string(), message: z.string() });
export type ErrorPart = z.infer<typeof errorPartSchema>;

/** What happens in a conversation, with its place. */
export type ConversationPart = AnswerPart | MessagePart;

/** One message of a conversation as history shows it. */
export const historyMessageSchema = z.object({
  seq: z.int(),
  message_id: z.string(),
  sender_type: z.enum(['visitor', 'ai', 'agent']),
  text: z.string(),
  file: fileSchema.nullable(),
  client_message_id: z.string().nullable(),
  created_at: z.string(),
  /** Of an answer: its parts as they were streamed, the same bytes as in `text`. */
  parts: z.array(answerPartSchema).optional(),
  feedback: z.enum(['up', 'down']).nullable(),
});
export type HistoryMessage = z.infer<typeof historyMessageSchema>;
