import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  for (const tenant of [a, b]) {
    await gateway.know(
      tenant.id,
      {
        format: 'faq',
        title: 'How long do I have to return something?',
        content: `You have 30 days to return anything, unused, at no cost. Ask for ${tenant.canary}.`,
      },
      {
        title: 'Shipping',
        url: 'https://shop.invalid/shipping',
        content: `# Shipping\n\n## Abroad\n\nWe ship to Norway and Iceland for 12 euros. Parcels take about 9 days.\n\n## At home\n\nOrders over 40 euros are free. The password of ${tenant.canary} is nowhere.`,
      },
    );
  }
});
afterAll(() => gateway.close());

describe('a visitor who asks what the business has written about', () => {
  it('reads the words of the source, each stretch with its citation', async () => {
    const visitor = await gateway.visitor();
    const answer = await visitor.ask('How long can I return things?');
    expect(answer.verdict).toBe('answered');
    expect(answer.text).toContain('You have 30 days to return anything');
    const citation = answer.parts.find(({ part }) => part.type === 'citation')?.part;
    expect(citation).toMatchObject({ citation: { n: 1, title: 'How long do I have to return something?', quote: expect.stringContaining('30 days') } });
  });

  it('gets a citation whose span, read in the stored document, is the quoted place', async () => {
    const visitor = await gateway.visitor();
    const answer = await visitor.ask('How much is shipping to Norway?');
    const part = answer.parts.find((heard) => heard.part.type === 'citation')?.part;
    if (part?.type !== 'citation') throw new Error('no citation');
    expect(part.citation).toMatchObject({ url: 'https://shop.invalid/shipping', title_path: ['Abroad'] });
    const document = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.row<{ content: string }>('SELECT content FROM documents WHERE id = $1', [part.citation.document_id]),
    );
    expect(document?.content.slice(part.citation.span.start, part.citation.span.end)).toContain('We ship to Norway and Iceland for 12 euros.');
  });

  it('never reads the other tenant, asked the same', async () => {
    const { a, b } = gateway.tenants;
    const [fromA, fromB] = await Promise.all([
      (await gateway.visitor(a)).ask('Who do I ask to return something?'),
      (await gateway.visitor(b)).ask('Who do I ask to return something?'),
    ]);
    expect(fromA.text).toContain(a.canary);
    expect(fromB.text).toContain(b.canary);
    expect(fromA.text).not.toContain(b.canary);
    expect(fromB.text).not.toContain(a.canary);
  });
});

describe('a question after another', () => {
  it('that says all by itself is answered as if it were the first', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('How much is shipping to Norway?');
    const answer = await visitor.ask('How long can I return things?');
    expect(answer.verdict).toBe('answered');
    expect(answer.text).toContain('30 days');
  });

  it('that leans on the one before is understood from it', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('How much is shipping to Norway?');
    expect((await visitor.ask('And how long does it take?')).text).toContain('Parcels take about 9 days');
  });

  it('about something else altogether is not answered from what came before', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('How much is shipping to Norway?');
    expect((await visitor.ask('And the weather?')).verdict).toBe('abstained');
  });
});

describe('a visitor who asks what nobody has written about', () => {
  it('is told so and offered a person, with no citation', async () => {
    const visitor = await gateway.visitor();
    const answer = await visitor.ask('Which planets have rings?');
    expect(answer.verdict).toBe('abstained');
    expect(answer.parts.map(({ part }) => part.type)).toEqual(['answer-start', 'answer-delta', 'handoff', 'answer-end']);
    expect(answer.parts.find(({ part }) => part.type === 'handoff')?.part).toMatchObject({ state: 'offered' });
  });
});

describe('the stored answer', () => {
  it('is byte for byte what was shown', async () => {
    const visitor = await gateway.visitor();
    const answer = await visitor.ask('Do you ship to Iceland?');
    const stored = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.row<{ content: string; verdict: string }>("SELECT content, verdict FROM messages WHERE conversation_id = $1 AND sender_type = 'ai'", [
        visitor.conversationId,
      ]),
    );
    expect(stored).toEqual({ content: answer.text, verdict: answer.verdict });
  });
});
