import { FakeModels } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** L-2: the worst bill is known in advance. Judged by what the model double received. */
let gateway: TestGateway;
let models: FakeModels;
beforeAll(async () => {
  models = await FakeModels.start();
  models.answer = () => ({ text: 'We open at nine [1].', betweenMs: 5 });
  gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'When do you open?', content: 'We open at nine.' });
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});
beforeEach(() => {
  models.calls.length = 0;
});

describe('a visitor', () => {
  it('who sends 500 messages has as many answered as the tenant allows, and is told when to come back', async () => {
    await gateway.settings(gateway.tenants.a.id, 'budget', { messages_per_visitor_per_hour: 7 });
    const visitor = await gateway.visitor();
    const statuses: number[] = [];
    let refusal: { status: number; retryAfter: string | null; body: string } | undefined;
    for (let i = 0; i < 500; i += 25) {
      const batch = await Promise.all(
        Array.from({ length: 25 }, (_, n) => visitor.request('messages', { client_message_id: `message-${i + n}`, text: 'When do you open?' })),
      );
      for (const response of batch) {
        statuses.push(response.status);
        const body = await response.text();
        if (response.status === 429) refusal = { status: 429, retryAfter: response.headers.get('retry-after'), body };
      }
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(models.calls.length).toBeLessThanOrEqual(7);
    expect(Number(refusal?.retryAfter)).toBeGreaterThan(0);
    expect(refusal?.body).toContain('Try again in');
    await gateway.settings(gateway.tenants.a.id, 'budget', {});
  });

  it('who writes more than 2,000 characters is asked to write less, and no model hears of it', async () => {
    const visitor = await gateway.visitor();
    const response = await visitor.request('messages', { client_message_id: 'long-message', text: 'x'.repeat(32_000) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('under 2000 characters');
    expect(models.calls).toHaveLength(0);
  });
});

describe('an address', () => {
  it('with many visitors is limited as one', async () => {
    await gateway.settings(gateway.tenants.b.id, 'budget', { messages_per_address_per_hour: 5 });
    const visitors = await Promise.all(Array.from({ length: 9 }, () => gateway.visitor(gateway.tenants.b)));
    const statuses = await Promise.all(
      visitors.map(async (visitor) => {
        const response = await visitor.request('messages', { client_message_id: 'only-message', text: 'When do you open?' });
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    await gateway.settings(gateway.tenants.b.id, 'budget', {});
  });
});

describe("a tenant's day", () => {
  it('of model calls ends exactly where it was set, with fifty visitors at once; then sources are quoted', async () => {
    const fresh = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
    try {
      for (const tenant of [fresh.tenants.a, fresh.tenants.b]) {
        await fresh.know(tenant.id, { format: 'faq', title: 'When do you open?', content: 'We open at nine.' });
        await fresh.settings(tenant.id, 'budget', { model_calls_per_day: 10 });
      }
      const visitors = await Promise.all(Array.from({ length: 50 }, () => fresh.visitor()));
      const answers = await Promise.all(visitors.map((visitor) => visitor.ask('When do you open?')));
      expect(models.calls).toHaveLength(10);
      expect(answers.every((answer) => answer.verdict === 'answered' && answer.text.includes('We open at nine'))).toBe(true);
      // The neighbour's day has not begun to be used.
      await (await fresh.visitor(fresh.tenants.b)).ask('When do you open?');
      expect(models.calls).toHaveLength(11);
    } finally {
      await fresh.close();
    }
  });
});

describe('a prompt', () => {
  it('stays within its size after two hundred turns, and asks for no more than the tenant pays', async () => {
    const visitor = await gateway.visitor();
    const { a } = gateway.tenants;
    await gateway.settings(a.id, 'budget', { tokens_per_answer: 123 });
    await gateway.inTenant(a.id, async (tx) => {
      for (let seq = 1; seq <= 200; seq++)
        await tx.run("INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content) VALUES ($1, $2, $3, 'user', 'visitor', $4)", [
          a.id,
          visitor.conversationId,
          seq,
          `old talk ${seq} `.repeat(150),
        ]);
      await tx.run('UPDATE conversations SET last_seq = 200 WHERE id = $1', [visitor.conversationId]);
    });
    await visitor.ask('When do you open in the morning hours please?');
    const call = models.calls.at(-1);
    expect(call?.body.max_tokens).toBe(123);
    expect((call?.user.length ?? 0) + (call?.system.length ?? 0)).toBeLessThan(20_000);
    await gateway.settings(a.id, 'budget', {});
  });
});

describe("a tenant's day of embedding tokens", () => {
  it('is not used up by a batch that it has no room for: questions still have what is left', async () => {
    const { a, b } = gateway.tenants;
    const { limits } = gateway.deps;
    const { budget } = (await gateway.deps.tenants.get(a.id)).settings;
    const spend = (tenantId: string, tokens: number) => limits.spendEmbedding(tenantId, tokens, { ...budget, embedding_tokens_per_day: 100 });
    expect([await spend(a.id, 90), await spend(a.id, 50), await spend(a.id, 50), await spend(a.id, 10), await spend(a.id, 1)]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    expect([await spend(b.id, 100), await spend(b.id, 1)]).toEqual([true, false]);
  });
});

describe('every key in the store of limits', () => {
  it('names its tenant, so that two tenants with equal visitors share nothing (I-6)', async () => {
    const keys: string[] = [];
    const { Limits } = await import('../../src/tenants/limits.ts');
    const { RateLimiterMemory } = await import('rate-limiter-flexible');
    const consume = RateLimiterMemory.prototype.consume;
    RateLimiterMemory.prototype.consume = function (key, ...rest) {
      keys.push(String(key));
      return consume.call(this, key, ...rest);
    };
    try {
      const limits = new Limits(undefined, gateway.deps.metrics, { modelCallsPerDay: 100, badCredentialsPerMinute: 60 });
      const budget = {
        messages_per_visitor_per_hour: 1,
        messages_per_address_per_hour: 10,
        model_calls_per_day: 1,
        embedding_tokens_per_day: 100,
        tokens_per_answer: 100,
      };
      for (const tenant of [gateway.tenants.a, gateway.tenants.b]) {
        await limits.countMessage(tenant.id, 'same-visitor', '192.0.2.1', budget);
        expect(await limits.spendModelCall(tenant.id, budget)).toBe(true);
        expect(await limits.spendEmbedding(tenant.id, 100, budget)).toBe(true);
      }
    } finally {
      RateLimiterMemory.prototype.consume = consume;
    }
    const ofTenants = keys.filter((key) => !key.startsWith('all:'));
    expect(ofTenants).toHaveLength(8);
    expect(ofTenants.every((key) => key.startsWith(gateway.tenants.a.id) || key.startsWith(gateway.tenants.b.id))).toBe(true);
  });
});
