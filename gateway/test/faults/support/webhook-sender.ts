import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type CrispHook, crispSessionId, crispVisitorMessage, signCrisp } from '@netia/testkit';
import type { SeededRandom } from '../../support/seeded-random.ts';

/** One thing a visitor wrote: what is to be sent, and what became of sending it. */
export interface SentEvent {
  /** Its place in the order in which visitors wrote. */
  index: number;
  websiteId: string;
  sessionId: string;
  fingerprint: number;
  /** Four words that stand in this question alone. */
  code: string;
  /** When the channel says it was written, in milliseconds since 1970. */
  saidAt: number;
  hook: CrispHook;
  /** When it was first on the wire, and when first acknowledged, in milliseconds of performance.now(); undefined: not yet. */
  triedAt: number | undefined;
  acknowledgedAt: number | undefined;
  /** Requests made for it, repetitions and retries included. */
  requests: number;
}

export interface PlanOptions {
  events: number;
  conversations: number;
  /** The websites of the tenants that take turns. */
  websites: readonly string[];
  /** Events a second. */
  rate: number;
}

/** Words that codes are made of: short, so that a question stays below forty characters, and all known to the tenants. */
export const CODE_WORDS = (
  'amber basil cedar delta ember fjord grape hazel ivory jade kiwi lemon maple nylon olive pearl ' +
  'quail raven sable tulip umber viola wheat xenon yucca zinc agate birch coral denim eagle flint'
).split(' ');

const CODE_LENGTH = 4;
/** A question about a code, and how an answer says that it is about it. */
export const questionAbout = (code: string): string => `Is code ${code} open?`;
export const answerAbout = (code: string): string => `Code ${code} is open`;
const CODE = new RegExp(`\\bcode ((?:${CODE_WORDS.join('|')})(?: (?:${CODE_WORDS.join('|')})){${CODE_LENGTH - 1}})\\b`, 'gi');
/** The codes that a text speaks of. */
export const codesIn = (text: string): string[] => [...text.matchAll(CODE)].map(([, code = '']) => code.toLowerCase());

/** What so many visitors write, in the order in which they write it. */
export function planEvents({ events, conversations, websites, rate }: PlanOptions, random: SeededRandom): SentEvent[] {
  const sessions = Array.from({ length: conversations }, (_, i) => ({ sessionId: crispSessionId(), websiteId: websites[i % websites.length] as string }));
  const codes = new Set<string>();
  const start = Date.now();
  return Array.from({ length: events }, (_, index) => {
    let code = '';
    do code = Array.from({ length: CODE_LENGTH }, () => random.pick(CODE_WORDS)).join(' ');
    while (codes.has(code));
    codes.add(code);
    const session = random.pick(sessions);
    const fingerprint = 1e14 + start * 10 + index;
    const timestamp = Math.round(start + (index * 1_000) / rate);
    return {
      index,
      ...session,
      fingerprint,
      code,
      saidAt: timestamp,
      hook: crispVisitorMessage({ ...session, text: questionAbout(code), fingerprint, timestamp }),
      triedAt: undefined,
      acknowledgedAt: undefined,
      requests: 0,
    };
  });
}

export interface SendOptions {
  url: string;
  secret: string;
  rate: number;
  /** Share of the events that come again, whatever was answered. */
  againShare: number;
  /** Events come in any order, but none so many places from its own. */
  shuffledWithin: number;
  /** Called at the moment of each first acknowledgement. */
  onAcknowledged?: (event: SentEvent) => void;
  /** Gives up. */
  signal: AbortSignal;
}

export interface SendResult {
  requests: number;
  /** From request to 2xx, in milliseconds, of requests that were acknowledged. */
  acknowledgedMs: number[];
  /** By status; 0: no answer. */
  statuses: Map<number, number>;
}

/** How long a sender waits for an answer: Tidio's documented patience. */
const PATIENCE_MS = 4_000;
/** Tidio's waits between tries (5, 10, 30 s, 1, 3 min …), ten times shorter; the last is repeated for as long as it takes. */
const RETRIES_MS = [500, 1_000, 3_000, 6_000, 18_000];

/** Sends all of it at a pace, some of it twice, out of order, each again until it is acknowledged. */
export async function sendEvents(events: readonly SentEvent[], options: SendOptions, random: SeededRandom): Promise<SendResult> {
  const { rate, againShare, shuffledWithin, signal } = options;
  const queue = events
    .flatMap((event) => {
      const place = event.index + random.next() * shuffledWithin;
      const first = { event, place };
      return random.next() < againShare ? [first, { event, place: place + random.next() * shuffledWithin }] : [first];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const result: SendResult = { requests: 0, acknowledgedMs: [], statuses: new Map() };
  const started = performance.now();
  const sending: Promise<void>[] = [];
  // Repetitions do not slow the events down.
  const gapMs = (1_000 / rate) * (events.length / queue.length);
  try {
    for (const [i, event] of queue.entries()) {
      const wait = started + i * gapMs - performance.now();
      if (wait > 1) await pause(wait);
      signal.throwIfAborted();
      event.triedAt ??= performance.now();
      sending.push(insist(event, options, agent, result));
    }
    await Promise.all(sending);
    return result;
  } finally {
    await Promise.allSettled(sending);
    agent.destroy();
  }
}

async function insist(event: SentEvent, options: SendOptions, agent: Agent, result: SendResult): Promise<void> {
  const raw = JSON.stringify(event.hook);
  for (let attempt = 1; ; attempt++) {
    const startedAt = performance.now();
    event.requests++;
    result.requests++;
    const status = await post(`${options.url}/webhooks/crisp`, signCrisp(options.secret, raw, Date.now(), attempt), raw, agent);
    result.statuses.set(status, (result.statuses.get(status) ?? 0) + 1);
    if (status >= 200 && status < 300) {
      const now = performance.now();
      result.acknowledgedMs.push(now - startedAt);
      if (event.acknowledgedAt === undefined) {
        event.acknowledgedAt = now;
        options.onAcknowledged?.(event);
      }
      return;
    }
    const wait = RETRIES_MS[Math.min(attempt, RETRIES_MS.length) - 1] ?? 0;
    // Spread by a fifth either way, or all that failed together would come back together.
    await pause(wait * (0.8 + 0.4 * ((event.index * 0.618) % 1)), undefined, { signal: options.signal });
  }
}

/** @returns the status; 0 when there was no answer in time. */
function post(url: string, headers: Record<string, string>, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }, (response) => {
      response.resume();
      response.on('end', () => done(response.statusCode ?? 0));
      response.on('error', () => done(0));
      response.on('close', () => done(0));
    });
    const patience = setTimeout(() => sent.destroy(), PATIENCE_MS);
    const done = (status: number) => {
      clearTimeout(patience);
      resolve(status);
    };
    sent.on('error', () => done(0));
    sent.on('close', () => done(0));
    sent.end(body);
  });
}
