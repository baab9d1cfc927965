import { createHmac, randomBytes, randomUUID } from 'node:crypto';

/** The body of one delivery. */
export interface TidioHook {
  created_at: number;
  project_public_key: string;
  topic: string;
  version: 1;
  webhook_id: string;
  content: Record<string, unknown>;
}

/** Whose event, and when (Unix seconds; now, if left out). */
export interface TidioEvent {
  publicKey: string;
  createdAt?: number;
  webhookId?: string;
}

export interface TidioContactEvent extends TidioEvent {
  contactId: string;
  email?: string | null;
  phone?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  distinctId?: string | null;
  properties?: { name: string; value: string }[];
}

/** A person who has no other id in a test. */
const OPERATOR_ID = 'c1d2e3f4-6a7b-4c8d-9e0f-1a2b3c4d5e6f';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz012345';

/** 32 small letters and digits. */
export function tidioPublicKey(): string {
  return spell(randomBytes(32), LETTERS);
}

/** The id of a message: 48 bits of time, 80 of chance. */
export function tidioUlid(): string {
  let time = Date.now();
  let head = '';
  for (let place = 0; place < 10; place++) {
    head = CROCKFORD.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  return head + spell(randomBytes(16), CROCKFORD);
}

/** Any event. */
export function tidioHook(event: TidioEvent & { topic: string; content: Record<string, unknown> }): TidioHook {
  return {
    created_at: createdAt(event),
    project_public_key: event.publicKey,
    topic: event.topic,
    version: 1,
    webhook_id: event.webhookId ?? randomUUID(),
    content: event.content,
  };
}

/** `ticket.replied`: the only event that brings a customer's text. */
export function tidioTicketReplied(
  reply: TidioEvent & {
    ticketId: number;
    text: string;
    contactId: string;
    authorType?: 'contact' | 'operator';
    authorId?: string;
    messageType?: 'public' | 'internal';
    messageId?: string;
    status?: string;
    subject?: string;
  },
): TidioHook {
  const authorType = reply.authorType ?? 'contact';
  const content = {
    id: reply.ticketId,
    status: reply.status ?? 'open',
    subject: reply.subject ?? 'Parcel arrived damaged',
    message: {
      author_id: reply.authorId ?? (authorType === 'contact' ? reply.contactId : OPERATOR_ID),
      created_at: isoTime(createdAt(reply) * 1000),
      message_id: reply.messageId ?? tidioUlid(),
      message_type: reply.messageType ?? 'public',
      message_content: reply.text,
      author_type: authorType,
    },
    contact_id: reply.contactId,
  };
  return tidioHook({ ...reply, topic: 'ticket.replied', content });
}

/** `conversation.operator_replied`; what is inside of `message` is guessed. */
export function tidioOperatorReplied(reply: TidioEvent & { contactId: string; text?: string; operatorId?: string }): TidioHook {
  const message = {
    id: tidioUlid(),
    author_type: 'operator',
    author_id: reply.operatorId ?? OPERATOR_ID,
    message: reply.text ?? 'Tomek here. I am looking at your order now.',
    created_at: isoTime(createdAt(reply) * 1000),
  };
  return tidioHook({ ...reply, topic: 'conversation.operator_replied', content: { contact_id: reply.contactId, message } });
}

/** `conversation.solved_by_operator`; only the contact in it is sure. */
export function tidioSolvedByOperator(end: TidioEvent & { contactId: string; operatorId?: string }): TidioHook {
  const content = { contact_id: end.contactId, operator_id: end.operatorId ?? OPERATOR_ID, solved_at: isoTime(createdAt(end) * 1000) };
  return tidioHook({ ...end, topic: 'conversation.solved_by_operator', content });
}

/** `conversation.solved_automatically`; only the contact in it is sure. */
export function tidioSolvedAutomatically(end: TidioEvent & { contactId: string }): TidioHook {
  const content = { contact_id: end.contactId, solved_at: isoTime(createdAt(end) * 1000) };
  return tidioHook({ ...end, topic: 'conversation.solved_automatically', content });
}

/** `conversation.solved_by_lyro`. */
export function tidioSolvedByLyro(end: TidioEvent & { contactId: string; reason: 'handoff' | 'inactive' | 'taken_over_by_operator' }): TidioHook {
  const content = { contact_id: end.contactId, solved_at: isoTime(createdAt(end) * 1000), reason: end.reason };
  return tidioHook({ ...end, topic: 'conversation.solved_by_lyro', content });
}

/** `contact.created`. What is left out is null, as Tidio has it. */
export function tidioContactCreated(contact: TidioContactEvent): TidioHook {
  return tidioHook({ ...contact, topic: 'contact.created', content: contactContent(contact) });
}

/** `contact.updated`: the whole contact, not the difference. */
export function tidioContactUpdated(contact: TidioContactEvent): TidioHook {
  return tidioHook({ ...contact, topic: 'contact.updated', content: contactContent(contact) });
}

/**
 * All headers of a delivery. Written here a second time, so that it does not share the gateway's mistakes.
 * @param secrets one while all is quiet, the old and the new one during a rotation
 */
export function signTidio(secrets: string[], rawBody: string, unixSeconds = Math.floor(Date.now() / 1000)): Record<string, string> {
  const signatures = secrets.map((secret) => `s=${createHmac('sha256', secret).update(`${rawBody}_${unixSeconds}`).digest('hex')}`);
  return {
    'content-type': 'application/json',
    'user-agent': 'Tidio Webhook',
    'x-tidio-signature': [`t=${unixSeconds}`, ...signatures].join(','),
  };
}

/** What the "API call" of a Flow sends. Variables without a value come as empty texts. */
export function tidioFlowCall(call: {
  message: string;
  contactUuid?: string;
  distinctId?: string;
  name?: string;
  email?: string;
  pageUrl?: string;
}): Record<string, string> {
  return {
    message: call.message,
    contact_uuid: call.contactUuid ?? randomUUID(),
    distinct_id: call.distinctId ?? '',
    name: call.name ?? '',
    email: call.email ?? '',
    page_url: call.pageUrl ?? '',
  };
}

/** With an offset and without milliseconds, as in tickets. */
export function isoTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}+00:00`;
}

function createdAt(event: TidioEvent): number {
  return event.createdAt ?? Math.floor(Date.now() / 1000);
}

function contactContent(contact: TidioContactEvent): Record<string, unknown> {
  return {
    id: contact.contactId,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    first_name: contact.firstName ?? null,
    last_name: contact.lastName ?? null,
    distinct_id: contact.distinctId ?? null,
    properties: contact.properties ?? [],
  };
}

/** Both alphabets have 32 letters, so no letter is likelier than another. */
function spell(bytes: Buffer, alphabet: string): string {
  return Array.from(bytes, (byte) => alphabet.charAt(byte % 32)).join('');
}
