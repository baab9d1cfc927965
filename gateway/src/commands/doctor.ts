import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCapabilities } from '../channels/capabilities.ts';
import { type Config, readConfig } from '../config.ts';
import { SendFault } from '../deliveries/planned-delivery.ts';
import { assemble, type Deps, openDatabase } from '../deps.ts';
import { connectRedis } from '../live/connect-redis.ts';
import { createLog } from '../log.ts';
import { createAnthropicModel } from '../models/anthropic.ts';
import { createEmbeddingModel } from '../models/embedding-model.ts';
import type { LanguageModel } from '../models/language-model.ts';
import { createOpenAiModel } from '../models/openai.ts';
import { readVendorError } from '../models/read-vendor-error.ts';
import { createReranker } from '../models/reranker.ts';
import { listAllTenants, print } from './with-database.ts';

/** Tries everything the installation leans on and says what to do about what fails. Exit code 1 if anything does. */
export async function doctor(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog('silent');
  await check('settings', () => Promise.resolve(`port ${config.port}, public URL ${config.publicUrl}`));
  await check('database', async () => {
    const db = await openDatabase(config, log);
    try {
      const facts = await db.inDirectory((tx) =>
        tx.row<{ version: string; role: string; can_bypass: boolean }>(
          "SELECT current_setting('server_version') AS version, current_user AS role, (SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = session_user) AS can_bypass",
        ),
      );
      const advice =
        facts?.can_bypass && db.kind === 'server' ? '; the login itself may pass row-level security by: better give it neither SUPERUSER nor BYPASSRLS' : '';
      return `${db.kind}, PostgreSQL ${facts?.version}, working as ${facts?.role}${advice}`;
    } finally {
      await db.close();
    }
  });
  await check('redis', async () => {
    if (!config.redisUrl) return 'not set: limits and live answers stay within one process';
    (await connectRedis(config.redisUrl, log)).disconnect();
    return 'answers';
  });
  await checkModels(config);
  await checkChannels(config);
  await check('widget', () =>
    existsSync(join(import.meta.dirname, '..', '..', '..', 'widget', 'dist', 'widget.js'))
      ? Promise.resolve('built')
      : Promise.reject(new Error('not built; run: npm run build')),
  );
}

/** The installation's plugin, and the keys that tenants have given: the only way to know whether they are still good is to ask. */
async function checkChannels(config: Config): Promise<void> {
  // Sends nothing and answers nothing; what was assembled is only asked.
  const deps = await assemble(config, createLog('silent')).catch(() => undefined);
  // The database check has said why.
  if (!deps) return;
  try {
    const plugin = deps.crisp.clients.plugin;
    await check('crisp', async () => {
      if (!plugin) return 'no plugin set: tenants may use tokens of their own websites';
      await plugin.callPlugin('account', (api) => api.plugin.getConnectAccount());
      return `the plugin's token is good${config.crisp.hookSecrets.length > 0 ? '' : '; CRISP_HOOK_SECRET is not set, so plugin hooks are refused'}`;
    });
    for (const { id, slug, is_active } of await listAllTenants(deps.db)) if (is_active) await checkTenantChannels(deps, id, slug);
  } finally {
    await deps.close();
  }
}

async function checkTenantChannels(deps: Deps, tenantId: string, slug: string): Promise<void> {
  const tenant = await deps.tenants.get(tenantId);
  const channels = await deps.db.inTenant(tenantId, (tx) => readCapabilities(tx, tenant, deps.crisp.clients.plugin !== undefined));
  const { crisp, tidio } = channels;
  if (tenant.crisp_website_id) {
    await check(`crisp of ${slug}`, async () => {
      if (!crisp.is_installed && crisp.sends_with !== 'own') return 'the plugin was removed from the website; nothing is sent';
      const client = await deps.crisp.clients.of(tenant);
      if (!client) throw new Error('nothing to send with: set CRISP_PLUGIN_ID and CRISP_PLUGIN_KEY, or give a token of the website');
      await client.callPlugin('operators.list', (api) => api.website.listWebsiteOperators(tenant.crisp_website_id ?? ''));
      return `website ${tenant.crisp_website_id}, sends with ${crisp.sends_with === 'own' ? "the website's own token" : "the plugin's token"}`;
    });
  }
  const { flow, webhooks, tickets, bridge } = tidio.capabilities;
  if (!tenant.tidio_website_id && !flow && !webhooks && !tickets) return;
  await check(`tidio of ${slug}`, async () => {
    const able = `flow ${flow ? 'ready' : 'off'}, webhooks ${webhooks ? 'ready' : 'off'}, tickets ${tickets ? 'ready' : 'off'}, bridge ${bridge ? 'on' : 'off'}`;
    const client = await deps.tidio.clients.of(tenantId);
    if (!client) return able;
    try {
      await client.project();
      const wanted = tenant.settings.tidio.bot_operator_id;
      if (wanted === null) {
        const names = (await client.operators()).map((operator) => `${operator.id} (${operator.name ?? operator.email ?? 'no name'})`);
        return `${able}; for tickets choose an operator with "netia channel tidio --operator": ${names.join(', ')}`;
      }
      const isThere = (await client.operators()).some((operator) => operator.id === wanted);
      return isThere ? able : `${able}; but the operator ${wanted} is not among the project's: choose another with "netia channel tidio --operator"`;
    } catch (cause) {
      if (cause instanceof SendFault && cause.message.includes('403')) return `${able}; the plan has no API access, so tickets are off`;
      throw cause;
    }
  });
}

const SEARCH_MODEL_MS = 10_000;

async function checkSearchModels({ embedding, reranker }: Config): Promise<void> {
  await check('embedding', async () => {
    if (!embedding) return 'not set: texts are searched by their words';
    const model = createEmbeddingModel(embedding);
    try {
      const [vector] = await model.embed(['When do you open?'], { timeoutMs: SEARCH_MODEL_MS });
      return `${model.model} answers with ${vector?.length} dimensions`;
    } catch (error) {
      throw new Error(`${model.model}: ${readVendorError(error, false).kind}; check key, base URL and model name`, { cause: error });
    }
  });
  if (!reranker) return;
  await check('re-ranker', async () => {
    const faults: unknown[] = [];
    await createReranker(reranker, (fault) => faults.push(fault)).score('When do you open?', ['We open at nine.', 'We sell tea.']);
    if (faults.length > 0) throw faults[0];
    return 'answers';
  });
}

async function checkModels(config: Config): Promise<void> {
  await checkSearchModels(config);
  const models: LanguageModel[] = [
    ...(config.openai ? [createOpenAiModel(config.openai)] : []),
    ...(config.anthropic ? [createAnthropicModel(config.anthropic)] : []),
  ];
  if (models.length === 0) await check('models', () => Promise.resolve('no key set: answers are quotes of the sources'));
  for (const model of models) {
    await check(model.name, async () => {
      try {
        const stream = model.write({ system: 'Reply with the word ready.', user: 'Are you?', tokensMax: 50 }, AbortSignal.timeout(15_000));
        let next = await stream.next();
        while (!next.done) next = await stream.next();
        return `${model.model} answers`;
      } catch (error) {
        throw new Error(`${model.model}: ${readVendorError(error, false).kind}; check key, base URL and model name`, { cause: error });
      }
    });
  }
}

async function check(name: string, probe: () => Promise<string>): Promise<void> {
  try {
    print(`ok    ${name.padEnd(10)} ${await probe()}`);
  } catch (error) {
    process.exitCode = 1;
    print(`FAULT ${name.padEnd(10)} ${(error as Error).message}`);
  }
}
