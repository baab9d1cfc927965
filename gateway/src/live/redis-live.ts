import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { isAfter, type PlacedPart, readPlace } from '../conversations/answer-parts.ts';
import type { Log } from '../log.ts';
import { addTo, CHANGES, type Live, type LiveSignal, LocalLive, liveKey, type PartListener, type SignalListener, signalKey } from './live.ts';

/** A running answer's parts outlive their worker by this, in seconds; then Postgres has them or they are void. */
const REMEMBERED_S = 120;

/**
 * Parts across processes: each is delivered here at once, kept in a list for late comers and published to the others.
 * While Redis is away, other processes see answers when they are recorded, and not while they are written.
 */
export class RedisLive implements Live {
  readonly #local = new LocalLive();
  readonly #origin = randomUUID();
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #log: Log;
  readonly #remote = new Map<string, Set<PartListener>>();
  /** By the name of their channel. */
  readonly #watchers = new Map<string, Set<SignalListener>>();

  constructor(redis: Redis, log: Log) {
    this.#redis = redis;
    this.#log = log;
    // Its subscriptions are queued while it connects; each gives up after the command's time limit.
    this.#subscriber = redis.duplicate({ enableOfflineQueue: true, lazyConnect: false });
    this.#subscriber.on('error', (error) => log.debug({ err: error }, 'redis subscriber'));
    this.#subscriber.on('message', (channel: string, message: string) => {
      const { origin, placed, signal } = JSON.parse(message) as { origin: string; placed?: PlacedPart; signal?: LiveSignal };
      if (origin === this.#origin) return;
      if (placed) for (const listener of this.#remote.get(channel) ?? []) listener(placed);
      if (signal) for (const listener of this.#watchers.get(channel) ?? []) listener(signal);
    });
  }

  publish(tenantId: string, conversationId: string, placed: PlacedPart): void {
    this.#local.publish(tenantId, conversationId, placed);
    const key = liveKey(tenantId, conversationId);
    const batch = this.#redis.pipeline();
    if (placed.part.type === 'answer-start') batch.del(key);
    if (placed.part.type !== 'message') batch.rpush(key, JSON.stringify(placed)).expire(key, REMEMBERED_S);
    batch.publish(key, JSON.stringify({ origin: this.#origin, placed }));
    if (CHANGES.has(placed.part.type)) batch.publish(signalKey(tenantId), this.#wrap({ type: 'changed', conversation_id: conversationId }));
    batch.exec().catch((error) => this.#log.debug({ err: error }, 'live part not shared'));
  }

  signal(tenantId: string, signal: LiveSignal): void {
    this.#local.signal(tenantId, signal);
    this.#redis.publish(signalKey(tenantId), this.#wrap(signal)).catch((error) => this.#log.debug({ err: error }, 'live signal not shared'));
  }

  async watch(tenantId: string, listener: SignalListener): Promise<() => void> {
    const key = signalKey(tenantId);
    const endLocal = await this.#local.watch(tenantId, listener);
    const endRemote = addTo(this.#watchers, key, listener);
    await this.#subscriber.subscribe(key).catch((error) => this.#log.debug({ err: error }, 'signals of other processes are out of reach'));
    return () => {
      endLocal();
      endRemote();
      if (!this.#watchers.has(key)) this.#subscriber.unsubscribe(key).catch(() => {});
    };
  }

  #wrap(signal: LiveSignal): string {
    return JSON.stringify({ origin: this.#origin, signal });
  }

  async subscribe(tenantId: string, conversationId: string, listener: PartListener): Promise<() => void> {
    const key = liveKey(tenantId, conversationId);
    let last: { seq: number; index: number } = { seq: -1, index: -1 };
    const inOrder: PartListener = (placed) => {
      if (placed.part.type !== 'message') {
        if (!isAfter(placed.id, last)) return;
        last = readPlace(placed.id) ?? last;
      }
      listener(placed);
    };
    const listeners = this.#remote.get(key) ?? new Set();
    const early: PlacedPart[] = [];
    let deliver: PartListener = (placed) => early.push(placed);
    const remote: PartListener = (placed) => deliver(placed);
    listeners.add(remote);
    this.#remote.set(key, listeners);
    const endLocal = await this.#local.subscribe(tenantId, conversationId, inOrder);
    try {
      await this.#subscriber.subscribe(key);
      for (const stored of await this.#redis.lrange(key, 0, -1)) inOrder(JSON.parse(stored) as PlacedPart);
    } catch (error) {
      this.#log.debug({ err: error }, 'live parts of other processes are out of reach');
    }
    for (const placed of early) inOrder(placed);
    deliver = inOrder;
    return () => {
      endLocal();
      listeners.delete(remote);
      if (listeners.size > 0) return;
      this.#remote.delete(key);
      this.#subscriber.unsubscribe(key).catch(() => {});
    };
  }

  forget(tenantId: string, conversationId: string): void {
    this.#local.forget(tenantId, conversationId);
    this.#redis.del(liveKey(tenantId, conversationId)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#subscriber.disconnect();
    await this.#local.close();
  }
}
