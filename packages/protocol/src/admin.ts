import { z } from 'zod';
import { citationSchema, fileSchema } from './answer-part.ts';
import {
  CONVERSATION_STATUSES,
  LEAD_FIELDS,
  LEAD_INTENTS,
  LEAD_STATUSES,
  SOURCE_DOCUMENT_STATUSES,
  SOURCE_STATUSES,
  VERDICTS,
  WEBHOOK_EVENTS,
} from './names.ts';

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

const category = z.string().trim().max(100);
const tags = z.array(z.string().trim().min(1).max(50)).max(20).optional();
const visibility = z.enum(['shared', 'internal']);

export const knowledgeInputSchema = z
  .strictObject({
    /** faq: title is the question, content the answer. */
    format: z.enum(['faq', 'text', 'markdown', 'html']),
    title: title.default(''),
    content,
    url: url.nullish(),
    language: language.nullish(),
    category: category.nullish(),
    tags,
    /** internal: kept, and never quoted to visitors. */
    visibility: visibility.optional(),
  })
  .refine((entry) => entry.format !== 'faq' || entry.title.length > 0, { path: ['title'], message: 'A FAQ entry needs its question as title.' });

export const knowledgeChangeSchema = z.strictObject({
  title: title.optional(),
  content: content.optional(),
  url: url.nullish(),
  language: language.nullish(),
  category: category.nullish(),
  tags,
  visibility: visibility.optional(),
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
  visibility,
  version: z.int(),
  is_active: z.boolean(),
  is_typed: z.boolean(),
  created_at: time,
  updated_at: time,
});

export const knowledgeQuerySchema = pageQuerySchema.extend({
  category: category.optional(),
  tag: z.string().trim().min(1).max(50).optional(),
  language: language.optional(),
  visibility: visibility.optional(),
  /** Words that stand in title or text, just as they stand there. */
  text: z.string().trim().min(2, 'Give at least two characters.').max(100).optional(),
  /** typed: written by somebody. read: brought by a source. */
  origin: z.enum(['typed', 'read']).optional(),
});
export const categorySchema = z.object({ category: z.string().nullable(), entries: z.int() });
export const categoryChangeSchema = z.strictObject({ from: category.min(1), to: category.min(1).nullable() });

/** What is to be published, but not yet. */
export const draftInputSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('add'), entry: knowledgeInputSchema }),
  z.strictObject({ action: z.literal('change'), knowledge_id: z.uuid(), entry: knowledgeChangeSchema }),
  z.strictObject({ action: z.literal('remove'), knowledge_id: z.uuid() }),
]);

export const draftSchema = z.object({
  id: z.string(),
  action: z.enum(['add', 'change', 'remove']),
  /** Null for an entry that is to be added. */
  knowledge_id: z.string().nullable(),
  entry: z.record(z.string(), z.unknown()),
  created_at: time,
  updated_at: time,
});

const sourceChoices = {
  max_pages: z.coerce.number('Give a whole number from 1 to 20000.').int().min(1).max(20_000).optional(),
  max_depth: z.coerce.number('Give a whole number from 0 to 20.').int().min(0).max(20).optional(),
  language: language.nullish(),
  category: category.nullish(),
  visibility: visibility.optional(),
  /** How often it is read again; null: only when asked. */
  refresh_hours: z.int('Give whole hours, from 1 to 8760.').min(1).max(8_760).nullish(),
};
export const sourceInputSchema = z.strictObject({
  /** page: this one. site: all that it leads to on the same host, below the same folder. sitemap: what the sitemap at the address names. */
  kind: z.enum(['page', 'sitemap', 'site']),
  url,
  name: title.optional(),
  tags,
  ...sourceChoices,
});
export const sourceChangeSchema = z.strictObject({ name: title.min(1).optional(), tags, ...sourceChoices });
/** Of a file, which is the body itself. */
export const fileQuerySchema = z.strictObject({
  name: z.string('Give the name of the file, with its ending.').trim().min(1).max(255),
  language: language.optional(),
  category: category.optional(),
  visibility: visibility.optional(),
});
export const sourceSchema = z.object({
  id: z.string(),
  kind: z.enum(['file', 'page', 'sitemap', 'site']),
  name: z.string(),
  url: z.string().nullable(),
  file_size: z.int().nullable(),
  max_pages: z.int(),
  max_depth: z.int(),
  language: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  visibility,
  status: z.enum(SOURCE_STATUSES),
  reason: z.string().nullable(),
  refresh_hours: z.int().nullable(),
  refresh_at: time.nullable(),
  refreshed_at: time.nullable(),
  created_at: time,
  progress: z.object({ found: z.int(), complete: z.int(), left_out: z.int(), failed: z.int() }),
});
export const sourceDocumentSchema = z.object({
  id: z.string(),
  address: z.string(),
  depth: z.int(),
  status: z.enum(SOURCE_DOCUMENT_STATUSES),
  reason: z.string().nullable(),
  read_at: time.nullable(),
});
export const sourceDocumentQuerySchema = pageQuerySchema.extend({ status: z.enum(SOURCE_DOCUMENT_STATUSES).optional() });

export const conversationSchema = z.object({
  id: z.string(),
  channel: z.string(),
  status: z.enum(CONVERSATION_STATUSES),
  /** Why the agent has left it for somebody to look at: a loop, or too many answers. */
  flagged: z.string().nullable(),
  contact_id: z.string().nullable(),
  page_url: z.string().nullable(),
  locale: z.string().nullable(),
  /** The colleague who sees to it; says nothing of who may write in it. */
  assigned_to: z.string().nullable(),
  /** The visitor's own word at the end, from 1 to 5. */
  rating: z.int().nullable(),
  /** Kept whatever its age. */
  is_held: z.boolean(),
  started_at: time,
  ended_at: time.nullable(),
  updated_at: time,
});
export const conversationQuerySchema = pageQuerySchema.extend({ status: z.enum(CONVERSATION_STATUSES).optional() });
/** transferred: a person's from now on, the agent falls silent. active: the agent's again. */
export const conversationChangeSchema = z
  .strictObject({ status: z.enum(CONVERSATION_STATUSES).optional(), assigned_to: z.uuid('Give the id of a member.').nullable().optional() })
  .refine((change) => change.status !== undefined || change.assigned_to !== undefined, { message: 'Give status, assigned_to or both.' });

/** A conversation as whoever works on it sees it: beside what was said, what is known of the visitor. */
export const visitorSchema = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  company: z.string().nullable(),
  /** Whether the tenant's own site has proven it; said by the visitor otherwise. */
  is_verified: z.boolean(),
  /** What a proven visitor has said beside it, and nobody has proven. */
  also_said: z.partialRecord(z.enum(LEAD_FIELDS), z.string()),
  /** How many conversations the same contact has had, this one among them. */
  conversations: z.int(),
  leads: z.int(),
  /** Where they were, the latest last; the last 20. */
  pages: z.array(z.object({ url: z.string(), at: time })),
});
export type ShownVisitor = z.infer<typeof visitorSchema>;

export const noteInputSchema = z.strictObject({ text: z.string().trim().min(1, 'Write something first.').max(10_000) });
export const noteSchema = z.object({ id: z.string(), actor: z.string(), author: z.string().nullable(), text: z.string(), created_at: time });
export type ShownNote = z.infer<typeof noteSchema>;

export const cannedReplyInputSchema = z.strictObject({
  shortcut: z
    .string()
    .trim()
    .max(40)
    .regex(/^[\p{L}\p{N}_-]+$/u, 'Use letters, digits, hyphens: it is typed behind a slash.'),
  text: z.string().trim().min(1, 'Write the answer.').max(10_000),
});
export const cannedReplySchema = z.object({ id: z.string(), shortcut: z.string(), text: z.string(), created_at: time, updated_at: time });
export type ShownCannedReply = z.infer<typeof cannedReplySchema>;

/** Up to which message whoever is signed in has read. */
export const readMarkSchema = z.strictObject({ seq: z.int().min(0) });

/** A conversation as a list of them shows it. */
export const inboxItemSchema = conversationSchema.omit({ contact_id: true, started_at: true, ended_at: true, rating: true, is_held: true }).extend({
  /** What is known of the visitor: proven by the tenant's own site (then only that), or said by them. */
  contact: z.object({ name: z.string().nullable(), email: z.string().nullable(), phone: z.string().nullable(), is_verified: z.boolean() }),
  last_message: z
    .object({ sender_type: z.enum(['visitor', 'ai', 'agent']), content: z.string(), verdict: z.enum(VERDICTS).nullable(), timestamp: time })
    .nullable(),
  /** The visitor has spoken last and a person has the conversation. */
  is_waiting: z.boolean(),
  /** The visitor has written since whoever is signed in has read it. Never for an API key. */
  is_unread: z.boolean(),
  has_lead: z.boolean(),
});
export type InboxItem = z.infer<typeof inboxItemSchema>;
export const inboxPageSchema = pageOf(inboxItemSchema).extend({
  /** How many conversations whoever is signed in has not read, whatever was asked for; 100 are counted at most. None for an API key. */
  unread: z.int(),
});
export type InboxPage = z.infer<typeof inboxPageSchema>;
export const inboxQuerySchema = pageQuerySchema.extend({
  status: z.enum(CONVERSATION_STATUSES).optional(),
  channel: z.enum(['widget', 'crisp', 'tidio']).optional(),
  /** me: mine. nobody: no one's yet. Or the id of a member. */
  assigned: z.union([z.literal('me'), z.literal('nobody'), z.uuid()], { error: 'Give me, nobody, or the id of a member.' }).optional(),
  /** unread: the visitor wrote since I read it. waiting: for a person. unanswered: the agent did not know. lead: contact details were left. */
  only: z.enum(['unread', 'waiting', 'unanswered', 'lead']).optional(),
  /** Of the visitor, as ISO 639: de finds de-AT too. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'Give an ISO 639 code such as en.')
    .optional(),
  /** Words that stand in one of its messages. */
  text: z.string().trim().min(2, 'Give at least two characters.').max(100).optional(),
});

export const messageSchema = z.object({
  id: z.string(),
  seq: z.int(),
  role: z.enum(['user', 'assistant', 'system']),
  sender_type: z.enum(['visitor', 'ai', 'agent']),
  message_type: z.enum(['text', 'image', 'audio', 'file']),
  content: z.string(),
  /** Of a file sent through the widget; fetched at /v1/admin/files/ID. */
  file: fileSchema.nullable(),
  timestamp: time,
  citations: z.array(citationSchema),
  verdict: z.enum(VERDICTS).nullable(),
  status: z.enum(['complete', 'partial', 'withdrawn']),
  model: z.string().nullable(),
  tokens_in: z.int().nullable(),
  tokens_out: z.int().nullable(),
  feedback: z.enum(['up', 'down']).nullable(),
});
export const personMessageSchema = z.strictObject({ text: z.string().trim().min(1).max(10_000) });

export const leadSchema = z.object({
  id: z.string(),
  intent: z.enum(LEAD_INTENTS),
  status: z.enum(LEAD_STATUSES),
  contact_info: z.partialRecord(z.enum(LEAD_FIELDS), z.string()),
  notes: z.string().nullable(),
  conversation_id: z.string().nullable(),
  contact_id: z.string(),
  /** The colleague who sees to it. */
  assigned_to: z.string().nullable(),
  created_at: time,
  updated_at: time,
});
export const leadQuerySchema = pageQuerySchema.extend({ status: z.enum(LEAD_STATUSES).optional(), intent: z.enum(LEAD_INTENTS).optional() });
export const leadChangeSchema = z.strictObject({
  status: z.enum(LEAD_STATUSES).optional(),
  notes: z.string().max(5_000).nullish(),
  assigned_to: z.uuid('Give the id of a member.').nullish(),
});

/** A secret shared with a channel, as lists show it: enough to recognise it. */
export const channelSecretSchema = z.object({ id: z.string(), purpose: z.string(), hint: z.string(), created_at: time });

/** What of a channel works for a tenant, and why. */
export const channelsSchema = z.object({
  crisp: z.object({
    website_id: z.string().nullable(),
    /** The plugin is installed on the website, as far as Crisp has said. */
    is_installed: z.boolean(),
    /** plugin: the installation's. own: the tenant's own token. none: nothing can be sent. */
    sends_with: z.enum(['plugin', 'own', 'none']),
    has_website_hook: z.boolean(),
  }),
  tidio: z.object({
    public_key: z.string().nullable(),
    /** flow: live chat, through a Flow's call. webhooks: who has taken over. tickets: answered by the bot operator. bridge: opt-in script. */
    capabilities: z.object({ flow: z.boolean(), webhooks: z.boolean(), tickets: z.boolean(), bridge: z.boolean() }),
    /** What the bridge cannot do; empty while it is off. */
    bridge_limits: z.array(z.string()),
  }),
  secrets: z.array(channelSecretSchema),
});

const crispTokenSchema = z.strictObject({ identifier: z.string().trim().min(1).max(200), key: z.string().trim().min(1).max(500) });
export const crispConnectionSchema = z
  .strictObject({
    website_id: z.string().trim(),
    /** The token Crisp gave this website when the plugin was installed; proves that the website is yours. */
    install_token: z.string().trim().min(1).max(500).optional(),
    /** A token of your own website, to send with instead of the plugin's. */
    token: crispTokenSchema.optional(),
  })
  .refine((given) => given.install_token !== undefined || given.token !== undefined, {
    message: 'Give install_token (where the plugin is installed) or token (of your own website): either proves that the website is yours.',
  });

export const tidioConnectionSchema = z.strictObject({
  public_key: z
    .string()
    .trim()
    .regex(/^[a-z0-9]{32}$/, 'The public key has 32 small letters and digits; it is the file name in your Tidio snippet.'),
  /** OpenAPI keys, for tickets; plans Plus and Premium. */
  client: z.strictObject({ client_id: z.string().trim().min(1).max(200), client_secret: z.string().trim().min(1).max(500) }).optional(),
});

export const channelSecretInputSchema = z.discriminatedUnion('purpose', [
  z.strictObject({ purpose: z.enum(['crisp_hook_key', 'tidio_flow_token', 'tidio_flow_secret', 'widget_identity_secret']) }),
  z.strictObject({ purpose: z.literal('tidio_webhook_secret'), secret: z.string().trim().min(8, 'Copy the whole secret from Tidio.').max(500) }),
]);
export const newChannelSecretSchema = z.object({
  id: z.string(),
  /** Shown this once; absent for those that you have given. */
  secret: z.string().optional(),
  /** Where to paste it, where it is part of an address. */
  url: z.string().optional(),
});

/** Something given up: an event that came in, or a delivery that was to go out. */
export const deadEventSchema = z.object({
  id: z.string(),
  kind: z.enum(['event', 'delivery']),
  channel: z.string(),
  conversation_id: z.string().nullable(),
  reason: z.string().nullable(),
  happened_at: time,
});

export const tryQuestionsSchema = z.strictObject({
  questions: z.array(z.string().trim().min(1).max(2_000)).min(1).max(20),
  /** As if every draft were published. */
  with_drafts: z.boolean().default(false),
});
export const triedQuestionSchema = z.object({
  question: z.string(),
  verdict: z.enum(['answered', 'abstained']),
  /** From 0 to 1; it answers from `threshold` on. */
  confidence: z.number(),
  threshold: z.number(),
  /** It answers, and more surely than what is shown as a gap though it was answered. */
  is_sure: z.boolean(),
  answer: z.string(),
  passages: z.array(
    z.object({
      knowledge_id: z.string(),
      title: z.string(),
      title_path: z.array(z.string()),
      url: z.string().nullable(),
      body: z.string(),
      score: z.number(),
      coverage: z.number(),
      rank: z.number(),
    }),
  ),
});
export type TriedQuestion = z.infer<typeof triedQuestionSchema>;
export const replaySchema = z.object({
  question: z.string(),
  answer: z.string(),
  verdict: z.string(),
  is_same_knowledge: z.boolean(),
  passages: z.array(z.object({ title: z.string(), version: z.int(), body: z.string().nullable(), is_published: z.boolean() })),
  now: triedQuestionSchema,
});
export type ShownReplay = z.infer<typeof replaySchema>;

export const passageSchema = z.object({ id: z.string(), title_path: z.array(z.string()), body: z.string(), language: z.string(), token_count: z.int() });
export type ShownPassage = z.infer<typeof passageSchema>;

export const promptPreviewInputSchema = z.strictObject({ question: z.string().trim().min(1).max(2_000), instructions: z.string().max(4_000) });
export const promptPreviewSchema = z.object({ system: z.string(), user: z.string() });

export const gapSchema = z.object({
  questions: z.array(z.string()),
  asked: z.int(),
  /** Of these answered, but unsurely, or the visitor said that it did not help. */
  unsure: z.int(),
  last_asked_at: time,
  conversation_id: z.string(),
  is_answered_now: z.boolean(),
  /** What a person replied after it; empty: nobody has. */
  proposal: z.string(),
  /** The FAQ entry that asks the first wording in the same words: to be bettered, not written twice. Another wording may ask something else. */
  entry: z.object({ id: z.string(), content: z.string() }).nullable(),
});
export type ShownGap = z.infer<typeof gapSchema>;

const webhookEvents = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1, 'Choose what it is told of.')
  .max(WEBHOOK_EVENTS.length)
  .transform((events) => [...new Set([...events, 'test' as const])]);
export const webhookInputSchema = z.strictObject({ url, events: webhookEvents });
export const webhookChangeSchema = z.strictObject({ url: url.optional(), events: webhookEvents.optional(), is_active: z.boolean().optional() });
export const webhookSecretSchema = z.object({ secret: z.string() });
export const webhookEndpointSchema = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  is_active: z.boolean(),
  disabled_reason: z.string().nullable(),
  failing_since: time.nullable(),
  created_at: time,
  updated_at: time,
});
export type ShownWebhook = z.infer<typeof webhookEndpointSchema>;
export const webhookDeliverySchema = z.object({
  id: z.string(),
  event_type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  status: z.enum(['pending', 'sent', 'dead']),
  attempts: z.int(),
  due_at: time,
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
  created_at: time,
  finished_at: time.nullable(),
});
export type ShownWebhookDelivery = z.infer<typeof webhookDeliverySchema>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'Give a day as 2027-01-31.');
export const numbersQuerySchema = z.object({
  /** The first and the last day, both counted, in UTC. */
  from: day,
  to: day,
  by: z.enum(['day', 'channel', 'language']).default('day'),
  channel: z.enum(['widget', 'crisp', 'tidio']).optional(),
  language: language.optional(),
});
/** Counted by the conversations that began there and then. */
export const numbersRowSchema = z.object({
  /** A day, a channel or a language. */
  key: z.string(),
  conversations: z.int(),
  /** What visitors wrote. */
  questions: z.int(),
  answered: z.int(),
  abstained: z.int(),
  /** Conversations in which a person had a part. */
  handed_over: z.int(),
  /** Without a person, and the visitor said that it helped. */
  resolved_confirmed: z.int(),
  /** Without a person, answered last, and the visitor said nothing and stayed away. */
  resolved_assumed: z.int(),
  leads: z.int(),
  /** Mean of 1 to 5. */
  rating: z.number().nullable(),
  /** From the question to the first word, median. */
  first_part_ms: z.int().nullable(),
  /** Of models, in millionths of the currency their prices are given in. */
  cost_micros: z.number().nullable(),
});
export type NumbersRow = z.infer<typeof numbersRowSchema>;
export const numbersSchema = z.object({
  items: z.array(numbersRowSchema),
  total: numbersRowSchema,
  /** Asked most, each with how often it was answered. */
  questions: z.array(z.object({ question: z.string(), asked: z.int(), answered: z.int() })),
  /** Of today. */
  budget: z.object({ model_calls: z.int(), model_calls_per_day: z.int() }),
});
export type Numbers = z.infer<typeof numbersSchema>;

export const holdSchema = z.strictObject({ is_held: z.boolean() });

/** How far a tenant has come with putting the agent on its site. */
export const setupSchema = z.object({
  site_url: z.string().nullable(),
  entries: z.int(),
  sources: z.int(),
  /** When a visitor first wrote in the widget, and when a new one did last. Null: never yet. */
  first_session_at: time.nullable(),
  last_session_at: time.nullable(),
});
export type Setup = z.infer<typeof setupSchema>;
export const tenantChangeSchema = z.strictObject({
  name: z.string().trim().min(1, 'Give the name of the business.').max(255).optional(),
  site_url: url.nullish(),
});
export const installationQuerySchema = z.strictObject({ url });
export const installationSchema = z.object({
  /** installed: our snippet, with this website's id. other_id: our snippet with another id. missing: the page has none. unreachable: the page could not be read. */
  found: z.enum(['installed', 'other_id', 'missing', 'unreachable']),
  message: z.string(),
});
export type Installation = z.infer<typeof installationSchema>;
export const suggestionsSchema = z.object({ items: z.array(z.string()) });
export const logoSchema = z.object({ logo: z.string() });

/** What lists and pages show, as types. */
export type ShownEntry = z.infer<typeof knowledgeSchema>;
export type ShownSource = z.infer<typeof sourceSchema>;
export type ShownSourceDocument = z.infer<typeof sourceDocumentSchema>;
export type ShownConversation = z.infer<typeof conversationSchema>;
export type ShownMessage = z.infer<typeof messageSchema>;
export type ShownLead = z.infer<typeof leadSchema>;
