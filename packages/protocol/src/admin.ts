import { z } from 'zod';
import { citationSchema, LEAD_FIELDS, VERDICTS } from './answer-part.ts';

/** One page of a list. `next_cursor` is null on the last; given as `cursor` it brings the next. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export const pageQuerySchema = z.object({
  cursor: z.uuid('Give the next_cursor of the page before.').optional(),
  limit: z.coerce.number('Give a whole number from 1 to 100.').int().min(1).max(100).default(25),
});

export const idParamsSchema = z.object({ id: z.uuid('Give an id as the lists show it.') });

const time = z.string();
const title = z.string().trim().max(500);
const content = z.string().trim().min(1, 'Write at least one sentence.').max(2_000_000);
const url = z.url({ protocol: /^https?$/ }).max(2_000);
const language = z.string().regex(/^[a-z]{2,3}$/, 'Give an ISO 639 code such as en.');

export const knowledgeInputSchema = z
  .strictObject({
    /** faq: title is the question, content the answer. */
    format: z.enum(['faq', 'text', 'markdown', 'html']),
    title: title.default(''),
    content,
    url: url.nullish(),
    language: language.nullish(),
    category: z.string().trim().max(100).nullish(),
    tags: z.array(z.string().trim().min(1).max(50)).max(20).optional(),
  })
  .refine((entry) => entry.format !== 'faq' || entry.title.length > 0, { path: ['title'], message: 'A FAQ entry needs its question as title.' });

export const knowledgeChangeSchema = z.strictObject({
  title: title.optional(),
  content: content.optional(),
  url: url.nullish(),
  language: language.nullish(),
  category: z.string().trim().max(100).nullish(),
  tags: z.array(z.string().trim().min(1).max(50)).max(20).optional(),
  /** false withdraws the entry at once; true publishes it again. */
  is_active: z.boolean().optional(),
});

export const knowledgeSchema = z.object({
  id: z.string(),
  format: z.enum(['faq', 'text', 'markdown', 'html']),
  title: z.string(),
  content: z.string(),
  url: z.string().nullable(),
  language: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  version: z.int(),
  is_active: z.boolean(),
  created_at: time,
  updated_at: time,
});

export const CONVERSATION_STATUSES = ['active', 'ended', 'transferred'] as const;
export const conversationSchema = z.object({
  id: z.string(),
  channel: z.string(),
  status: z.enum(CONVERSATION_STATUSES),
  contact_id: z.string().nullable(),
  page_url: z.string().nullable(),
  locale: z.string().nullable(),
  started_at: time,
  ended_at: time.nullable(),
  updated_at: time,
});
export const conversationQuerySchema = pageQuerySchema.extend({ status: z.enum(CONVERSATION_STATUSES).optional() });
export const conversationChangeSchema = z.strictObject({ status: z.enum(['active', 'ended']) });

export const messageSchema = z.object({
  id: z.string(),
  seq: z.int(),
  role: z.enum(['user', 'assistant', 'system']),
  sender_type: z.enum(['visitor', 'ai', 'agent']),
  content: z.string(),
  timestamp: time,
  citations: z.array(citationSchema),
  verdict: z.enum(VERDICTS).nullable(),
  status: z.enum(['complete', 'partial']),
  model: z.string().nullable(),
  tokens_in: z.int().nullable(),
  tokens_out: z.int().nullable(),
  feedback: z.enum(['up', 'down']).nullable(),
});
export const personMessageSchema = z.strictObject({ text: z.string().trim().min(1).max(10_000) });

export const LEAD_STATUSES = ['new', 'contacted', 'qualified', 'converted', 'lost'] as const;
export const LEAD_INTENTS = ['pricing', 'demo', 'support', 'complaint', 'hiring', 'other'] as const;
export const leadSchema = z.object({
  id: z.string(),
  intent: z.enum(LEAD_INTENTS),
  status: z.enum(LEAD_STATUSES),
  contact_info: z.partialRecord(z.enum(LEAD_FIELDS), z.string()),
  notes: z.string().nullable(),
  conversation_id: z.string().nullable(),
  contact_id: z.string(),
  created_at: time,
  updated_at: time,
});
export const leadQuerySchema = pageQuerySchema.extend({ status: z.enum(LEAD_STATUSES).optional(), intent: z.enum(LEAD_INTENTS).optional() });
export const leadChangeSchema = z.strictObject({ status: z.enum(LEAD_STATUSES).optional(), notes: z.string().max(5_000).nullish() });
