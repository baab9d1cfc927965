import { randomUUID } from 'node:crypto';
import { FakeMail, until } from '@netia/testkit';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { ConsoleClient, PASSWORD } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** What goes out by mail: invitations, and links for a new password (A-4, V-7). */
let gateway: TestGateway;
let mail: FakeMail;
let tenantId: string;
beforeAll(async () => {
  mail = await FakeMail.start();
  gateway = await startGateway({ environment: { SMTP_URL: mail.url, MAIL_FROM: 'Netia <netia@example.invalid>' } });
  tenantId = gateway.tenants.a.id;
});
beforeEach(() => {
  mail.received.length = 0;
});
afterAll(async () => {
  await gateway.close();
  await mail.close();
});

const NEW_PASSWORD = 'another long password';
const join = (role: Parameters<typeof ConsoleClient.join>[2], at = tenantId, email?: string) => ConsoleClient.join(gateway, at, role, email);
const ask = (email: string) => new ConsoleClient(gateway.url, email).status('POST', '/v1/console/password-reset', { email });
const use = (token: string, new_password = NEW_PASSWORD) =>
  new ConsoleClient(gateway.url, '').status('POST', '/v1/console/password-reset/use', { token, new_password });
const tokenIn = (text: string) => /#\/(?:reset|join)\/([\w-]+)/.exec(text)?.[1] ?? '';

async function linkFor(email: string): Promise<string> {
  const before = mail.received.length;
  expect(await ask(email)).toBe(204);
  await until('the mail', () => mail.received.length > before);
  const [last] = mail.received.slice(-1);
  expect(last?.to).toEqual([email]);
  return tokenIn(last?.text ?? '');
}

describe('a lost password', () => {
  it('is made new by a link that comes by mail, good once; every session ends, here and at the other tenant', async () => {
    const email = `lost-${randomUUID()}@people.invalid`;
    const [here, colleague] = [await join('agent', tenantId, email), await join('agent')];
    const there = await join('viewer', gateway.tenants.b.id, email);
    const token = await linkFor(email);
    expect(mail.received[0]?.headers.get('subject')).toBe('A new password for Netia');
    expect(mail.received[0]?.text).toContain(`/console/#/reset/${token}`);
    // Nothing has changed yet: whoever asks for a link in another's name harms nobody.
    expect(await here.status('GET', '/v1/console/me')).toBe(200);

    expect((await Promise.all(Array.from({ length: 5 }, () => use(token)))).sort()).toEqual([204, 404, 404, 404, 404]);
    for (const client of [here, there]) expect(await client.status('GET', '/v1/console/me')).toBe(401);
    expect(await colleague.status('GET', '/v1/console/me')).toBe(200);
    expect([await here.signIn(), await here.signIn(NEW_PASSWORD)]).toEqual([401, 200]);
    expect(await colleague.signIn()).toBe(200);
  });

  it('does not lead around a second factor', async () => {
    const email = `guarded-${randomUUID()}@people.invalid`;
    const client = await join('agent', tenantId, email);
    const { secret } = await client.json<{ secret: string }>('POST', '/v1/console/second-factor');
    const app = new TOTP({ secret: Secret.fromBase32(secret) });
    await client.json('POST', '/v1/console/second-factor/confirm', { code: app.generate() });
    expect(await use(await linkFor(email))).toBe(204);
    // The link signs nobody in, and the new password alone does not either.
    expect(await client.status('GET', '/v1/console/me')).toBe(401);
    expect(await client.signIn(NEW_PASSWORD)).toBe(401);
    const code = app.generate({ timestamp: Date.now() + 30_000 });
    expect(await client.status('POST', '/v1/console/sign-in', { email, password: NEW_PASSWORD, code })).toBe(200);
  });

  it('of nobody looks the same from outside, and no mail goes out', async () => {
    const email = `known-${randomUUID()}@people.invalid`;
    await join('agent', tenantId, email);
    expect(await ask(`nobody-${randomUUID()}@people.invalid`)).toBe(204);
    // What comes after it has come, so what was before it is over.
    await linkFor(email);
    expect(mail.received).toHaveLength(1);
  });

  it('cannot flood a mailbox: after a few links in an hour no more are sent', async () => {
    const email = `flooded-${randomUUID()}@people.invalid`;
    await join('agent', tenantId, email);
    const answers: number[] = [];
    for (let i = 0; i < 8; i++) answers.push(await ask(email));
    expect(answers).toEqual([204, 204, 204, 204, 429, 429, 429, 429]);
    await until('the mails', () => mail.received.length === 4);
    // Only the newest link is good.
    const tokens = mail.received.map(({ text }) => tokenIn(text));
    const taken: number[] = [];
    for (const token of tokens) taken.push(await use(token));
    expect(taken.sort()).toEqual([204, 404, 404, 404]);
  });

  it('with a link that is too old, made up, or of somebody who works nowhere any more stays lost', async () => {
    const [old, gone] = [`old-${randomUUID()}@people.invalid`, `gone-${randomUUID()}@people.invalid`];
    for (const email of [old, gone]) await join('agent', tenantId, email);
    const [oldToken, goneToken] = [await linkFor(old), await linkFor(gone)];
    await gateway.inTenant(tenantId, async (tx) => {
      await tx.run("UPDATE password_resets SET expires_at = now() - interval '1 second' WHERE user_id = (SELECT id FROM users WHERE email = $1)", [old]);
      await tx.run('DELETE FROM members WHERE user_id = (SELECT id FROM users WHERE email = $1)', [gone]);
    });
    for (const token of [oldToken, goneToken, 'x'.repeat(32)]) expect(await use(token)).toBe(404);
    expect(await new ConsoleClient(gateway.url, old).signIn()).toBe(200);
    expect(await use(oldToken, 'short')).toBe(400);
  });

  it('is asked for from a page of ours only', async () => {
    const client = new ConsoleClient(gateway.url, 'x@people.invalid');
    const { status } = await client.call('POST', '/v1/console/password-reset', { email: 'x@people.invalid' }, { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(403);
  });
});

describe('an invitation', () => {
  it('is mailed and shown; what others have written stands on one line and makes no link', async () => {
    const owner = await join('owner');
    await owner.json('PATCH', '/v1/admin/tenant', { name: 'Win a prize at https://evil.example/now\tBcc: all@people.invalid' });
    const email = `new-${randomUUID()}@people.invalid`;
    const made = await owner.json<{ url: string; is_mailed: boolean }>('POST', '/v1/admin/invitations', { email, role: 'agent' });
    expect(made.is_mailed).toBe(true);
    await until('the mail', () => mail.received.length > 0);
    const [received] = mail.received;
    expect(received?.to).toEqual([email]);
    expect(received?.headers.get('subject')).toBe('You are invited to work in Netia');
    expect(received?.headers.has('bcc')).toBe(false);
    expect(received?.text).toContain(made.url);
    expect(received?.text.match(/https?:\/\/\S+/g)).toEqual([made.url]);
    const client = new ConsoleClient(gateway.url, email);
    expect(
      (await client.call('POST', '/v1/console/invitations/accept', { token: tokenIn(received?.text ?? ''), name: 'New', password: PASSWORD })).status,
    ).toBe(201);
    // The other tenant's stay its own.
    const other = await join('owner', gateway.tenants.b.id);
    expect((await other.json<{ items: { email: string }[] }>('GET', '/v1/admin/members')).items.map((member) => member.email)).not.toContain(email);
  });

  it('beyond what a business may send in a day is shown only', async () => {
    const owner = await join('owner', gateway.tenants.b.id);
    const made: { is_mailed: boolean }[] = [];
    for (let i = 0; i < 52; i++) made.push(await owner.json('POST', '/v1/admin/invitations', { email: `many-${i}@people.invalid`, role: 'viewer' }));
    expect(made.filter(({ is_mailed }) => is_mailed)).toHaveLength(50);
    await until('the mails', () => mail.received.length === 50);
  });

  it('that the mail server refuses is still shown, and the log names neither address nor words', async () => {
    mail.refuses = true;
    const owner = await join('owner');
    const logged = gateway.logLines.length;
    const email = `refused-${randomUUID()}@people.invalid`;
    const made = await owner.json<{ url: string }>('POST', '/v1/admin/invitations', { email, role: 'agent' });
    expect(made.url).toContain('/console/#/join/');
    await until('the refusal', () => gateway.logLines.slice(logged).some((line) => line.includes('a mail could not be sent')));
    expect(gateway.logLines.slice(logged).join('')).not.toContain(email);
    expect(await gateway.deps.metrics.registry.getSingleMetricAsString('netia_mails_total')).toMatch(/outcome="failed"\} 1$/m);
    mail.refuses = false;
  });
});

describe('an installation without a mail server', () => {
  it('says so instead of pretending', async () => {
    const bare = await startGateway();
    try {
      const client = new ConsoleClient(bare.url, 'x@people.invalid');
      const { status, body } = await client.call('POST', '/v1/console/password-reset', { email: 'x@people.invalid' });
      expect([status, (body['error'] as { message: string }).message]).toEqual([503, 'This Netia sends no mail. Ask whoever runs it for a new password.']);
      const owner = await ConsoleClient.join(bare, bare.tenants.a.id, 'owner');
      expect(await owner.json('POST', '/v1/admin/invitations', { email: 'y@people.invalid', role: 'agent' })).toMatchObject({ is_mailed: false });
    } finally {
      await bare.close();
    }
  });

  it('and one with half of the settings does not start', () => {
    const secret = { NETIA_SECRET: 'x'.repeat(40) };
    expect(() => readConfig({ ...secret, SMTP_URL: 'smtp://mail.invalid' })).toThrow('SMTP_URL and MAIL_FROM belong together');
    expect(() => readConfig({ ...secret, SMTP_URL: 'http://mail.invalid', MAIL_FROM: 'nobody' })).toThrow(
      /SMTP_URL must begin with smtp[\s\S]*MAIL_FROM must be an address/,
    );
  });
});
