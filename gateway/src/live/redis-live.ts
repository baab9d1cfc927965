import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { isAfter, type PlacedPart, readPlace } from '../conversations/answer-parts.ts';
import type { Log } from '../log.ts';
import { type Live, LocalLive, liveKey, type PartListener } from './live.ts';

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

  constructor(redis: Redis, log: Log) {
    this.#redis = redis;
    this.#log = log;
    // Its subscriptions are queued while it connects; each gives up after the command's time limit.
    this.#subscriber = redis.duplicate({ enableOfflineQueue: true, lazyConnect: false });
    this.#subscriber.on('error', (error) => log.debug({ err: error }, 'redis subscriber'));
    this.#subscriber.on('message', (channel: string, message: string) => {
      const { origin, placed } = JSON.parse(message) as { origin: string; placed: PlacedPart };
      if (origin === this.#origin) return;
      for (const listener of this.#remote.get(channel) ?? []) listener(placed);
    });
  }

  publish(tenantId: string, conversationId: string, placed: PlacedPart): void {
    this.#local.publish(tenantId, conversationId, placed);
    const key = liveKey(tenantId, conversationId);
    const batch = this.#redis.pipeline();
    if (placed.part.type === 'answer-start') batch.del(key);
    if (placed.part.type !== 'message') batch.rpush(key, JSON.stringify(placed)).expire(key, REMEMBERED_S);
    batch.publish(key, JSON.stringify({ origin: this.#origin, placed }));
    batch.exec().catch((error) => this.#log.debug({ err: error }, 'live part not shared'));
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
