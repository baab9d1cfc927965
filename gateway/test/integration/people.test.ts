import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { invite } from '../../src/people/invitations.ts';
import { SCOPES_OF } from '../../src/people/roles.ts';
import { listRoutes } from '../../src/routes.ts';
import { ConsoleClient, OWN_PAGE, PASSWORD } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** who gets in, what their role lets them do, and that no page of anybody else can do it in their name. */
let gateway: TestGateway;
let tenantId: string;
beforeAll(async () => {
  gateway = await startGateway();
  tenantId = gateway.tenants.a.id;
});
afterAll(() => gateway.close());

const join = (role: Parameters<typeof ConsoleClient.join>[2], email?: string, at = tenantId) => ConsoleClient.join(gateway, at, role, email);
const me = (client: ConsoleClient) => client.call('GET', '/v1/console/me');
const idOf = async (client: ConsoleClient) => ((await me(client)).body['user'] as { id: string }).id;
const link = async (at: string, email: string, role: 'owner' | 'agent' = 'agent') =>
  (await gateway.inTenant(at, (tx) => invite(tx, at, { email, role, createdBy: 'test' }))).token;

describe('an invitation', () => {
  it('makes a member and signs them in, once', async () => {
    const token = await link(tenantId, 'once@people.invalid');
    const client = new ConsoleClient(gateway.url, 'once@people.invalid');
    expect((await client.call('POST', '/v1/console/invitations/show', { token })).body).toMatchObject({ email: 'once@people.invalid', role: 'agent' });
    const accept = () => client.call('POST', '/v1/console/invitations/accept', { token, name: 'Once', password: PASSWORD });
    const tries = await Promise.all(Array.from({ length: 5 }, accept));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404, 404]);
    expect((await me(client)).body).toMatchObject({ user: { email: 'once@people.invalid', name: 'Once' }, role: 'agent', tenant: { id: tenantId } });
    expect((await client.call('POST', '/v1/console/invitations/show', { token })).status).toBe(404);
  });

  it('for nobody by name asks for the address, and is what a new tenant’s owner gets', async () => {
    const token = await link(tenantId, '', 'owner');
    const client = new ConsoleClient(gateway.url, 'founder@people.invalid');
    expect((await client.call('POST', '/v1/console/invitations/accept', { token, name: 'Founder', password: PASSWORD })).status).toBe(400);
    expect(
      (await client.call('POST', '/v1/console/invitations/accept', { token, email: 'Founder@People.invalid', name: 'Founder', password: PASSWORD })).status,
    ).toBe(201);
    expect((await me(client)).body).toMatchObject({ user: { email: 'founder@people.invalid' }, role: 'owner' });
  });

  it('to somebody with an account wants its password, and then they work for both', async () => {
    const email = 'both@people.invalid';
    const there = await join('viewer', email, gateway.tenants.b.id);
    const token = await link(tenantId, email);
    const wrong = await new ConsoleClient(gateway.url, email).call('POST', '/v1/console/invitations/accept', {
      token,
      name: 'X',
      password: 'another long password',
    });
    expect(wrong.status).toBe(401);
    const here = new ConsoleClient(gateway.url, email);
    expect((await here.call('POST', '/v1/console/invitations/accept', { token, name: 'X', password: PASSWORD })).status).toBe(201);
    expect((await me(here)).body).toMatchObject({ role: 'agent', user: { name: 'The viewer' }, tenants: [{ role: 'viewer' }, { role: 'agent' }] });
    // The session at the other tenant sees that tenant only, until it goes over.
    expect((await me(there)).body).toMatchObject({ role: 'viewer', tenant: { id: gateway.tenants.b.id } });
    expect((await there.call('POST', '/v1/console/switch', { tenant_id: tenantId })).status).toBe(200);
    expect((await me(there)).body).toMatchObject({ role: 'agent', tenant: { id: tenantId } });
  });

  it('to somebody by name is no way to guess their password: each try counts as one of theirs, whatever address comes along', async () => {
    const email = `guessed-${randomUUID()}@people.invalid`;
    await join('viewer', email, gateway.tenants.b.id);
    const token = await link(tenantId, email);
    const guess = () =>
      new ConsoleClient(gateway.url, email).call('POST', '/v1/console/invitations/accept', {
        token,
        email: `${randomUUID()}@people.invalid`,
        name: 'X',
        password: 'a guess of ten letters',
      });
    const tries: number[] = [];
    while (tries.length < 15) tries.push((await guess()).status);
    expect(tries.indexOf(429)).toBeGreaterThan(0);
    expect(tries.indexOf(429)).toBeLessThanOrEqual(10);
    // Control: another link is not held up by it.
    expect((await join('viewer')).cookie).toBeTruthy();
  });

  it('shown in one tab is not changed by another that shows another tenant', async () => {
    const email = `tabs-${randomUUID()}@people.invalid`;
    const client = await join('admin', email);
    const there = (await client.call('GET', '/v1/console/me')).body['tenant'] as { id: string };
    const write = (shown: string) => client.call('PUT', '/v1/admin/settings/widget', { title: 'Ours' }, { ...OWN_PAGE, 'netia-tenant': shown });
    expect((await write(gateway.tenants.b.id)).status).toBe(409);
    expect((await write(there.id)).status).toBe(200);
  });

  it.each([
    ['expired', "UPDATE invitations SET expires_at = now() - interval '1 second' WHERE email = $1"],
    ['withdrawn', 'DELETE FROM invitations WHERE email = $1'],
  ])('that is %s opens nothing', async (_name, sql) => {
    const email = `${randomUUID()}@people.invalid`;
    const token = await link(tenantId, email);
    await gateway.inTenant(tenantId, (tx) => tx.run(sql, [email]));
    const { status, body } = await new ConsoleClient(gateway.url, email).call('POST', '/v1/console/invitations/accept', {
      token,
      name: 'X',
      password: PASSWORD,
    });
    expect([status, body['error']]).toEqual([404, expect.objectContaining({ message: 'This link is used up or too old. Ask for a new one.' })]);
  });
});

describe('signing in', () => {
  it('gives a new session, in a cookie no script reads and no other site sends', async () => {
    const client = await join('agent');
    const before = client.cookie;
    const { status, headers } = await client.call('POST', '/v1/console/sign-in', { email: client.email.toUpperCase(), password: PASSWORD });
    expect(status).toBe(200);
    expect(headers.getSetCookie()[0]).toMatch(/^netia_session=[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
    expect(client.cookie).not.toBe(before);
    const stored = await gateway.inTenant(tenantId, (tx) => tx.rows('SELECT * FROM user_sessions'));
    expect(JSON.stringify(stored)).not.toContain(client.cookie.split('=')[1]);
  });

  it('a cookie planted before is worth nothing after', async () => {
    const victim = await join('agent');
    const planted = `netia_session=${'a'.repeat(43)}`;
    const browser = new ConsoleClient(gateway.url, victim.email);
    browser.cookie = planted;
    expect(await browser.signIn()).toBe(200);
    const attacker = new ConsoleClient(gateway.url, '');
    attacker.cookie = planted;
    expect((await me(attacker)).status).toBe(401);
  });

  it.each([
    ['a wrong password', (email: string) => ({ email, password: 'not the password' })],
    ['an address nobody has', () => ({ email: 'nobody@people.invalid', password: PASSWORD })],
    ['SQL for an address', () => ({ email: "a'--@people.invalid", password: PASSWORD })],
  ])('with %s is refused in the same words', async (_name, credentials) => {
    const { email } = await join('agent');
    const { status, body } = await new ConsoleClient(gateway.url, email).call('POST', '/v1/console/sign-in', credentials(email));
    expect([status, (body['error'] as { message: string }).message]).toEqual([401, 'E-mail address and password do not go together.']);
  });

  it.each([
    ['null', { email: null, password: null }],
    ['objects', { email: { $ne: 1 }, password: { $ne: 1 } }],
    ['lists', { email: ['a@b.invalid'], password: ['x'] }],
    ['more than asked', { email: 'a@b.invalid', password: 'x', role: 'owner' }],
  ])('with %s is refused as badly formed', async (_name, body) => {
    expect((await new ConsoleClient(gateway.url, '').call('POST', '/v1/console/sign-in', body)).status).toBe(400);
  });

  it('is slowed down for one account from one address, and for no other', async () => {
    const [victim, other] = [await join('agent'), await join('agent')];
    const statuses: number[] = [];
    for (let i = 0; i < 15; i++) statuses.push(await victim.signIn(`guess ${i}`));
    expect(statuses.slice(0, 9)).toEqual(Array(9).fill(401));
    expect(statuses.slice(-4)).toEqual(Array(4).fill(429));
    expect(await victim.signIn()).toBe(429);
    expect(await other.signIn()).toBe(200);
    // Who is in stays in.
    expect((await me(victim)).status).toBe(200);
  });
});

describe('a session', () => {
  it.each([
    ['signed out', async (client: ConsoleClient) => void (await client.call('POST', '/v1/console/sign-out'))],
    [
      'unused for twelve hours',
      () => gateway.inTenant(tenantId, (tx) => tx.run("UPDATE user_sessions SET last_seen_at = now() - interval '12 hours 1 second'")),
    ],
    ['older than it may be', () => gateway.inTenant(tenantId, (tx) => tx.run("UPDATE user_sessions SET expires_at = now() - interval '1 second'"))],
    [
      'of somebody who was taken off',
      async (client: ConsoleClient) => {
        const id = await idOf(client);
        const owner = await join('owner');
        expect((await owner.call('DELETE', `/v1/admin/members/${id}`)).status).toBe(204);
      },
    ],
    ['of a suspended tenant', () => gateway.inTenant(tenantId, (tx) => tx.run("UPDATE tenants SET subscription_status = 'suspended'"))],
  ])('%s opens nothing any more', async (_name, end) => {
    const client = await join('agent');
    const { cookie } = client;
    expect((await me(client)).status).toBe(200);
    try {
      await end(client);
      client.cookie = cookie;
      expect((await me(client)).status).toBe(401);
      expect((await client.call('GET', '/v1/admin/leads')).status).toBe(401);
    } finally {
      await gateway.inTenant(tenantId, (tx) => tx.run("UPDATE tenants SET subscription_status = 'trial'"));
    }
  });

  it('is listed, and can be ended from another browser; a new password ends all others', async () => {
    const desk = await join('agent');
    const phone = new ConsoleClient(gateway.url, desk.email);
    await phone.signIn();
    const sessions = (await desk.call('GET', '/v1/console/sessions')).body['items'] as { id: string; is_this: boolean }[];
    expect(sessions.map(({ is_this }) => is_this).sort()).toEqual([false, true]);
    const other = sessions.find(({ is_this }) => !is_this)?.id;
    expect((await desk.call('DELETE', `/v1/console/sessions/${other}`)).status).toBe(204);
    expect((await me(phone)).status).toBe(401);
    await phone.signIn();
    const change = (old_password: string) => desk.call('PUT', '/v1/console/password', { old_password, new_password: 'a new long password' });
    expect((await change('wrong')).status).toBe(403);
    expect((await change(PASSWORD)).status).toBe(204);
    expect([(await me(desk)).status, (await me(phone)).status]).toEqual([200, 401]);
    expect([await phone.signIn(), await phone.signIn('a new long password')]).toEqual([401, 200]);
  });

  it('of another person is not ended by its id', async () => {
    const [one, other] = [await join('agent'), await join('agent')];
    const [theirs] = (await other.call('GET', '/v1/console/sessions')).body['items'] as { id: string }[];
    expect((await one.call('DELETE', `/v1/console/sessions/${theirs?.id}`)).status).toBe(404);
    expect((await me(other)).status).toBe(200);
  });
});

describe('a change', () => {
  const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.invalid' }],
    ['a sub-domain', { 'sec-fetch-site': 'same-site', origin: 'https://evil.gateway.invalid' }],
    ['an old browser on another site', { origin: 'https://evil.invalid' }],
    ['an old browser with no origin to name', { origin: 'null' }],
    ['an origin that begins like ours', { origin: 'http://gateway.invalid.evil.invalid' }],
    ['nowhere', {}],
  ])('asked for by %s with somebody’s cookie is refused', async (_name, headers) => {
    const owner = await join('owner');
    for (const method of METHODS) {
      const { status } = await owner.call(
        method,
        method === 'POST' ? '/v1/admin/keys' : method === 'PUT' ? '/v1/admin/settings/widget' : `/v1/admin/leads/${randomUUID()}`,
        method === 'DELETE' ? undefined : {},
        headers as Record<string, string>,
      );
      expect([method, status]).toEqual([method, method === 'DELETE' ? 405 : 403]);
    }
    expect((await owner.call('POST', '/v1/console/sign-out', undefined, headers as Record<string, string>)).status).toBe(403);
    expect((await me(owner)).status).toBe(200);
  });

  it('by our own page is taken, also from a browser that only names the origin', async () => {
    const owner = await join('owner');
    const { status } = await owner.call('PUT', '/v1/admin/settings/widget', { title: 'Mine' }, { origin: 'http://gateway.invalid' });
    expect(status).toBe(200);
  });

  it('is not let through by headers that speak of another method, host or sender', async () => {
    const viewer = await join('viewer');
    const headers = {
      'sec-fetch-site': 'same-origin',
      'x-http-method-override': 'GET',
      'x-request-from': 'internal',
      'x-forwarded-host': 'gateway.invalid',
      'x-original-url': '/v1/console/me',
    };
    expect((await viewer.call('PUT', '/v1/admin/settings/widget', { title: 'Theirs' }, headers)).status).toBe(403);
  });
});

describe('a role', () => {
  const tenantRoutes = (): Route[] => listRoutes(gateway.deps).filter((route) => !['public', 'visitor', 'person'].includes(route.access));

  it.each(['owner', 'admin', 'agent', 'viewer'] as const)('%s opens exactly the routes of its scopes', async (role) => {
    const client = await join(role);
    for (const route of tenantRoutes()) {
      const path = route.path.replace(':id', randomUUID()).replace(':version', '1');
      // Nothing valid is sent: what is let through stops at its body or at an id that nobody has.
      const { status } = await client.call(route.method.toUpperCase(), path, route.body ? { not: 'valid' } : undefined);
      expect([`${route.method} ${route.path}`, status === 403]).toEqual([`${route.method} ${route.path}`, !SCOPES_OF[role].includes(route.access as never)]);
    }
  });

  it('of one’s own opens exactly what it says, and nobody hands out more than they have', async () => {
    const [owner, seller] = [await join('owner'), await join('agent')];
    const { id } = await owner.json<{ id: string }>('POST', '/v1/admin/roles', {
      name: 'Seller',
      scopes: ['leads:read', 'leads:write', 'people:read', 'people:write'],
    });
    expect(await owner.status('PATCH', `/v1/admin/members/${await idOf(seller)}`, { own_role_id: id })).toBe(200);
    expect((await seller.json<{ scopes: string[] }>('GET', '/v1/console/me')).scopes.sort()).toEqual([
      'leads:read',
      'leads:write',
      'people:read',
      'people:write',
    ]);
    expect([await seller.status('GET', '/v1/admin/leads'), await seller.status('GET', '/v1/admin/inbox')]).toEqual([200, 403]);
    // They may change people, but make no role that may more than they themselves, nor give one, nor raise anybody.
    expect(await seller.status('POST', '/v1/admin/roles', { name: 'Spy', scopes: ['conversations:read'] })).toBe(403);
    expect(await seller.status('PUT', `/v1/admin/roles/${id}`, { name: 'Seller', scopes: ['leads:read', 'keys:write'] })).toBe(403);
    const { id: reader } = await owner.json<{ id: string }>('POST', '/v1/admin/roles', { name: 'Reader', scopes: ['conversations:read'] });
    expect(await seller.status('PATCH', `/v1/admin/members/${await idOf(seller)}`, { own_role_id: reader })).toBe(403);
    expect(await seller.status('PATCH', `/v1/admin/members/${await idOf(seller)}`, { role: 'admin' })).toBe(403);
    expect(await seller.status('DELETE', `/v1/admin/members/${await idOf(owner)}`)).toBe(403);
    // Nor by a detour: a viewer reads what they may not, for themselves or for a second account; and who may other things is not theirs to lower.
    expect(await seller.status('PATCH', `/v1/admin/members/${await idOf(seller)}`, { role: 'viewer' })).toBe(403);
    expect(await seller.status('POST', '/v1/admin/invitations', { email: `second-${randomUUID()}@people.invalid`, role: 'viewer' })).toBe(403);
    const other = await join('viewer');
    expect(await owner.status('PATCH', `/v1/admin/members/${await idOf(other)}`, { own_role_id: reader })).toBe(200);
    expect(await seller.status('PATCH', `/v1/admin/members/${await idOf(other)}`, { own_role_id: id })).toBe(403);
    expect(await seller.status('DELETE', `/v1/admin/members/${await idOf(other)}`)).toBe(403);
    // What is taken from the role is taken from them at their next request.
    await owner.json('PUT', `/v1/admin/roles/${id}`, { name: 'Seller', scopes: [] });
    expect(await seller.status('GET', '/v1/admin/leads')).toBe(403);
    expect(await owner.status('DELETE', `/v1/admin/roles/${id}`)).toBe(409);
    expect(await owner.status('PATCH', `/v1/admin/members/${await idOf(seller)}`, { role: 'agent' })).toBe(200);
    expect(await owner.status('DELETE', `/v1/admin/roles/${id}`)).toBe(204);
    expect(await seller.status('GET', '/v1/admin/inbox')).toBe(200);
    expect(await owner.status('POST', '/v1/admin/roles', { name: 'X', scopes: ['everything'] })).toBe(400);
  });

  it('that makes keys makes none that opens more than it does', async () => {
    const [owner, keeper] = [await join('owner'), await join('viewer')];
    const { id } = await owner.json<{ id: string }>('POST', '/v1/admin/roles', { name: 'Keeper of keys', scopes: ['keys:read', 'keys:write', 'leads:read'] });
    expect(await owner.status('PATCH', `/v1/admin/members/${await idOf(keeper)}`, { own_role_id: id })).toBe(200);
    const make = (client: ConsoleClient, scopes: string[], headers?: Record<string, string>) =>
      client.call('POST', '/v1/admin/keys', { name: 'made', scopes }, headers);
    expect((await make(keeper, ['leads:read'])).status).toBe(201);
    expect((await make(keeper, ['leads:read', 'conversations:read'])).status).toBe(403);
    // And a key none that opens more than itself.
    const { body } = await make(keeper, ['keys:write']);
    const byKey = { authorization: `Bearer ${body.key}` };
    expect((await make(new ConsoleClient(gateway.url, ''), ['keys:write'], byKey)).status).toBe(201);
    expect((await make(new ConsoleClient(gateway.url, ''), ['people:write'], byKey)).status).toBe(403);
  });

  it('of admin makes no owner, changes none and removes none; nor does a key', async () => {
    const [owner, admin, agent] = [await join('owner'), await join('admin'), await join('agent')];
    const [ownerId, agentId] = [await idOf(owner), await idOf(agent)];
    for (const [method, path, body] of [
      ['POST', '/v1/admin/invitations', { email: 'x@people.invalid', role: 'owner' }],
      ['PATCH', `/v1/admin/members/${agentId}`, { role: 'owner' }],
      ['PATCH', `/v1/admin/members/${ownerId}`, { role: 'viewer' }],
      ['DELETE', `/v1/admin/members/${ownerId}`, undefined],
    ] as const) {
      expect([method, (await admin.call(method, path, body)).status]).toEqual([method, 403]);
      const key = await gateway.key(tenantId);
      const byKey = new ConsoleClient(gateway.url, '');
      expect([method, (await byKey.call(method, path, body, { authorization: `Bearer ${key}` })).status]).toEqual([method, 403]);
    }
    expect((await admin.call('PATCH', `/v1/admin/members/${agentId}`, { role: 'admin' })).status).toBe(200);
    // It holds from the next request on.
    expect((await me(agent)).body).toMatchObject({ role: 'admin' });
  });

  it('of the last owner can be neither given up nor taken, however many try at once', async () => {
    const { id } = gateway.tenants.b;
    await gateway.inTenant(id, (tx) => tx.run('DELETE FROM members'));
    const [one, other] = [await join('owner', undefined, id), await join('owner', undefined, id)];
    const [oneId, otherId] = [await idOf(one), await idOf(other)];
    const both = await Promise.all([one.call('DELETE', `/v1/admin/members/${otherId}`), other.call('PATCH', `/v1/admin/members/${oneId}`, { role: 'viewer' })]);
    expect(both.filter(({ status }) => status < 300)).toHaveLength(1);
    const owners = await gateway.inTenant(id, (tx) => tx.rows("SELECT 1 FROM members WHERE role = 'owner'"));
    expect(owners).toHaveLength(1);
  });
});

describe('somebody let in for a stated time', () => {
  const letIn = async (owner: ConsoleClient, hours: number, email: string, role = 'viewer') =>
    (await owner.json<{ url: string }>('POST', '/v1/admin/invitations', { email, role, member_hours: hours })).url.split('/').at(-1) as string;
  const accept = async (token: string, email: string) => {
    const client = new ConsoleClient(gateway.url, email);
    const { status } = await client.call('POST', '/v1/console/invitations/accept', { token, name: 'The operator', password: PASSWORD });
    if (status !== 201) throw new Error(`could not join: ${status}`);
    return client;
  };
  /** The clock has gone on past it. */
  const letTimePass = (email: string) =>
    gateway.inTenant(tenantId, (tx) =>
      tx.run("UPDATE members m SET ends_at = now() - interval '1 second' FROM users u WHERE u.id = m.user_id AND u.email = $1", [email]),
    );

  it('sees what their role lets them see until then, and from then on nothing, by no door', async () => {
    const [owner, stays] = [await join('owner'), await join('viewer')];
    const visitor = await gateway.visitor();
    await visitor.ask('Is anybody there?');
    const email = `operator-${randomUUID()}@people.invalid`;
    const operator = await accept(await letIn(owner, 24, email), email);
    expect(await operator.status('GET', `/v1/admin/conversations/${visitor.conversationId}`)).toBe(200);
    const { items } = await owner.json<{ items: { email: string; ends_at: string | null }[] }>('GET', '/v1/admin/members');
    const ends = Date.parse(items.find((member) => member.email === email)?.ends_at ?? '');
    expect(Math.abs(ends - Date.now() - 86_400_000)).toBeLessThan(600_000);
    expect(items.find((member) => member.email === stays.email)?.ends_at).toBeNull();

    await letTimePass(email);
    expect(await operator.status('GET', `/v1/admin/conversations/${visitor.conversationId}`)).toBe(401);
    expect(await operator.status('GET', '/v1/console/me')).toBe(401);
    expect(await operator.signIn()).toBe(401);
    // Control: whoever works here without an end goes on.
    expect(await stays.status('GET', `/v1/admin/conversations/${visitor.conversationId}`)).toBe(200);

    await gateway.deps.retention.sweepOnce(new Date());
    const after = await owner.json<{ items: { email: string }[] }>('GET', '/v1/admin/members');
    expect(after.items.map((member) => member.email)).not.toContain(email);
    const audit = (await owner.json<{ items: { action: string; actor: string; changes: object }[] }>('GET', '/v1/admin/audit')).items;
    expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['member.invite', 'member.join', 'member.ended']));
    expect(audit.find(({ action }) => action === 'member.join')?.changes).toEqual({ role: 'viewer', member_hours: 24 });
  });

  it('gives nobody a right that outlasts theirs, whatever their role', async () => {
    const owner = await join('owner');
    const email = `operator-${randomUUID()}@people.invalid`;
    const operator = await accept(await letIn(owner, 24, email, 'admin'), email);
    expect(await operator.status('POST', '/v1/admin/keys', { name: 'for good', scopes: ['conversations:read'] })).toBe(403);
    expect(await operator.status('POST', '/v1/admin/invitations', { email: `friend-${randomUUID()}@people.invalid`, role: 'admin' })).toBe(403);
    expect(await operator.status('PATCH', `/v1/admin/members/${await idOf(operator)}`, { role: 'admin' })).toBe(403);
    // What they are there for they do.
    expect(await operator.status('PUT', '/v1/admin/settings/widget', { title: 'Mended' })).toBe(200);
  });

  it('works on at another tenant, and may be let in anew before the old row is gone', async () => {
    const [owner, other] = [await join('owner'), await join('owner', undefined, gateway.tenants.b.id)];
    const email = `operator-${randomUUID()}@people.invalid`;
    await accept(await letIn(owner, 1, email), email);
    await accept(await letIn(other, 1, email), email);
    await letTimePass(email);
    const again = new ConsoleClient(gateway.url, email);
    expect(await again.signIn()).toBe(200);
    expect((await me(again)).body).toMatchObject({ tenant: { id: gateway.tenants.b.id } });
    const back = await accept(await letIn(owner, 1, email), email);
    expect((await me(back)).body).toMatchObject({ tenant: { id: tenantId } });
  });

  it('is no owner, and whoever is made one stays', async () => {
    const owner = await join('owner');
    const invited = { email: 'x@people.invalid', role: 'owner', member_hours: 1 };
    expect(await owner.status('POST', '/v1/admin/invitations', invited)).toBe(400);
    for (const member_hours of [0, -1, 0.5, 8_761, '1'])
      expect(await owner.status('POST', '/v1/admin/invitations', { ...invited, role: 'agent', member_hours })).toBe(400);
    const email = `heir-${randomUUID()}@people.invalid`;
    const heir = await accept(await letIn(owner, 1, email, 'agent'), email);
    await owner.json('PATCH', `/v1/admin/members/${await idOf(heir)}`, { role: 'owner' });
    const { items } = await owner.json<{ items: { email: string; ends_at: string | null }[] }>('GET', '/v1/admin/members');
    expect(items.find((member) => member.email === email)?.ends_at).toBeNull();
  });
});

describe('people', () => {
  it('of another tenant are seen by nobody, and a password hash by no transaction', async () => {
    const { a, b } = gateway.tenants;
    await join('agent', 'theirs@people.invalid', b.id);
    const mine = await join('owner', 'mine@people.invalid');
    expect(JSON.stringify((await mine.call('GET', '/v1/admin/members')).body)).not.toContain('theirs@people.invalid');
    const seen = await gateway.inTenant(a.id, (tx) => tx.rows<{ email: string }>('SELECT email FROM users'));
    expect(seen.map(({ email }) => email)).toContain('mine@people.invalid');
    expect(seen.map(({ email }) => email)).not.toContain('theirs@people.invalid');
    expect(await gateway.deps.db.inDirectory((tx) => tx.rows('SELECT email FROM users'))).toEqual([]);
    await expect(gateway.inTenant(a.id, (tx) => tx.rows('SELECT password_hash FROM users'))).rejects.toMatchObject({ code: '42501' });
    expect(
      await gateway.inTenant(a.id, (tx) => tx.run("UPDATE users SET name = 'X' WHERE id IN (SELECT user_id FROM find_sign_in('theirs@people.invalid'))")),
    ).toBe(0);
  });

  it('and what they change stand in the audit log, without a password', async () => {
    const owner = await join('owner');
    await owner.call('PUT', '/v1/console/password', { old_password: PASSWORD, new_password: 'never to be logged' });
    await owner.call('POST', '/v1/admin/invitations', { email: 'audited@people.invalid', role: 'agent' });
    await owner.signIn('never to be logged');
    const { body } = await owner.call('GET', '/v1/admin/audit');
    const actor = `user:${await idOf(owner)}`;
    const lines = (body['items'] as { actor: string; action: string }[]).filter((line) => line.actor === actor);
    expect(lines.map(({ action }) => action)).toEqual(['user.sign_in', 'member.invite', 'user.password', 'member.join']);
    expect([JSON.stringify(body), ...gateway.logLines].join('\n')).not.toMatch(/never to be logged|a long enough password/);
  });
});
