import type { BudgetSettings } from '@netia/protocol';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../errors.ts';
import type { Metrics } from '../metrics.ts';

type Limiter = RateLimiterMemory | RateLimiterRedis;

/** What counts for the whole installation, whichever tenant is meant. */
export interface PlatformLimits {
  modelCallsPerDay: number;
  /** Requests with bad keys or tokens from one address; good ones are not counted, so they are never locked out. */
  badCredentialsPerMinute: number;
}

const SESSIONS_PER_ADDRESS_PER_HOUR = 120;
/** Of one account from one address, in a quarter of an hour. */
const SIGN_INS_PER_QUARTER = 10;
const SIGN_INS_PER_ACCOUNT_PER_HOUR = 100;
/** Of all accounts from one address, in a quarter of an hour: each costs 30 ms of hashing, an office shares one address. */
const SIGN_INS_PER_ADDRESS = 300;
/** Kilobytes of files, of one visitor in an hour and of all visitors of a tenant in a day: what is kept costs the operator. */
const FILE_KB_PER_VISITOR_PER_HOUR = 50 * 1_024;
const FILE_KB_PER_TENANT_PER_DAY = 1_024 * 1_024;
/** Links for a new password, asked for from one address and for one account in an hour. */
const RESETS_PER_ADDRESS_PER_HOUR = 30;
const RESETS_PER_ACCOUNT_PER_HOUR = 4;
/** A tenant is twenty people; more in a day is no invitation any more. */
const INVITATION_MAILS_PER_DAY = 50;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** What Tidio's plan Plus allows a project; Premium allows twice as many. */
const TIDIO_CALLS_PER_MINUTE = 60;

/**
 * Counts what may be used up, before it is used. In Redis, shared by all processes; in this process without Redis, or
 * while it is away: then each process allows a quarter, and model calls stop, because money is at stake and sources can
 * still be quoted.
 */
export class Limits {
  readonly #redis: Redis | undefined;
  readonly #metrics: Metrics;
  readonly #platform: PlatformLimits;
  readonly #limiters = new Map<string, Limiter>();

  constructor(redis: Redis | undefined, metrics: Metrics, platform: PlatformLimits) {
    this.#redis = redis;
    this.#metrics = metrics;
    this.#platform = platform;
  }

  /** Counts one message. @throws {AppError} rate_limited with Retry-After when visitor or address has sent too many. */
  async countMessage(tenantId: string, visitorId: string, address: string, budget: BudgetSettings): Promise<void> {
    await this.#take('message-visitor', `${tenantId}:${visitorId}`, budget.messages_per_visitor_per_hour, HOUR_S);
    await this.#take('message-address', `${tenantId}:${address}`, budget.messages_per_address_per_hour, HOUR_S);
  }

  /** Counts a visitor's file. @throws {AppError} rate_limited when the visitor or all of the tenant's have sent too much. */
  async countFile(tenantId: string, visitorId: string, bytes: number): Promise<void> {
    const kilobytes = Math.ceil(bytes / 1_024);
    await this.#take('file-visitor', `${tenantId}:${visitorId}`, FILE_KB_PER_VISITOR_PER_HOUR, HOUR_S, kilobytes);
    await this.#take('file-tenant', tenantId, FILE_KB_PER_TENANT_PER_DAY, DAY_S, kilobytes);
  }

  async countSession(tenantId: string, address: string): Promise<void> {
    await this.#take('session-address', `${tenantId}:${address}`, SESSIONS_PER_ADDRESS_PER_HOUR, HOUR_S);
  }

  async countAdminRequest(tenantId: string, keyId: string, perMinute: number): Promise<void> {
    await this.#take('admin-key', `${tenantId}:${keyId}`, perMinute, 60);
  }

  /** Counts a refused key or token. @throws {AppError} once an address has tried too many. */
  async countBadCredentials(address: string): Promise<void> {
    await this.#take('bad-credentials', `all:${address}`, this.#platform.badCredentialsPerMinute, 60);
  }

  /**
   * Counts a try to sign in, right or wrong, before the password is looked at: by account and address, so that nobody
   * locks another out from afar; by account alone, against many addresses, with so many that its owner hardly meets it.
   */
  async countSignIn(account: string, address: string): Promise<void> {
    await this.#take('sign-in-from', `all:${address}`, SIGN_INS_PER_ADDRESS, 900);
    await this.#take('sign-in-address', `all:${address}:${account}`, SIGN_INS_PER_QUARTER, 900);
    await this.#take('sign-in-account', `all:${account}`, SIGN_INS_PER_ACCOUNT_PER_HOUR, HOUR_S);
  }

  /** Counts a request for a link by mail: by address asked from, and so few for one account that nobody's mail is flooded. */
  async countReset(account: string, address: string): Promise<void> {
    await this.#take('reset-address', `all:${address}`, RESETS_PER_ADDRESS_PER_HOUR, HOUR_S);
    await this.#take('reset-account', `all:${account}`, RESETS_PER_ACCOUNT_PER_HOUR, HOUR_S);
  }

  /** Counts an invitation by mail. @returns false when the tenant has sent as many as it may in a day. */
  async spendInvitationMail(tenantId: string): Promise<boolean> {
    try {
      await this.#take('invitation-mail', tenantId, INVITATION_MAILS_PER_DAY, DAY_S);
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  }

  /** Takes one model call from the tenant's and the installation's day. @returns false when either has none left. */
  async spendModelCall(tenantId: string, budget: BudgetSettings): Promise<boolean> {
    const day = new Date().toISOString().slice(0, 10);
    try {
      await this.#limiter('model-calls-tenant', budget.model_calls_per_day, DAY_S, 0).consume(`${tenantId}:${day}`);
      const all = await this.#limiter('model-calls-all', this.#platform.modelCallsPerDay, DAY_S, 0).consume(`all:${day}`);
      this.#metrics.budgetUsed.set(all.consumedPoints / Math.max(1, this.#platform.modelCallsPerDay));
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      this.#metrics.limited.inc({ limit: 'model-calls' });
      return false;
    }
  }

  /** Takes tokens for embedding from the tenant's day. @returns false when there are not so many left; then none are taken. */
  async spendEmbedding(tenantId: string, tokens: number, budget: BudgetSettings): Promise<boolean> {
    const limiter = this.#limiter('embedding-tokens', budget.embedding_tokens_per_day, DAY_S, 0);
    const key = `${tenantId}:${new Date().toISOString().slice(0, 10)}`;
    try {
      await limiter.consume(key, tokens);
      return true;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      // What is refused counts too, and a batch of texts that waits would take from questions what is left for them.
      await limiter.reward(key, tokens);
      this.#metrics.limited.inc({ limit: 'embedding-tokens' });
      return false;
    }
  }

  /**
   * Counts a call to a channel against its day, whoever's it is.
   * @param token whose quota it is: an id, never the key itself.
   * @returns the share of the day used with this call; above 1 the channel would refuse.
   */
  async spendChannelCall(channel: 'crisp', token: string, perDay: number): Promise<number> {
    const day = new Date().toISOString().slice(0, 10);
    try {
      const spent = await this.#limiter(`${channel}-calls`, perDay, DAY_S, Math.floor(perDay / 4)).consume(`all:${token}:${day}`);
      return spent.consumedPoints / perDay;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      this.#metrics.limited.inc({ limit: `${channel}-calls` });
      return Math.max(1.01, error.consumedPoints / perDay);
    }
  }

  /** Takes one of the project's calls to Tidio in this minute. @returns milliseconds to wait; 0: go. */
  async paceTidio(tenantId: string): Promise<number> {
    try {
      await this.#limiter('tidio-calls', TIDIO_CALLS_PER_MINUTE, 60, Math.floor(TIDIO_CALLS_PER_MINUTE / 4)).consume(tenantId);
      return 0;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return Math.max(1, error.msBeforeNext);
    }
  }

  /** Counts one call of a Flow. @throws {AppError} rate_limited when the contact has had its answers for this hour. */
  async countFlowCall(tenantId: string, contact: string, perHour: number): Promise<void> {
    await this.#take('flow-contact', `${tenantId}:${contact}`, perHour, HOUR_S);
  }

  async #take(family: string, key: string, points: number, seconds: number, taken = 1): Promise<void> {
    try {
      await this.#limiter(family, points, seconds, Math.max(1, Math.floor(points / 4))).consume(key, taken);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      this.#metrics.limited.inc({ limit: family });
      const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw new AppError('rate_limited', `Too many requests. Try again in ${wait < 90 ? `${wait} seconds` : `${Math.ceil(wait / 60)} minutes`}.`, {
        headers: { 'Retry-After': String(wait) },
      });
    }
  }

  /** Limiters are told apart by their points too: a tenant may have its own figure. Keys read netia:limit:<family>:<tenant>:… */
  #limiter(family: string, points: number, seconds: number, withoutRedis: number): Limiter {
    const name = `${family}:${points}`;
    let limiter = this.#limiters.get(name);
    if (!limiter) {
      const keyPrefix = `netia:limit:${family}`;
      const own = { keyPrefix, points, duration: seconds };
      limiter = this.#redis
        ? new RateLimiterRedis({
            ...own,
            storeClient: this.#redis,
            rejectIfRedisNotReady: true,
            insuranceLimiter: new RateLimiterMemory({ ...own, points: withoutRedis }),
          })
        : new RateLimiterMemory(own);
      this.#limiters.set(name, limiter);
    }
    return limiter;
  }
}
