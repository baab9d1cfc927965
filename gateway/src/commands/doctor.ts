import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../deps.ts';
import { connectRedis } from '../live/connect-redis.ts';
import { createLog } from '../log.ts';
import { createAnthropicModel } from '../models/anthropic.ts';
import type { LanguageModel } from '../models/language-model.ts';
import { createOpenAiModel } from '../models/openai.ts';
import { readVendorError } from '../models/read-vendor-error.ts';
import { print } from './with-database.ts';

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
  await check('widget', () =>
    existsSync(join(import.meta.dirname, '..', '..', '..', 'widget', 'dist', 'widget.js'))
      ? Promise.resolve('built')
      : Promise.reject(new Error('not built; run: npm run build')),
  );
}

async function checkModels(config: Config): Promise<void> {
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
