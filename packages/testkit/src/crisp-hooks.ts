import { createHmac, randomInt, randomUUID } from 'node:crypto';

/** The body of one delivery. */
export interface CrispHook {
  website_id: string;
  event: string;
  data: Record<string, unknown>;
  timestamp: number;
}

export type CrispState = 'pending' | 'unresolved' | 'resolved';

/** Whose event, and when (milliseconds; now, if left out). */
export interface CrispSession {
  websiteId: string;
  sessionId: string;
  timestamp?: number;
  inboxId?: string | null;
}

export interface CrispMessageEvent extends CrispSession {
  text?: string;
  fingerprint?: number;
  origin?: string;
  type?: string;
  /** In place of `text`, for types that are not text. */
  content?: unknown;
  nickname?: string;
  /** Left out unless said, as Crisp does for people. */
  automated?: boolean;
}

/** A person who has no other name in a test. */
const OPERATOR = { user_id: '3c9a7e50-b2d4-4816-8f0e-6d15c27ab943', nickname: 'Oskar' };

export function crispSessionId(): string {
  return `session_${randomUUID()}`;
}

/** As many digits as Crisp's own have. */
export function crispFingerprint(): number {
  return randomInt(1e14, 2e14);
}

/** Any event. The website stands in the envelope and in the data. */
export function crispHook(event: { websiteId: string; event: string; data: Record<string, unknown>; timestamp?: number }): CrispHook {
  const at = event.timestamp ?? Date.now();
  // The envelope is stamped some tens of milliseconds after what happened.
  return { website_id: event.websiteId, event: event.event, data: { website_id: event.websiteId, ...event.data }, timestamp: at + 40 };
}

/** `message:send`: what a visitor wrote. */
export function crispVisitorMessage(message: CrispMessageEvent): CrispHook {
  return messageHook('message:send', 'user', message, { user_id: message.sessionId, nickname: message.nickname ?? 'Ilse Brandt' });
}

/**
 * `message:received`: what came from the operators' side.
 * @param message.user in place of the whole user, for integrations that have no operator id
 */
export function crispOperatorMessage(message: CrispMessageEvent & { operatorId?: string; user?: Record<string, unknown> }): CrispHook {
  const person = { user_id: message.operatorId ?? OPERATOR.user_id, nickname: message.nickname ?? OPERATOR.nickname };
  const hook = messageHook('message:received', 'operator', message, message.user ?? person);
  hook.data['mentions'] = [];
  return hook;
}

/** `message:received` of a private note. */
export function crispNote(note: CrispSession & { text: string; operatorId?: string }): CrispHook {
  return crispOperatorMessage({ ...note, type: 'note' });
}

/** `message:compose:send`: the visitor types. */
export function crispVisitorTyping(typing: CrispSession & { kind?: 'start' | 'stop'; excerpt?: string }): CrispHook {
  return sessionHook('message:compose:send', typing, {
    type: typing.kind ?? 'start',
    excerpt: typing.excerpt ?? '',
    timestamp: typing.timestamp ?? Date.now(),
  });
}

/** `message:compose:receive`: an operator types, or a bot. */
export function crispOperatorTyping(typing: CrispSession & { kind?: 'start' | 'stop'; excerpt?: string; operatorId?: string; automated?: boolean }): CrispHook {
  return sessionHook('message:compose:receive', typing, {
    type: typing.kind ?? 'start',
    excerpt: typing.excerpt ?? '',
    timestamp: typing.timestamp ?? Date.now(),
    user: { ...OPERATOR, user_id: typing.operatorId ?? OPERATOR.user_id },
    ...(typing.automated === undefined ? {} : { automated: typing.automated }),
  });
}

/** `message:updated`: an edit, or a visitor's choice in a picker. Says neither whose message it was nor of which type. */
export function crispUpdated(update: CrispSession & { fingerprint: number; content: unknown }): CrispHook {
  return sessionHook('message:updated', update, { fingerprint: update.fingerprint, content: update.content });
}

/** `message:removed`. */
export function crispRemoved(removal: CrispSession & { fingerprint: number }): CrispHook {
  return sessionHook('message:removed', removal, { fingerprint: removal.fingerprint });
}

/** `session:set_routing`: assigned to an operator, or to nobody. */
export function crispRouting(routing: CrispSession & { routingId: string | null; previousRoutingId?: string | null }): CrispHook {
  return sessionHook('session:set_routing', routing, { routing_id: routing.routingId, previous_routing_id: routing.previousRoutingId ?? null });
}

/** `session:set_state`. */
export function crispState(change: CrispSession & { state: CrispState }): CrispHook {
  return sessionHook('session:set_state', change, { state: change.state });
}

/** `session:set_opened`: an operator only looks. */
export function crispOpened(opening: CrispSession & { operatorId?: string }): CrispHook {
  return sessionHook('session:set_opened', opening, { operator: { ...OPERATOR, user_id: opening.operatorId ?? OPERATOR.user_id } });
}

/** `session:set_block`. */
export function crispBlock(block: CrispSession & { blocked: boolean }): CrispHook {
  return sessionHook('session:set_block', block, { is_blocked: block.blocked });
}

/** `session:removed`, without an inbox as in Crisp's own sample. */
export function crispSessionRemoved(removal: CrispSession): CrispHook {
  return crispHook({ ...removal, event: 'session:removed', data: { session_id: removal.sessionId } });
}

/** `plugin:subscription:updated`: installed on a website, or taken off it. */
export function crispSubscription(change: { websiteId: string; pluginId?: string; bound: boolean; timestamp?: number }): CrispHook {
  return crispHook({
    ...change,
    event: 'plugin:subscription:updated',
    data: { plugin_id: change.pluginId ?? randomUUID(), bound: change.bound, target: 'website' },
  });
}

/** `plugin:settings:saved`. */
export function crispSettingsSaved(change: { websiteId: string; pluginId?: string; settings: Record<string, unknown>; timestamp?: number }): CrispHook {
  return crispHook({ ...change, event: 'plugin:settings:saved', data: { plugin_id: change.pluginId ?? randomUUID(), settings: change.settings } });
}

/** All headers of a plugin hook. Written here a second time, so that it does not share the gateway's mistakes. */
export function signCrisp(secret: string, rawBody: string, timestampMs = Date.now(), attempt = 1): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Crisp-HooksDeliver 1.0 (+https://crisp.chat)',
    'x-crisp-hook-origin': 'plugin/rtm 0a4f9c27e1b85d36 production',
    'x-crisp-request-timestamp': String(timestampMs),
    'x-crisp-signature': createHmac('sha256', secret).update(`[${timestampMs};${rawBody}]`).digest('hex'),
    'x-delivery-attempt-count': String(attempt),
    'x-delivery-attempt-limit': '3',
  };
}

function messageHook(event: string, from: 'user' | 'operator', message: CrispMessageEvent, user: Record<string, unknown>): CrispHook {
  return sessionHook(event, message, {
    type: message.type ?? 'text',
    from,
    origin: message.origin ?? 'chat',
    content: message.content ?? message.text ?? 'Do you deliver to Bergen, and how long does it take?',
    fingerprint: message.fingerprint ?? crispFingerprint(),
    user,
    timestamp: message.timestamp ?? Date.now(),
    stamped: true,
    ...(message.automated === undefined ? {} : { automated: message.automated }),
  });
}

function sessionHook(event: string, session: CrispSession, data: Record<string, unknown>): CrispHook {
  return crispHook({ ...session, event, data: { session_id: session.sessionId, inbox_id: session.inboxId ?? null, ...data } });
}
