import { join } from 'node:path';
import { connect, type Database, DatabaseUnreachable, isExtensionMissing, isRightMissing, migrate, openDoors } from '@netia/db';
import type { Redis } from 'ioredis';
import type { ConversationParts } from './admin/conversations.ts';
import { type CountCall, WEBSITE_CALLS_PER_DAY } from './channels/crisp/crisp-client.ts';
import { CrispClients } from './channels/crisp/crisp-clients.ts';
import type { CrispParts } from './channels/crisp/crisp-parts.ts';
import { createCrispSender } from './channels/crisp/crisp-sender.ts';
import { createCrispVoice } from './channels/crisp/crisp-voice.ts';
import { readCrispEvent } from './channels/crisp/read-event.ts';
import { readTidioEnvelope, readTidioEvent } from './channels/tidio/read-event.ts';
import { TidioClients } from './channels/tidio/tidio-clients.ts';
import type { TidioParts } from './channels/tidio/tidio-parts.ts';
import { createTidioSender } from './channels/tidio/tidio-sender.ts';
import { tidioVoice } from './channels/tidio/tidio-voice.ts';
import type { WidgetParts } from './channels/widget/widget-parts.ts';
import type { Config } from './config.ts';
import { Delivering } from './deliveries/delivering.ts';
import { StartError } from './errors.ts';
import { diskFiles } from './files/disk-files.ts';
import type { FileStore } from './files/file-store.ts';
import { s3Files } from './files/s3-files.ts';
import { OpenStreams } from './http/open-streams.ts';
import { Answering } from './inbox/answering.ts';
import type { ReadAgain } from './inbox/dead-events.ts';
import { Intake } from './inbox/intake.ts';
import { Embedder } from './knowledge/embedder.ts';
import { type Live, LocalLive } from './live/live.ts';
import type { Log } from './log.ts';
import { Mailer } from './mail/mailer.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { AnswerMemories } from './models/answer-memory.ts';
import { createAnthropicModel } from './models/anthropic.ts';
import { createEmbeddingModel } from './models/embedding-model.ts';
import { GuardedModels } from './models/guarded-models.ts';
import type { LanguageModel } from './models/language-model.ts';
import { createOpenAiModel } from './models/openai.ts';
import { createReranker } from './models/reranker.ts';
import { Outbound } from './outbound/outbound.ts';
import { Retention } from './privacy/retention.ts';
import { ParserProcess } from './sources/parsing/parser-process.ts';
import { ReadingSources } from './sources/reading-sources.ts';
import { ChannelSecrets } from './tenants/channel-secrets.ts';
import { Limits } from './tenants/limits.ts';
import { TenantDirectory } from './tenants/settings.ts';
import { SendingWebhooks } from './webhooks/sending-webhooks.ts';

const BAD_CREDENTIALS_PER_MINUTE = 60;

/** Everything a process is made of. The only place that knows everybody. */
export interface Deps extends WidgetParts, CrispParts, TidioParts, ConversationParts {
  config: Config;
  models: readonly LanguageModel[];
  files: FileStore;
  /** Undefined: this installation sends no mail. */
  mailer: Mailer | undefined;
  outbound: Outbound;
  reading: ReadingSources;
  webhooks: SendingWebhooks;
  retention: Retention;
  memories: AnswerMemories | undefined;
  /** Undefined: no embedding model is configured. */
  embedder: Embedder | undefined;
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
    if (isExtensionMissing(error)) throw new StartError(`${(error as Error).message}. Install pgvector 0.7 or newer on the database server.`, { cause: error });
    throw isRightMissing(error)
      ? new StartError(`The database refuses what the migrations need: ${(error as Error).message}. ${RIGHTS}`, { cause: error })
      : error;
  }
}

const RIGHTS =
  'A superuser must once run CREATE EXTENSION vector in the database. The login needs CREATEROLE and must own the database; where application_role and directory_role were made by another login, let a superuser run: GRANT application_role, directory_role TO that_login.';

export async function assemble(config: Config, log: Log): Promise<Deps> {
  const db = await openDatabase(config, log);
  const redis = config.redisUrl ? await openRedis(config.redisUrl, db, log) : undefined;
  const metrics = createMetrics();
  const live: Live = redis ? new (await import('./live/redis-live.ts')).RedisLive(redis, log) : new LocalLive();
  const limits = new Limits(redis, metrics, { modelCallsPerDay: config.modelCallsPerDay, badCredentialsPerMinute: BAD_CREDENTIALS_PER_MINUTE });
  const models = createModels(config);
  const files = openFiles(config);
  const mailer = config.mail && new Mailer(config.mail, log, metrics);
  const outbound = createOutbound(config);
  return {
    config,
    log,
    db,
    limits,
    live,
    metrics,
    models,
    files,
    mailer,
    outbound,
    reading: createReading(outbound, db, files, log),
    webhooks: new SendingWebhooks({ db, log, outbound, metrics, secret: config.secret }),
    retention: new Retention(db, files, log),
    ...connectParts({ config, db, log, metrics, live, limits, models, guard: new GuardedModels(models, metrics, log) }),
    close: () => closeAll(db, live, redis),
  };
}

/** What hangs together above database, limits and live: tenants, channels, answering, delivering, intake. */
export function connectParts(base: Pick<Deps, 'config' | 'db' | 'log' | 'metrics' | 'live' | 'limits' | 'models'> & { guard: GuardedModels }) {
  const { config, db, log, metrics, limits } = base;
  const tenants = new TenantDirectory(db);
  const channelSecrets = new ChannelSecrets(db, config.secret);
  const countCall: CountCall = ({ tier, identifier }) =>
    limits.spendChannelCall('crisp', identifier, tier === 'plugin' ? config.crisp.pluginCallsPerDay : WEBSITE_CALLS_PER_DAY);
  const { plugin } = config.crisp;
  const crispClients = new CrispClients(plugin && { tier: 'plugin', ...plugin }, config.crisp.baseUrl, countCall, channelSecrets, metrics, log);
  const crisp = { clients: crispClients, hookSecrets: config.crisp.hookSecrets, hookMaxAgeMs: config.crisp.hookMaxAgeMs };
  const tidio = { clients: new TidioClients(config.tidio.baseUrl, channelSecrets, limits, metrics), hookMaxAgeMs: config.tidio.hookMaxAgeMs };
  const senders = { crisp: createCrispSender(crispClients, tenants), tidio: createTidioSender(tidio.clients, tenants) };
  const voices = { crisp: createCrispVoice(crispClients), tidio: tidioVoice };
  const delivering = new Delivering({ db, log, metrics, tenants, senders, voices });
  const memories = config.remembersAnswers ? new AnswerMemories() : undefined;
  const embedder = config.embedding ? new Embedder({ db, log, metrics, limits, tenants, model: createEmbeddingModel(config.embedding) }) : undefined;
  const reranker = config.reranker
    ? createReranker(config.reranker, (err) => log.warn({ err }, 'the re-ranker did not help; the order stays as it is'))
    : undefined;
  const answering = new Answering({ ...base, memories, embedder, reranker, tenants, delivering, voices, turnsAtOnce: config.turnsAtOnce });
  const intake = new Intake({ db, log, metrics, live: base.live, answering, delivering, voices, readAgain });
  return { memories, embedder, tenants, channelSecrets, crisp, tidio, voices, delivering, answering, intake, streams: new OpenStreams(metrics) };
}

/** An event that was given up, read as the channel's route reads it. */
const readAgain: ReadAgain = (channel, payload, tenant) => {
  if (channel === 'crisp') return readCrispEvent(payload);
  const envelope = readTidioEnvelope(payload);
  if (!envelope) throw new Error('not an envelope of Tidio');
  return readTidioEvent(envelope, tenant.settings.tidio.bot_operator_id);
};

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

/** Where tenants' files are kept. */
export function openFiles(config: Config): FileStore {
  return config.filesS3 ? s3Files(config.filesS3) : diskFiles(join(config.dataDir, 'files'));
}

/** The one way to addresses that tenants name. */
export function createOutbound(config: Config): Outbound {
  return new Outbound(config.crawlNetworks, `Mozilla/5.0 (compatible; NetiaBot/1.0; +${config.publicUrl}/guides/knowledge)`);
}

export function createReading(outbound: Outbound, db: Database, files: FileStore, log: Log): ReadingSources {
  return new ReadingSources({ db, log, files, outbound, parser: new ParserProcess() });
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
  const queues = await db.inDirectory((tx) => tx.rows<{ queue: string; waiting: string; oldest_seconds: number; dead: string }>('SELECT * FROM backlog()'));
  const figures = (name: string) => queues.find(({ queue }) => queue === name) ?? { waiting: 0, oldest_seconds: 0, dead: 0 };
  const [inbox, deliveries] = [figures('inbox'), figures('deliveries')];
  metrics.inboxWaiting.set(Number(inbox.waiting));
  metrics.inboxOldestSeconds.set(inbox.oldest_seconds);
  metrics.inboxDead.set(Number(inbox.dead));
  metrics.deliveriesWaiting.set(Number(deliveries.waiting));
  metrics.deliveriesOldestSeconds.set(deliveries.oldest_seconds);
  metrics.deliveriesDead.set(Number(deliveries.dead));
}
