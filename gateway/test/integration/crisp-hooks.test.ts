import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { type CrispHook, crispHook, crispRemoved, crispSubscription, crispVisitorMessage, readCrispFixture, readCrispIndex, signCrisp } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRISP_SECRET, type CrispScene, startCrispScene } from '../support/crisp-scene.ts';

/** W-1, W-2 and W-5: who may speak for Crisp, and what is made of whatever they say. */
const SECOND_SECRET = 'the-secret-that-follows';
let scene: CrispScene;
beforeAll(async () => {
  scene = await startCrispScene({ environment: { CRISP_HOOK_SECRET: `${CRISP_SECRET}, ${SECOND_SECRET}` }, logLevel: 'trace' });
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b])
    await scene.gateway.know(tenant.id, { format: 'faq', title: 'Do you deliver to Bergen?', content: `Yes, to Bergen in five days. ${tenant.canary}` });
});
afterAll(() => scene.close());

const QUESTION = 'Do you deliver to Bergen?';
/** All rows that a hook could leave, at both tenants. */
const stored = async () => {
  const count = async (tenant: { id: string; websiteId: string; canary: string }) =>
    scene.rows<{ n: string }>(
      'SELECT (SELECT count(*) FROM conversations) || $1 || (SELECT count(*) FROM messages) || $1 || (SELECT count(*) FROM inbox_events) AS n',
      ['/'],
      tenant,
    );
  return JSON.stringify([await count(scene.gateway.tenants.a), await count(scene.gateway.tenants.b)]);
};
const eventsOf = (sessionId: string) =>
  scene.rows<{ status: string; reason: string | null }>(
    'SELECT e.status, e.reason FROM inbox_events e JOIN conversations c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id WHERE c.session_id = $1',
    [sessionId],
  );
const send = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${scene.gateway.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const signed = (raw: string, secret = CRISP_SECRET, at = Date.now()) => send('/webhooks/crisp', raw, signCrisp(secret, raw, at));
const visitorSays = (sessionId = scene.session(), websiteId = scene.websites.a, text = QUESTION) => crispVisitorMessage({ websiteId, sessionId, text });

describe('a forged hook', () => {
  const raw = () => JSON.stringify(visitorSays());
  const forgeries: [string, (body: string) => [string, Record<string, string>]][] = [
    ['without a signature', (body) => [body, {}]],
    ['without a time', (body) => [body, { 'x-crisp-signature': signCrisp(CRISP_SECRET, body)['x-crisp-signature'] ?? '' }]],
    ['signed with another secret', (body) => [body, signCrisp('another-secret', body)]],
    ['signed with no secret', (body) => [body, signCrisp('', body)]],
    [
      'with a shorter signature',
      (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-signature': (signCrisp(CRISP_SECRET, body)['x-crisp-signature'] ?? '').slice(1) }],
    ],
    [
      'with a longer signature',
      (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-signature': `${signCrisp(CRISP_SECRET, body)['x-crisp-signature']}00` }],
    ],
    [
      'with a prefix',
      (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-signature': `sha256=${signCrisp(CRISP_SECRET, body)['x-crisp-signature']}` }],
    ],
    ['with a megabyte for a signature', (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-signature': 'a'.repeat(12_000) }]],
    ['changed by a byte', (body) => [body.replace('Bergen', 'Bergem'), signCrisp(CRISP_SECRET, body)]],
    ['of another website', (body) => [body.replaceAll(scene.websites.a, scene.websites.b), signCrisp(CRISP_SECRET, body)]],
    ['with another time', (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-request-timestamp': String(Date.now() + 1) }]],
    ['six minutes old', (body) => [body, signCrisp(CRISP_SECRET, body, Date.now() - 360_000)]],
    ['six minutes ahead', (body) => [body, signCrisp(CRISP_SECRET, body, Date.now() + 360_000)]],
    ['with a time of words', (body) => [body, { ...signCrisp(CRISP_SECRET, body), 'x-crisp-request-timestamp': 'now' }]],
  ];
  it.each(forgeries)('%s is refused with 401 and leaves nothing', async (_name, forge) => {
    const before = await stored();
    const [body, headers] = forge(raw());
    const response = await send('/webhooks/crisp', body, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: { code: 'unauthorized', message: 'The request is not authentic.', request_id: expect.any(String) } });
    expect(await stored()).toBe(before);
  });

  it('with its header twice is refused', async () => {
    const body = raw();
    const { 'x-crisp-signature': signature = '', ...rest } = signCrisp(CRISP_SECRET, body);
    const statusWith = (signatures: string[]) =>
      new Promise<number | undefined>((resolve, reject) => {
        const call = httpRequest(
          `${scene.gateway.url}/webhooks/crisp`,
          { method: 'POST', headers: { ...rest, 'x-crisp-signature': signatures } },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        call.on('error', reject).end(body);
      });
    expect(await statusWith([signature, signature])).toBe(401);
    expect(await statusWith([signature])).toBe(200);
  });

  it('is told from a true one by the signature alone: either live secret, seconds or milliseconds, four minutes old', async () => {
    const before = scene.crisp.calls.length;
    const sessions = [scene.session(), scene.session(), scene.session()];
    const [first = '', second = '', third = ''] = sessions;
    expect((await scene.hook(visitorSays(first), { at: Date.now() - 240_000 })).status).toBe(200);
    expect((await scene.hook(visitorSays(second), { secret: SECOND_SECRET })).status).toBe(200);
    expect((await scene.hook(visitorSays(third), { at: Math.floor(Date.now() / 1_000) })).status).toBe(200);
    for (const session of sessions) expect(await scene.until(session, 1)).toHaveLength(1);
    expect(scene.crisp.calls.length).toBeGreaterThanOrEqual(before + 3);
  });
});

describe('an authentic body', () => {
  it.each([
    ['nothing', '', 400],
    ['a form', 'event=message:send', 400],
    ['half an object', '{"website_id":', 400],
    ['a text', '"hello"', 200],
    ['null', 'null', 200],
    ['a list', '[]', 200],
    ['an object without anything', '{}', 200],
    ['an object that would be a prototype', '{"__proto__":{"website_id":"x"},"constructor":{}}', 200],
  ])('that is %s leaves nothing', async (_name, raw, status) => {
    const before = await stored();
    expect((await signed(raw)).status).toBe(status);
    expect(await stored()).toBe(before);
  });

  it('above two megabytes is refused, before and behind the signature', async () => {
    const raw = JSON.stringify(visitorSays(scene.session(), scene.websites.a, 'x'.repeat(2_200_000)));
    expect((await signed(raw)).status).toBe(413);
    expect((await send('/webhooks/crisp', raw)).status).toBe(413);
  });

  it('of a megabyte is taken, cut, and answered', async () => {
    const session = scene.session();
    expect((await signed(JSON.stringify(visitorSays(session, scene.websites.a, `${QUESTION} ${'no'.repeat(500_000)}`)))).status).toBe(200);
    await scene.until(session, 1);
    const [message] = await scene.rows<{ length: number }>(
      "SELECT length(m.content) FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id WHERE c.session_id = $1 AND m.role = 'user'",
      [session],
    );
    expect(message).toEqual({ length: 4_001 });
  });

  it('of an unknown website, or an unknown event, is acknowledged and leaves nothing', async () => {
    const before = await stored();
    const calls = scene.crisp.calls.length;
    expect((await scene.hook(visitorSays(scene.session(), randomUUID()))).status).toBe(200);
    expect((await scene.hook(crispHook({ websiteId: scene.websites.a, event: 'session:sync:mood', data: { session_id: scene.session() } }))).status).toBe(200);
    expect((await scene.hook({ ...visitorSays(), website_id: scene.websites.a.toUpperCase() })).status).toBe(200);
    expect(await stored()).toBe(before);
    expect(scene.crisp.calls).toHaveLength(calls);
  });

  it('holds texts that Postgres cannot: they are made storable, and the visitor is answered', async () => {
    const session = scene.session();
    const raw = JSON.stringify(visitorSays(session, scene.websites.a, 'BEFORE')).replace('BEFORE', `${QUESTION} \\u0000 \\ud83d \\udc00`);
    expect((await signed(raw)).status).toBe(200);
    const [answer] = await scene.until(session, 1);
    expect(answer?.content).toContain(scene.gateway.tenants.a.canary);
  });
});

describe('a malformed event of an authentic sender', () => {
  const websiteId = () => scene.websites.a;
  const nested = (depth: number) =>
    JSON.stringify({ ...visitorSays(), data: { ...visitorSays().data, content: 'DEEP' } }).replace('"DEEP"', '['.repeat(depth) + ']'.repeat(depth));
  const poisons: [string, () => object | string][] = [
    ['a null in a list for a text', () => ({ ...visitorSays(), data: { ...visitorSays().data, content: ['a', null] } })],
    ['a session that walks', () => ({ ...visitorSays(), data: { ...visitorSays().data, session_id: 'session_x/../../../../plugin/connect/account' } })],
    ['no data', () => ({ website_id: websiteId(), event: 'message:send', timestamp: Date.now() })],
    ['another website in its data', () => ({ ...visitorSays(), data: { ...visitorSays().data, website_id: scene.websites.b } })],
    ['a time that is none', () => ({ ...visitorSays(), timestamp: 'yesterday' })],
    ['a NUL in a name', () => JSON.stringify({ ...visitorSays(), data: { ...visitorSays().data, content: 7, 'a-name': 1 } }).replace('a-name', 'a\\u0000name')],
    [
      'half a character in a name',
      () => JSON.stringify({ ...visitorSays(), data: { ...visitorSays().data, content: 7, 'a-name': 1 } }).replace('a-name', 'a\\ud83dname'),
    ],
    [
      'a number that no database keeps',
      () => JSON.stringify({ ...visitorSays(), data: { ...visitorSays().data, content: 7, n: 0 } }).replace('"n":0', '"n":1e308'),
    ],
    ['data nested five hundred deep', () => nested(500)],
  ];
  it.each(poisons)('with %s is acknowledged, and kept as dead with the reason', async (_name, poison) => {
    const { tenants } = scene.gateway;
    const made = poison();
    const raw = typeof made === 'string' ? made : JSON.stringify(made);
    const dead = () =>
      scene.rows<{ id: string; reason: string; has_payload: boolean }>(
        "SELECT id, reason, payload IS NOT NULL AS has_payload FROM inbox_events WHERE status = 'dead'",
      );
    const before = (await dead()).map(({ id }) => id);
    const calls = scene.crisp.calls.length;
    for (const response of [await signed(raw), await signed(raw)]) expect(response.status).toBe(200);
    const added = (await dead()).filter(({ id }) => !before.includes(id));
    expect(added).toEqual([{ id: expect.any(String), reason: expect.stringMatching(/^not of the documented form: ./), has_payload: true }]);
    expect(await scene.rows("SELECT FROM inbox_events WHERE status = 'dead'", [], tenants.b)).toEqual([]);
    expect(scene.crisp.calls).toHaveLength(calls);
    // The one behind it is answered as ever.
    const session = scene.session();
    expect((await scene.hook(visitorSays(session))).status).toBe(200);
    expect(await scene.until(session, 1)).toHaveLength(1);
  });

  it.each([1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 100_000])('nested %i deep is taken or refused, and the process lives', async (depth) => {
    const { status } = await signed(nested(depth));
    expect(status).toBeLessThan(500);
    expect((await fetch(`${scene.gateway.url}/healthz`)).status).toBe(200);
  });
});

describe('every payload of the fixtures', () => {
  it('is acknowledged at the door, and none of the bad ones leads to a call', async () => {
    const { files, tenants } = readCrispIndex();
    const names = Object.entries(files)
      .filter(([, file]) => file.event !== undefined)
      .map(([name]) => name);
    expect(names.length).toBeGreaterThan(100);
    const asOurs = (name: string) =>
      JSON.parse(JSON.stringify(readCrispFixture(name)).replaceAll(tenants.A, scene.websites.a).replaceAll(tenants.B, scene.websites.b)) as CrispHook;
    await scene.settled();
    const calls = scene.crisp.calls.length;
    for (const name of names.filter((each) => each.startsWith('bad.') || each.startsWith('odd.')))
      expect([name, (await scene.hook(asOurs(name))).status]).toEqual([name, 200]);
    await scene.settled();
    expect(scene.crisp.calls).toHaveLength(calls);
    const wrong: unknown[] = [];
    for (const name of names.filter((each) => !each.startsWith('plugin.subscription'))) {
      const { status } = await scene.hook(asOurs(name));
      if (status !== 200) wrong.push([name, status]);
    }
    expect(wrong).toEqual([]);
    await scene.settled();
  });
});

describe('the same event', () => {
  it('twenty times at once, by both doors and two processes, is one message and one answer', async () => {
    const { a } = scene.gateway.tenants;
    const other = await scene.beside();
    const { secret } = (await (await scene.admin('POST', '/channels/secrets', { purpose: 'crisp_hook_key' })).json()) as { secret: string };
    const sessions = [scene.session(), scene.session(), scene.session()];
    for (const session of sessions) {
      const hook = visitorSays(session);
      const raw = JSON.stringify(hook);
      const responses = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          i % 4 === 0
            ? send(`/webhooks/crisp/${secret}`, raw)
            : scene.hook(hook, { at: Date.now() + i, headers: { 'x-delivery-attempt-count': String(i) }, url: i % 2 ? other.url : scene.gateway.url }),
        ),
      );
      expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    }
    for (const session of sessions) await scene.until(session, 1);
    await scene.settled();
    for (const session of sessions) {
      expect(scene.seen(session).map(({ websiteId, content }) => [websiteId, String(content).includes(a.canary)])).toEqual([[scene.websites.a, true]]);
      expect(await eventsOf(session)).toEqual([{ status: 'done', reason: null }]);
    }
  });

  it('in two look-alike websites is two', async () => {
    const session = scene.session();
    const fingerprint = 104_729_104_729_104;
    for (const websiteId of [scene.websites.a, scene.websites.b])
      expect((await scene.hook(crispVisitorMessage({ websiteId, sessionId: session, fingerprint, text: QUESTION }))).status).toBe(200);
    const seen = await scene.until(session, 2);
    const canaries = { [scene.websites.a]: scene.gateway.tenants.a.canary, [scene.websites.b]: scene.gateway.tenants.b.canary };
    for (const { websiteId, content } of seen) expect(content).toContain(canaries[websiteId]);
    expect(new Set(seen.map(({ websiteId }) => websiteId)).size).toBe(2);
    await scene.settled();
    expect(scene.seen(session)).toHaveLength(2);
    // What is removed at one of them stays at the other.
    expect((await scene.hook(crispRemoved({ websiteId: scene.websites.b, sessionId: session, fingerprint }))).status).toBe(200);
    const texts = (tenant = scene.gateway.tenants.a) =>
      scene.rows<{ content: string }>('SELECT content FROM messages WHERE external_id = $1', [String(fingerprint)], tenant);
    expect([await texts(), await texts(scene.gateway.tenants.b)]).toEqual([[{ content: QUESTION }], [{ content: '' }]]);
  });
});

describe("a website's own hook", () => {
  const makeKey = async (tenant = scene.gateway.tenants.a) => {
    const response = await scene.admin('POST', '/channels/secrets', { purpose: 'crisp_hook_key' }, tenant);
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; secret: string; url: string };
  };
  const by = (key: string, hook: object) => send(`/webhooks/crisp/${key}`, JSON.stringify(hook));

  it('is let in by its key, for its website alone', async () => {
    const { a, b } = { a: await makeKey(), b: await makeKey(scene.gateway.tenants.b) };
    expect(a.url).toContain(`/webhooks/crisp/${a.secret}`);
    const before = await stored();
    const refused = [
      await by(a.secret, visitorSays(scene.session(), scene.websites.b)),
      await by(b.secret, visitorSays(scene.session(), scene.websites.a)),
      await by(a.secret, visitorSays(scene.session(), randomUUID())),
      await by(a.secret, { event: 'message:send' }),
      await by(a.secret, { ...visitorSays(scene.session(), scene.websites.b), website_id: [scene.websites.a] }),
      await by(a.secret.slice(0, -1), visitorSays()),
      await by(`${a.secret}A`, visitorSays()),
      await by(a.secret.toUpperCase(), visitorSays()),
      await by('%00', visitorSays()),
      await by(encodeURIComponent("' OR true --"), visitorSays()),
      await by(scene.gateway.tenants.a.id, visitorSays()),
    ];
    expect(refused.map(({ status }) => status)).toEqual(Array(refused.length).fill(401));
    expect(await stored()).toBe(before);
    for (const [key, websiteId, canary] of [
      [a.secret, scene.websites.a, scene.gateway.tenants.a.canary],
      [b.secret, scene.websites.b, scene.gateway.tenants.b.canary],
    ] as const) {
      const session = scene.session();
      expect((await by(key, visitorSays(session, websiteId))).status).toBe(200);
      const [answer] = await scene.until(session, 1);
      expect([answer?.websiteId, String(answer?.content).includes(canary)]).toEqual([websiteId, true]);
    }
  });

  it('does not speak of another website in its data', async () => {
    const { secret } = await makeKey();
    const hook = visitorSays();
    expect((await by(secret, { ...hook, data: { ...hook.data, website_id: scene.websites.b } })).status).toBe(200);
    expect(await scene.rows('SELECT FROM conversations WHERE session_id = $1', [hook.data['session_id']])).toEqual([]);
    expect(await scene.rows('SELECT FROM conversations WHERE session_id = $1', [hook.data['session_id']], scene.gateway.tenants.b)).toEqual([]);
  });

  it('may have two live keys; the end of one is at once and leaves the other', async () => {
    const [old, next] = [await makeKey(), await makeKey()];
    const status = async (key: string) => (await by(key, visitorSays())).status;
    expect([await status(old.secret), await status(next.secret)]).toEqual([200, 200]);
    expect((await scene.admin('DELETE', `/channels/secrets/${old.id}`, undefined, scene.gateway.tenants.b)).status).toBe(404);
    expect(await status(old.secret)).toBe(200);
    expect((await scene.admin('DELETE', `/channels/secrets/${old.id}`)).status).toBe(204);
    expect([await status(old.secret), await status(next.secret)]).toEqual([401, 200]);
  });

  it('keeps its key out of the log, of lists and of the database, whatever happens', async () => {
    const { secret } = await makeKey();
    await by(secret, visitorSays(scene.session(), scene.websites.a, 'A-WORD-OF-THE-VISITOR'));
    await by(secret, visitorSays(scene.session(), scene.websites.b));
    await send(`/webhooks/crisp/${secret}`, 'no json');
    await send(`/webhooks/crisp/${secret}`, 'x'.repeat(2_200_000));
    await send(`/webhooks/crisp/${secret}/more`, '{}');
    await fetch(`${scene.gateway.url}/webhooks/crisp/${secret}`);
    await by(secret, { ...visitorSays(), data: null });
    await scene.settled();
    const lines = scene.gateway.logLines.filter((line) => [secret, CRISP_SECRET, SECOND_SECRET, 'A-WORD-OF-THE-VISITOR'].some((word) => line.includes(word)));
    expect(lines).toEqual([]);
    // The log does say that something came: it is not empty for another reason.
    expect(scene.gateway.logLines.some((line) => line.includes('POST /webhooks/crisp/:hookKey') && line.includes('401'))).toBe(true);
    const listed = await (await scene.admin('GET', '/channels')).text();
    expect(listed).toContain('crisp_hook_key');
    expect(listed).not.toContain(secret);
    expect(JSON.stringify(await scene.rows("SELECT encode(secret_hash, 'escape') AS hash, sealed, hint FROM channel_secrets"))).not.toContain(secret);
  });
});

describe('a probe', () => {
  it.each(['GET', 'HEAD'])('by %s is answered', async (method) => {
    expect((await fetch(`${scene.gateway.url}/webhooks/crisp`, { method })).status).toBe(200);
  });
});

describe('the plugin, removed from a website', () => {
  it('is silent there and nowhere else, and goes on when it is installed again; what is older changes nothing', async () => {
    const at = Date.now();
    const { a, b } = scene.websites;
    expect((await scene.hook(crispSubscription({ websiteId: b, bound: false, timestamp: at }))).status).toBe(200);
    const [left, kept, again] = [scene.session(), scene.session(), scene.session()];
    await scene.hook(visitorSays(left, b));
    await scene.hook(visitorSays(kept, a));
    await scene.until(kept, 1);
    await scene.settled();
    expect(scene.posts(left)).toEqual([]);
    expect((await scene.hook(crispSubscription({ websiteId: b, bound: true, timestamp: at - 1_000 }))).status).toBe(200);
    expect(await scene.rows('SELECT crisp_is_installed FROM tenants', [], scene.gateway.tenants.b)).toEqual([{ crisp_is_installed: false }]);
    expect((await scene.hook(crispSubscription({ websiteId: b, bound: true, timestamp: at + 1_000 }))).status).toBe(200);
    await scene.hook(visitorSays(again, b));
    expect(await scene.until(again, 1)).toHaveLength(1);
  });
});
