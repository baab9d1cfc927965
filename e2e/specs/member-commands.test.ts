import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@netia/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToEnd } from '../support/stack.ts';

/** How the first person gets in, and back in: by the command line, for there is no default account and no mail. */
let folder: string;
let environment: NodeJS.ProcessEnv;
let url: string;
const OWN_PAGE = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netia-e2e-members-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = { NETIA_DATA_DIR: folder, PORT: String(port), PUBLIC_URL: url, NETIA_DEMO: '0', LOG_LEVEL: 'warn' };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const netia = (...args: string[]) => runToEnd(['gateway/src/cli.ts', ...args], environment);
const post = (path: string, body: object) => fetch(`${url}${path}`, { method: 'POST', headers: OWN_PAGE, body: JSON.stringify(body) });

/** Does something with the gateway, which holds the embedded database while it runs. */
async function whileServing<T>(work: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  await runToEnd(['gateway/src/cli.ts', 'serve'], environment, async (child) => {
    await until('the gateway to be ready', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok, 60_000);
    result = await work();
    child.kill('SIGTERM');
  });
  return result as T;
}

test('the owner comes in by the link of the new tenant, and back in with a new password', async () => {
  const made = await netia('tenant', 'create', '--slug', 'shop', '--name', 'Shop', '--email', 'shop@shop.invalid');
  const token = /\/console\/#\/join\/([\w-]+)/.exec(made.output)?.[1] ?? '';
  expect((await netia('member', 'list', '--tenant', 'shop')).output).toContain('Nobody yet.');

  const person = { token, email: 'bea@shop.invalid', name: 'Bea', password: 'a long enough password' };
  expect(
    await whileServing(async () => [
      (await post('/v1/console/invitations/accept', person)).status,
      (await post('/v1/console/invitations/accept', person)).status,
    ]),
  ).toEqual([201, 404]);
  expect((await netia('member', 'list', '--tenant', 'shop')).output).toMatch(/^owner +bea@shop\.invalid +Bea$/m);

  const renewed = await netia('member', 'password', '--tenant', 'shop', '--email', 'Bea@shop.invalid');
  const password = /^ {2}(\S{16})$/m.exec(renewed.output)?.[1] ?? '';
  const signIn = async (given: string) => (await post('/v1/console/sign-in', { email: 'bea@shop.invalid', password: given })).status;
  expect(await whileServing(async () => [await signIn(person.password), await signIn(password)])).toEqual([401, 200]);
});

test('what cannot be done is said in a sentence', async () => {
  const refusals = [
    await netia('member', 'invite', '--tenant', 'shop', '--role', 'king'),
    await netia('member', 'password', '--tenant', 'shop', '--email', 'nobody@shop.invalid'),
    await netia('member', 'list', '--tenant', 'nowhere'),
  ];
  expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1]);
  expect(refusals[0]?.output).toContain('There is no role king. Choose owner, admin, agent, viewer.');
  expect(refusals[1]?.output).toContain('Nobody with the address nobody@shop.invalid works for shop.');
  expect((await netia('member', 'invite', '--tenant', 'shop')).output).toMatch(
    /Good for seven days, and for one person:\s+http\S+\/console\/#\/join\/[\w-]{32}/,
  );
});
