import { randomUUID } from 'node:crypto';
import { crispSessionId, crispVisitorMessage, type FakeCrisp, PIXEL, startFakeCrisp, tidioPublicKey } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCannedReply } from '../../src/conversations/canned-replies.ts';
import type { Route } from '../../src/http/route.ts';
import { buryEvent } from '../../src/inbox/bury-event.ts';
import { invite } from '../../src/people/invitations.ts';
import { addOwnRole } from '../../src/people/own-roles.ts';
import { listRoutes } from '../../src/routes.ts';
import { addSource } from '../../src/sources/sources.ts';
import { SCOPES } from '../../src/tenants/api-keys.ts';
import { createShownSecret } from '../../src/tenants/channel-secrets.ts';
import { announce } from '../../src/webhooks/announce.ts';
import { addWebhookEndpoint } from '../../src/webhooks/endpoints.ts';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** A-1, A-3, A-6: the same decision at every door, made from the one list of routes. */
let gateway: TestGateway;
let crisp: FakeCrisp;
let routes: Route[];
const made: Record<string, string> = {};

beforeAll(async () => {
  crisp = await startFakeCrisp();
  gateway = await startGateway({ environment: { CRISP_BASE_URL: crisp.url } });
  routes = listRoutes(gateway.deps);
  const { a } = gateway.tenants;
  made['knowledge'] = (await gateway.know(a.id, { format: 'faq', title: 'Opening hours', content: `We open at nine. ${a.canary}` }))[0] as string;
  made['sources'] = await gateway.inTenant(a.id, async (tx) => (await addSource(tx, a.id, { kind: 'page', url: 'https://page.invalid/' })).id);
  const visitor = await gateway.visitor();
  await visitor.ask('When do you open? me@mine.invalid');
  made['conversations'] = visitor.conversationId;
  made['contacts'] = (await gateway.inTenant(a.id, (tx) => tx.row<{ id: string }>('SELECT id FROM contacts')))?.id as string;
  made['messages'] = (await gateway.inTenant(a.id, (tx) => tx.row<{ id: string }>("SELECT id FROM messages WHERE sender_type = 'ai'")))?.id as string;
  await visitor.sendFile(PIXEL, 'a.png');
  made['files'] = (await gateway.inTenant(a.id, (tx) => tx.row<{ id: string }>('SELECT id FROM visitor_files')))?.id as string;
  made['leads'] = (await gateway.inTenant(a.id, (tx) => tx.row<{ id: string }>('SELECT id FROM leads')))?.id as string;
  made['keys'] = (
    await gateway.inTenant(a.id, (tx) =>
      tx.row<{ id: string }>(
        "INSERT INTO api_keys (tenant_id, key_prefix, key_hash, name) VALUES ($1, 'nk_', decode(repeat('ab', 32), 'hex'), 'spare') RETURNING id",
        [a.id],
      ),
    )
  )?.id as string;
  const dead = crispVisitorMessage({ websiteId: randomUUID(), sessionId: crispSessionId(), text: 'When do you open?' });
  made['events'] = await gateway.inTenant(a.id, async (tx) => {
    await buryEvent(tx, a.id, { channel: 'crisp', key: 'dead' }, dead, 'could not be read');
    return (await tx.row<{ id: string }>("SELECT id FROM inbox_events WHERE event_key = 'dead'"))?.id as string;
  });
  await ConsoleClient.join(gateway, a.id, 'agent');
  made['members'] = (await gateway.inTenant(a.id, (tx) => tx.row<{ user_id: string }>('SELECT user_id FROM members')))?.user_id as string;
  made['invitations'] = (await gateway.inTenant(a.id, (tx) => invite(tx, a.id, { email: 'open@people.invalid', role: 'agent', createdBy: 'test' }))).row.id;
  const endpoint = await gateway.inTenant(a.id, (tx) =>
    addWebhookEndpoint(tx, a.id, gateway.deps.config.secret, { url: 'https://receiver.invalid/', events: ['lead.changed'] }),
  );
  made['webhooks'] = endpoint.row.id;
  made['webhook-deliveries'] = await gateway.inTenant(a.id, async (tx) => {
    await announce(tx, a.id, 'lead.changed', {});
    return (await tx.row<{ id: string }>('SELECT id FROM webhook_deliveries'))?.id as string;
  });
  made['roles'] = await gateway.inTenant(a.id, async (tx) => (await addOwnRole(tx, a.id, { name: 'Made', scopes: [] }, [])).id);
  made['canned-replies'] = await gateway.inTenant(a.id, async (tx) => (await addCannedReply(tx, a.id, { shortcut: 'made', text: 'x' })).id);
  made['channels'] = await gateway.inTenant(a.id, async (tx) => (await createShownSecret(tx, a.id, 'crisp_hook_key')).id);
});
afterAll(async () => {
  await gateway.close();
  await crisp.close();
});

const keyRoutesOf = () => routes.filter((route) => !['public', 'visitor', 'person'].includes(route.access));
/** A valid body for each route that takes one. A new route without an entry fails below. */
const BODIES: Record<string, unknown> = {
  'put /v1/admin/tenant/allowed-origins': { allowed_origins: [] },
  'patch /v1/admin/tenant': { site_url: 'https://shop.invalid/' },
  'put /v1/admin/settings/widget': {},
  'put /v1/admin/settings/ai': {},
  'put /v1/admin/settings/leads': {},
  'put /v1/admin/settings/handoff': {},
  'put /v1/admin/settings/budget': {},
  'put /v1/admin/settings/crisp': {},
  'put /v1/admin/settings/tidio': {},
  'put /v1/admin/settings/hours': {},
  'post /v1/admin/settings/ai/preview': { question: 'When do you open?', instructions: '' },
  'put /v1/admin/settings/privacy': {},
  'put /v1/admin/settings/identity': {},
  'put /v1/admin/conversations/:id/hold': { is_held: false },
  'post /v1/admin/knowledge': { format: 'faq', title: 'Question', content: 'Answer.' },
  'post /v1/admin/knowledge/drafts': { action: 'add', entry: { format: 'faq', title: 'Draft', content: 'Answer.' } },
  'post /v1/admin/knowledge/try': { questions: ['When do you open?'] },
  'patch /v1/admin/knowledge/categories': { from: 'a', to: 'b' },
  'patch /v1/admin/knowledge/:id': { category: 'x' },
  'post /v1/admin/sources': { kind: 'page', url: 'https://page.invalid/' },
  'patch /v1/admin/sources/:id': { category: 'x' },
  'post /v1/admin/conversations/:id/messages': { text: 'Hello from a person.' },
  'patch /v1/admin/conversations/:id': { status: 'active' },
  'post /v1/admin/conversations/:id/read': { seq: 1 },
  'post /v1/admin/conversations/:id/notes': { text: 'Called back.' },
  'post /v1/admin/canned-replies': { shortcut: 'hours', text: 'We open at nine.' },
  'put /v1/admin/canned-replies/:id': { shortcut: 'changed', text: 'We open at nine.' },
  'patch /v1/admin/leads/:id': { status: 'contacted' },
  'post /v1/admin/invitations': { email: 'new@people.invalid', role: 'agent' },
  'post /v1/admin/roles': { name: 'Sales', scopes: [] },
  'put /v1/admin/roles/:id': { name: 'Sellers', scopes: [] },
  'patch /v1/admin/members/:id': { role: 'viewer' },
  'post /v1/admin/keys': { name: 'new', scopes: ['keys:write'] },
  'post /v1/admin/webhooks': { url: 'https://receiver.invalid/', events: ['lead.created'] },
  'patch /v1/admin/webhooks/:id': { is_active: true },
  'put /v1/admin/channels/crisp': { website_id: randomUUID(), token: { identifier: 'identifier', key: 'key' } },
  'put /v1/admin/channels/tidio': { public_key: tidioPublicKey() },
  'post /v1/admin/channels/secrets': { purpose: 'crisp_hook_key' },
};

/** Of the routes that want something in their query. */
const QUERIES: Record<string, string> = {
  'get /v1/admin/numbers': '?from=2026-01-01&to=2026-01-31',
  'get /v1/admin/numbers.csv': '?from=2026-01-01&to=2026-01-31',
  'get /v1/admin/setup/installation': '?url=https://page.invalid/',
};

/** Of the routes that take their body as it comes: the query they want, and a body. */
const RAW: Record<string, { query: string; body: string | Uint8Array<ArrayBuffer> }> = {
  'post /v1/admin/sources/files': { query: '?name=hours.txt', body: 'We open at nine.' },
  'post /v1/admin/setup/logo': { query: '', body: PIXEL },
};

function call(route: Route, key: string | undefined, options: { id?: string; headers?: Record<string, string>; query?: string } = {}): Promise<Response> {
  const kind = route.path.split('/')[3]?.replace(/\..*$/, '') ?? '';
  const path = route.path.replace(':id', options.id ?? made[kind] ?? randomUUID()).replace(':version', '1');
  const raw = RAW[`${route.method} ${route.path}`];
  const body = route.body ? JSON.stringify(BODIES[`${route.method} ${route.path}`]) : raw?.body;
  return fetch(`${gateway.url}${path}${options.query ?? raw?.query ?? QUERIES[`${route.method} ${route.path}`] ?? ''}`, {
    method: route.method.toUpperCase(),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(route.body ? { 'content-type': 'application/json' } : raw ? { 'content-type': 'application/octet-stream' } : {}),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}
const bodyOf = async (response: Response) => JSON.parse((await response.text()).replace(/"request_id":"[^"]*"/, '"request_id":""')) as unknown;

describe('every route', () => {
  it('has an access, a tenant source and, where it takes a body, an entry in this test', () => {
    for (const route of routes) {
      expect(route.access).toBeTruthy();
      expect(route.tenantSource).toBeTruthy();
      expect(['public', 'visitor', 'person', ...SCOPES]).toContain(route.access);
      if (!['public', 'visitor', 'person'].includes(route.access) && (route.body || route.takesRaw))
        expect({ ...BODIES, ...RAW }).toHaveProperty([`${route.method} ${route.path}`]);
    }
  });

  it('and no other is answered: the router serves exactly the list, pages and health', async () => {
    for (const path of ['/v1/admin', '/v1/admin/tenants', '/v1/admin/users', '/v1/widget', '/v1/admin/knowledge/x/y/z', '/consoles', '/.env']) {
      expect((await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${await gateway.key(gateway.tenants.a.id)}` } })).status).toBe(404);
    }
  });

  it('is in the OpenAPI document', async () => {
    const document = (await (await fetch(`${gateway.url}/v1/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(documented.sort()).toEqual(routes.map((route) => `${route.method} ${route.path}`).sort());
  });
});

describe('a key', () => {
  it.each(SCOPES)('with the scope %s opens exactly its routes', async (scope) => {
    const key = await gateway.key(gateway.tenants.a.id, [scope], { rateLimit: 1_000 });
    for (const route of keyRoutesOf().filter((candidate) => candidate.method !== 'delete')) {
      const { status } = await call(route, key);
      expect([`${route.method} ${route.path}`, status < 300]).toEqual([`${route.method} ${route.path}`, route.access === scope]);
      if (route.access !== scope) expect(status).toBe(403);
    }
  });

  it.each([
    ['missing', async () => undefined],
    ['unknown', async () => `nk_${'x'.repeat(32)}`],
    [
      'revoked',
      async () => {
        const key = await gateway.key(gateway.tenants.a.id);
        await gateway.inTenant(gateway.tenants.a.id, (tx) =>
          tx.run('UPDATE api_keys SET is_active = false WHERE key_prefix = $1 AND name = $2', [key.slice(0, 8), 'test']),
        );
        return key;
      },
    ],
    ['expired', async () => gateway.key(gateway.tenants.a.id, SCOPES, { expiresAt: new Date(Date.now() - 1_000) })],
    ['of SQL', async () => "x' OR '1'='1"],
    ['of a session', async () => (await gateway.visitor()).token],
  ])('that is %s is refused alike by every route', async (_name, make) => {
    const key = await make();
    const seen = new Set<string>();
    for (const route of keyRoutesOf()) {
      const response = await call(route, key);
      expect(response.status).toBe(401);
      seen.add(JSON.stringify(await bodyOf(response)));
    }
    expect(seen.size).toBe(1);
  });

  it('in the URL, in a cookie or in another header is no key', async () => {
    const key = await gateway.key(gateway.tenants.a.id);
    const route = keyRoutesOf()[0] as Route;
    for (const attempt of [
      { query: `?api_key=${key}&access_token=${key}` },
      { headers: { cookie: `key=${key}` } },
      { headers: { 'x-api-key': key } },
      { headers: { authorization: `Basic ${Buffer.from(`:${key}`).toString('base64')}` } },
    ]) {
      expect((await call(route, undefined, attempt)).status).toBe(401);
    }
  });

  it('of a suspended tenant is refused', async () => {
    const { b } = gateway.tenants;
    const key = await gateway.key(b.id);
    expect((await call(keyRoutesOf()[0] as Route, key)).status).toBe(200);
    await gateway.inTenant(b.id, (tx) => tx.run('UPDATE tenants SET is_active = false'));
    expect((await call(keyRoutesOf()[0] as Route, key)).status).toBe(401);
    await gateway.inTenant(b.id, (tx) => tx.run('UPDATE tenants SET is_active = true'));
  });

  it('is stored as prefix and hash, shown once, and stands in no list, answer or log', async () => {
    const first = await gateway.key(gateway.tenants.a.id, ['keys:read', 'keys:write']);
    const created = (await (
      await fetch(`${gateway.url}/v1/admin/keys`, {
        method: 'POST',
        headers: { authorization: `Bearer ${first}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'shown once', scopes: ['keys:write'] }),
      })
    ).json()) as { id: string; key: string };
    expect(created.key).toMatch(/^nk_[\w-]{32}$/);
    const list = await (await fetch(`${gateway.url}/v1/admin/keys?limit=100`, { headers: { authorization: `Bearer ${first}` } })).text();
    const dump = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows<{ row: string }>('SELECT k::text AS row FROM api_keys k UNION ALL SELECT a::text FROM audit_logs a'),
    );
    for (const text of [list, ...dump.map(({ row }) => row), ...gateway.logLines]) {
      expect(text.includes(created.key)).toBe(false);
      expect(text.includes(first)).toBe(false);
    }
    expect((await fetch(`${gateway.url}/v1/admin/keys/${created.id}`, { method: 'DELETE', headers: { authorization: `Bearer ${first}` } })).status).toBe(204);
    expect((await fetch(`${gateway.url}/v1/admin/leads`, { headers: { authorization: `Bearer ${created.key}` } })).status).toBe(401);
  });

  it('that is good is never locked out by ten thousand bad ones', async () => {
    const good = await gateway.key(gateway.tenants.a.id, SCOPES, { rateLimit: 10_000 });
    const strict = await startGateway({ beside: gateway, badCredentialsPerMinute: 60 });
    const ask = (key: string) => fetch(`${strict.url}/v1/admin/keys`, { headers: { authorization: `Bearer ${key}` } });
    try {
      const statuses = new Set<number>();
      for (let i = 0; i < 10_000; i += 200) {
        for (const response of await Promise.all(Array.from({ length: 200 }, (_, n) => ask(`nk_${String(i + n).padStart(32, '0')}`)))) {
          statuses.add(response.status);
          await response.arrayBuffer();
        }
      }
      expect(statuses).toEqual(new Set([401, 429]));
      expect((await ask(good)).status).toBe(200);
    } finally {
      await strict.close();
    }
  }, 90_000);

  it('has a pace of its own', async () => {
    const key = await gateway.key(gateway.tenants.a.id, SCOPES, { rateLimit: 5 });
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await call(keyRoutesOf()[0] as Route, key)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  });
});

describe('headers that claim something', () => {
  it('change nothing', async () => {
    const key = await gateway.key(gateway.tenants.a.id, ['leads:read']);
    const keysRoute = keyRoutesOf().find((route) => route.path === '/v1/admin/keys' && route.method === 'get') as Route;
    for (const headers of [
      { 'x-request-from': 'internal' },
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-original-url': '/v1/admin/leads' },
      { 'x-rewrite-url': '/v1/admin/leads' },
      { 'x-http-method-override': 'GET' },
      { 'x-forwarded-host': 'admin.invalid' },
      { 'x-tenant-id': gateway.tenants.b.id },
    ]) {
      expect((await call(keysRoute, key, { headers })).status).toBe(403);
      expect((await call(keysRoute, undefined, { headers })).status).toBe(401);
    }
  });

  it('from another origin get no leave to read the admin API', async () => {
    const key = await gateway.key(gateway.tenants.a.id);
    for (const origin of ['https://evil.invalid', 'null', 'https://gateway.invalid.evil.invalid']) {
      const response = await call(keyRoutesOf()[0] as Route, key, { headers: { origin } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

describe("another tenant's id", () => {
  it('looks like an unknown one, at every route that takes an id', async () => {
    const key = await gateway.key(gateway.tenants.b.id, SCOPES, { rateLimit: 1_000 });
    for (const route of keyRoutesOf().filter((candidate) => candidate.path.includes(':id'))) {
      const [foreign, unknown] = [await call(route, key), await call(route, key, { id: randomUUID() })];
      expect(foreign.status).toBe(404);
      expect([foreign.status, await bodyOf(foreign)]).toEqual([unknown.status, await bodyOf(unknown)]);
    }
  });
});

describe('bad input', () => {
  it.each([
    ['no body', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['an operator', '{"name":{"$ne":1},"scopes":["leads:read"]}'],
    ['fields of ours', '{"name":"x","scopes":["leads:read"],"tenant_id":"y","key_hash":"z","is_active":true}'],
    ['a prototype', '{"name":"x","scopes":["leads:read"],"__proto__":{"admin":true}}'],
    ['deep nesting', `{"name":"x","scopes":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['half a body', '{"name":"x'],
  ])('%s is refused with 400 and changes nothing', async (_name, body) => {
    const key = await gateway.key(gateway.tenants.a.id, ['keys:write']);
    const count = () => gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row('SELECT count(*) FROM api_keys'));
    const before = await count();
    const response = await fetch(`${gateway.url}/v1/admin/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ error: { code: 'invalid_request', message: expect.stringMatching(/\w{3}/) } });
    expect(await count()).toEqual(before);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('a POST with an Idempotency-Key', () => {
  const post = (key: string, idempotency: string, body: object) =>
    fetch(`${gateway.url}/v1/admin/knowledge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': idempotency },
      body: JSON.stringify(body),
    });

  it('fifty times at once has one effect and one reply', async () => {
    const key = await gateway.key(gateway.tenants.a.id, SCOPES, { rateLimit: 10_000 });
    const title = `Once ${randomUUID()}`;
    const replies = await Promise.all(
      Array.from(
        { length: 50 },
        async () => (await post(key, title.replaceAll(' ', '-'), { format: 'faq', title, content: 'Only once.' })).json() as Promise<{ id: string }>,
      ),
    );
    expect(new Set(replies.map((reply) => reply.id)).size).toBe(1);
    expect(
      await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row('SELECT count(*)::integer AS n FROM knowledge_bases WHERE title = $1', [title])),
    ).toEqual({ n: 1 });
  });

  it('and another body is refused, and in another tenant is another key', async () => {
    const [keyA, keyB] = await Promise.all([gateway.key(gateway.tenants.a.id), gateway.key(gateway.tenants.b.id)]);
    const idempotency = randomUUID();
    expect((await post(keyA, idempotency, { format: 'faq', title: 'One', content: 'First.' })).status).toBe(201);
    expect((await post(keyA, idempotency, { format: 'faq', title: 'Two', content: 'Second.' })).status).toBe(422);
    expect((await post(keyB, idempotency, { format: 'faq', title: 'One', content: 'First.' })).status).toBe(201);
  });

  it('that failed may be sent again', async () => {
    const key = await gateway.key(gateway.tenants.a.id);
    const idempotency = randomUUID();
    expect((await post(key, idempotency, { format: 'html', title: '', content: '<br>' })).status).toBe(400);
    expect((await post(key, idempotency, { format: 'html', title: '', content: '<p>Now with text.</p>' })).status).toBe(201);
  });
});

describe('a reply that is kept for its repetition', () => {
  it('cannot be read in the database, and is repeated whole', async () => {
    const key = await gateway.key(gateway.tenants.a.id);
    const make = async () =>
      (await (
        await fetch(`${gateway.url}/v1/admin/keys`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'a-new-key' },
          body: JSON.stringify({ name: 'sealed', scopes: ['leads:read'] }),
        })
      ).json()) as { key: string };
    const [first, again] = [await make(), await make()];
    expect(again).toEqual(first);
    const rows = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows<{ row: string }>("SELECT i::text AS row FROM idempotency_keys i WHERE key = 'a-new-key'"),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(first.key);
  });
});

describe('the tenant itself', () => {
  it('can be read through the one connection of an embedded database, remembered or not', async () => {
    const key = await gateway.key(gateway.tenants.b.id);
    gateway.deps.tenants.forget(gateway.tenants.b.id);
    const response = await fetch(`${gateway.url}/v1/admin/tenant`, { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(5_000) });
    expect(await response.json()).toMatchObject({ id: gateway.tenants.b.id, settings: { ai: { caution: 'balanced' } } });
  });
});

describe('the audit log', () => {
  it('has a line for each change, written with it', async () => {
    const key = await gateway.key(gateway.tenants.a.id);
    await call(keyRoutesOf().find((route) => route.path === '/v1/admin/settings/ai') as Route, key);
    const [line] = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows('SELECT actor, action, resource_type FROM audit_logs ORDER BY created_at DESC LIMIT 1'),
    );
    expect(line).toMatchObject({ action: 'settings.ai', resource_type: 'tenant', actor: expect.stringMatching(/^key:/) });
  });
});
