import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** P-2: what is kept of a visitor is given out whole, and taken away whole, by request and by age; nobody else's is touched. */
let gateway: TestGateway;
let owner: ConsoleClient;
let agent: ConsoleClient;
let stranger: ConsoleClient;

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  for (const { id } of [a, b]) await gateway.know(id, { format: 'faq', title: 'When do you open?', content: 'We open at nine in the morning.' });
  owner = await ConsoleClient.join(gateway, a.id, 'owner');
  agent = await ConsoleClient.join(gateway, a.id, 'agent');
  stranger = await ConsoleClient.join(gateway, b.id, 'owner');
});
afterAll(() => gateway.close());

/** Every text of the tenant's in the database, so that nothing can hide in a table nobody thought of. */
async function everything(tenantId: string): Promise<string> {
  return gateway.inTenant(tenantId, async (tx) => {
    const tables = await tx.rows<{ name: string }>(
      "SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(c.oid, 'SELECT')",
    );
    let all = '';
    for (const { name } of tables) all += JSON.stringify(await tx.rows(`SELECT to_jsonb(t) AS row FROM ${name} t`));
    return all;
  });
}

/** Somebody who says who they are, is noted, rated and made a lead. */
async function leaveTraces(mark: string, tenant = gateway.tenants.a, who = owner) {
  const visitor = await gateway.visitor(tenant);
  await visitor.ask(`When do you open? I am ${mark}@mail.invalid`);
  await visitor.ask(`My secret is ${mark}, what is the largest planet?`);
  await who.json('POST', `/v1/admin/conversations/${visitor.conversationId}/notes`, { text: `A note on ${mark}` });
  const lead = (await who.json<{ items: { id: string; contact_id: string; contact_info: { email: string } }[] }>('GET', '/v1/admin/leads')).items.find(
    ({ contact_info }) => contact_info.email === `${mark}@mail.invalid`,
  );
  await who.json('PATCH', `/v1/admin/leads/${lead?.id}`, { notes: `Wants ${mark}` });
  return { visitor, contactId: lead?.contact_id ?? '', conversationId: visitor.conversationId };
}

describe('a visitor', () => {
  const mark = `mark${randomUUID().slice(0, 8)}`;
  const other = `other${randomUUID().slice(0, 8)}`;
  let traces: Awaited<ReturnType<typeof leaveTraces>>;
  beforeEach(async () => {
    traces = await leaveTraces(mark);
    await leaveTraces(other);
    await leaveTraces(mark, gateway.tenants.b, stranger);
  });

  it('gets all that is kept of them, and nothing of anybody else', async () => {
    const data = await owner.json<{ conversations: { messages: { text: string }[] }[]; leads: object[]; contact: { email: string } }>(
      'GET',
      `/v1/admin/contacts/${traces.contactId}/export`,
    );
    expect(data.contact.email).toBe(`${mark}@mail.invalid`);
    expect(data.conversations.flatMap(({ messages }) => messages.map(({ text }) => text)).join()).toContain(`My secret is ${mark}`);
    expect(JSON.stringify(data)).toContain(`A note on ${mark}`);
    expect(JSON.stringify(data)).not.toContain(other);
    expect(await agent.status('GET', `/v1/admin/contacts/${traces.contactId}/export`)).toBe(403);
    expect(await stranger.status('GET', `/v1/admin/contacts/${traces.contactId}/export`)).toBe(404);
  });

  it('is taken away from every table while they write, their browser begins as a stranger, and the line that says so names nobody', async () => {
    const before = { other: (await everything(gateway.tenants.a.id)).split(other).length, tenant: (await everything(gateway.tenants.b.id)).split(mark).length };
    expect((await everything(gateway.tenants.a.id)).includes(mark)).toBe(true);
    const writing = Array.from({ length: 6 }, (_, i) => traces.visitor.ask(`Once more, ${mark} ${i}`).catch(() => undefined));
    expect(await agent.status('DELETE', `/v1/admin/contacts/${traces.contactId}`)).toBe(403);
    expect(await stranger.status('DELETE', `/v1/admin/contacts/${traces.contactId}`)).toBe(404);
    expect(await owner.status('DELETE', `/v1/admin/contacts/${traces.contactId}`)).toBe(204);
    // Their streams end by themselves, some time after; what matters is what was stored.
    void Promise.allSettled(writing);
    for (let look = 0; look < 5; look++) expect(await everything(gateway.tenants.a.id)).not.toContain(mark);
    expect((await everything(gateway.tenants.a.id)).split(other).length).toBe(before.other);
    expect((await everything(gateway.tenants.b.id)).split(mark).length).toBe(before.tenant);
    expect(await owner.status('DELETE', `/v1/admin/contacts/${traces.contactId}`)).toBe(404);
    expect(gateway.logLines.join('')).not.toContain(mark);
    const audit = (await owner.json<{ items: { action: string; changes: object }[] }>('GET', '/v1/admin/audit')).items;
    expect(audit.find(({ action }) => action === 'privacy.erase')?.changes).toEqual({});
    // The same browser is let in again, as somebody new.
    const again = await fetch(`${gateway.url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ website_id: gateway.tenants.a.websiteId, resume_token: traces.visitor.token }),
    });
    expect(((await again.json()) as { conversation: { id: string; messages: object[] } }).conversation).toMatchObject({ messages: [] });
  });

  it('who takes their consent back in the widget leaves nothing either', async () => {
    const response = await fetch(`${gateway.url}/v1/widget/withdraw`, {
      method: 'POST',
      headers: { authorization: `Bearer ${traces.visitor.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(204);
    const left = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.rows('SELECT 1 FROM messages WHERE conversation_id = $1', [traces.conversationId]));
    expect(left).toEqual([]);
  });
});

describe('consent', () => {
  const TEXT = 'You may keep what I write here for a year.';
  const begin = async (body: object, websiteId = gateway.tenants.a.websiteId) => {
    const response = await fetch(`${gateway.url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ website_id: websiteId, ...body }),
    });
    return { status: response.status, body: (await response.json()) as { token: string; conversation: { id: string }; error: { code: string } } };
  };
  const proofOf = async (id: string) => {
    const { conversations } = await owner.json<{ conversations: { consent_text: string | null; consented_at: string | null }[] }>(
      'GET',
      `/v1/admin/conversations/${id}/export`,
    );
    return conversations[0];
  };
  const count = (tenantId: string) => gateway.inTenant(tenantId, (tx) => tx.row<{ n: number }>('SELECT count(*)::integer AS n FROM conversations'));
  beforeEach(() => gateway.settings(gateway.tenants.a.id, 'privacy', { consent: TEXT }));
  afterEach(() => gateway.settings(gateway.tenants.a.id, 'privacy', { consent: '' }));

  it('is asked by the gateway itself: without it, or to other words, nothing begins and nothing is kept', async () => {
    const before = await count(gateway.tenants.a.id);
    for (const body of [{}, { agreed_to: '' }, { agreed_to: 'yes' }, { agreed_to: `${TEXT} ` }]) {
      const refused = await begin(body);
      expect([refused.status, refused.body.error.code]).toEqual([403, 'consent_required']);
    }
    expect(await count(gateway.tenants.a.id)).toEqual(before);
    // Nobody else's visitors are asked.
    expect((await begin({}, gateway.tenants.b.websiteId)).status).toBe(200);
    expect((await begin({ agreed_to: TEXT })).status).toBe(200);
  });

  it('is kept with the conversation in the words that were shown, and asked anew when they change', async () => {
    const { body } = await begin({ agreed_to: TEXT });
    const first = await proofOf(body.conversation.id);
    expect(first?.consent_text).toBe(TEXT);
    expect(Math.abs(Date.parse(first?.consented_at ?? '') - Date.now())).toBeLessThan(60_000);
    // Come back with the same: the first time stays.
    await begin({ agreed_to: TEXT, resume_token: body.token });
    expect(await proofOf(body.conversation.id)).toEqual(first);

    const changed = 'You may keep what I write here for ever.';
    await gateway.settings(gateway.tenants.a.id, 'privacy', { consent: changed });
    expect((await begin({ agreed_to: TEXT, resume_token: body.token })).status).toBe(403);
    const again = await begin({ agreed_to: changed, resume_token: body.token });
    expect(again.body.conversation.id).toBe(body.conversation.id);
    expect((await proofOf(body.conversation.id))?.consent_text).toBe(changed);
  });

  it('where nobody asks for it is none', async () => {
    await gateway.settings(gateway.tenants.a.id, 'privacy', { consent: '' });
    const { body } = await begin({ agreed_to: 'whatever' });
    expect(await proofOf(body.conversation.id)).toMatchObject({ consent_text: null, consented_at: null });
  });
});

describe('what is older than the tenant wants it', () => {
  it('is taken away by a clock that has moved on; what is young, held or another’s stays', async () => {
    const { a, b } = gateway.tenants;
    const [old, held, theirs] = [
      await leaveTraces(`old${randomUUID().slice(0, 6)}`),
      await leaveTraces(`held${randomUUID().slice(0, 6)}`),
      await leaveTraces(`kept${randomUUID().slice(0, 6)}`, b, stranger),
    ];
    await owner.json('PUT', `/v1/admin/conversations/${held.conversationId}/hold`, { is_held: true });
    await gateway.settings(a.id, 'privacy', { retention_days: 30 });
    const ids = (tenantId: string) =>
      gateway.inTenant(tenantId, async (tx) => (await tx.rows<{ id: string }>('SELECT id FROM conversations')).map(({ id }) => id));
    await gateway.deps.retention.sweepOnce(new Date(Date.now() + 29 * 86_400_000));
    expect(await ids(a.id)).toContain(old.conversationId);
    await gateway.deps.retention.sweepOnce(new Date(Date.now() + 31 * 86_400_000));
    expect(await ids(a.id)).toEqual([held.conversationId]);
    expect(await ids(b.id)).toContain(theirs.conversationId);
    const contacts = await gateway.inTenant(a.id, (tx) => tx.rows<{ id: string }>('SELECT id FROM contacts'));
    expect(contacts.map(({ id }) => id)).not.toContain(theirs.contactId);
  });

  it('takes events with it that were dealt with a month ago, and leaves those that were given up', async () => {
    const { a, b } = gateway.tenants;
    const [ours, theirs] = [await gateway.visitor(a), await gateway.visitor(b)];
    const events = (tenantId: string) =>
      gateway.inTenant(tenantId, (tx) =>
        tx.rows<{ status: string; age: string }>("SELECT status, event_key AS age FROM inbox_events WHERE event_key LIKE 'age-%' ORDER BY 2"),
      );
    for (const [tenantId, conversationId] of [
      [a.id, ours.conversationId],
      [b.id, theirs.conversationId],
    ] as const)
      await gateway.inTenant(tenantId, (tx) =>
        tx.run(
          `INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id, status, finished_at)
           SELECT $1, 'widget', 'age-' || status || days, $2, status, now() - make_interval(days => days) FROM unnest(ARRAY['done', 'dead']) status, unnest(ARRAY[29, 31]) days`,
          [tenantId, conversationId],
        ),
      );
    await gateway.deps.retention.sweepOnce(new Date());
    for (const tenantId of [a.id, b.id]) expect((await events(tenantId)).map(({ age }) => age)).toEqual(['age-dead29', 'age-dead31', 'age-done29']);
  });

  it('takes the replies that were kept to be repeated, within a day of when they were given', async () => {
    const { a, b } = gateway.tenants;
    const replies = (tenantId: string) =>
      gateway.inTenant(tenantId, async (tx) =>
        (await tx.rows<{ key: string }>("SELECT key FROM idempotency_keys WHERE key LIKE 'age-%' ORDER BY key")).map(({ key }) => key),
      );
    for (const { id } of [a, b])
      await gateway.inTenant(id, (tx) =>
        tx.run(
          `INSERT INTO idempotency_keys (tenant_id, key, request_hash, response_body, created_at)
           SELECT $1, 'age-' || hours, '', '"sealed"', now() - make_interval(hours => hours) FROM unnest(ARRAY[1, 21, 23]) hours`,
          [id],
        ),
      );
    await gateway.deps.retention.sweepOnce(new Date());
    for (const { id } of [a, b]) expect(await replies(id)).toEqual(['age-1', 'age-21']);
  });

  it('goes in batches, and intake goes on meanwhile', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) =>
      tx.run(
        "INSERT INTO conversations (tenant_id, session_id, channel, created_at, updated_at, last_seq) SELECT $1, 'old-' || n, 'widget', now() - interval '90 days', now() - interval '90 days', 1 FROM generate_series(1, 900) n",
        [a.id],
      ),
    );
    const visitor = await gateway.visitor();
    const [, answer] = await Promise.all([gateway.deps.retention.sweepOnce(new Date()), visitor.ask('When do you open?')]);
    expect(answer.verdict).toBe('answered');
    const left = await gateway.inTenant(a.id, (tx) => tx.row<{ n: number }>("SELECT count(*)::integer AS n FROM conversations WHERE session_id LIKE 'old-%'"));
    expect(left?.n).toBe(0);
  });
});
