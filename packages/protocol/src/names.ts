/**
 * The lists that a page wants to have too: which roles, states and kinds there are. Without the schemas made of them, and so
 * without the library that these need: what imports only this (@netia/protocol/names) stays light.
 */

/** Languages the widget's own texts exist in; any other locale falls back to the tenant's, then to English. */
export const WIDGET_LANGUAGES = ['en', 'es', 'de', 'fr', 'ar'] as const;

export const ANSWERERS = ['openai', 'anthropic', 'extractive'] as const;
export type AnswererName = (typeof ANSWERERS)[number];

export const VERDICTS = ['answered', 'abstained', 'handed_over', 'refused', 'failed'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CONVERSATION_STATUSES = ['active', 'ended', 'transferred'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

/** So many conversations are counted as unread at most: whoever has more of them works through the list, and not by its number. */
export const UNREAD_COUNTED_MAX = 100;

/** The header in which a page of the console says which tenant it shows. */
export const SHOWN_TENANT_HEADER = 'netia-tenant';

export const LEAD_FIELDS = ['name', 'email', 'phone', 'company'] as const;
export type LeadField = (typeof LEAD_FIELDS)[number];
export const LEAD_STATUSES = ['new', 'contacted', 'qualified', 'converted', 'lost'] as const;
export const LEAD_INTENTS = ['pricing', 'demo', 'support', 'complaint', 'hiring', 'other'] as const;

export const SOURCE_STATUSES = ['pending', 'processing', 'complete', 'error'] as const;
export const SOURCE_DOCUMENT_STATUSES = ['pending', 'complete', 'left_out', 'error'] as const;

/** The highest first. */
export const ROLE_NAMES = ['owner', 'admin', 'agent', 'viewer'] as const;

/** What a tenant's own systems may be told of. `test` goes to every endpoint. */
export const WEBHOOK_EVENTS = ['lead.created', 'lead.changed', 'conversation.handed_over', 'conversation.ended', 'question.unanswered', 'test'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];
