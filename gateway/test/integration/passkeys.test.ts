import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChallenge, makeChallenge } from '../../src/people/challenges.ts';
import { ConsoleClient, PASSWORD } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { SoftAuthenticator, type Wrong } from '../support/soft-authenticator.ts';

/** a passkey lets in whoever has it and was made sure of, once for each challenge, on our own page. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

interface Options {
  challenge: string;
  userVerification?: string;
  authenticatorSelection?: { userVerification?: string };
}
const publicUrl = () => gateway.deps.config.publicUrl;
const join = (tenantId = gateway.tenants.a.id) => ConsoleClient.join(gateway, tenantId, 'agent');
const options = (who: ConsoleClient) => who.json<Options>('POST', '/v1/console/passkeys/sign-in/options');
const signIn = (who: ConsoleClient, response: object) => who.status('POST', '/v1/console/passkeys/sign-in', { response });

/** Somebody with a key of their own, signed out. */
async function withKey() {
  const person = await join();
  const device = new SoftAuthenticator(publicUrl());
  const asked = await person.json<Options>('POST', '/v1/console/passkeys/options', { password: PASSWORD });
  expect(asked.authenticatorSelection?.userVerification).toBe('required');
  expect(await person.status('POST', '/v1/console/passkeys', { name: 'Laptop', response: device.register(asked) })).toBe(201);
  const browser = new ConsoleClient(gateway.url, person.email);
  return { person, device, browser };
}

describe('a passkey', () => {
  it('signs its owner in, with a new session each time, and says in the log that it did', async () => {
    const { person, device, browser } = await withKey();
    const asked = await options(browser);
    expect(asked.userVerification).toBe('required');
    expect(await signIn(browser, device.signIn(asked))).toBe(200);
    expect(browser.cookie).not.toBe('');
    expect(browser.cookie).not.toBe(person.cookie);
    expect((await browser.json<{ user: { email: string } }>('GET', '/v1/console/me')).user.email).toBe(person.email);
    const audit = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows<{ changes: { by?: string } }>("SELECT changes FROM audit_logs WHERE action = 'user.sign_in' ORDER BY id DESC LIMIT 1"),
    );
    expect(audit[0]?.changes).toEqual({ by: 'passkey' });
    const { items } = await person.json<{ items: { id: string; name: string; last_used_at: string | null }[] }>('GET', '/v1/console/passkeys');
    expect(items).toMatchObject([{ name: 'Laptop' }]);
    expect(items[0]?.last_used_at).not.toBeNull();
  });

  it('answers each challenge once, also eight times at the same moment', async () => {
    const { device, browser } = await withKey();
    const answer = device.signIn(await options(browser));
    const tries = await Promise.all(Array.from({ length: 8 }, () => signIn(new ConsoleClient(gateway.url, ''), answer)));
    expect(tries.filter((status) => status === 200)).toHaveLength(1);
    expect(tries.filter((status) => status === 401)).toHaveLength(7);
    expect(await signIn(browser, answer)).toBe(401);
  });

  it.each<[string, Wrong]>([
    ['of another page', { origin: 'https://evil.invalid' }],
    ['for another name', { rpId: 'evil.invalid' }],
    ['of a device that did not make sure of its owner', { isUnverified: true }],
    ['to a challenge that nobody made', { challenge: randomBytes(56).toString('base64url') }],
    ['to a challenge of the wrong form', { challenge: 'AAAA' }],
  ])('lets nobody in with an answer %s', async (_what, wrong) => {
    const { device, browser } = await withKey();
    expect(await signIn(browser, device.signIn(await options(browser), wrong))).toBe(401);
    expect(browser.cookie).toBe('');
  });

  it('whose counter has not grown is a copy', async () => {
    const { device, browser } = await withKey();
    expect(await signIn(browser, device.signIn(await options(browser)))).toBe(200);
    expect(await signIn(browser, device.signIn(await options(browser), { counter: 1 }))).toBe(401);
  });

  it('that nobody has, or another has, is refused in the same words', async () => {
    const { device, browser } = await withKey();
    const forged = {
      ...new SoftAuthenticator(publicUrl()).signIn(await options(browser)),
      id: Buffer.from(device.id).toString('base64url'),
      rawId: Buffer.from(device.id).toString('base64url'),
    };
    const unknown = new SoftAuthenticator(publicUrl()).signIn(await options(browser));
    const [one, other] = [
      await browser.call('POST', '/v1/console/passkeys/sign-in', { response: forged }),
      await browser.call('POST', '/v1/console/passkeys/sign-in', { response: unknown }),
    ];
    expect([one.status, other.status]).toEqual([401, 401]);
    expect((one.body['error'] as { message: string }).message).toBe((other.body['error'] as { message: string }).message);
  });

  it('is made and removed with the password only, and its challenge for making is none for signing in', async () => {
    const { person, device, browser } = await withKey();
    expect(await person.status('POST', '/v1/console/passkeys/options', { password: 'not the password' })).toBe(403);
    const asked = await person.json<Options>('POST', '/v1/console/passkeys/options', { password: PASSWORD });
    expect(await signIn(browser, device.signIn(asked))).toBe(401);
    const id = Buffer.from(device.id).toString('base64url');
    const other = await join();
    expect(await other.status('POST', '/v1/console/passkeys/remove', { id, password: PASSWORD })).toBe(404);
    expect(await person.status('POST', '/v1/console/passkeys/remove', { id, password: 'wrong wrong wrong' })).toBe(403);
    expect(await person.status('POST', '/v1/console/passkeys/remove', { id, password: PASSWORD })).toBe(204);
    expect(await signIn(browser, device.signIn(await options(browser)))).toBe(401);
  });

  it('of somebody who works here no more opens nothing', async () => {
    const { person, device, browser } = await withKey();
    const owner = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'owner');
    const me = await person.json<{ user: { id: string } }>('GET', '/v1/console/me');
    expect(await owner.status('DELETE', `/v1/admin/members/${me.user.id}`)).toBe(204);
    expect(await signIn(browser, device.signIn(await options(browser)))).toBe(401);
  });

  it('is seen from no other tenant', async () => {
    await withKey();
    const seen = await gateway.inTenant(gateway.tenants.b.id, (tx) => tx.rows('SELECT id FROM passkeys'));
    expect(seen).toEqual([]);
  });
});

describe('a challenge', () => {
  const secret = 'x'.repeat(40);
  it('is good for what it was made for, for five minutes, under one secret', () => {
    const challenge = makeChallenge(secret, 'sign in', 0);
    expect(isChallenge(secret, 'sign in', challenge, 299_999)).toBe(true);
    expect(isChallenge(secret, 'sign in', challenge, 300_000)).toBe(false);
    expect(isChallenge(secret, 'register', challenge, 0)).toBe(false);
    expect(isChallenge('y'.repeat(40), 'sign in', challenge, 0)).toBe(false);
    const bent = Buffer.from(challenge, 'base64url');
    bent[20] = (bent[20] ?? 0) ^ 1;
    expect(isChallenge(secret, 'sign in', bent.toString('base64url'), 0)).toBe(false);
  });
});
