import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transaction } from '@netia/db';
import type { SettingsType } from '@netia/protocol';
import { type LookAlikes, makeLookAlikes, openTestDatabase, type TestDatabase } from '@netia/testkit';
import { Redis } from 'ioredis';
import { createApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { connectParts, createOutbound, createReading, type Deps } from '../../src/deps.ts';
import { diskFiles } from '../../src/files/disk-files.ts';
import { createHttpServer } from '../../src/http/http-server.ts';
import { addKnowledge, type KnowledgeInput } from '../../src/knowledge/publish-knowledge.ts';
import { LocalLive } from '../../src/live/live.ts';
import { RedisLive } from '../../src/live/redis-live.ts';
import { createLog } from '../../src/log.ts';
import { Mailer } from '../../src/mail/mailer.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createAnthropicModel } from '../../src/models/anthropic.ts';
import { GuardedModels, MODEL_LIMITS, type ModelLimits } from '../../src/models/guarded-models.ts';
import { createOpenAiModel } from '../../src/models/openai.ts';
import { Retention } from '../../src/privacy/retention.ts';
import { createApiKey, SCOPES, type Scope } from '../../src/tenants/api-keys.ts';
import { Limits } from '../../src/tenants/limits.ts';
import { saveSettings } from '../../src/tenants/settings.ts';
import { SendingWebhooks } from '../../src/webhooks/sending-webhooks.ts';
import { WidgetClient } from './widget-client.ts';

export interface TestGateway {
  url: string;
  deps: Deps;
  test: TestDatabase;
  tenants: LookAlikes;
  /** The log lines written so far. */
  logLines: string[];
  /** Where the files that tenants give are kept. */
  filesFolder: string;
  inTenant<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  know(tenantId: string, ...entries: (Partial<KnowledgeInput> & { content: string })[]): Promise<string[]>;
  key(tenantId: string, scopes?: readonly Scope[], options?: { expiresAt?: Date; rateLimit?: number }): Promise<string>;
  settings(tenantId: string, type: SettingsType, data: object): Promise<void>;
  visitor(tenant?: { websiteId: string }, origin?: string): Promise<WidgetClient>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  environment?: NodeJS.ProcessEnv;
  modelLimits?: Partial<ModelLimits>;
  logLevel?: string;
  /** Shares the database of another gateway: a second process, as far as the database can tell. */
  beside?: TestGateway;
  withSweep?: boolean;
  poolSize?: number;
  /** Tests ask from one address; few of them are about guessing. */
  badCredentialsPerMinute?: number;
}

/** A gateway on a port of its own over a cloned database, with two look-alike tenants. The same parts as `assemble` puts together. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const test = options.beside?.test ?? (await openTestDatabase(options.poolSize ? { poolSize: options.poolSize } : {}));
  const logLines: string[] = [];
  const log = createLog(options.logLevel ?? 'debug', { write: (line) => void logLines.push(line) });
  const config: Config = {
    // Most tests ask the same question again and again and want it answered anew.
    ...readConfig({ NETIA_SECRET: 'x'.repeat(40), NETIA_DEMO: '0', PORT: '0', REMEMBER_ANSWERS: '0', ...options.environment }),
    publicUrl: 'http://gateway.invalid',
  };
  const redis = process.env['TEST_REDIS_URL']
    ? new Redis(process.env['TEST_REDIS_URL'], {
        lazyConnect: true,
        // Gateways of other test files use the same server.
        keyPrefix: `test-${randomUUID()}:`,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 1,
        commandTimeout: 1_000,
      })
    : undefined;
  redis?.on('error', () => {});
  await redis?.connect();
  const { db } = test;
  const metrics = createMetrics();
  const live = redis ? new RedisLive(redis, log) : new LocalLive();
  const limits = new Limits(redis, metrics, { modelCallsPerDay: config.modelCallsPerDay, badCredentialsPerMinute: options.badCredentialsPerMinute ?? 1_000 });
  const models = [...(config.openai ? [createOpenAiModel(config.openai)] : []), ...(config.anthropic ? [createAnthropicModel(config.anthropic)] : [])];
  const guard = new GuardedModels(models, metrics, log, { ...MODEL_LIMITS, ...options.modelLimits });
  const base = { config, log, db, limits, live, metrics, models };
  const folder = mkdtempSync(join(tmpdir(), 'netia-gateway-'));
  const filesFolder = join(folder, 'files');
  const files = diskFiles(filesFolder);
  const outbound = createOutbound(config);
  const reading = createReading(outbound, db, files, log);
  const webhooks = new SendingWebhooks({ db, log, outbound, metrics, secret: config.secret });
  const deps: Deps = {
    ...base,
    files,
    mailer: config.mail && new Mailer(config.mail, log, metrics),
    outbound,
    reading,
    webhooks,
    retention: new Retention(db, files, log),
    ...connectParts({ ...base, guard }),
    close: () => Promise.resolve(),
  };
  const { answering, delivering, tenants } = deps;
  if (options.withSweep) {
    answering.startSweep();
    delivering.startSweep();
    reading.startSweep();
    webhooks.startSweep();
    deps.embedder?.startSweep();
  }
  const server = await new Promise<Server>((resolve) => {
    const listening = createHttpServer(createApp(deps)).listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lookAlikes = options.beside?.tenants ?? (await makeLookAlikes(db));
  return {
    url,
    deps,
    test,
    tenants: lookAlikes,
    logLines,
    filesFolder,
    inTenant: (tenantId, work) => db.inTenant(tenantId, work),
    know: async (tenantId, ...entries) => {
      const ids: string[] = [];
      for (const entry of entries) ids.push((await db.inTenant(tenantId, (tx) => addKnowledge(tx, tenantId, { format: 'markdown', title: '', ...entry }))).id);
      return ids;
    },
    key: async (tenantId, scopes = SCOPES, more = {}) =>
      (await db.inTenant(tenantId, (tx) => createApiKey(tx, tenantId, { name: 'test', scopes, createdBy: 'test', ...more }))).key,
    settings: async (tenantId, type, data) => {
      await db.inTenant(tenantId, (tx) => saveSettings(tx, tenantId, type, data));
      tenants.forget(tenantId);
    },
    visitor: async (tenant = lookAlikes.a, origin) => WidgetClient.begin(url, tenant.websiteId, origin),
    close: async () => {
      await webhooks.stop();
      await Promise.all([reading.stop(), deps.embedder?.stop()]);
      rmSync(folder, { recursive: true, force: true });
      await answering.stop(3_000);
      await delivering.stop(3_000);
      deps.streams.endAll();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await live.close();
      redis?.disconnect();
      if (!options.beside) await test.close();
    },
  };
}

/** A text that is nobody's, for ids that must be unknown. */
export const unknownId = (): string => randomUUID();
