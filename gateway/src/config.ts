import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { StartError } from './errors.ts';
import type { S3Config } from './files/s3-files.ts';
import type { MailConfig } from './mail/mailer.ts';
import { type AllowedNetworks, readNetworks } from './outbound/public-address.ts';

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).transform((url) => url.replace(/\/+$/, ''));

/** What a model costs, in US dollars for a million tokens read and a million written; so in millionths of a dollar for one. */
export interface TokenPrice {
  in: number;
  out: number;
}

const tokenPrice = z
  .string()
  .regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/, 'must be two prices in US dollars for a million tokens, read and written, as 0.40/1.60')
  .transform((prices): TokenPrice => {
    const [read = 0, written = 0] = prices.split('/').map(Number);
    return { in: read, out: written };
  });

const wholeNumber = (byDefault: number, least: number, most: number) =>
  z.preprocess(
    (value) => (value === undefined || value === '' ? byDefault : value),
    z.coerce.number('must be a number').int('must be a whole number').min(least, `must be at least ${least}`).max(most, `must be at most ${most}`),
  );

const environmentSchema = z.object({
  PORT: z.preprocess(
    (value) => (value === undefined || value === '' ? 8787 : value),
    z.coerce.number('must be a port number').int().min(0, 'must be a port number').max(65_535, 'must be a port number'),
  ),
  /** Address to listen on. Loopback unless told otherwise: a demo should not be open to the network by accident. */
  HOST: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('127.0.0.1')),
  PUBLIC_URL: optional(httpUrl),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\//, 'must begin with redis://')),
  NETIA_DATA_DIR: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('.netia')),
  NETIA_SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  /** Proxies in front of the gateway whose X-Forwarded-For is believed. 0: none. */
  TRUSTED_PROXIES: z.preprocess((value) => (value === undefined || value === '' ? 0 : value), z.coerce.number('must be a number').int().min(0).max(10)),
  OPENAI_API_KEY: optional(z.string()),
  OPENAI_BASE_URL: optional(httpUrl),
  OPENAI_MODEL: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('gpt-4.1-mini')),
  /** Puts the cost of each answer into its receipt. */
  OPENAI_PRICE: optional(tokenPrice),
  /** Switches search by meaning on. */
  OPENAI_EMBEDDING_MODEL: optional(z.string()),
  /** Where embeddings come from, if not from OPENAI_BASE_URL. */
  EMBEDDING_BASE_URL: optional(httpUrl),
  EMBEDDING_API_KEY: optional(z.string()),
  /** Fewer than the model's own, for models that can be asked for that. */
  EMBEDDING_DIMENSIONS: optional(
    z.coerce.number('must be a number').int('must be a whole number').min(16, 'must be at least 16').max(4_096, 'must be at most 4096'),
  ),
  /** What the model gives a question and a text that have nothing in common, and a question and its answer: two cosines. */
  EMBEDDING_SCALE: z.preprocess(
    (value) => (value === undefined || value === '' ? '0.22-0.72' : value),
    z
      .string()
      .regex(/^(?:0|0?\.\d+)-(?:1|[01]?\.\d+)$/, 'must be two figures between 0 and 1, as 0.22-0.72')
      .transform((scale) => {
        const [unlike = 0, alike = 1] = scale.split('-').map(Number);
        return { unlike, alike };
      })
      .refine(({ unlike, alike }) => unlike < alike, 'must begin with the smaller figure'),
  ),
  /** An endpoint that orders texts by how well they answer: Jina's, Cohere's, Voyage's, or a server of one's own that imitates them. */
  RERANK_URL: optional(httpUrl),
  RERANK_MODEL: optional(z.string()),
  RERANK_API_KEY: optional(z.string()),
  ANTHROPIC_API_KEY: optional(z.string()),
  ANTHROPIC_BASE_URL: optional(httpUrl),
  ANTHROPIC_MODEL: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('claude-haiku-4-5')),
  ANTHROPIC_PRICE: optional(tokenPrice),
  /** Model calls per day over all tenants; the platform's own worst bill. */
  MODEL_CALLS_PER_DAY: z.preprocess((value) => (value === undefined || value === '' ? 50_000 : value), z.coerce.number('must be a number').int().min(0)),
  /** The plugin's token: its identifier and its key, as Crisp's Marketplace shows them. */
  CRISP_PLUGIN_ID: optional(z.string()),
  CRISP_PLUGIN_KEY: optional(z.string()),
  /** Several, with commas between them, while one is being exchanged for another. */
  CRISP_HOOK_SECRET: optional(
    z.string().transform((secrets) =>
      secrets
        .split(',')
        .map((secret) => secret.trim())
        .filter(Boolean),
    ),
  ),
  /** How old a signed hook may be. Whether Crisp stamps retries anew is not documented. */
  CRISP_HOOK_MAX_AGE_SECONDS: wholeNumber(300, 10, 86_400),
  /** Calls a day that Crisp allows the plugin, for all tenants together; it allows more on request. */
  CRISP_CALLS_PER_DAY: wholeNumber(5_000, 100, 10_000_000),
  CRISP_BASE_URL: optional(httpUrl),
  /** Tidio retries for nearly five hours; whether it stamps retries anew is not documented. */
  TIDIO_HOOK_MAX_AGE_SECONDS: wholeNumber(21_600, 10, 604_800),
  TIDIO_BASE_URL: optional(httpUrl),
  /** Networks besides the public internet whose sites tenants may have read, as 10.1.0.0/16, with commas between them. */
  CRAWL_NETWORKS: z.preprocess(
    (value) => value ?? '',
    z.string().transform((list, context) => {
      try {
        return readNetworks(
          list
            .split(',')
            .map((network) => network.trim())
            .filter(Boolean),
        );
      } catch {
        context.addIssue('must be networks such as 10.1.0.0/16, with commas between them');
        return z.NEVER;
      }
    }),
  ),
  /** A bucket of any store that speaks S3, for tenants' files. Without it, a folder in NETIA_DATA_DIR, which all processes must share. */
  FILES_S3_URL: optional(httpUrl),
  FILES_S3_REGION: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('us-east-1')),
  FILES_S3_KEY_ID: optional(z.string()),
  FILES_S3_SECRET: optional(z.string()),
  /** A mail server, for invitations and new passwords. Without it, links are shown to be passed on. */
  SMTP_URL: optional(z.string().regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')),
  /** Whom its mails are from. */
  MAIL_FROM: optional(z.string().regex(/^[^\r\n]*\S+@\S+$/, 'must be an address, as Netia <netia@example.com>')),
  /** Whether a process gives an answer that a model has written again to the same question under the same knowledge, for some hours. */
  REMEMBER_ANSWERS: z.preprocess((value) => (value === undefined || value === '' ? '1' : value), z.enum(['0', '1'], 'must be 0 or 1')),
  /** Answers to webhooks that one process works on at the same time. 0: this process only takes them in and leaves the answers to workers. */
  TURNS_AT_ONCE: wholeNumber(32, 0, 1_000),
  /** Where a worker answers /healthz, /readyz and /metrics. Without it, nowhere: beside a gateway on one machine the port would be taken. */
  WORKER_PORT: optional(z.coerce.number('must be a port number').int().min(0, 'must be a port number').max(65_535, 'must be a port number')),
  LOG_LEVEL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be one of fatal, error, warn, info, debug, trace, silent').default('info'),
  ),
  /** Makes the demo tenant and serves its shop page at /. */
  NETIA_DEMO: z.preprocess((value) => (value === undefined || value === '' ? undefined : value), z.enum(['0', '1'], 'must be 0 or 1').optional()),
});

export interface Config {
  port: number;
  host: string;
  publicUrl: string;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  dataDir: string;
  secret: string;
  trustedProxies: number;
  openai: ModelConfig | undefined;
  anthropic: ModelConfig | undefined;
  /** Undefined: the search is by words alone. */
  embedding: EmbeddingConfig | undefined;
  reranker: RerankerConfig | undefined;
  modelCallsPerDay: number;
  crisp: {
    /** The installation's plugin; undefined: none, tenants may bring tokens of their own websites. */
    plugin: { identifier: string; key: string } | undefined;
    hookSecrets: string[];
    hookMaxAgeMs: number;
    pluginCallsPerDay: number;
    baseUrl: string | undefined;
  };
  tidio: { hookMaxAgeMs: number; baseUrl: string | undefined };
  crawlNetworks: AllowedNetworks;
  /** Undefined: files lie on disk. */
  filesS3: S3Config | undefined;
  /** Undefined: no mail is sent. */
  mail: MailConfig | undefined;
  remembersAnswers: boolean;
  turnsAtOnce: number;
  workerPort: number | undefined;
  logLevel: string;
  isDemo: boolean;
}

export interface EmbeddingConfig {
  apiKey: string;
  baseUrl: string | undefined;
  model: string;
  dimensions: number | undefined;
  scale: { unlike: number; alike: number };
}

export interface RerankerConfig {
  url: string;
  model: string | undefined;
  apiKey: string | undefined;
}

export interface ModelConfig {
  apiKey: string;
  baseUrl: string | undefined;
  model: string;
  /** Undefined: nobody has said. */
  price?: TokenPrice | undefined;
}

/**
 * Reads the settings once, for everybody.
 * @throws {StartError} naming every bad setting at once.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = environmentSchema.safeParse(environment);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  const isEmbedded = !environment['DATABASE_URL'];
  if (!isEmbedded && !environment['NETIA_SECRET'])
    faults.push('NETIA_SECRET is required with DATABASE_URL: give at least 32 random characters, the same for every process');
  const { CRISP_PLUGIN_ID: pluginId, CRISP_PLUGIN_KEY: pluginKey } = environment;
  if (Boolean(pluginId) !== Boolean(pluginKey)) faults.push('CRISP_PLUGIN_ID and CRISP_PLUGIN_KEY belong together: give both or neither');
  const { FILES_S3_URL: s3Url, FILES_S3_KEY_ID: s3KeyId, FILES_S3_SECRET: s3Secret } = environment;
  if (s3Url && !(s3KeyId && s3Secret)) faults.push('FILES_S3_URL needs FILES_S3_KEY_ID and FILES_S3_SECRET');
  const { SMTP_URL: smtpUrl, MAIL_FROM: mailFrom } = environment;
  if (Boolean(smtpUrl) !== Boolean(mailFrom)) faults.push('SMTP_URL and MAIL_FROM belong together: give both or neither');
  const { OPENAI_EMBEDDING_MODEL: embeddingModel, OPENAI_API_KEY: openAiKey, EMBEDDING_API_KEY: embeddingKey } = environment;
  if (embeddingModel && !(openAiKey || embeddingKey || environment['OPENAI_BASE_URL'] || environment['EMBEDDING_BASE_URL']))
    faults.push('OPENAI_EMBEDDING_MODEL needs a key (OPENAI_API_KEY or EMBEDDING_API_KEY) or a server of its own (EMBEDDING_BASE_URL)');
  if (!parsed.success || faults.length > 0) throw new StartError(`Settings to correct:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);

  const settings = parsed.data;
  const dataDir = resolve(settings.NETIA_DATA_DIR);
  const model = (key: string | undefined, baseUrl: string | undefined, name: string, price: TokenPrice | undefined): ModelConfig | undefined => {
    // A server of one's own often wants no key; its base URL alone switches the model on.
    if (!key && !baseUrl) return undefined;
    return { apiKey: key ?? 'none', baseUrl, model: name, price };
  };
  return Object.freeze({
    port: settings.PORT,
    host: settings.HOST,
    publicUrl: settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`,
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    dataDir,
    secret: settings.NETIA_SECRET ?? ownSecret(dataDir),
    trustedProxies: settings.TRUSTED_PROXIES,
    openai: model(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODEL, settings.OPENAI_PRICE),
    anthropic: model(settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_MODEL, settings.ANTHROPIC_PRICE),
    embedding: settings.OPENAI_EMBEDDING_MODEL
      ? {
          // A key goes only where it belongs: with a server of its own comes a key of its own.
          apiKey: settings.EMBEDDING_API_KEY ?? (settings.EMBEDDING_BASE_URL ? 'none' : (settings.OPENAI_API_KEY ?? 'none')),
          baseUrl: settings.EMBEDDING_BASE_URL ?? settings.OPENAI_BASE_URL,
          model: settings.OPENAI_EMBEDDING_MODEL,
          dimensions: settings.EMBEDDING_DIMENSIONS,
          scale: settings.EMBEDDING_SCALE,
        }
      : undefined,
    reranker: settings.RERANK_URL ? { url: settings.RERANK_URL, model: settings.RERANK_MODEL, apiKey: settings.RERANK_API_KEY } : undefined,
    modelCallsPerDay: settings.MODEL_CALLS_PER_DAY,
    crisp: {
      plugin: settings.CRISP_PLUGIN_ID && settings.CRISP_PLUGIN_KEY ? { identifier: settings.CRISP_PLUGIN_ID, key: settings.CRISP_PLUGIN_KEY } : undefined,
      hookSecrets: settings.CRISP_HOOK_SECRET ?? [],
      hookMaxAgeMs: settings.CRISP_HOOK_MAX_AGE_SECONDS * 1_000,
      pluginCallsPerDay: settings.CRISP_CALLS_PER_DAY,
      baseUrl: settings.CRISP_BASE_URL,
    },
    tidio: { hookMaxAgeMs: settings.TIDIO_HOOK_MAX_AGE_SECONDS * 1_000, baseUrl: settings.TIDIO_BASE_URL },
    crawlNetworks: settings.CRAWL_NETWORKS,
    filesS3:
      settings.FILES_S3_URL && settings.FILES_S3_KEY_ID && settings.FILES_S3_SECRET
        ? { url: settings.FILES_S3_URL, region: settings.FILES_S3_REGION, keyId: settings.FILES_S3_KEY_ID, secret: settings.FILES_S3_SECRET }
        : undefined,
    mail: settings.SMTP_URL && settings.MAIL_FROM ? { url: settings.SMTP_URL, from: settings.MAIL_FROM } : undefined,
    remembersAnswers: settings.REMEMBER_ANSWERS === '1',
    turnsAtOnce: settings.TURNS_AT_ONCE,
    workerPort: settings.WORKER_PORT,
    logLevel: settings.LOG_LEVEL,
    isDemo: settings.NETIA_DEMO ? settings.NETIA_DEMO === '1' : isEmbedded,
  });
}

/** The secret of an embedded installation: made once, readable by its owner only. */
function ownSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}
