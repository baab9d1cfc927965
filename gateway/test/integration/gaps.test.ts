import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** What was asked and not answered, answered by a person, and asked again. */
let gateway: TestGateway;
let agent: ConsoleClient;
beforeAll(async () => {
  gateway = await startGateway();
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'When do you open?', content: `We open at nine. ${tenant.canary}` });
  agent = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'agent');
  const { a, b } = gateway.tenants;
  for (const question of [
    'Do you repair broken umbrellas?',
    'Can you repair an umbrella that is broken?',
    'When do you open?',
    'Do you repair broken umbrellas?',
    'Where is the nearest volcano?',
    // Would be put before everybody as the title of an entry.
    'Can somebody call me about umbrellas? I am Ines Example, ines@mail.invalid',
  ])
    await (await gateway.visitor(a)).ask(question);
  await (await gateway.visitor(b)).ask('Is theirs the only giraffe?');
});
afterAll(() => gateway.close());

type Gap = { questions: string[]; asked: number; unsure: number; proposal: string; is_answered_now: boolean; entry: { id: string; content: string } | null };
const gaps = async () => (await agent.call('GET', '/v1/admin/gaps')).body['items'] as Gap[];
const tried = async (...questions: string[]) =>
  (await agent.call('POST', '/v1/admin/knowledge/try', { questions })).body['items'] as {
    verdict: string;
    confidence: number;
    threshold: number;
    is_sure: boolean;
    answer: string;
    passages: object[];
  }[];

describe('gaps', () => {
  it('are the questions that could not be answered, put together by their words, the most asked first', async () => {
    expect(await gaps()).toMatchObject([
      { questions: ['Do you repair broken umbrellas?', 'Can you repair an umbrella that is broken?'], asked: 3, is_answered_now: false },
      { questions: ['Where is the nearest volcano?'], asked: 1, is_answered_now: false },
    ]);
  });

  it('are closed by an entry that answers them, in every wording', async () => {
    const [gap] = await gaps();
    expect((await tried(...(gap?.questions ?? []))).map(({ verdict }) => verdict)).toEqual(['abstained', 'abstained']);
    const { status } = await agent.call('POST', '/v1/admin/knowledge', {
      format: 'faq',
      title: gap?.questions[0],
      content: 'Yes, we repair broken umbrellas within a week.',
    });
    expect(status).toBe(201);
    const after = await tried(...(gap?.questions ?? []));
    expect(after.map(({ verdict }) => verdict)).toEqual(['answered', 'answered']);
    expect(after[0]?.answer).toContain('within a week');
    expect((await gaps())[0]).toMatchObject({ asked: 3, is_answered_now: true });
  });
});

describe('a gap in which a person has helped', () => {
  it('proposes what they replied, and one that was answered to no use is a gap too', async () => {
    const { a } = gateway.tenants;
    const visitor = await gateway.visitor(a);
    await visitor.ask('Can I bring my parrot along?');
    expect((await agent.call('POST', `/v1/admin/conversations/${visitor.conversationId}/messages`, { text: 'Parrots are welcome on Mondays.' })).status).toBe(
      201,
    );
    expect((await gaps()).find(({ questions }) => questions[0]?.includes('parrot'))).toMatchObject({
      unsure: 0,
      proposal: 'Parrots are welcome on Mondays.',
      entry: null,
    });
    const other = await gateway.visitor(a);
    await other.ask('When do you open?');
    expect((await gaps()).some(({ questions }) => questions[0] === 'When do you open?')).toBe(false);
    await gateway.inTenant(a.id, (tx) =>
      tx.run("UPDATE messages SET feedback = 'down' WHERE conversation_id = $1 AND verdict = 'answered'", [other.conversationId]),
    );
    // With the entry that did not help: it is to be bettered, and a second would contradict it.
    expect((await gaps()).find(({ questions }) => questions[0] === 'When do you open?')).toMatchObject({
      asked: 1,
      unsure: 1,
      proposal: '',
      entry: { content: `We open at nine. ${a.canary}` },
    });
  });
});

describe('a question that is tried', () => {
  it('shows what a visitor would be told and from what, and leaves no conversation', async () => {
    const count = () => gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row('SELECT count(*)::integer AS n FROM conversations'));
    const before = await count();
    const [known, near, unknown] = await tried('When do you open?', 'Do you open at night?', 'What is the capital of Mongolia?');
    expect(known).toMatchObject({ verdict: 'answered', is_sure: true, answer: expect.stringContaining('We open at nine') });
    expect(known?.passages[0]).toMatchObject({ title: 'When do you open?' });
    // Answered, but hardly more surely than the bar: it would be a gap.
    expect(near).toMatchObject({ verdict: 'answered', is_sure: false });
    expect(unknown).toMatchObject({ verdict: 'abstained', is_sure: false });
    expect(unknown?.confidence).toBeLessThan(unknown?.threshold ?? 0);
    expect(await count()).toEqual(before);
    expect(JSON.stringify(known)).not.toContain(gateway.tenants.b.canary);
  });

  it.each([[[]], [['']], [['x'.repeat(2_001)]], ['no list']])('badly asked (%j) is refused', async (questions) => {
    expect((await agent.call('POST', '/v1/admin/knowledge/try', { questions })).status).toBe(400);
  });
});
