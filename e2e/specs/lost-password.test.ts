import { FakeMail, until } from '@netia/testkit';
import { afterAll, expect, test } from 'vitest';
import { Desk, PASSWORD } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';

const mail = await FakeMail.start();
const scene = Scene.set({ env: { SMTP_URL: mail.url, MAIL_FROM: 'Netia <netia@tidewater.invalid>' } });
const sitDown = setDesks(scene);
afterAll(() => mail.close());

test('whoever has lost their password gets a link by mail, chooses a new one, and comes in with it; the old one and the open browser are out', async () => {
  const before = await sitDown('agent');
  const desk = await Desk.open(scene.browser, scene.stack);
  await desk.page.goto(`${scene.stack.url}/console/`);
  await desk.page.getByText('Lost your password?').click();
  await desk.page.getByLabel('Address of your account').fill(before.email);
  await desk.page.getByRole('button', { name: 'Send me a link' }).click();
  await desk.page.getByText('If there is an account with this address, a link is on its way.').waitFor();
  // The invitation came by mail before it.
  const linkMail = () => mail.received.find(({ headers }) => headers.get('subject') === 'A new password for Netia');
  await until('the mail', () => linkMail() !== undefined);
  const link = /http\S+#\/reset\/\S+/.exec(linkMail()?.text ?? '')?.[0] ?? '';
  expect(link).toContain(scene.stack.url);

  // A link is opened in a tab of its own.
  const page = await desk.page.context().newPage();
  await page.goto(link);
  await page.getByLabel('New password').fill('a password that is new');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('All your browsers are signed out').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail address').fill(before.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('E-mail address and password do not go together.').waitFor();
  await page.getByLabel('Password').fill('a password that is new');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();

  await before.page.reload();
  await before.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  // Used up: opened once more, it says so.
  await page.goto(link);
  await page.reload();
  await page.getByLabel('New password').fill('a password that is newer');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByRole('alert').filter({ hasText: 'This link is used up or too old.' }).waitFor();
  expect([desk.faults, desk.strangers]).toEqual([[], []]);
  await desk.leave();
});
