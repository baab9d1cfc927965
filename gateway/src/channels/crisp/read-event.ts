import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChannelEvent, ChannelHappening, Ignored } from '../../inbox/channel-event.ts';
import { findFacts } from '../../turn/find-lead.ts';
import { clipText } from '../clip-text.ts';
import { CRISP_SESSION_ID, CRISP_UUID, CRISP_WEBSITE_ID } from './ids.ts';

/** 13 digits of milliseconds; anything else is no time. */
const time = z.number().int().min(1e12).max(1e14);

const envelopeSchema = z.object({
  website_id: z.string().regex(CRISP_WEBSITE_ID),
  event: z.string().min(1).max(100),
  data: z.record(z.string(), z.unknown()),
  timestamp: time,
});

const messageSchema = z.object({
  type: z.string(),
  from: z.string(),
  origin: z.string().max(100).nullish(),
  content: z.unknown(),
  fingerprint: z.int().positive(),
  timestamp: time,
  automated: z.boolean().nullish(),
  user: z.object({ user_id: z.string().nullish(), type: z.string().nullish() }).nullish(),
});
const updateSchema = z.object({ fingerprint: z.int().positive(), content: z.unknown() });
const removalSchema = z.object({ fingerprint: z.int().positive() });
const typingSchema = z.object({ type: z.string(), automated: z.boolean().nullish(), user: z.object({ user_id: z.string().nullish() }).nullish() });
const pickerSchema = z.object({ choices: z.array(z.object({ value: z.string(), label: z.string(), selected: z.boolean() })) });
const fieldSchema = z.object({ value: z.string() });
const segmentsSchema = z.array(z.string().max(100)).max(100);
const subscriptionSchema = z.object({ plugin_id: z.string().regex(CRISP_UUID), bound: z.boolean() });

/** The plugin was installed on a website, or removed from it. */
export interface SubscriptionChange {
  type: 'subscription';
  isInstalled: boolean;
  at: Date;
}

/** What a hook says, with the website it says it of. */
export interface CrispHook {
  websiteId: string;
  happening: ChannelEvent | SubscriptionChange | Ignored;
}

/** A hook that is not of Crisp's form: nothing in it may be used. */
export class MalformedHook extends Error {
  override name = 'MalformedHook';
}

/** Crisp's message types, as ours. The others (note, event, and what is still to be invented) are no messages. */
const CONTENT_TYPES: Record<string, 'text' | 'image' | 'audio' | 'file'> = {
  text: 'text',
  picker: 'text',
  field: 'text',
  carousel: 'text',
  file: 'file',
  animation: 'image',
  audio: 'audio',
};

/**
 * Reads a hook (docs.crisp.chat/references/web-hooks/v1).
 * @throws {MalformedHook} when envelope, website, session or message are not of the documented form.
 */
export function readCrispHook(body: unknown): CrispHook {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) throw new MalformedHook(z.prettifyError(envelope.error));
  const { website_id: websiteId, event, data, timestamp } = envelope.data;
  // The signature proves the sender, not the sense: an envelope that names one website and data that name another are of neither.
  if (data['website_id'] !== undefined && data['website_id'] !== websiteId) throw new MalformedHook('envelope and data name different websites');
  const at = new Date(timestamp);
  if (event === 'plugin:subscription:updated') {
    const change = parse(subscriptionSchema, data);
    return { websiteId, happening: { type: 'subscription', isInstalled: change.bound, at } };
  }
  if (!event.startsWith('message:') && !event.startsWith('session:')) return { websiteId, happening: ignored(`${event} is nothing to us`) };
  const sessionId = data['session_id'];
  if (typeof sessionId !== 'string' || !CRISP_SESSION_ID.test(sessionId)) throw new MalformedHook('session_id is not of the form session_<uuid>');
  const read = readSessionEvent(event, data);
  if (read.type === 'ignored') return { websiteId, happening: read };
  const isMessage = read.type === 'message' || read.type === 'person';
  return {
    websiteId,
    happening: {
      ...read,
      channel: 'crisp',
      sessionId,
      key: `${sessionId}:${event}:${keyOf(event, data, timestamp)}`,
      // A message's own time; everything else has only the envelope's.
      at: isMessage ? new Date(data['timestamp'] as number) : at,
    },
  };
}

/** The same for an event that was kept: a change of installation is not something to replay. */
export function readCrispEvent(body: unknown): ChannelEvent | Ignored {
  const { happening } = readCrispHook(body);
  return happening.type === 'subscription' ? ignored('the installation is as Crisp says now') : happening;
}

/**
 * What makes an event the same: there is no delivery id, and whether attempt count and request time change on a retry is
 * not documented. A message's fingerprint is unique within its session only, which the key begins with.
 */
function keyOf(event: string, data: Record<string, unknown>, timestamp: number): string {
  if (event === 'message:send' || event === 'message:received' || event === 'message:removed') return String(data['fingerprint']);
  const content = createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 32);
  return event === 'message:updated' ? `${data['fingerprint']}:${content}` : `${timestamp}:${content}`;
}

function readSessionEvent(event: string, data: Record<string, unknown>): ChannelHappening | Ignored {
  switch (event) {
    case 'message:send':
      return readVisitorMessage(parse(messageSchema, data));
    case 'message:received':
      return readOperatorMessage(parse(messageSchema, data));
    case 'message:updated':
      return readUpdate(parse(updateSchema, data));
    case 'message:removed':
      return { type: 'removal', externalId: String(parse(removalSchema, data).fingerprint) };
    case 'message:compose:receive': {
      const typing = parse(typingSchema, data);
      // Ours come back too, perhaps without their mark; an operator is known by an id of their own.
      const isPerson = typing.type === 'start' && typing.automated !== true && CRISP_UUID.test(typing.user?.user_id ?? '');
      return isPerson ? { type: 'typing' } : ignored('nobody began to type');
    }
    case 'session:set_state':
      return data['state'] === 'resolved' ? { type: 'closed' } : ignored('only resolved ends a case');
    case 'session:set_routing':
      return typeof data['routing_id'] === 'string' && CRISP_UUID.test(data['routing_id']) ? { type: 'assigned' } : ignored('assigned to nobody');
    case 'session:set_block':
      return typeof data['is_blocked'] === 'boolean' ? { type: 'blocked', isBlocked: data['is_blocked'] } : ignored('neither blocked nor unblocked');
    case 'session:removed':
      return { type: 'erased' };
    case 'session:set_email':
    case 'session:set_phone':
    case 'session:set_nickname':
      return readFact(event.slice('session:set_'.length), data);
    case 'session:set_segments': {
      const segments = segmentsSchema.safeParse(data['segments']);
      return segments.success ? { type: 'facts', facts: {}, segments: segments.data } : ignored('no segments in it');
    }
    default:
      return ignored(`${event} is nothing to us`);
  }
}

function readVisitorMessage(message: z.infer<typeof messageSchema>): ChannelHappening | Ignored {
  if (message.from !== 'user') return ignored('not from the visitor');
  if (message.automated === true) return ignored('automated');
  const content = readContent(message);
  if (!content) return ignored(`a message of type ${message.type} is nothing to us`);
  return { type: 'message', externalId: String(message.fingerprint), ...(message.origin ? { origin: message.origin } : {}), ...content };
}

/** "Received by the visitor": everything from the operators' side, our own messages and other programs' included. It never leads to an answer. */
function readOperatorMessage(message: z.infer<typeof messageSchema>): ChannelHappening | Ignored {
  if (message.from !== 'operator' || message.user?.type === 'session' || message.user?.user_id?.startsWith('session_')) return ignored('not from an operator');
  if (message.automated === true) return ignored('automated');
  const content = readContent(message);
  // Notes and events of the timeline are not seen by the visitor.
  if (!content) return ignored(`a message of type ${message.type} is no reply`);
  return { type: 'person', externalId: String(message.fingerprint), ...content };
}

function readContent({ type, content }: z.infer<typeof messageSchema>): { messageType: 'text' | 'image' | 'audio' | 'file'; text: string } | undefined {
  // Own names only: "constructor" is no type either.
  const messageType = Object.hasOwn(CONTENT_TYPES, type) ? CONTENT_TYPES[type] : undefined;
  if (!messageType) return undefined;
  if (type === 'text') {
    if (typeof content !== 'string') throw new MalformedHook('a text message whose content is no text');
    return { messageType, text: clipText(content) };
  }
  if (typeof content !== 'object' || content === null) throw new MalformedHook(`a message of type ${type} without an object as content`);
  return { messageType, text: clipText(readChoice(content)?.label ?? '') };
}

/** What was chosen in a picker, or filled into a field. */
function readChoice(content: unknown): { value: string; label: string } | undefined {
  const picked = pickerSchema.safeParse(content);
  if (picked.success) return picked.data.choices.find((choice) => choice.selected);
  const filled = fieldSchema.safeParse(content);
  return filled.success && filled.data.value.trim() ? { value: filled.data.value, label: filled.data.value } : undefined;
}

/** An edit names nobody: a text is somebody's new wording; a picker or field has been answered by the visitor, if it was one of ours. */
function readUpdate({ fingerprint, content }: z.infer<typeof updateSchema>): ChannelHappening | Ignored {
  if (typeof content === 'string') return { type: 'edit', externalId: String(fingerprint), text: clipText(content) };
  const choice = readChoice(content);
  return choice ? { type: 'choice', fingerprint, value: clipText(choice.value), label: clipText(choice.label) } : ignored('nothing was chosen');
}

function readFact(name: string, data: Record<string, unknown>): ChannelHappening | Ignored {
  const value = data[name];
  if (typeof value !== 'string' || !value.trim()) return ignored(`no ${name} in it`);
  if (name === 'nickname') return { type: 'facts', facts: { name: value.trim().slice(0, 200) } };
  const found = findFacts(value);
  const fact = name === 'email' ? found.email && { email: found.email } : found.phone && { phone: found.phone };
  return fact ? { type: 'facts', facts: fact } : ignored(`what is given as ${name} is none`);
}

function parse<T extends z.ZodType>(schema: T, data: unknown): z.output<T> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new MalformedHook(z.prettifyError(parsed.error));
  return parsed.data;
}

const ignored = (reason: string): Ignored => ({ type: 'ignored', reason });
