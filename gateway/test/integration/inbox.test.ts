import { until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** What a person at the desk sees of conversations, and how they take one and give it back. */
let gateway: TestGateway;
let agent: ConsoleClient;
beforeAll(async () => {
  gateway = await startGateway();
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'When do you open?', content: `We open at nine. ${tenant.canary}` });
  agent = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'agent');
});
afterAll(() => gateway.close());

type Item = { id: string; status: string; is_waiting: boolean; contact: { email: string | null }; last_message: { sender_type: string; content: string } };
const inbox = async (query = '') => (await agent.call('GET', `/v1/admin/inbox${query}`)).body['items'] as Item[];
const setStatus = (id: string, status: string) => agent.call('PATCH', `/v1/admin/conversations/${id}`, { status });

describe('the inbox', () => {
  it('shows the conversation that changed last first, with its last message and who it is', async () => {
    const [first, second] = [await gateway.visitor(), await gateway.visitor()];
    await first.ask('When do you open?');
    await second.ask('When do you open? I am ada@mine.invalid');
    expect((await inbox()).slice(0, 2).map(({ id }) => id)).toEqual([second.conversationId, first.conversationId]);
    expect((await inbox())[0]).toMatchObject({ contact: { email: 'ada@mine.invalid' }, last_message: { sender_type: 'ai' }, is_waiting: false });
    await first.ask('And when do you open?');
    expect((await inbox())[0]?.id).toBe(first.conversationId);
  });

  it('shows nothing of another tenant, nor a session in which nothing was said', async () => {
    const theirs = await gateway.visitor(gateway.tenants.b);
    await theirs.ask('When do you open?');
    const silent = await gateway.visitor();
    const seen = (await inbox('?limit=100')).map(({ id }) => id);
    expect(seen).not.toContain(theirs.conversationId);
    expect(seen).not.toContain(silent.conversationId);
    expect((await agent.call('GET', `/v1/admin/conversations/${theirs.conversationId}`)).status).toBe(404);
    expect((await setStatus(theirs.conversationId, 'transferred')).status).toBe(404);
  });

  it('is filtered by status, channel and words, and a % is a %', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('Is the discount 100% of the barometer?');
    const found = async (query: string) => (await inbox(query)).map(({ id }) => id);
    expect(await found('?text=barometer')).toEqual([visitor.conversationId]);
    expect(await found('?text=100%25%20of')).toEqual([visitor.conversationId]);
    expect(await found('?text=%25of%20the%20barometer')).toEqual([]);
    expect(await found('?text=barometer&channel=crisp')).toEqual([]);
    expect(await found('?text=barometer&status=transferred')).toEqual([]);
    await setStatus(visitor.conversationId, 'transferred');
    expect(await found('?text=barometer&status=transferred')).toEqual([visitor.conversationId]);
  });

  it('shows the end of a conversation that never ends', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    const { id: tenantId } = gateway.tenants.a;
    await gateway.inTenant(tenantId, (tx) =>
      tx.run(
        `INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content, sent_at)
         SELECT $1, $2, 1000 + n, 'user', 'visitor', 'word ' || n, now() + make_interval(secs => n) FROM generate_series(1, 1100) n`,
        [tenantId, visitor.conversationId],
      ),
    );
    const { messages } = await agent.json<{ messages: { content: string; seq: number }[] }>('GET', `/v1/admin/conversations/${visitor.conversationId}`);
    expect([messages.length, messages[0]?.content, messages.at(-1)?.content]).toEqual([1_000, 'word 101', 'word 1100']);
  });

  it('goes on where a page ended, each conversation once', async () => {
    const all = (await inbox('?limit=100')).map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await agent.call('GET', `/v1/admin/inbox?limit=2${cursor}`);
      paged.push(...(body['items'] as Item[]).map(({ id }) => id));
      if (body['next_cursor'] === null) break;
      cursor = `&cursor=${body['next_cursor']}`;
    }
    expect(all.length).toBeGreaterThan(2);
    expect(paged).toEqual(all);
  });
});

describe('a conversation that a person takes over', () => {
  it('is answered by nobody else until it is given back, and waits for them when the visitor writes', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    const id = visitor.conversationId;
    expect((await setStatus(id, 'transferred')).status).toBe(200);
    const state = async () => (await inbox('?limit=100')).find((item) => item.id === id);
    expect(await state()).toMatchObject({ status: 'transferred', is_waiting: false });
    await visitor.request('messages', { client_message_id: 'while-taken', text: 'Are you there?' });
    await until('the visitor to be waiting', async () => (await state())?.is_waiting);
    expect((await agent.call('POST', `/v1/admin/conversations/${id}/messages`, { text: 'Yes, I am Ada.' })).status).toBe(201);
    expect(await state()).toMatchObject({ is_waiting: false, last_message: { sender_type: 'agent', content: 'Yes, I am Ada.' } });
    const senders = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows<{ sender_type: string }>('SELECT sender_type FROM messages WHERE conversation_id = $1 ORDER BY seq', [id]),
    );
    expect(senders.map(({ sender_type }) => sender_type)).toEqual(['visitor', 'ai', 'visitor', 'agent']);
    expect((await setStatus(id, 'active')).status).toBe(200);
    expect((await visitor.ask('When do you open?')).text).toContain('We open at nine');
  });
});
