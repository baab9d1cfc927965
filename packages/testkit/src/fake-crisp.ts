import { randomUUID } from 'node:crypto';
import { type CrispHook, type CrispState, crispFingerprint, crispOperatorMessage } from './crisp-hooks.ts';
import { FakeServer, type HttpAnswer, type HttpCall, isObject, MinuteWindow } from './fake-server.ts';

/** One message of a conversation, as the fake keeps it. */
export interface CrispMessage {
  websiteId: string;
  sessionId: string;
  fingerprint: number;
  type: string;
  content: unknown;
  from: string;
  automated: boolean;
  origin: string;
  user: Record<string, unknown>;
  /** Epoch milliseconds. */
  at: number;
}

/** A message that got into the conversation by another way: a text of the visitor's, unless said otherwise. */
export type SeededCrispMessage = Pick<CrispMessage, 'websiteId' | 'sessionId' | 'content'> & Partial<CrispMessage>;

export interface CrispMeta {
  segments: string[];
  data: Record<string, string | number | boolean>;
  [field: string]: unknown;
}

/** On the wire, where the SDK's type says `userID` and `firstName`. */
export interface CrispOperator {
  user_id: string;
  first_name: string;
  last_name: string;
  email: string;
  role: string;
  availability: string;
}

export interface FakeCrispOptions {
  latencyMs?: number;
  /** With `key`: the only token that is let in. Without: any. */
  identifier?: string;
  key?: string;
  pluginId?: string;
  callsPerMinute?: number;
  dailyQuota?: number;
  /** Of lists of messages and websites; Crisp's own sizes are not published. */
  pageSize?: number;
}

export function sessionKey(websiteId: string, sessionId: string): string {
  return `${websiteId}/${sessionId}`;
}

export async function startFakeCrisp(options: FakeCrispOptions = {}): Promise<FakeCrisp> {
  const fake = new FakeCrisp(options);
  await fake.listen();
  return fake;
}

const WEBSITE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SESSION = /^session_[0-9a-f-]{36}$/;
const TYPES = new Set(['text', 'file', 'animation', 'audio', 'picker', 'field', 'carousel', 'note', 'event']);
const STATES: CrispState[] = ['pending', 'unresolved', 'resolved'];

/**
 * Crisp's REST side as crisp-api 11.3.0 calls it. Where Crisp's behaviour is not known, the fake does what hides least: it
 * keeps both of two messages with one fingerprint, and takes any well-formed session for one that exists.
 */
export class FakeCrisp extends FakeServer {
  readonly pluginId: string;
  /** Above it 429, without a Retry-After. */
  callsPerMinute: number | null;
  /** Above it 420, until the test sets `spent` back for another day. */
  dailyQuota: number | null;
  spent = 0;
  /** Websites that have the plugin; null: all have it. Others get 404 not_subscribed. */
  subscribed: Set<string> | null = null;
  /** What visitors see of what was posted, doubles included. */
  readonly visible: CrispMessage[] = [];
  readonly notes: CrispMessage[] = [];
  /** These three by `sessionKey`. Nothing set: pending, empty, nobody. */
  readonly states = new Map<string, CrispState>();
  readonly metas = new Map<string, CrispMeta>();
  readonly routings = new Map<string, string | null>();
  /** By website. */
  readonly operators = new Map<string, CrispOperator[]>();
  /** By `website/people id` and by `website/mail address`. */
  readonly people = new Map<string, object>();
  /** The plugin's settings, by website. */
  readonly settings = new Map<string, Record<string, unknown>>();
  /** Called as a message becomes visible, before the caller has its answer. */
  onVisible: ((message: CrispMessage) => void) | null = null;
  readonly #token: string | null;
  readonly #pageSize: number;
  readonly #window = new MinuteWindow();
  readonly #threads = new Map<string, CrispMessage[]>();

  constructor(options: FakeCrispOptions) {
    super(options.latencyMs);
    this.pluginId = options.pluginId ?? randomUUID();
    this.callsPerMinute = options.callsPerMinute ?? null;
    this.dailyQuota = options.dailyQuota ?? null;
    this.#pageSize = options.pageSize ?? 20;
    this.#token = options.identifier ? `Basic ${Buffer.from(`${options.identifier}:${options.key ?? ''}`).toString('base64')}` : null;
  }

  seedMessage(message: SeededCrispMessage): CrispMessage {
    const seeded = { fingerprint: crispFingerprint(), type: 'text', from: 'user', automated: false, origin: 'chat', user: {}, at: Date.now(), ...message };
    this.#thread(seeded.websiteId, seeded.sessionId).push(seeded);
    return seeded;
  }

  /** The `message:received` that Crisp sends for what was posted. Whether `automated` comes back is not known. */
  echoes(message: CrispMessage, options: { automatedLost?: boolean } = {}): CrispHook {
    const { websiteId, sessionId, fingerprint, type, content, origin, user, at } = message;
    const echo = { websiteId, sessionId, fingerprint, type, content, origin, user, timestamp: at };
    return crispOperatorMessage(message.automated && !options.automatedLost ? { ...echo, automated: true } : echo);
  }

  protected override refusal(status: number, reason: string): HttpAnswer {
    return refuse(status, reason);
  }

  protected override answer(call: HttpCall): HttpAnswer {
    if (!this.#letIn(call)) return refuse(401, 'invalid_session');
    if (this.callsPerMinute !== null && this.#window.take(this.callsPerMinute) < 0) return refuse(429, 'rate_limited');
    this.spent++;
    if (this.dailyQuota !== null && this.spent > this.dailyQuota) return refuse(420, 'rate_limited');
    const [, version, area, ...rest] = call.path.split('/');
    if (version !== 'v1') return noRoute();
    if (area === 'plugin') return this.#connect(call, rest);
    if (area === 'plugins') return this.#subscription(call, rest);
    if (area === 'website') return this.#website(call, rest);
    return noRoute();
  }

  #letIn(call: HttpCall): boolean {
    const { authorization, 'x-crisp-tier': tier } = call.headers;
    return (tier === 'plugin' || tier === 'website') && (this.#token ? authorization === this.#token : authorization?.startsWith('Basic ') === true);
  }

  #connect({ method, query }: HttpCall, rest: string[]): HttpAnswer {
    const route = `${method} ${rest.slice(0, 3).join('/')}`;
    if (route === 'HEAD connect/session') return done('resolved', {});
    if (route === 'GET connect/account') return done('resolved', { plugin_id: this.pluginId });
    if (route !== 'GET connect/websites/all') return noRoute();
    const websites = [...(this.subscribed ?? [])].filter((id) => query.get('filter_configured') !== '1' || this.settings.has(id));
    const from = (Number(rest[3]) - 1) * this.#pageSize;
    return done(
      'listed',
      websites.slice(from, from + this.#pageSize).map((id) => ({ website_id: id, token: `synthetic-token-of-${id}`, settings: this.settings.get(id) ?? {} })),
    );
  }

  #subscription({ method, body }: HttpCall, [name, websiteId = '', pluginId, leaf]: string[]): HttpAnswer {
    if (name !== 'subscription' || pluginId !== this.pluginId || leaf !== 'settings') return noRoute();
    const refused = this.#refusedWebsite(websiteId);
    if (refused) return refused;
    const settings = this.settings.get(websiteId) ?? {};
    if (method === 'GET') {
      return done('resolved', { plugin_id: pluginId, website_id: websiteId, token: `synthetic-token-of-${websiteId}`, settings });
    }
    if (!isObject(body)) return invalid('data should be object');
    if (method === 'PUT') this.settings.set(websiteId, body);
    else if (method === 'PATCH') this.settings.set(websiteId, { ...settings, ...body });
    else return noRoute();
    return done('updated', {});
  }

  #website(call: HttpCall, [websiteId = '', kind, ...rest]: string[]): HttpAnswer {
    const refused = this.#refusedWebsite(websiteId);
    if (refused) return refused;
    if (kind === 'conversation') return this.#conversation(call, websiteId, rest);
    if (call.method !== 'GET') return noRoute();
    if (kind === 'operators' && rest[0] === 'list') {
      return done(
        'listed',
        (this.operators.get(websiteId) ?? []).map((details) => ({ type: 'operator', details })),
      );
    }
    if (kind === 'people' && rest[0] === 'profile') {
      const profile = this.people.get(`${websiteId}/${decodeURIComponent(rest[1] ?? '')}`);
      return profile ? done('resolved', profile) : refuse(404, 'not_found');
    }
    return noRoute();
  }

  #refusedWebsite(websiteId: string): HttpAnswer | null {
    if (!WEBSITE.test(websiteId)) return noRoute();
    if (this.subscribed?.has(websiteId) === false) return refuse(404, 'not_subscribed', 'the website is not subscribed to the plugin');
    return null;
  }

  #conversation(call: HttpCall, websiteId: string, [sessionId = '', leaf = '', fingerprint]: string[]): HttpAnswer {
    if (!SESSION.test(sessionId)) return noRoute();
    const key = sessionKey(websiteId, sessionId);
    switch (`${call.method} ${leaf}`) {
      case 'HEAD ':
        return done('resolved', {});
      case 'GET ':
        return this.#wholeConversation(websiteId, sessionId);
      case 'POST message':
        return this.#accept(websiteId, sessionId, call);
      case 'GET message': {
        const message = this.#thread(websiteId, sessionId).find((candidate) => String(candidate.fingerprint) === fingerprint);
        return message ? done('resolved', onWire(message)) : refuse(404, 'not_found', 'the message does not exist');
      }
      case 'GET messages':
        return this.#listMessages(websiteId, sessionId, call.query);
      case 'PATCH compose':
        return this.#updated(missing(call.body, 'type', 'from'));
      case 'PATCH read':
        return this.#updated(missing(call.body, 'from', 'origin', 'fingerprints'));
      case 'GET state':
        return done('resolved', { state: this.states.get(key) ?? 'pending' });
      case 'PATCH state':
        return this.#changeState(key, call.body);
      case 'GET meta':
        return done('resolved', this.metas.get(key) ?? { segments: [], data: {} });
      case 'PATCH meta':
        return this.#changeMeta(key, call.body);
      case 'GET routing':
        return done('resolved', { assigned: this.#assigned(key) });
      case 'PATCH routing':
        return this.#assign(key, call.body);
      default:
        return noRoute();
    }
  }

  #accept(websiteId: string, sessionId: string, { body, at }: HttpCall): HttpAnswer {
    const complaint = complaintAbout(body);
    if (complaint) return invalid(complaint);
    const posted = body as Pick<CrispMessage, 'type' | 'from' | 'origin' | 'content'> & Partial<CrispMessage>;
    const message: CrispMessage = {
      websiteId,
      sessionId,
      fingerprint: posted.fingerprint ?? crispFingerprint(),
      type: posted.type,
      content: posted.content,
      from: posted.from,
      automated: posted.automated === true,
      origin: posted.origin,
      user: posted.user ?? {},
      at,
    };
    this.#thread(websiteId, sessionId).push(message);
    if (message.type === 'note') {
      this.notes.push(message);
    } else {
      this.visible.push(message);
      this.onVisible?.(message);
    }
    return done('dispatched', { fingerprint: message.fingerprint }, 202);
  }

  #listMessages(websiteId: string, sessionId: string, query: URLSearchParams): HttpAnswer {
    if (query.has('timestamp_around')) return invalid('the fake does not play timestamp_around');
    const before = Number(query.get('timestamp_before') ?? Number.POSITIVE_INFINITY);
    const after = query.get('timestamp_after');
    const within = this.#thread(websiteId, sessionId).filter(({ at }) => at < before && at > Number(after ?? Number.NEGATIVE_INFINITY));
    const page = after === null ? within.slice(-this.#pageSize) : within.slice(0, this.#pageSize);
    return done('listed', page.map(onWire));
  }

  #wholeConversation(websiteId: string, sessionId: string): HttpAnswer {
    const key = sessionKey(websiteId, sessionId);
    const state = this.states.get(key) ?? 'pending';
    return done('resolved', {
      session_id: sessionId,
      website_id: websiteId,
      inbox_id: null,
      state,
      status: STATES.indexOf(state),
      is_blocked: false,
      availability: 'online',
      assigned: this.#assigned(key),
      meta: this.metas.get(key) ?? { segments: [], data: {} },
    });
  }

  #changeState(key: string, body: unknown): HttpAnswer {
    const state = isObject(body) ? STATES.find((known) => known === body['state']) : undefined;
    if (!state) return invalid("data should have required property '.state'");
    this.states.set(key, state);
    return this.#updated(null);
  }

  /** A list of segments takes the place of the old one, data are merged. The second is not known of Crisp. */
  #changeMeta(key: string, body: unknown): HttpAnswer {
    if (!isObject(body)) return invalid('data should be object');
    const old = this.metas.get(key) ?? { segments: [], data: {} };
    const change = body as Partial<CrispMeta>;
    this.metas.set(key, { ...old, ...change, segments: change.segments ?? old.segments, data: { ...old.data, ...change.data } });
    return this.#updated(null);
  }

  #assign(key: string, body: unknown): HttpAnswer {
    const assigned = isObject(body) ? body['assigned'] : undefined;
    if (assigned !== null && !isObject(assigned)) return invalid("data should have required property '.assigned'");
    const operatorId = assigned?.['user_id'] ?? null;
    if (operatorId !== null && typeof operatorId !== 'string') return invalid('data.assigned.user_id should be string');
    this.routings.set(key, operatorId);
    return this.#updated(null);
  }

  #assigned(key: string): { user_id: string } | null {
    const operatorId = this.routings.get(key);
    return operatorId ? { user_id: operatorId } : null;
  }

  #updated(complaint: string | null): HttpAnswer {
    return complaint ? invalid(complaint) : done('updated', {});
  }

  #thread(websiteId: string, sessionId: string): CrispMessage[] {
    const key = sessionKey(websiteId, sessionId);
    const thread = this.#threads.get(key) ?? [];
    this.#threads.set(key, thread);
    return thread;
  }
}

function done(reason: string, data: object, status = 200): HttpAnswer {
  return { status, body: { error: false, reason, data } };
}

function refuse(status: number, reason: string, message?: string): HttpAnswer {
  return { status, body: { error: true, reason, data: message === undefined ? {} : { message } } };
}

function noRoute(): HttpAnswer {
  return refuse(404, 'not_found', 'the route does not exist');
}

function invalid(message: string): HttpAnswer {
  return { status: 400, body: { error: true, reason: 'invalid_data', data: { namespace: 'data', message } } };
}

/** Said as Crisp's validator says it. */
function missing(body: unknown, ...names: string[]): string | null {
  if (!isObject(body)) return 'data should be object';
  const name = names.find((candidate) => body[candidate] === undefined);
  return name ? `data should have required property '.${name}'` : null;
}

/** What Crisp is known to refuse in a posted message. */
function complaintAbout(body: unknown): string | null {
  const lacking = missing(body, 'type', 'from', 'origin', 'content');
  if (lacking || !isObject(body)) return lacking;
  const { type, from, content, fingerprint } = body;
  if (!TYPES.has(String(type))) return 'data.type should be equal to one of the allowed values';
  if (from !== 'user' && from !== 'operator') return 'data.from should be equal to one of the allowed values';
  if ((type === 'text' || type === 'note') !== (typeof content === 'string')) return 'data.content should match exactly one schema in oneOf';
  if (type === 'picker' && !isPicker(content)) return 'data.content should match exactly one schema in oneOf';
  if (fingerprint !== undefined && !(Number.isSafeInteger(fingerprint) && Number(fingerprint) > 0)) return 'data.fingerprint should be integer';
  // Custom keys in it were refused in practice.
  if (body['properties'] !== undefined) return 'data.properties should NOT have additional properties';
  return null;
}

function isPicker(content: unknown): boolean {
  if (missing(content, 'id', 'text', 'choices') !== null || !isObject(content)) return false;
  const { choices } = content;
  return Array.isArray(choices) && choices.every((choice) => missing(choice, 'value', 'label', 'selected') === null);
}

function onWire(message: CrispMessage): object {
  return {
    session_id: message.sessionId,
    website_id: message.websiteId,
    type: message.type,
    from: message.from,
    origin: message.origin,
    content: message.content,
    preview: [],
    mentions: [],
    read: '',
    delivered: '',
    stamped: true,
    // Absent for people, not false.
    ...(message.automated ? { automated: true } : {}),
    fingerprint: message.fingerprint,
    timestamp: message.at,
    user: message.user,
  };
}
