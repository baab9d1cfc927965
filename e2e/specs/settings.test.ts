import { createHmac } from 'node:crypto';
import { until } from '@netia/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Desk } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { PlayedSite } from '../support/played-site.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP, UNKNOWN } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, env: { CRAWL_NETWORKS: '127.0.0.1/32' } });
const sitDown = setDesks(scene);
const PERSON = 'I want to talk to a human';

let receiver: PlayedSite;
beforeAll(async () => {
  receiver = await PlayedSite.open();
});
afterAll(() => receiver.close());

async function openSection(desk: Desk, name: string): Promise<void> {
  await desk.goTo('Settings');
  await desk.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
  await until(`${name} to be loaded`, async () => (await desk.page.locator('.loading').count()) === 0);
}

const apiStatus = async (path: string, key: string) =>
  (await fetch(`${scene.stack.url}/v1/admin${path}`, { headers: { Authorization: `Bearer ${key}` } })).status;

test('numbers are those of what was asked, answered and handed over', async () => {
  // First of all: nobody else has been here yet.
  const desk = await sitDown('agent');
  await desk.goTo('Numbers');
  await desk.page.getByText('Nothing to count yet.').waitFor();
  const pleased = await scene.open();
  await pleased.ask(DELIVERY.question);
  await pleased.lastAnswer.getByRole('button', { name: 'Helpful', exact: true }).click();
  await pleased.lastAnswer.locator('.thumb[aria-pressed=true]').waitFor();
  await (await scene.open()).ask(UNKNOWN);
  await (await scene.open()).ask(PERSON);

  await desk.goTo('Inbox');
  await desk.goTo('Numbers');
  const figure = async (name: string) =>
    textOf(
      desk.page
        .locator('.tiles > div')
        .filter({ has: desk.page.getByText(name, { exact: true }) })
        .locator('.figure'),
    );
  await until('all three to be counted', async () => (await figure('Conversations')) === '3');
  expect(await Promise.all(['Questions answered', 'Resolved, confirmed', 'With a person'].map(figure))).toEqual(['50 %', '1', '1']);
  const bar = desk.page.getByRole('img', { name: /^Conversations by day/ });
  expect(await bar.getAttribute('aria-label')).toContain(`${new Date().toISOString().slice(0, 10)} 3, 1 with a person`);
  const asked = desk.page.getByRole('region', { name: 'Asked most' }).getByRole('listitem');
  await asked.filter({ hasText: DELIVERY.question }).getByText('1 of 1 answered').waitFor();
  await asked.filter({ hasText: UNKNOWN }).getByText('0 of 1 answered').waitFor();
});

test('outside opening hours a visitor who asks for a person reads when somebody is back', async () => {
  const back = new Date(Date.now() + 3 * 86_400_000);
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' }).format(back);
  const desk = await sitDown();
  const { page } = desk;
  const closed = async () => (await (await scene.open()).ask(PERSON)).includes('Right now nobody is there');
  // Control: without hours nobody is told so.
  expect(await closed()).toBe(false);

  await openSection(desk, 'Opening hours');
  await page.getByLabel('Tell visitors who ask for a person').check();
  await page.getByLabel('Time zone').selectOption('UTC');
  const removals = page.getByRole('button', { name: /: without / });
  for (let left = await removals.count(); left > 0; left--) await removals.first().click();
  await page.getByRole('button', { name: `${weekday}: add hours` }).click();
  await page.getByLabel(`${weekday} from`).fill('10:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const answer = await (await scene.open()).ask(PERSON);
  expect(answer).toContain(`The team is back on ${weekday}`);
  expect(answer).toContain('10:30');

  await page.reload();
  expect(await page.getByLabel(`${weekday} from`).inputValue()).toBe('10:30');
  expect(await page.getByRole('button', { name: /: without / }).count()).toBe(1);
  await page.getByLabel('Tell visitors who ask for a person').uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect(await closed()).toBe(false);
});

test('an endpoint gets its secret once, is sent a test that it can check, and the log tells of it', async () => {
  const desk = await sitDown();
  const { page } = desk;
  await openSection(desk, 'Webhooks');
  await page.getByLabel('Address').fill(`${receiver.url}/hooks`);
  await page.getByRole('button', { name: 'Add it' }).click();
  const secret = await textOf(page.locator('.snippet'));
  expect(secret).toMatch(/^whsec_\S{20,}$/);
  await page.reload();
  const endpoint = page.locator('.rows > li').filter({ hasText: `${receiver.url}/hooks` });
  await endpoint.waitFor();
  expect(await page.content()).not.toContain(secret);

  await page.getByRole('button', { name: 'Send all of them a test' }).click();
  const { headers, body } = await until('the test to arrive', () => receiver.received.find(({ path }) => path === '/hooks'));
  expect((JSON.parse(body) as { type: string }).type).toBe('test');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
    .update(signed)
    .digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  await endpoint.locator('summary').click();
  await endpoint.locator('.log li').filter({ hasText: 'test' }).getByText('Sent after 1 try, 204').waitFor();

  await (await scene.open()).ask('I would like a quote. I am grace@example.com');
  await until('the lead to be told', () => receiver.received.some(({ body }) => body.includes('lead.created') && !body.includes('grace@example.com')));
});

test('a key opens what its scopes say until it is revoked, and the audit log has both', async () => {
  const desk = await sitDown();
  const { page, name } = desk;
  await openSection(desk, 'API keys');
  await page.getByLabel('Name').fill('Nightly export');
  await page.getByLabel('conversations:read').check();
  await page.getByRole('button', { name: 'Make it' }).click();
  const key = await textOf(page.locator('.snippet'));
  expect(await Promise.all([apiStatus('/inbox', key), apiStatus('/leads', key)])).toEqual([200, 403]);
  await page.reload();
  const row = page.locator('.rows li').filter({ hasText: 'Nightly export' });
  await row.waitFor();
  expect(await page.content()).not.toContain(key);

  page.once('dialog', (dialog) => void dialog.accept());
  await row.getByRole('button', { name: 'Revoke' }).click();
  await row.getByText('Revoked').waitFor();
  await until('the key to be refused', async () => (await apiStatus('/inbox', key)) === 401);

  await openSection(desk, 'Who did what');
  for (const action of ['key.create', 'key.revoke']) await page.locator('.rows li').filter({ hasText: action }).filter({ hasText: name }).first().waitFor();
  // What opens doors is in no log.
  expect(await page.content()).not.toContain(key);
});

test('the audit log says to whom and to what something was done', async () => {
  const [desk, other] = [await sitDown(), await sitDown('viewer')];
  const { page } = desk;
  await desk.goTo('People');
  await page.getByLabel(`Role of ${other.name}`, { exact: true }).selectOption('agent');
  await page.getByRole('button', { name: 'Change the role' }).click();
  const members = async () => (await scene.stack.admin<{ items: { email: string; role: string }[] }>('GET', '/members')).items;
  await until('the role to be changed', async () => (await members()).some(({ email, role }) => email === other.email && role === 'agent'));
  await openSection(desk, 'Who did what');
  const line = (action: string) => page.locator('.rows li').filter({ hasText: action }).first();
  await line('member.role').getByText(`member ${other.name}`).waitFor();
  expect(await textOf(line('member.role'))).toContain(`${desk.name} · member.role · member ${other.name}`);
  // What has no name is called by its id.
  expect(await textOf(line('member.invite'))).toMatch(/ · member\.invite · invitation [\da-f-]{36}/);
});

test('what visitors are to agree to is set in the console and asked by the widget', async () => {
  const desk = await sitDown();
  await openSection(desk, 'Privacy');
  await desk.page.getByLabel('What visitors agree to').fill('May we keep what you write?');
  await desk.page.getByRole('button', { name: 'Save' }).click();
  await desk.page.getByText('Saved. The widget asks within a minute.').waitFor();
  const widget = await scene.visit('plain');
  await widget.launcher.click();
  await widget.panel.getByText('May we keep what you write?').waitFor();
  expect(await widget.input.count()).toBe(0);
  await desk.page.getByLabel('What visitors agree to').fill('');
  await desk.page.getByRole('button', { name: 'Save' }).click();
  await until(
    'it to be asked no more',
    async () => (await scene.stack.admin<{ settings: { privacy: { consent: string } } }>('GET', '/tenant')).settings.privacy.consent === '',
  );
});

test('a visitor who is erased is gone from the inbox and the API, and others stay', async () => {
  const desk = await sitDown();
  const { page } = desk;
  await (await scene.open()).ask('Does the roastery paint its boats green?');
  const widget = await scene.open();
  await widget.ask('I would like a quote. I am erase-me@example.com');
  await desk.goTo('Inbox');
  const row = page.locator('.list li').filter({ hasText: 'erase-me@example.com' });
  await row.waitFor();
  const before = await desk.conversations.count();
  await row.click();
  await desk.messages.nth(1).waitFor();
  const id = page.url().split('/').at(-1) ?? '';
  await page.locator('.about summary').click();
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'Erase this visitor' }).click();
  await row.waitFor({ state: 'detached' });
  expect(await desk.conversations.count()).toBe(before - 1);
  await expect(scene.stack.admin('GET', `/conversations/${id}`)).rejects.toThrow('404');
  expect(JSON.stringify(await scene.stack.admin('GET', '/leads'))).not.toContain('erase-me@example.com');
});
