import { join } from 'node:path';
import { connect, type Database, DatabaseUnreachable, isRightMissing, migrate, openDoors } from '@netia/db';
import type { Redis } from 'ioredis';
import type { WidgetParts } from './channels/widget/widget-parts.ts';
import type { Config } from './config.ts';
import { StartError } from './errors.ts';
import { OpenStreams } from './http/open-streams.ts';
import { Answering } from './inbox/answering.ts';
import { type Live, LocalLive } from './live/live.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createAnthropicModel } from './models/anthropic.ts';
import { GuardedModels } from './models/guarded-models.ts';
import type { LanguageModel } from './models/language-model.ts';
import { createOpenAiModel } from './models/openai.ts';
import { Limits } from './tenants/limits.ts';
import { TenantDirectory } from './tenants/settings.ts';

const BAD_CREDENTIALS_PER_MINUTE = 60;

/** Everything a process is made of. The only place that knows everybody. */
export interface Deps extends WidgetParts {
  config: Config;
  log: Log;
  models: readonly LanguageModel[];
  close(): Promise<void>;
}

/**
 * Opens the database and brings it to the newest schema.
 * @throws {StartError} when it does not answer, or its login lacks a right.
 */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  const connection = await connect({ url: config.databaseUrl, dataDir: join(config.dataDir, 'database') }).catch((error: Error) => {
    throw error instanceof DatabaseUnreachable ? new StartError(error.message, { cause: error }) : error;
  });
  try {
    const applied = await migrate(connection.pool);
    if (applied.length > 0) log.info({ migrations: applied.map(({ name }) => name) }, 'database migrated');
    return openDoors(connection, log);
  } catch (error) {
    await connection.close();
    throw isRightMissing(error)
      ? new StartError(`The database refuses what the migrations need: ${(error as Error).message}. ${RIGHTS}`, { cause: error })
      : error;
  }
}

const RIGHTS =
  'The login needs CREATEROLE and must own the database; where application_role and directory_role were made by another login, let a superuser run: GRANT application_role, directory_role TO that_login.';

export async function assemble(config: Config, log: Log): Promise<Deps> {
  const db = await openDatabase(config, log);
  const redis = config.redisUrl ? await openRedis(config.redisUrl, db, log) : undefined;
  const metrics = createMetrics();
  const tenants = new TenantDirectory(db);
  const live: Live = redis ? new (await import('./live/redis-live.ts')).RedisLive(redis, log) : new LocalLive();
  const limits = new Limits(redis, metrics, { modelCallsPerDay: config.modelCallsPerDay, badCredentialsPerMinute: BAD_CREDENTIALS_PER_MINUTE });
  const models = createModels(config);
  const guard = new GuardedModels(models, metrics, log);
  const answering = new Answering({ db, log, metrics, tenants, live, limits, models, guard });
  return { config, log, db, tenants, limits, live, answering, metrics, models, streams: new OpenStreams(metrics), close: () => closeAll(db, live, redis) };
}

/** Its driver is loaded only where there is a Redis: ten megabytes. A Redis that does not answer leaves no database open behind it. */
async function openRedis(url: string, db: Database, log: Log): Promise<Redis> {
  const { connectRedis } = await import('./live/connect-redis.ts');
  try {
    return await connectRedis(url, log);
  } catch (error) {
    await db.close();
    throw error;
  }
}

function createModels(config: Config): LanguageModel[] {
  return [...(config.openai ? [createOpenAiModel(config.openai)] : []), ...(config.anthropic ? [createAnthropicModel(config.anthropic)] : [])];
}

async function closeAll(db: Database, live: Live, redis: Redis | undefined): Promise<void> {
  await live.close();
  redis?.disconnect();
  await db.close();
}

/** Backlog figures are asked for when they are read, not on a timer. */
export async function readBacklog(db: Database, metrics: Metrics): Promise<void> {
  const backlog = await db.inDirectory((tx) => tx.row<{ waiting: string; oldest_seconds: number }>('SELECT * FROM inbox_backlog()'));
  metrics.inboxWaiting.set(Number(backlog?.waiting ?? 0));
  metrics.inboxOldestSeconds.set(backlog?.oldest_seconds ?? 0);
}
