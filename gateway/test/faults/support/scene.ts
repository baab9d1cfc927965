import { randomUUID } from 'node:crypto';
import { type FakeCrisp, FakeModels, makeLookAlikes, openTestDatabase, startFakeCrisp, type TestDatabase } from '@netia/testkit';
import { connectCrispWebsite } from '../../../src/channels/crisp/connection.ts';
import { addKnowledge } from '../../../src/knowledge/publish-knowledge.ts';
import { keepSecret } from '../../../src/tenants/channel-secrets.ts';
import { saveSettings } from '../../../src/tenants/settings.ts';
import { type Installation, type InstallationOptions, install } from './processes.ts';
import { answerAbout, CODE_WORDS, codesIn } from './webhook-sender.ts';

export const HOOK_SECRET = 'a-hook-secret-of-the-faults';
const NETIA_SECRET = 'faults'.repeat(8);

/** An installation of real processes, with both look-alike tenants in a played Crisp, and a played model that says what it answers. */
export interface FaultScene {
  installation: Installation;
  crisp: FakeCrisp;
  models: FakeModels;
  test: TestDatabase;
  websites: string[];
  close(): Promise<void>;
}

export async function startFaultScene(options: Omit<Partial<InstallationOptions>, 'databaseUrl'> = {}): Promise<FaultScene> {
  const test = await openTestDatabase();
  if (!test.url) throw new Error('several processes need a database server');
  const crisp = await startFakeCrisp();
  const models = await FakeModels.start();
  models.answer = (call) => {
    // Thousands of prompts are nobody's evidence here.
    models.calls.length = 0;
    const question = /<question>\n([\s\S]*?)\n<\/question>/.exec(call.user)?.[1] ?? '';
    return {
      text:
        codesIn(question)
          .map((code) => `${answerAbout(code)} [1].`)
          .join(' ') || 'NO ANSWER',
    };
  };
  const { a, b } = await makeLookAlikes(test.db);
  const websites: string[] = [];
  for (const { id, canary } of [a, b]) {
    const websiteId = randomUUID();
    websites.push(websiteId);
    await test.db.inTenant(id, async (tx) => {
      await addKnowledge(tx, id, {
        format: 'faq',
        title: 'Which code is open?',
        content: `Every code is open. The words of a code are ${CODE_WORDS.join(', ')}. ${canary}`,
      });
      await saveSettings(tx, id, 'budget', { model_calls_per_day: 1_000_000 });
      await connectCrispWebsite(tx, id, websiteId);
      // A token of the website's own has ten thousand calls a day; the plugin's would have five thousand for both.
      await keepSecret(tx, id, 'crisp_token', { identifier: randomUUID(), key: 'key' }, 'faults', NETIA_SECRET);
    });
  }
  const installation = await install({
    ...options,
    databaseUrl: test.url,
    environment: {
      NETIA_SECRET,
      CRISP_HOOK_SECRET: HOOK_SECRET,
      CRISP_BASE_URL: crisp.url,
      OPENAI_BASE_URL: models.openAiUrl,
      MODEL_CALLS_PER_DAY: '10000000',
      ...options.environment,
    },
  });
  return {
    installation,
    crisp,
    models,
    test,
    websites,
    close: async () => {
      await installation.close();
      await crisp.close();
      await models.close();
      await test.close();
    },
  };
}
