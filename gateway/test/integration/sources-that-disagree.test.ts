import { FakeModels } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let models: FakeModels;

beforeAll(async () => {
  models = await FakeModels.start();
  gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  const { a, b } = gateway.tenants;
  await gateway.know(
    a.id,
    { title: 'Returns', url: 'https://shop.invalid/returns', content: 'Returns are accepted within 30 days of the purchase.' },
    { title: 'Terms of sale', url: 'https://shop.invalid/terms', content: 'Returns are accepted within 14 days of the purchase.' },
    { title: 'Standard delivery', content: 'Delivery takes 3 days.' },
    { title: 'Express delivery', content: 'Delivery takes 1 day.' },
    { format: 'faq', title: 'What does a mug cost?', content: 'A mug costs 8 euros.' },
    { format: 'faq', title: 'Prices', content: 'A mug costs 8 EUR, a large mug costs 11 EUR.' },
  );
  // The other tenant says the one thing only.
  await gateway.know(b.id, { title: 'Returns', content: 'Returns are accepted within 30 days of the purchase.' });
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});

const ask = async (question: string, tenant = gateway.tenants.a) => (await gateway.visitor(tenant)).ask(question);

describe.each(['extractive', 'openai'] as const)('answered by %s, two texts of one tenant', (answerer) => {
  beforeAll(async () => {
    for (const { id } of [gateway.tenants.a, gateway.tenants.b]) {
      await gateway.settings(id, 'ai', { answerers: [answerer] });
      gateway.deps.tenants.forget(id);
    }
    models.answer = (call) => {
      const n = /<passage n="(\d)"[^>]*>\n(?:Returns are accepted|Delivery takes|A mug)/.exec(call.user)?.[1];
      const said = new RegExp(`<passage n="${n}"[^>]*>\\n([^\\n]*)`).exec(call.user)?.[1];
      return { text: `${said?.replace(/\.$/, '')} [${n}].` };
    };
  });

  it('that say different things of the same are both shown, each with its source', async () => {
    const { text, parts } = await ask('Within how many days are returns accepted?');
    expect(text).toContain('does not agree on this');
    expect(text).toContain('30 days');
    expect(text).toContain('14 days');
    expect(parts.flatMap(({ part }) => (part.type === 'citation' ? [part.citation.url] : [])).sort()).toEqual([
      'https://shop.invalid/returns',
      'https://shop.invalid/terms',
    ]);
    const receipt = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.row<{ said: string[] }>(
        `SELECT metadata->'receipt'->'contradiction'->'said' AS said FROM messages WHERE sender_type = 'ai' ORDER BY timestamp DESC LIMIT 1`,
      ),
    );
    expect(receipt?.said).toHaveLength(2);
  });

  it.each(['How long does delivery take?', 'What does a mug cost?'])(
    'that speak of different things, or say the same, do not disagree: %s',
    async (question) => {
      const { text, verdict } = await ask(question);
      expect(verdict).toBe('answered');
      expect(text).not.toContain('does not agree');
    },
  );

  it('of two tenants are not compared', async () => {
    expect((await ask('Within how many days are returns accepted?', gateway.tenants.b)).text).not.toContain('does not agree');
  });
});
