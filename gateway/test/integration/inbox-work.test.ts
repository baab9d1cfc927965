import { until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** What people add to conversations stays among them, and every process tells at once what has changed. */
let gateway: TestGateway;
/** A second process over the same database. */
let beside: TestGateway;
let ada: ConsoleClient;
let bob: ConsoleClient;
let stranger: ConsoleClient;

beforeAll(async () => {
  gateway = await startGateway();
  beside = await startGateway({ beside: gateway });
  const { a, b } = gateway.tenants;
  for (const { id, canary } of [a, b]) await gateway.know(id, { format: 'faq', title: 'When do you open?', content: `We open at nine. ${canary}` });
  ada = await ConsoleClient.join(gateway, a.id, 'agent', 'ada@people.invalid');
  bob = await ConsoleClient.join(gateway, a.id, 'viewer', 'bob@people.invalid');
  stranger = await ConsoleClient.join(gateway, b.id, 'agent', 'stranger@people.invalid');
});
afterAll(async () => {
  await beside.close();
  await gateway.close();
});

interface Item {
  id: string;
  is_unread: boolean;
  has_lead: boolean;
  assigned_to: string | null;
}
const inbox = async (who: ConsoleClient, query = '') => (await who.json<{ items: Item[] }>('GET', `/v1/admin/inbox${query}`)).items;
const unread = async (who: ConsoleClient, query = '') => (await who.json<{ unread: number }>('GET', `/v1/admin/inbox${query}`)).unread;
const ids = async (who: ConsoleClient, query: string) => (await inbox(who, query)).map(({ id }) => id);
const me = async (who: ConsoleClient) => (await who.json<{ user: { id: string } }>('GET', '/v1/console/me')).user.id;
const asked = async (question: string, tenant = gateway.tenants.a) => {
  const visitor = await gateway.visitor(tenant);
  await visitor.ask(question);
  return visitor;
};

describe('a conversation', () => {
  it('is a colleague’s to see to, and found by whose it is, by what was left and by what is known', async () => {
    const { conversationId: answered } = await asked('When do you open?');
    const { conversationId: unknown } = await asked('Which planet is the largest?');
    const { conversationId: lead } = await asked('When do you open? I am lena@mail.invalid');
    const adas = await me(ada);
    expect(await ada.status('PATCH', `/v1/admin/conversations/${answered}`, { assigned_to: adas })).toBe(200);
    expect(await ids(ada, '?assigned=me')).toEqual([answered]);
    expect(await ids(bob, `?assigned=${adas}`)).toEqual([answered]);
    expect(await ids(bob, '?assigned=me')).toEqual([]);
    expect((await ids(ada, '?assigned=nobody')).sort()).toEqual([unknown, lead].sort());
    expect(await ids(ada, '?only=lead')).toEqual([lead]);
    expect(await ids(ada, '?only=unanswered')).toContain(unknown);
    expect(await ids(ada, '?only=unanswered')).not.toContain(answered);
    expect((await ids(ada, '?language=en')).length + (await ids(ada, '?language=xx')).length).toBeLessThanOrEqual(3);
    expect((await ada.json<{ visitor: object }>('GET', `/v1/admin/conversations/${lead}`)).visitor).toMatchObject({ email: 'lena@mail.invalid', leads: 1 });
    // Of another tenant, and of nobody's.
    expect(await ada.status('PATCH', `/v1/admin/conversations/${answered}`, { assigned_to: await me(stranger) })).toBe(400);
    expect(await stranger.status('PATCH', `/v1/admin/conversations/${answered}`, { assigned_to: null })).toBe(404);
    expect(await ada.status('PATCH', `/v1/admin/conversations/${answered}`, {})).toBe(400);
    expect(await bob.status('PATCH', `/v1/admin/conversations/${answered}`, { assigned_to: null })).toBe(403);
    const key = await gateway.key(gateway.tenants.a.id);
    expect((await fetch(`${gateway.url}/v1/admin/inbox?assigned=me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(400);
  });

  it('is unread by each person until they have read what the visitor wrote last', async () => {
    const visitor = await asked('When do you open?');
    const isUnread = async (who: ConsoleClient) => (await inbox(who)).find(({ id }) => id === visitor.conversationId)?.is_unread;
    expect([await isUnread(ada), await isUnread(bob)]).toEqual([true, true]);
    expect(await ada.status('POST', `/v1/admin/conversations/${visitor.conversationId}/read`, { seq: 99 })).toBe(204);
    expect([await isUnread(ada), await isUnread(bob)]).toEqual([false, true]);
    expect(await ids(ada, '?only=unread')).not.toContain(visitor.conversationId);
    await visitor.ask('And when do you open tomorrow?');
    expect(await isUnread(ada)).toBe(true);
    // Of all there is, whatever is asked for, and each person's own.
    for (const who of [ada, bob]) expect(await unread(who, '?limit=1&status=ended')).toBe((await ids(who, '?only=unread&limit=100')).length);
    expect((await unread(bob)) - (await unread(ada))).toBe(0);
    await ada.status('POST', `/v1/admin/conversations/${visitor.conversationId}/read`, { seq: 99 });
    expect((await unread(bob)) - (await unread(ada))).toBe(1);
    expect(await stranger.status('POST', `/v1/admin/conversations/${visitor.conversationId}/read`, { seq: 9 })).toBe(404);
    expect(await isUnread(bob)).toBe(true);
  });

  it('carries notes that colleagues read, and neither the visitor nor another tenant', async () => {
    const visitor = await asked('When do you open?');
    const path = `/v1/admin/conversations/${visitor.conversationId}/notes`;
    expect(await ada.status('POST', path, { text: 'A regular; be kind. NOTE-7f3a' })).toBe(201);
    expect((await bob.json<{ items: object[] }>('GET', path)).items).toMatchObject([{ author: 'The agent', text: 'A regular; be kind. NOTE-7f3a' }]);
    expect(await stranger.status('GET', path)).toBe(404);
    expect(await stranger.status('POST', path, { text: 'x' })).toBe(404);
    expect(await bob.status('POST', path, { text: 'x' })).toBe(403);
    await visitor.ask('What does the note say?');
    const seen = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows('SELECT content, citations, metadata FROM messages WHERE conversation_id = $1', [visitor.conversationId]),
    );
    expect(JSON.stringify(seen)).not.toContain('NOTE-7f3a');
  });
});

describe('a canned reply', () => {
  it('is kept under a shortcut of its own, changed and removed', async () => {
    const { id } = await ada.json<{ id: string }>('POST', '/v1/admin/canned-replies', { shortcut: 'hours', text: 'From nine to five.' });
    expect(await ada.status('POST', '/v1/admin/canned-replies', { shortcut: 'hours', text: 'Again.' })).toBe(409);
    expect(await ada.status('POST', '/v1/admin/canned-replies', { shortcut: 'two words', text: 'x' })).toBe(400);
    expect(await stranger.status('POST', '/v1/admin/canned-replies', { shortcut: 'hours', text: 'Other hours.' })).toBe(201);
    expect(await stranger.status('PUT', `/v1/admin/canned-replies/${id}`, { shortcut: 'x', text: 'x' })).toBe(404);
    expect(await stranger.status('DELETE', `/v1/admin/canned-replies/${id}`)).toBe(404);
    await ada.json('PUT', `/v1/admin/canned-replies/${id}`, { shortcut: 'öffnung', text: 'From ten.' });
    expect((await bob.json<{ items: object[] }>('GET', '/v1/admin/canned-replies')).items).toMatchObject([{ shortcut: 'öffnung', text: 'From ten.' }]);
    expect(await ada.status('DELETE', `/v1/admin/canned-replies/${id}`)).toBe(204);
  });
});

/** The events of a stream, as they come. */
function listenTo(url: string, headers: Record<string, string>) {
  const events: string[] = [];
  const leave = new AbortController();
  const state = { isEnded: false };
  const opened = fetch(url, { headers, signal: leave.signal }).then(async (response) => {
    void (async () => {
      for await (const piece of response.body ?? []) events.push(Buffer.from(piece).toString());
    })()
      .catch(() => {})
      .finally(() => {
        state.isEnded = true;
      });
    return response.status;
  });
  return { events, opened, state, leave: () => leave.abort() };
}

describe('the inbox’s stream', () => {
  it.skipIf(!process.env['TEST_REDIS_URL'])('tells in every process what changes, of its own tenant only, without a word of it', async () => {
    const streams = [gateway, beside].map(({ url }) => listenTo(`${url}/v1/admin/inbox/events`, { cookie: ada.cookie }));
    const others = listenTo(`${beside.url}/v1/admin/inbox/events`, { cookie: stranger.cookie });
    for (const { opened } of [...streams, others]) expect(await opened).toBe(200);
    const visitor = await asked('When do you open?');
    for (const { events } of streams) await until('the change to be told', () => events.join('').includes(visitor.conversationId));
    for (const { events } of streams) expect(events.join('')).not.toMatch(/open|nine/);
    expect(others.events.join('')).not.toContain(visitor.conversationId);
    for (const stream of [...streams, others]) stream.leave();
  });

  it('tells nothing more to a session that has ended', async () => {
    const leaver = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'agent', 'leaver@people.invalid');
    const stream = listenTo(`${gateway.url}/v1/admin/inbox/events`, { cookie: leaver.cookie });
    expect(await stream.opened).toBe(200);
    await leaver.status('POST', '/v1/console/sign-out');
    await until('the stream to end', () => stream.state.isEnded, 15_000);
    const told = stream.events.length;
    await asked('When do you open?');
    expect(stream.events.length).toBe(told);
  }, 30_000);

  it('tells the visitor that a person has ended the conversation, and how they found it is seen by the tenant alone', async () => {
    const visitor = await asked('When do you open?');
    const stream = listenTo(`${gateway.url}/v1/widget/events`, { authorization: `Bearer ${visitor.token}` });
    expect(await stream.opened).toBe(200);
    await ada.json('PATCH', `/v1/admin/conversations/${visitor.conversationId}`, { status: 'ended' });
    await until('the end to be told', () => stream.events.join('').includes('event: ended'));
    const rate = (body: object) =>
      fetch(`${gateway.url}/v1/widget/rating`, {
        method: 'POST',
        headers: { authorization: `Bearer ${visitor.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect([(await rate({ rating: 6 })).status, (await rate({ rating: 0 })).status, (await rate({})).status]).toEqual([400, 400, 400]);
    expect((await rate({ rating: 4, comment: 'Kind.' })).status).toBe(204);
    expect((await ada.json<{ rating: number }>('GET', `/v1/admin/conversations/${visitor.conversationId}`)).rating).toBe(4);
    stream.leave();
  });

  it('shows the visitor that a person types, in that conversation only', async () => {
    const [visitor, other] = [await asked('When do you open?'), await asked('When do you open?')];
    const streams = [visitor, other].map(({ token }) => listenTo(`${gateway.url}/v1/widget/events`, { authorization: `Bearer ${token}` }));
    for (const { opened } of streams) expect(await opened).toBe(200);
    await until('the typing to be shown', async () => {
      await ada.status('POST', `/v1/admin/conversations/${visitor.conversationId}/typing`);
      return streams[0]?.events.join('').includes('event: typing') ?? false;
    });
    expect(await stranger.status('POST', `/v1/admin/conversations/${other.conversationId}/typing`)).toBe(404);
    // A word after it in the same stream: were typing told, it would have come before.
    await ada.status('POST', `/v1/admin/conversations/${other.conversationId}/messages`, { text: 'Here I am.' });
    await until('the word to come', () => streams[1]?.events.join('').includes('Here I am.') ?? false);
    expect(streams[1]?.events.join('')).not.toContain('event: typing');
    for (const stream of streams) stream.leave();
  });
});
