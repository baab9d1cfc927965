import { randomUUID } from 'node:crypto';
import { FakeModels, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** The agent falls silent the moment a person speaks (R-2, within what the widget has). */
let gateway: TestGateway;
let models: FakeModels;
let key: string;
beforeAll(async () => {
  models = await FakeModels.start();
  models.answer = () => ({ text: 'We open at nine [1].' });
  gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'When do you open?', content: 'We open at nine.' });
  key = await gateway.key(gateway.tenants.a.id);
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});

const asPerson = (conversationId: string, text: string) =>
  fetch(`${gateway.url}/v1/admin/conversations/${conversationId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
const transcript = (conversationId: string) =>
  gateway.inTenant(gateway.tenants.a.id, (tx) =>
    tx.rows<{ sender_type: string; content: string }>('SELECT sender_type, content FROM messages WHERE conversation_id = $1 ORDER BY seq', [conversationId]),
  );

describe('a visitor who wants a person', () => {
  it.each([
    'I want to talk to a human',
    'Can I speak with a real person please?',
    'Quiero hablar con una persona',
    'Ich möchte mit einem Menschen sprechen',
    'Je veux parler à un conseiller',
  ])('%j is heard: told once, asked how to be reached, and the model is not called', async (wish) => {
    models.calls.length = 0;
    const visitor = await gateway.visitor();
    const answer = await visitor.ask(wish);
    expect(answer.verdict).toBe('handed_over');
    expect(answer.parts.map(({ part }) => part.type)).toEqual(['answer-start', 'answer-delta', 'lead-request', 'handoff', 'answer-end']);
    const after = await visitor.request('messages', { client_message_id: randomUUID(), text: 'When do you open?' });
    expect(await after.text()).toBe('event: transferred\ndata: {}\n\n');
    expect((await transcript(visitor.conversationId)).map((message) => message.sender_type)).toEqual(['visitor', 'ai', 'visitor']);
    expect(models.calls).toHaveLength(0);
  });

  it('by the button, pressed twice, is told once', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    expect((await Promise.all([visitor.request('handoff', {}), visitor.request('handoff', {})])).map((response) => response.status)).toEqual([200, 200]);
    expect((await transcript(visitor.conversationId)).map((message) => message.sender_type)).toEqual(['visitor', 'ai', 'ai']);
  });

  it('where the tenant has nobody is told that, and keeps the agent', async () => {
    await gateway.settings(gateway.tenants.b.id, 'handoff', { is_enabled: false });
    const visitor = await gateway.visitor(gateway.tenants.b);
    expect((await visitor.ask('I want to talk to a human')).verdict).toBe('refused');
    expect((await visitor.request('handoff', {})).status).toBe(409);
    expect((await visitor.ask('When do you open?')).verdict).toBe('answered');
  });
});

describe('a person', () => {
  it('who writes is read by the visitor at once, wherever the visitor listens', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    const hearing = visitor.hear('2.9', (parts) => parts.length > 0);
    expect((await asPerson(visitor.conversationId, 'Ada here, how can I help?')).status).toBe(201);
    expect((await hearing)[0]?.part).toMatchObject({ type: 'message', sender_type: 'agent', text: 'Ada here, how can I help?' });
  });

  it("who speaks while the agent is writing: the agent's answer is not recorded", async () => {
    models.answer = () => ({ text: 'We open at nine [1]. We open at nine [1]. We open at nine [1].', betweenMs: 40 });
    models.calls.length = 0;
    const visitor = await gateway.visitor();
    const asking = visitor.ask('When do you open?');
    await until('the model to be called', () => models.calls.length > 0);
    await asPerson(visitor.conversationId, 'I am taking over.');
    await asking;
    expect((await transcript(visitor.conversationId)).map(({ sender_type, content }) => [sender_type, content])).toEqual([
      ['visitor', 'When do you open?'],
      ['agent', 'I am taking over.'],
    ]);
    models.answer = () => ({ text: 'We open at nine [1].' });
  });

  it('who gives the conversation back lets the agent answer again', async () => {
    const visitor = await gateway.visitor();
    await asPerson(visitor.conversationId, 'Hello.');
    const change = await fetch(`${gateway.url}/v1/admin/conversations/${visitor.conversationId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"status":"active"}',
    });
    expect(change.status).toBe(200);
    expect((await visitor.ask('When do you open?')).verdict).toBe('answered');
  });
});
