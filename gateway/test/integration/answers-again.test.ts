import { FakeModels } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** I-6: an answer is given again to the same question under the same knowledge and settings of the same tenant, and to no other. */
let gateway: TestGateway;
let models: FakeModels;
let entry: string;

beforeAll(async () => {
  models = await FakeModels.start();
  gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl, REMEMBER_ANSWERS: '1' } });
  const { a, b } = gateway.tenants;
  // The same question, the same settings, nearly the same words: only whose they are differs.
  for (const tenant of [a, b]) {
    const [id] = await gateway.know(tenant.id, { format: 'faq', title: 'When do you open?', content: `We open at nine. Ask for ${tenant.canary}.` });
    if (tenant === a) entry = id as string;
  }
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});
beforeEach(() => {
  models.calls.length = 0;
  models.answer = (call) => ({ text: `We open at nine [1]. Ask for ${/Ask for (\S+)\./.exec(call.user)?.[1]} [1].` });
});

const ask = async (tenant: { id: string; websiteId: string; canary: string }, question: string) => (await gateway.visitor(tenant)).ask(question);

describe('a question that was asked before', () => {
  it('is answered in the same words, with the same citations and without a model, however it is spelled', async () => {
    const { a } = gateway.tenants;
    const first = await ask(a, 'When do you open?');
    const again = await ask(a, 'when do you open');
    expect(models.calls).toHaveLength(1);
    expect(again.text).toBe(first.text);
    const citationsOf = ({ parts }: typeof first) => parts.flatMap(({ part }) => (part.type === 'citation' ? [part.citation] : []));
    expect(citationsOf(again)).toEqual(citationsOf(first));
    expect(citationsOf(again)).toHaveLength(1);
    const receipts = await gateway.inTenant(a.id, (tx) =>
      tx.rows<{ remembered: string; uses: number }>(
        `SELECT metadata->'receipt'->>'remembered' AS remembered, coalesce(tokens_out, 0) AS uses FROM messages WHERE sender_type = 'ai' ORDER BY timestamp`,
      ),
    );
    expect(receipts.map(({ remembered }) => remembered)).toEqual(['false', 'true']);
  });

  it('by a visitor of another tenant is asked of the model, and answered with that tenant’s words only', async () => {
    const { a, b } = gateway.tenants;
    await ask(a, 'When do you open?');
    models.calls.length = 0;
    const other = await ask(b, 'When do you open?');
    expect(models.calls).toHaveLength(1);
    expect(other.text).toContain(b.canary);
    expect(other.text).not.toContain(a.canary);
  });

  it('is asked anew once the knowledge or the settings have changed', async () => {
    const { a } = gateway.tenants;
    await ask(a, 'When do you open?');
    await gateway.settings(a.id, 'ai', { instructions: 'Be brief.' });
    models.calls.length = 0;
    await ask(a, 'When do you open?');
    expect(models.calls).toHaveLength(1);
    await fetch(`${gateway.url}/v1/admin/knowledge/${entry}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${await gateway.key(a.id)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: `We open at ten. Ask for ${a.canary}.` }),
    });
    models.answer = () => ({ text: 'We open at ten [1].' });
    expect((await ask(a, 'When do you open?')).text).toBe('We open at ten.');
  });

  it('in the course of a conversation is asked anew: the same words may mean something else', async () => {
    const written = models.answer;
    models.answer = (call) => (call.user.includes('<passages>') ? written(call) : { text: 'When do you open?' });
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    models.calls.length = 0;
    await visitor.ask('When do you open?');
    expect(models.calls.filter((call) => call.user.includes('<passages>'))).toHaveLength(1);
  });

  it('whose answer was not found, or was dropped, is asked anew', async () => {
    models.answer = () => ({ text: 'NO ANSWER' });
    await ask(gateway.tenants.a, 'When do you open on Sundays?');
    models.answer = () => ({ text: 'We open at ten [1].' });
    models.calls.length = 0;
    await ask(gateway.tenants.a, 'When do you open on Sundays?');
    expect(models.calls).toHaveLength(1);
  });
});

describe('what is remembered', () => {
  it('begins with its tenant, and holds no other tenant’s word', () => {
    const { a, b } = gateway.tenants;
    const entries = gateway.deps.memories?.entries() ?? [];
    expect(entries.length).toBeGreaterThan(2);
    for (const [key, answer] of entries) {
      const [own, other] = key.startsWith(`${a.id}:`) ? [a, b] : [b, a];
      expect(key.startsWith(`${own.id}:`)).toBe(true);
      expect(JSON.stringify(answer)).not.toContain(other.canary);
    }
  });
});
