import type { Crisp } from 'crisp-api';
import { SendFault } from '../../deliveries/planned-delivery.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { CRISP_SESSION_ID, CRISP_WEBSITE_ID } from './ids.ts';

/** A token of Crisp's: the plugin's, for all websites that installed it, or one website's own. */
export interface CrispCredentials {
  tier: 'plugin' | 'website';
  identifier: string;
  key: string;
}

/** Where a call goes. */
export interface CrispPlace {
  websiteId: string;
  sessionId: string;
}

/** Calls a day that a website's own token has (docs.crisp.chat, REST API authentication). */
export const WEBSITE_CALLS_PER_DAY = 10_000;

/** From this share of the day's calls on, courtesies (typing) are left out; from the next on, everything but handing over. */
const COURTESY_SHARE = 0.8;
const RESERVE_SHARE = 0.98;
/** After an exhausted day, what may wait is tried again so much later, in milliseconds. */
const EXHAUSTED_MS = 10 * 60_000;
/** A day that was used up may have ended, or Redis may be back with the true count: so often it is asked anew. */
const COUNT_AGAIN_MS = 60_000;
/** How long nothing is tried after Crisp has refused for pace, in milliseconds. It names no time itself. */
const PACE_MS = 5_000;

/** How much a call matters when the day's calls run short. */
export type CallWeight = 'courtesy' | 'answer' | 'handover';

/** Counts a call before it is made. @returns the share of the day's calls used with it. */
export type CountCall = (credentials: CrispCredentials) => Promise<number>;

/**
 * Crisp's REST API through its own library: calls counted, ids checked, and its refusals as ours. The library sends
 * nothing twice, gives up after ten seconds and rejects with plain objects that carry the whole request; none of these
 * leaves this file.
 */
export class CrispClient {
  readonly credentials: CrispCredentials;
  readonly #baseUrl: string | undefined;
  #api: Crisp | undefined;
  readonly #count: CountCall;
  readonly #metrics: Metrics;
  readonly #log: Log;
  #pausedUntil = 0;
  /** The share of the day's calls used, as the last count said, and when. */
  #used = { at: 0, share: 0 };

  constructor(credentials: CrispCredentials, baseUrl: string | undefined, count: CountCall, metrics: Metrics, log: Log) {
    this.credentials = credentials;
    this.#count = count;
    this.#metrics = metrics;
    this.#log = log;
    this.#baseUrl = baseUrl;
  }

  /** Loaded with the first call: ten megabytes that an installation without Crisp need not carry. */
  async #open(): Promise<Crisp> {
    if (this.#api) return this.#api;
    const { Crisp: Library } = await import('crisp-api');
    const api = new Library();
    if (this.#baseUrl) api.setRestHost(this.#baseUrl);
    const { tier, identifier, key } = this.credentials;
    api.authenticateTier(tier, identifier, key);
    this.#api = api;
    return api;
  }

  /**
   * Makes one call.
   * @throws {SendFault} exhausted when the day's calls are used up, paced when Crisp's patience is; nothing was sent then.
   */
  async call<T>(name: string, weight: CallWeight, place: CrispPlace, work: (api: Crisp, place: CrispPlace) => Promise<T>): Promise<T> {
    if (!CRISP_WEBSITE_ID.test(place.websiteId) || !CRISP_SESSION_ID.test(place.sessionId))
      throw new SendFault('refused', 'this is no website or session of Crisp');
    return this.#counted(name, weight, (api) => work(api, place));
  }

  /** A call about the plugin or a website as a whole. */
  async callPlugin<T>(name: string, work: (api: Crisp) => Promise<T>): Promise<T> {
    return this.#counted(name, 'answer', work);
  }

  async #counted<T>(name: string, weight: CallWeight, work: (api: Crisp) => Promise<T>): Promise<T> {
    const api = await this.#open();
    const pausedFor = this.#pausedUntil - Date.now();
    if (pausedFor > 0) throw this.#refused(name, new SendFault('paced', 'Crisp asked for a pause', { waitMs: pausedFor }));
    const most = { courtesy: COURTESY_SHARE, answer: RESERVE_SHARE, handover: 1 }[weight];
    // Looked at before anything is counted: what is not made must not use up what others may still make.
    if (Date.now() - this.#used.at < COUNT_AGAIN_MS && this.#used.share >= most) throw this.#refused(name, exhausted());
    this.#used = { at: Date.now(), share: await this.#count(this.credentials) };
    if (this.credentials.tier === 'plugin') this.#metrics.channelQuotaUsed.set({ channel: 'crisp' }, this.#used.share);
    if (this.#used.share > most) throw this.#refused(name, exhausted());
    try {
      const result = await work(api);
      this.#metrics.channelCalls.inc({ channel: 'crisp', call: name, outcome: 'ok' });
      return result;
    } catch (error) {
      const fault = error instanceof SendFault ? error : readCrispFault(error);
      if (fault.kind === 'paced') this.#pausedUntil = Date.now() + PACE_MS * (0.5 + Math.random());
      throw this.#refused(name, fault);
    }
  }

  #refused(name: string, fault: SendFault): SendFault {
    this.#metrics.channelCalls.inc({ channel: 'crisp', call: name, outcome: fault.kind });
    this.#log.debug({ call: name, kind: fault.kind, err: fault }, 'a call to Crisp failed');
    return fault;
  }
}

const exhausted = () => new SendFault('exhausted', "the day's calls to Crisp are used up", { waitMs: EXHAUSTED_MS });

/** A message that is not there is an answer, not a fault. */
export function isAbsent(error: unknown): boolean {
  return error instanceof SendFault && error.message === 'Crisp: not_found';
}

/**
 * What the library rejects with: `{ reason, message, code, data: { namespace, message } }`. Namespace "response": Crisp
 * said so, `code` is the status and `message` its reason. "request": the call broke off, and may have been done.
 */
export function readCrispFault(error: unknown): SendFault {
  const { code, message, data } = (error ?? {}) as { code?: unknown; message?: unknown; data?: { namespace?: unknown } };
  const reason = typeof message === 'string' && /^[\w ]{1,60}$/.test(message) ? message : 'unknown reason';
  if (data?.namespace !== 'response') return new SendFault('passing', 'the call to Crisp broke off');
  const says = `Crisp: ${reason}`;
  if (code === 429 || code === 420) return new SendFault('paced', says, { waitMs: PACE_MS });
  if (reason === 'not_subscribed') return new SendFault('disconnected', says);
  if (typeof code === 'number' && code >= 500) return new SendFault('passing', says);
  return new SendFault('refused', says);
}
