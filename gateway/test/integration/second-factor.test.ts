import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invite } from '../../src/people/invitations.ts';
import { ConsoleClient, PASSWORD } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** each code works once, and no door leads around it. */
let gateway: TestGateway;
let tenantId: string;
beforeAll(async () => {
  gateway = await startGateway();
  tenantId = gateway.tenants.a.id;
});
afterAll(() => gateway.close());

const appOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) });
/** Lets codes of now be used again: the clock cannot be moved. */
const forgetSteps = () => gateway.inTenant(tenantId, (tx) => tx.run('UPDATE users SET totp_last_step = NULL'));
const signIn = (client: ConsoleClient, code?: string) =>
  new ConsoleClient(gateway.url, client.email).call('POST', '/v1/console/sign-in', { email: client.email, password: PASSWORD, ...(code && { code }) });
const hasOne = async (client: ConsoleClient) => (await client.call('GET', '/v1/console/me')).body['has_second_factor'];

async function withFactor(): Promise<{ client: ConsoleClient; app: TOTP; recovery: string[] }> {
  const client = await ConsoleClient.join(gateway, tenantId, 'agent');
  const { body } = await client.call('POST', '/v1/console/second-factor');
  const app = appOf(body['secret'] as string);
  const confirmed = await client.call('POST', '/v1/console/second-factor/confirm', { code: app.generate() });
  expect(confirmed.status).toBe(200);
  await forgetSteps();
  return { client, app, recovery: confirmed.body['recovery_codes'] as string[] };
}

describe('a second factor', () => {
  it('counts once a code has been given, and is then asked for at sign-in', async () => {
    const client = await ConsoleClient.join(gateway, tenantId, 'agent');
    const begun = await client.call('POST', '/v1/console/second-factor');
    expect(begun.body['uri']).toContain(`secret=${begun.body['secret']}`);
    const app = appOf(begun.body['secret'] as string);
    expect((await client.call('POST', '/v1/console/second-factor/confirm', { code: '000000' })).status).toBe(401);
    expect([await hasOne(client), (await signIn(client)).status]).toEqual([false, 200]);
    const confirmed = await client.call('POST', '/v1/console/second-factor/confirm', { code: app.generate() });
    expect(confirmed.body['recovery_codes']).toHaveLength(8);
    expect(await hasOne(client)).toBe(true);
    const without = await signIn(client);
    expect([without.status, without.body['error']]).toEqual([401, expect.objectContaining({ details: { second_factor: true } })]);
    // The code that confirmed it was used with that.
    expect((await signIn(client, app.generate())).status).toBe(401);
    await forgetSteps();
    expect((await signIn(client, app.generate())).status).toBe(200);
    expect((await client.call('POST', '/v1/console/second-factor')).status).toBe(409);
  });

  it('takes each code once, also of many at the same moment, and none of before', async () => {
    const { client, app } = await withFactor();
    const code = app.generate({ timestamp: Date.now() + 30_000 });
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => signIn(client, code)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array(7).fill(401)]);
    expect((await signIn(client, app.generate())).status).toBe(401);
  });

  it('takes each recovery code once, however it is typed', async () => {
    const { client, recovery } = await withFactor();
    const [first = '', second = ''] = recovery;
    expect((await signIn(client, first.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await signIn(client, first)).status).toBe(401);
    const both = await Promise.all([signIn(client, second), signIn(client, second)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('of somebody else opens nothing', async () => {
    const [mine, theirs] = [await withFactor(), await withFactor()];
    expect((await signIn(mine.client, theirs.app.generate())).status).toBe(401);
    expect((await signIn(mine.client, theirs.recovery[0])).status).toBe(401);
  });

  it('is not gone around by an invitation, a new password or a wrong way of removing it', async () => {
    const { client, app } = await withFactor();
    const there = gateway.tenants.b.id;
    const { token } = await gateway.inTenant(there, (tx) => invite(tx, there, { email: client.email, role: 'agent', createdBy: 'test' }));
    const accept = (code?: string) =>
      new ConsoleClient(gateway.url, client.email).call('POST', '/v1/console/invitations/accept', {
        token,
        name: 'X',
        password: PASSWORD,
        ...(code && { code }),
      });
    expect([(await accept()).status, (await accept('123456')).status]).toEqual([401, 401]);
    expect((await accept(app.generate())).status).toBe(201);
    await forgetSteps();

    const remove = (password: string, code: string) => client.call('POST', '/v1/console/second-factor/remove', { password, code });
    expect([(await remove('wrong', app.generate())).status, (await remove(PASSWORD, '000000')).status]).toEqual([403, 401]);
    expect((await client.call('PUT', '/v1/console/password', { old_password: PASSWORD, new_password: `${PASSWORD}!` })).status).toBe(204);
    expect(await hasOne(client)).toBe(true);
    expect((await remove(`${PASSWORD}!`, app.generate())).status).toBe(204);
    expect(await hasOne(client)).toBe(false);
  });

  it('lies in the database unreadable, and never in a list or the log', async () => {
    const { client, recovery } = await withFactor();
    const { rows } = await gateway.test.connection.pool.query<{ totp_secret: string }>('SELECT * FROM users WHERE email = $1', [client.email]);
    expect(rows[0]?.totp_secret).toMatch(/^[\w-]{60,}$/);
    await expect(gateway.inTenant(tenantId, (tx) => tx.rows('SELECT totp_secret FROM users'))).rejects.toMatchObject({ code: '42501' });
    const shown = JSON.stringify([(await client.call('GET', '/v1/admin/members')).body, rows, gateway.logLines]);
    for (const code of recovery) expect(shown).not.toContain(code.replaceAll('-', ''));
  });
});
