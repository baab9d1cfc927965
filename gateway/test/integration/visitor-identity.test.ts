import { randomUUID } from 'node:crypto';
import { hoursFromNow, PIXEL, signProof } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { WidgetClient } from '../support/widget-client.ts';

/** V-2: who a page says its visitor is counts as their word, until the tenant's own site proves it. */
let gateway: TestGateway;
let owner: ConsoleClient;
let stranger: ConsoleClient;
/** Of the first tenant, and of its look-alike. */
let secret: string;
let foreignSecret: string;

const SECRETS = '/v1/admin/channels/secrets';
const makeSecret = async (who: ConsoleClient) => who.json<{ id: string; secret: string }>('POST', SECRETS, { purpose: 'widget_identity_secret' });

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  for (const { id } of [a, b]) await gateway.know(id, { format: 'faq', title: 'When do you open?', content: 'We open at nine in the morning.' });
  owner = await ConsoleClient.join(gateway, a.id, 'owner');
  stranger = await ConsoleClient.join(gateway, b.id, 'owner');
  ({ secret } = await makeSecret(owner));
  ({ secret: foreignSecret } = await makeSecret(stranger));
});
afterAll(() => gateway.close());

interface Given {
  identity?: object;
  resume_token?: string;
  page_url?: string;
}
const open = (given: Given, { websiteId } = gateway.tenants.a) =>
  fetch(`${gateway.url}/v1/widget/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ website_id: websiteId, locale: 'en', ...given }),
  });
async function begin(given: Given, tenant = gateway.tenants.a): Promise<WidgetClient> {
  const response = await open(given, tenant);
  if (!response.ok) throw new Error(`no session: ${response.status} ${await response.text()}`);
  return new WidgetClient(gateway.url, (await response.json()) as WidgetClient['session']);
}
const proven = (id: string | number, claims: object = {}) => ({ proof: signProof(secret, { sub: id, ...claims }) });

interface Shown {
  contact_id: string | null;
  visitor: {
    name: string | null;
    email: string | null;
    is_verified: boolean;
    also_said: Record<string, string>;
    conversations: number;
    pages: { url: string; at: string }[];
  };
}
const shown = (visitor: WidgetClient, who = owner) => who.json<Shown>('GET', `/v1/admin/conversations/${visitor.conversationId}`);
const count = (table: string) =>
  gateway.inTenant(gateway.tenants.a.id, async (tx) => Number((await tx.row<{ n: string }>(`SELECT count(*) AS n FROM ${table}`))?.n));

/** Ids and addresses that are nobody else's in this file. */
let id: string;
let email: string;
beforeEach(() => {
  id = `user-${randomUUID()}`;
  email = `${id}@mail.invalid`;
});

describe('a proof', () => {
  it('makes a contact under the name that the site has for them, shown as proven; without one it is their word', async () => {
    const signedIn = await begin({ identity: proven(id, { email, name: 'Ada Proven' }) });
    await signedIn.ask('When do you open?');
    expect((await shown(signedIn)).visitor).toMatchObject({ name: 'Ada Proven', email, is_verified: true, also_said: {} });
    const claiming = await begin({ identity: { email, name: 'Ada Proven' } });
    await claiming.ask('When do you open?');
    expect((await shown(claiming)).visitor).toMatchObject({ name: 'Ada Proven', email, is_verified: false });
    const { items } = await owner.json<{ items: { id: string; contact: object }[] }>('GET', '/v1/admin/inbox?limit=2');
    expect(items.map((item) => [item.id, item.contact])).toEqual([
      [claiming.conversationId, { name: 'Ada Proven', email, phone: null, is_verified: false }],
      [signedIn.conversationId, { name: 'Ada Proven', email, phone: null, is_verified: true }],
    ]);
  });

  it('is taken with a number for its name, with details that are none, and signed with either of two live secrets', async () => {
    const number = Math.floor(Math.random() * 1e9);
    const visitor = await begin({ identity: proven(number, { email: 'none', name: '', phone: '12', company: null }) });
    await visitor.ask('When do you open?');
    expect((await shown(visitor)).visitor).toMatchObject({ name: null, email: null, is_verified: true });
    const other = await makeSecret(owner);
    const again = await begin({ identity: { proof: signProof(other.secret, { sub: String(number) }) } });
    expect((await shown(again)).contact_id).toBe((await shown(visitor)).contact_id);
    expect(await owner.status('DELETE', `${SECRETS}/${other.id}`)).toBe(204);
    expect((await open({ identity: { proof: signProof(other.secret, { sub: String(number) }) } })).status).toBe(403);
    expect((await open({ identity: proven(String(number)) })).status).toBe(200);
  });

  const good = () => signProof(secret, { sub: id, email });
  const [A, B, C] = [0, 1, 2] as const;
  const part = (proof: string, place: 0 | 1 | 2) => proof.split('.')[place] ?? '';
  const BAD: [string, () => string, string][] = [
    ['empty', () => '', 'no JSON Web Token'],
    ['random', () => randomUUID(), 'no JSON Web Token'],
    ['of another tenant', () => signProof(foreignSecret, { sub: id }), 'not signed with a secret of this site'],
    ['with a guessed secret', () => signProof('secret', { sub: id }), 'not signed with a secret of this site'],
    [
      "with somebody else's claims under its signature",
      () => `${part(good(), A)}.${part(signProof('x', { sub: 'admin' }), B)}.${part(good(), C)}`,
      'not signed',
    ],
    ['with its signature cut', () => good().slice(0, -4), 'not signed'],
    ['without a signature', () => `${part(good(), A)}.${part(good(), B)}.`, 'not signed'],
    ['with alg none', () => signProof(secret, { sub: id }, { alg: 'none' }), 'HS256'],
    ['with alg none in capitals and a signature', () => `${signProof(secret, { sub: id }, { alg: 'NONE' })}${part(good(), C)}`, 'HS256'],
    ['with another algorithm and the right secret', () => signProof(secret, { sub: id }, { alg: 'HS512' }), 'HS256'],
    ['with a critical header that nobody knows', () => signProof(secret, { sub: id }, { alg: 'HS256', crit: ['exp'], exp: 1 }), 'no JSON Web Token'],
    ['that has expired', () => signProof(secret, { sub: id, exp: hoursFromNow(-0.1) }), 'expired'],
    ['that is good for a year', () => signProof(secret, { sub: id, exp: hoursFromNow(24 * 365) }), 'more than a day'],
    ['that never ends', () => signProof(secret, { sub: id, exp: undefined }), 'exp'],
    ['that is not good yet', () => signProof(secret, { sub: id, nbf: hoursFromNow(1) }), 'nbf'],
    ['of nobody', () => signProof(secret, { email }), 'sub'],
    ['of an empty name', () => signProof(secret, { sub: ' ' }), 'sub'],
    ['of a list of names', () => signProof(secret, { sub: [id] }), 'sub'],
    ['of a name of two thousand letters', () => signProof(secret, { sub: 'x'.repeat(2_000) }), 'sub'],
  ];
  it.each(BAD)('%s is refused with its reason, and stores nothing', async (_, make, reason) => {
    const before = [await count('conversations'), await count('contacts')];
    const response = await open({ identity: { proof: make() } });
    const { error } = (await response.json()) as { error: { code: string; details: { problem: string }[] } };
    expect([response.status, error.code]).toEqual([403, 'identity_refused']);
    expect(error.details[0]?.problem).toContain(reason);
    expect([await count('conversations'), await count('contacts')]).toEqual(before);
    // Control: the same visitor with a good one is let in.
    expect((await open({ identity: { proof: good() } })).status).toBe(200);
  });

  it('of the same name at two tenants is two visitors', async () => {
    const here = await begin({ identity: proven(id) });
    const there = await begin({ identity: { proof: signProof(foreignSecret, { sub: id }) } }, gateway.tenants.b);
    await here.ask('When do you open?');
    await there.ask('When do you open?');
    expect((await shown(there, stranger)).visitor).toMatchObject({ is_verified: true, conversations: 1 });
    expect((await shown(there, stranger)).contact_id).not.toBe((await shown(here)).contact_id);
  });

  it('that is newer brings what has changed', async () => {
    const before = await begin({ identity: proven(id, { email, name: 'Before' }) });
    await begin({ identity: proven(id, { name: 'After' }), resume_token: before.token });
    expect((await shown(before)).visitor).toMatchObject({ name: 'After', email });
  });
});

describe('a proven contact', () => {
  let signedIn: WidgetClient;
  let contact: string;
  beforeEach(async () => {
    signedIn = await begin({ identity: proven(id, { email, name: 'Ada Proven' }) });
    await signedIn.ask('When do you open?');
    contact = (await shown(signedIn)).contact_id ?? '';
  });
  const exported = () => owner.json<{ contact: object; conversations: { id: string }[]; leads: object[] }>('GET', `/v1/admin/contacts/${contact}/export`);

  const CLAIMS: [string, () => Promise<WidgetClient>][] = [
    ['said by the page', async () => begin({ identity: { email, name: 'Mallory' } })],
    ['said by the page beside a proof of somebody else', async () => begin({ identity: { ...proven(`${id}-other`), email, name: 'Mallory' } })],
    [
      'typed',
      async () => {
        const visitor = await begin({});
        await visitor.ask(`What does it cost? My name is Mallory, ${email}`);
        return visitor;
      },
    ],
    [
      'left in the form, with a phone number',
      async () => {
        const visitor = await begin({});
        await visitor.request('leads', { email, phone: '+49 30 1234567', name: 'Mallory' });
        return visitor;
      },
    ],
    ['written in other letters', async () => begin({ identity: { email: email.toUpperCase() } })],
  ];
  it.each(CLAIMS)('is neither changed nor read by who claims their address: %s', async (_, claim) => {
    const before = await exported();
    const other = await claim();
    await other.ask('When do you open?');
    await other.request('leads', { email, name: 'Mallory' });
    const seen = await shown(other);
    expect(seen.contact_id).not.toBe(contact);
    expect(seen.visitor.name).not.toBe('Ada Proven');
    expect(await exported()).toEqual(before);
    expect((await shown(signedIn)).visitor).toMatchObject({ name: 'Ada Proven', email, is_verified: true, conversations: 1 });
  });

  it('keeps what is proven apart from what they type, and their leads', async () => {
    await signedIn.ask(`Please send the price list to other-${email}, I work at Tidewater Ltd`);
    await signedIn.request('leads', { email: `third-${email}` });
    const seen = await shown(signedIn);
    expect(seen).toMatchObject({ contact_id: contact, visitor: { name: 'Ada Proven', email, is_verified: true } });
    expect(seen.visitor.also_said).toEqual({ email: `third-${email}`, company: 'Tidewater Ltd' });
    expect((await exported()).leads.length).toBeGreaterThan(0);
    expect((await exported()).contact).toMatchObject({ external_id: id, email });
  });

  it('without an address has none because they type one', async () => {
    const visitor = await begin({ identity: proven(`${id}-plain`) });
    await visitor.request('leads', { email, name: 'Mallory' });
    await visitor.ask('When do you open?');
    expect((await shown(visitor)).visitor).toMatchObject({ name: null, email: null, is_verified: true, also_said: { email, name: 'Mallory' } });
    const { items } = await owner.json<{ items: { contact: object }[] }>('GET', '/v1/admin/inbox?limit=1');
    expect(items[0]?.contact).toEqual({ name: null, email: null, phone: null, is_verified: true });
  });

  it('is no lead by signing in and asking, and a whole one by wanting to buy', async () => {
    const before = await count('leads');
    await signedIn.ask('When do you open in the morning?');
    expect(await count('leads')).toBe(before);
    await signedIn.ask('How much does it cost?');
    expect((await exported()).leads).toMatchObject([{ intent: 'pricing', contact_info: { email, name: 'Ada Proven' } }]);
  });

  it('goes with the erasure, and begins anew', async () => {
    expect(await owner.status('DELETE', `/v1/admin/contacts/${contact}`)).toBe(204);
    const again = await begin({ identity: proven(id), resume_token: signedIn.token });
    expect(again.session.conversation.messages).toEqual([]);
    expect((await shown(again)).contact_id).not.toBe(contact);
  });
});

describe('a conversation', () => {
  const WHO: Record<string, () => Given> = {
    nobody: () => ({}),
    'a proven visitor': () => ({ identity: proven(id) }),
    'another proven visitor': () => ({ identity: proven(`${id}-other`) }),
    'somebody by their word': () => ({ identity: { email } }),
    'somebody by their word who is called as the proven one': () => ({ identity: { email: `${id}@other.invalid` } }),
  };
  const PAIRS = Object.keys(WHO).flatMap((first) => Object.keys(WHO).map((second) => [first, second] as const));
  it.each(PAIRS)('begun as %s is gone on with as %s only where that is the same', async (first, second) => {
    const before = await begin(WHO[first]?.() ?? {});
    await before.ask('When do you open?');
    const after = await begin({ ...WHO[second]?.(), resume_token: before.token });
    if (first === second) {
      expect([after.token, after.conversationId]).toEqual([before.token, before.conversationId]);
      expect(after.session.conversation.messages.length).toBe(2);
    } else {
      // A token that was planted is not taken up either: theirs is a new one.
      expect(after.token).not.toBe(before.token);
      expect(after.conversationId).not.toBe(before.conversationId);
      expect(after.session.conversation.messages).toEqual([]);
    }
  });

  it('goes on under a new proof of the same visitor, and when they change their name', async () => {
    const first = await begin({ identity: { proof: signProof(secret, { sub: id, exp: hoursFromNow(0.5) }) } });
    const later = await begin({ identity: { proof: signProof(secret, { sub: id, exp: hoursFromNow(2), name: 'New' }) }, resume_token: first.token });
    expect(later.conversationId).toBe(first.conversationId);
    const said = await begin({ identity: { email, name: 'Old' } });
    expect((await begin({ identity: { email, name: 'New' }, resume_token: said.token })).conversationId).toBe(said.conversationId);
  });

  it('that a proven visitor left open is found by the proof on another device, with whoever has it; one that ended is not', async () => {
    const first = await begin({ identity: proven(id) });
    await first.ask('When do you open?');
    await first.request('handoff', {});
    const elsewhere = await begin({ identity: proven(id) });
    expect(elsewhere.conversationId).toBe(first.conversationId);
    expect(elsewhere.token).not.toBe(first.token);
    expect(elsewhere.session.conversation).toMatchObject({ status: 'transferred' });
    // What was asked, its answer, and the word that a person was told.
    expect(elsewhere.session.conversation.messages.map(({ sender_type }) => sender_type)).toEqual(['visitor', 'ai', 'ai']);
    // Both go on with it.
    for (const device of [first, elsewhere]) expect((await device.request('messages', { client_message_id: randomUUID(), text: 'hello' })).status).toBe(200);
    expect((await begin({ identity: proven(`${id}-other`) })).conversationId).not.toBe(first.conversationId);
    expect((await begin({ identity: { proof: signProof(foreignSecret, { sub: id }) } }, gateway.tenants.b)).session.conversation.messages).toEqual([]);
    await owner.json('PATCH', `/v1/admin/conversations/${first.conversationId}`, { status: 'ended' });
    expect((await begin({ identity: proven(id) })).conversationId).not.toBe(first.conversationId);
  });

  it('in which nothing has happened for longer than a session lasts is left alone', async () => {
    const first = await begin({ identity: proven(id) });
    await first.ask('When do you open?');
    // With a page: an update of anything else is a change of now.
    await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.run("UPDATE conversations SET updated_at = now() - interval '31 days', page_url = 'https://shop.invalid/then' WHERE id = $1", [first.conversationId]),
    );
    expect((await begin({ identity: proven(id) })).conversationId).not.toBe(first.conversationId);
  });

  it('holds the pages that the visitor was on, the last twenty, and is not moved in the list by walking on', async () => {
    const page = (n: number) => `https://shop.invalid/${id}/${n}`;
    const visitor = await begin({ page_url: page(0) });
    await visitor.ask('When do you open?', randomUUID(), page(0));
    await visitor.ask('And on Sunday?', randomUUID(), page(1));
    const other = await begin({});
    await other.ask('When do you open?');
    await begin({ resume_token: visitor.token, page_url: page(2) });
    await begin({ resume_token: visitor.token, page_url: page(2) });
    expect((await shown(visitor)).visitor.pages.map(({ url }) => url)).toEqual([0, 1, 2].map(page));
    const first = await owner.json<{ items: { id: string; page_url: string }[] }>('GET', '/v1/admin/inbox?limit=2');
    expect(first.items.map((item) => item.id)).toEqual([other.conversationId, visitor.conversationId]);
    for (let n = 3; n < 30; n++) await begin({ resume_token: visitor.token, page_url: page(n) });
    expect((await shown(visitor)).visitor.pages.map(({ url }) => url)).toEqual(Array.from({ length: 20 }, (_, i) => page(i + 10)));
    const data = await owner.json<{ conversations: { pages: { url: string }[] }[] }>('GET', `/v1/admin/conversations/${visitor.conversationId}/export`);
    expect(data.conversations[0]?.pages.at(-1)?.url).toBe(page(29));
  });
});

describe('a tenant that wants its visitors proven', () => {
  const demand = (is_required: boolean, who = owner) => who.status('PUT', '/v1/admin/settings/identity', { is_required });

  it('needs a secret first, and keeps its last one', async () => {
    const { secrets } = await stranger.json<{ secrets: { id: string; purpose: string }[] }>('GET', '/v1/admin/channels');
    const only = secrets.find(({ purpose }) => purpose === 'widget_identity_secret')?.id;
    expect(await demand(true, stranger)).toBe(200);
    expect(await stranger.status('DELETE', `${SECRETS}/${only}`)).toBe(409);
    expect(await demand(false, stranger)).toBe(200);
    expect(await stranger.status('DELETE', `${SECRETS}/${only}`)).toBe(204);
    expect(await demand(true, stranger)).toBe(409);
    expect((await open({}, gateway.tenants.b)).status).toBe(200);
  });

  it('turns everybody else away, those who are in too, and nobody at the tenant beside it', async () => {
    const signedIn = await begin({ identity: proven(id) });
    const anonymous = await begin({});
    const claiming = await begin({ identity: { email } });
    const elsewhere = await begin({}, gateway.tenants.b);
    expect(await demand(true)).toBe(200);
    try {
      for (const given of [{}, { identity: { email } }, { resume_token: anonymous.token }, { identity: { email }, resume_token: claiming.token }]) {
        const response = await open(given);
        expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([403, 'identity_required']);
      }
      for (const visitor of [anonymous, claiming]) {
        expect((await visitor.request('messages', { client_message_id: randomUUID(), text: 'hello' })).status).toBe(401);
        expect((await visitor.request('leads', { email })).status).toBe(401);
        expect((await visitor.sendFile(PIXEL, 'dot.png')).status).toBe(401);
      }
      await signedIn.ask('When do you open?');
      expect((await begin({ identity: proven(id), resume_token: signedIn.token })).conversationId).toBe(signedIn.conversationId);
      await elsewhere.ask('When do you open?');
    } finally {
      expect(await demand(false)).toBe(200);
    }
    expect((await open({})).status).toBe(200);
  });

  it('shows a secret once, and keeps it sealed', async () => {
    const made = await makeSecret(owner);
    const stored = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.rows<{ row: string }>('SELECT channel_secrets::text AS row FROM channel_secrets'));
    expect(stored.some(({ row }) => row.includes(made.id))).toBe(true);
    for (const { row } of stored) expect(row).not.toContain(made.secret);
    expect(JSON.stringify(await owner.json('GET', '/v1/admin/channels'))).not.toContain(made.secret);
    expect(gateway.logLines.join('\n')).not.toContain(made.secret);
    expect(await stranger.status('DELETE', `${SECRETS}/${made.id}`)).toBe(404);
  });
});
