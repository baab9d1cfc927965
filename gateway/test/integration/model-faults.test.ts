import { type Answer, FakeModels, type ModelCall } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** whatever a vendor does, the visitor gets an answer or an honest word, and nobody is billed twice for it. */
let models: FakeModels;
const SENTENCE = 'You have 30 days to return anything [1].';
const VENDORS = ['openai', 'anthropic'] as const;

beforeAll(async () => {
  models = await FakeModels.start();
  // Loading an SDK for the first time takes longer than the short time limits of these tests.
  await Promise.all([import('openai'), import('@anthropic-ai/sdk')]);
});
afterAll(() => models.close());
beforeEach(() => {
  models.calls.length = 0;
});

const LIMITS = { firstTextMs: 400, stallMs: 400, restMs: 1_000, faultsMax: 3 };

async function withGateway<T>(
  vendors: readonly ('openai' | 'anthropic')[],
  work: (gateway: TestGateway) => Promise<T>,
  more: { environment?: NodeJS.ProcessEnv; limits?: object } = {},
): Promise<T> {
  const gateway = await startGateway({
    environment: {
      ...(vendors.includes('openai') ? { OPENAI_BASE_URL: models.openAiUrl, OPENAI_API_KEY: 'sk-planted-openai-key' } : {}),
      ...(vendors.includes('anthropic') ? { ANTHROPIC_BASE_URL: models.anthropicUrl, ANTHROPIC_API_KEY: 'sk-planted-anthropic-key' } : {}),
      ...more.environment,
    },
    modelLimits: { ...LIMITS, ...more.limits },
  });
  try {
    for (const tenant of [gateway.tenants.a, gateway.tenants.b])
      await gateway.know(tenant.id, {
        format: 'faq',
        title: 'How long can I return something?',
        content: 'You have 30 days to return anything. Returning is free.',
      });
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

const stored = (gateway: TestGateway, conversationId: string) =>
  gateway.inTenant(gateway.tenants.a.id, (tx) =>
    tx.row<{
      content: string;
      status: string;
      model: string;
      tokens_in: number;
      tokens_out: number;
      receipt: { passed_over: { answerer: string; reason: string }[] };
    }>("SELECT content, status, model, tokens_in, tokens_out, metadata->'receipt' AS receipt FROM messages WHERE conversation_id = $1 AND sender_type = 'ai'", [
      conversationId,
    ]),
  );

describe.each(VENDORS)('%s, through its own SDK', (vendor) => {
  it('streams an answer whose sentences were checked, with its tokens recorded', async () => {
    models.answer = () => ({ text: `${SENTENCE} You will also get 500 euros [1].` });
    await withGateway([vendor], async (gateway) => {
      const visitor = await gateway.visitor();
      const answer = await visitor.ask('How long can I return something?');
      expect(answer.text).toBe('You have 30 days to return anything.');
      expect(await stored(gateway, visitor.conversationId)).toMatchObject({
        model: vendor === 'openai' ? 'gpt-4.1-mini' : 'claude-haiku-4-5',
        tokens_in: 100,
        tokens_out: expect.any(Number),
        status: 'complete',
      });
      const usage = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.rows('SELECT purpose, tokens_in FROM usage_logs'));
      expect(usage).toEqual([{ purpose: 'answer', tokens_in: 100 }]);
      expect(models.calls[0]?.headers['authorization'] ?? models.calls[0]?.headers['x-api-key']).toContain(`planted-${vendor}-key`);
    });
  });

  it.each([
    [{ [`${vendor.toUpperCase()}_PRICE`]: '0.40/1.60' }, (tokensOut: number) => 40 + Math.round(1.6 * tokensOut)],
    [{}, () => null],
  ])('with the prices %o the receipt says what the answer cost', async (prices, cost) => {
    models.answer = () => ({ text: SENTENCE });
    await withGateway(
      [vendor],
      async (gateway) => {
        const visitor = await gateway.visitor();
        await visitor.ask('How long can I return something?');
        const { tokens_out: tokensOut, receipt } = (await stored(gateway, visitor.conversationId)) ?? {};
        expect(tokensOut).toBeGreaterThan(0);
        expect(receipt).toMatchObject({ tokens: { in: 100, out: tokensOut }, cost_micros: cost(tokensOut ?? 0) });
      },
      { environment: prices },
    );
  });

  const FAULTS: [string, Answer, { calls: number; reason: string }][] = [
    ['429 with Retry-After', { fault: 'status', status: 429, headers: { 'retry-after': '1' } }, { calls: 2, reason: 'rate_limited' }],
    ['429 that wants too long a wait', { fault: 'status', status: 429, headers: { 'retry-after': '60' } }, { calls: 1, reason: 'rate_limited' }],
    ['500', { fault: 'status', status: 500 }, { calls: 2, reason: 'overloaded' }],
    [
      '529',
      { fault: 'status', status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
      { calls: 2, reason: 'overloaded' },
    ],
    ['401', { fault: 'status', status: 401 }, { calls: 1, reason: 'auth' }],
    ['402', { fault: 'status', status: 402 }, { calls: 1, reason: 'auth' }],
    ['400', { fault: 'status', status: 400 }, { calls: 1, reason: 'refused' }],
    ['no first byte', { fault: 'hang' }, { calls: 1, reason: 'timeout' }],
    ['an HTML page', { fault: 'html' }, { calls: 2, reason: 'broken_stream' }],
    ['an error event before any text', { fault: 'error-event', text: '' }, { calls: 2, reason: 'overloaded' }],
    ['a cut before any text', { fault: 'cut', text: '' }, { calls: 2, reason: 'unreachable' }],
    [
      'a broken chunk before any text',
      { fault: 'broken-chunk', text: '' },
      { calls: 2, reason: expect.stringMatching(/broken_stream|unreachable/) as unknown as string },
    ],
  ];
  it.each(FAULTS)('%s: at most two tries, then the sources are quoted', async (_name, fault, expected) => {
    models.answer = () => fault;
    await withGateway([vendor], async (gateway) => {
      const visitor = await gateway.visitor();
      const answer = await visitor.ask('How long can I return something?');
      expect(answer.verdict).toBe('answered');
      expect(answer.text).toContain('You have 30 days to return anything.');
      expect(models.calls).toHaveLength(expected.calls);
      expect(await stored(gateway, visitor.conversationId)).toMatchObject({
        status: 'complete',
        model: 'extractive',
        receipt: { passed_over: [{ answerer: vendor, reason: expected.reason }] },
      });
    });
  });

  it('that cannot be reached: the sources are quoted', async () => {
    await withGateway(
      [vendor],
      async (gateway) => {
        expect((await (await gateway.visitor()).ask('How long can I return something?')).verdict).toBe('answered');
      },
      { environment: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', [`${vendor.toUpperCase()}_API_KEY`]: 'x' } },
    );
    expect(models.calls).toHaveLength(0);
  });

  it.each([
    ['a stall', { fault: 'stall', text: `${SENTENCE} Returning is` }],
    ['an error event', { fault: 'error-event', text: `${SENTENCE} Returning is` }],
    ['a cut', { fault: 'cut', text: `${SENTENCE} Returning is` }],
    ['an end without its mark', { fault: 'no-end-mark', text: `${SENTENCE} Returning is` }],
    ['a broken chunk', { fault: 'broken-chunk', text: `${SENTENCE} Returning is` }],
  ] as [string, Answer][])('%s after visible text: what was shown stays, is stored as partial, and is not asked again', async (_name, fault) => {
    models.answer = () => fault;
    await withGateway([vendor], async (gateway) => {
      const visitor = await gateway.visitor();
      const answer = await visitor.ask('How long can I return something?');
      expect(answer.text).toMatch(/^You have 30 days to return anything\.\n\nSomething went wrong/);
      expect(answer.text).not.toContain('Returning is');
      expect(answer.parts.at(-1)?.part).toMatchObject({ type: 'answer-end', status: 'partial' });
      expect(models.calls).toHaveLength(1);
      expect(await stored(gateway, visitor.conversationId)).toMatchObject({ status: 'partial', content: answer.text });
    });
  });
});

describe('two models', () => {
  it("in the tenant's order: the second answers when the first fails, the third never hears of it", async () => {
    models.answer = (call: ModelCall) => (call.vendor === 'anthropic' ? { fault: 'status', status: 500 } : { text: SENTENCE });
    await withGateway(VENDORS, async (gateway) => {
      await gateway.settings(gateway.tenants.a.id, 'ai', { answerers: ['anthropic', 'openai', 'extractive'] });
      const visitor = await gateway.visitor();
      expect((await visitor.ask('How long can I return something?')).text).toBe('You have 30 days to return anything.');
      expect(models.calls.map((call) => call.vendor)).toEqual(['anthropic', 'anthropic', 'openai']);
    });
  });

  it('are passed over when the tenant wants quotes only', async () => {
    await withGateway(VENDORS, async (gateway) => {
      await gateway.settings(gateway.tenants.a.id, 'ai', { answerers: ['extractive'] });
      expect((await (await gateway.visitor()).ask('How long can I return something?')).verdict).toBe('answered');
      expect(models.calls).toHaveLength(0);
    });
  });
});

describe('a model that keeps failing', () => {
  it('is left alone: calls stay within 1.2 of the messages, and one probe brings it back', async () => {
    models.answer = () => ({ fault: 'status', status: 500 });
    await withGateway(['openai'], async (gateway) => {
      for (let i = 0; i < 20; i++) expect((await (await gateway.visitor()).ask('How long can I return something?')).verdict).toBe('answered');
      expect(models.calls.length).toBeLessThanOrEqual(24);
      expect(models.calls.length).toBeLessThan(8);
      models.answer = () => ({ text: SENTENCE });
      await expect
        .poll(async () => (await (await gateway.visitor()).ask('How long can I return something?')).text, { timeout: 5_000 })
        .toBe('You have 30 days to return anything.');
    });
  });
});

describe('a model that says it has no answer', () => {
  it.each(['NO ANSWER', 'NO ANSWER.', '  NO ANSWER [1]'])('%j: the visitor is told so and offered a person', async (text) => {
    models.answer = () => ({ text });
    await withGateway(['openai'], async (gateway) => {
      const answer = await (await gateway.visitor()).ask('How long can I return something?');
      expect(answer.verdict).toBe('abstained');
      expect(answer.text).not.toContain('NO ANSWER');
    });
  });
});

describe('a model that only makes things up', () => {
  it('is not shown: the visitor is told that there is no answer', async () => {
    models.answer = () => ({
      text: 'You have 90 days [1]. Call +49 30 9999999 [1]. Ask Mister Wellington [1]. See https://evil.invalid/x [1]. Bananas grow on distant mountains every spring [7].',
    });
    await withGateway(['openai'], async (gateway) => {
      const visitor = await gateway.visitor();
      expect((await visitor.ask('How long can I return something?')).verdict).toBe('abstained');
      const receipt = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
        tx.row<{ outcomes: string[] }>(
          "SELECT array(SELECT s->>'outcome' FROM jsonb_array_elements(metadata->'receipt'->'sentences') s) AS outcomes FROM messages WHERE sender_type = 'ai'",
        ),
      );
      const refused = ['number_not_in_source', 'number_not_in_source', 'name_not_in_source', 'link_not_in_source', 'unknown_source'];
      // It is asked twice, and not a third time.
      expect(receipt?.outcomes).toEqual([...refused, ...refused]);
      expect(models.calls).toHaveLength(2);
    });
  });

  it('hears which sentences no source bears, and what it writes then is shown', async () => {
    models.answer = (call) => ({ text: call.user.includes('<refused>') ? 'You have 30 days to return anything [1].' : 'You have 90 days [1].' });
    await withGateway(['openai'], async (gateway) => {
      const answer = await (await gateway.visitor()).ask('How long can I return something?');
      expect(answer).toMatchObject({ verdict: 'answered', text: expect.stringContaining('30 days') });
      expect(answer.text).not.toContain('90');
      expect(models.calls[1]?.user).toContain('<refused>\nYou have 90 days');
    });
  });

  it('that has shown a true sentence is not asked again for a false one', async () => {
    models.answer = () => ({ text: 'You have 30 days to return anything [1]. You have 90 days in Norway [1].' });
    await withGateway(['openai'], async (gateway) => {
      const answer = await (await gateway.visitor()).ask('How long can I return something?');
      expect(answer.text).toContain('30 days');
      expect(answer.text).not.toContain('90');
      expect(models.calls).toHaveLength(1);
    });
  });
});

describe('no secret', () => {
  it('stands in the log, whatever fails (K-1)', async () => {
    models.answer = (call) => ({
      fault: 'status',
      status: 401,
      body: { error: { type: 'authentication_error', message: `Incorrect API key provided: ${call.headers['authorization']}` } },
    });
    await withGateway(VENDORS, async (gateway) => {
      await (await gateway.visitor()).ask('How long can I return something? secret-word@visitor.invalid');
      const log = gateway.logLines.join('\n');
      expect(log).toContain('refuses our key');
      expect(log).not.toMatch(/planted|secret-word/);
    });
  });
});
