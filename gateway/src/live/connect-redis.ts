import { Redis } from 'ioredis';
import { StartError } from '../errors.ts';
import type { Log } from '../log.ts';

/**
 * Connects to Redis. Commands fail within a third of a second while it is away, so that nobody waits for what is only
 * there to speed things up; it comes back by itself.
 * @throws {StartError} when it does not answer at start: then the setting is wrong.
 */
export async function connectRedis(url: string, log: Log): Promise<Redis> {
  const redis = new Redis(url, { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: 2_000, commandTimeout: 300 });
  // At start the sentence below says it; later the log does.
  let hasConnected = false;
  redis.on('error', (error) => hasConnected && log.warn({ err: error }, 'redis is away; going on without it'));
  try {
    await redis.connect();
    hasConnected = true;
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new StartError(`Redis at ${new URL(url).host} does not answer. Start it, correct REDIS_URL, or leave REDIS_URL out.`, { cause });
  }
}
