import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { WidgetClient } from '../support/widget-client.ts';

/** V-1: a conversation is read by holding its token, by nothing else. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ badCredentialsPerMinute: 60 });
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'Opening hours', content: `We open at nine. ${tenant.canary}` });
});
afterAll(() => gateway.close());

const refusal = async (response: Response) => ({
  status: response.status,
  error: { ...((await response.json()) as { error: object }).error, request_id: undefined },
});

describe('a session token', () => {
  it('has 256 random bits, of which only the hash is stored', async () => {
    const visitor = await gateway.visitor();
    expect(Buffer.from(visitor.token, 'base64url')).toHaveLength(32);
    const stored = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.rows<{ row: string }>('SELECT widget_sessions::text AS row FROM widget_sessions'));
    expect(stored.length).toBeGreaterThan(0);
    for (const { row } of stored) expect(row).not.toContain(visitor.token);
  });

  it.each(['events', 'messages', 'leads', 'feedback', 'handoff'])(
    'is asked for by %s: missing, wrong, shortened, as a conversation id or in the URL it is refused alike',
    async (path) => {
      const visitor = await gateway.visitor();
      const body = path === 'events' ? undefined : { client_message_id: randomUUID(), text: 'hello' };
      const attempts = [undefined, randomBytes(32).toString('base64url'), visitor.token.slice(0, -1), visitor.conversationId, `${visitor.token}x`];
      const seen = new Set<string>();
      for (const token of attempts) {
        const response = await fetch(`${gateway.url}/v1/widget/${path}?token=${visitor.token}`, {
          method: body ? 'POST' : 'GET',
          headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        const refused = await refusal(response);
        expect(refused.status).toBe(body && path !== 'messages' && refused.status === 400 ? 400 : 401);
        if (refused.status === 401) seen.add(JSON.stringify(refused));
      }
      expect(seen.size).toBeLessThanOrEqual(1);
    },
  );

  it('of one visitor brings nothing of another, nor of another tenant', async () => {
    const first = await gateway.visitor();
    await first.ask('When do you open?');
    const second = await gateway.visitor();
    const heard = await second.hear('0', () => true, 1_000).catch(() => []);
    expect(heard).toEqual([]);
    const resumedElsewhere = await fetch(`${gateway.url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ website_id: gateway.tenants.b.websiteId, resume_token: first.token }),
    });
    const session = (await resumedElsewhere.json()) as { token: string; conversation: { id: string; messages: unknown[] } };
    expect(session.conversation.messages).toEqual([]);
    expect(session.conversation.id).not.toBe(first.conversationId);
    expect(session.token).not.toBe(first.token);
  });

  it('that has expired is as good as none, and begins a new conversation', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.run("UPDATE widget_sessions SET expires_at = now() - interval '1 second' WHERE conversation_id = $1", [visitor.conversationId]),
    );
    expect((await visitor.request('events')).status).toBe(401);
  });

  it('is bound to the site it was given to', async () => {
    const visitor = await gateway.visitor(gateway.tenants.a, 'https://shop.invalid');
    expect((await visitor.request('handoff', {}, { origin: 'https://evil.invalid' })).status).toBe(401);
    expect((await visitor.request('handoff', {})).status).toBe(200);
  });

  it('of a suspended tenant stops working', async () => {
    const visitor = await gateway.visitor(gateway.tenants.b);
    await gateway.inTenant(gateway.tenants.b.id, (tx) => tx.run("UPDATE tenants SET subscription_status = 'suspended'"));
    expect((await visitor.request('events')).status).toBe(401);
    await gateway.inTenant(gateway.tenants.b.id, (tx) => tx.run("UPDATE tenants SET subscription_status = 'active'"));
  });

  it('stands in no log line', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    expect(gateway.logLines.length).toBeGreaterThan(3);
    expect(gateway.logLines.filter((line) => line.includes(visitor.token))).toEqual([]);
  });
});

describe('a session', () => {
  it('is given only to the sites a tenant allows', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) => tx.run("UPDATE tenants SET allowed_origins = '{https://shop.invalid}'"));
    gateway.deps.tenants.forget(a.id);
    await expect(WidgetClient.begin(gateway.url, a.websiteId, 'https://shop.invalid')).resolves.toBeDefined();
    for (const origin of ['https://evil.invalid', 'https://shop.invalid.evil.invalid', 'https://sub.shop.invalid', 'http://shop.invalid', 'null']) {
      await expect(WidgetClient.begin(gateway.url, a.websiteId, origin)).rejects.toThrow('origin_not_allowed');
    }
    await gateway.inTenant(a.id, (tx) => tx.run("UPDATE tenants SET allowed_origins = '{}'"));
    gateway.deps.tenants.forget(a.id);
  });

  it('is resumed with its conversation, whole', async () => {
    const visitor = await gateway.visitor();
    const answer = await visitor.ask('When do you open?');
    const response = await fetch(`${gateway.url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ website_id: gateway.tenants.a.websiteId, resume_token: visitor.token }),
    });
    const session = (await response.json()) as { token: string; conversation: { id: string; messages: { sender_type: string; text: string }[] } };
    expect(session.token).toBe(visitor.token);
    expect(session.conversation.id).toBe(visitor.conversationId);
    expect(session.conversation.messages.map(({ sender_type, text }) => [sender_type, text])).toEqual([
      ['visitor', 'When do you open?'],
      ['ai', answer.text],
    ]);
  });

  it('for an unknown website is refused in words that help', async () => {
    await expect(WidgetClient.begin(gateway.url, randomUUID())).rejects.toThrow('Copy the snippet again');
  });
});

describe('guessing', () => {
  it('a thousand tokens from one address finds nothing and is slowed down, while good tokens go on working', async () => {
    const visitor = await gateway.visitor();
    const statuses: number[] = [];
    for (let i = 0; i < 1_000; i += 50) {
      const batch = await Promise.all(
        Array.from({ length: 50 }, () =>
          fetch(`${gateway.url}/v1/widget/events`, { headers: { authorization: `Bearer ${randomBytes(32).toString('base64url')}` } }),
        ),
      );
      statuses.push(...batch.map((response) => response.status));
    }
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(800);
    expect((await visitor.ask('When do you open?')).verdict).toBe('answered');
  });
});
