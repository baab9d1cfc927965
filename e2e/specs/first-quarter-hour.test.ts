import { until } from '@netia/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { Desk, PASSWORD } from '../support/desk.ts';
import { PlayedSite } from '../support/played-site.ts';
import { Stack } from '../support/stack.ts';
import { textOf, Visitor } from '../support/widget.ts';

/** What a site owner is promised, from signing in to the first answered question. */
const PROMISED_MS = 5 * 60_000;
const QUESTION = 'When is the bakery open?';
const ANSWER = 'from Tuesday to Saturday, six to two';

let stack: Stack;
let browser: Browser;
let site: PlayedSite;

beforeAll(async () => {
  site = await PlayedSite.open({
    '/': {
      title: 'Lark Bakery',
      body: '<p>We bake sourdough bread on the hill above the station, and have done so since 1994, with flour from the mill below.</p>',
    },
    '/visit': {
      title: 'Visit us',
      body: `<h2>${QUESTION}</h2><p>The bakery is open ${ANSWER}. On Sundays and Mondays the oven is cold and the door is closed.</p><h2>Can I order a cake?</h2><p>A cake is ordered two days ahead, by telephone or at the counter, and costs € 32 for twelve people.</p>`,
    },
  });
  [stack, browser] = await Promise.all([Stack.start({ env: { CRAWL_NETWORKS: '127.0.0.1/32' } }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  await site?.close();
});

/** A tenant that nobody has touched. @returns its owner's one-time link. */
async function makeTenant(): Promise<string> {
  // On the embedded database the command would find the door closed.
  await stack.terminate();
  const made = await stack.netia('tenant', 'create', '--slug', 'bakery', '--name', 'Bakery', '--email', 'lark@bakery.invalid');
  await stack.launch();
  return /http\S+\/console\/#\/join\/[\w-]+/.exec(made)?.[0] ?? '';
}

const step = (page: Page, name: string) => page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name }).and(page.locator('[aria-current=step]'));

test('a site owner comes from a link to an agent that answers on their own pages, in less than five minutes', { timeout: PROMISED_MS }, async () => {
  const link = await makeTenant();
  const began = performance.now();
  const desk = await Desk.open(browser, stack);
  const { page } = desk;
  await page.goto(link);
  await page.getByLabel('E-mail address').fill('lark@bakery.invalid');
  await page.getByLabel('Your name').fill('Lark');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();

  await step(page, 'Name and site').waitFor();
  expect(new URL(page.url()).hash).toBe('#/start/1');
  await page.getByLabel('Name of your business').fill('Lark Bakery');
  await page.getByLabel('Address of your website').fill(site.url);
  await page.getByRole('button', { name: 'Next' }).click();

  await step(page, 'Knowledge').waitFor();
  await until('the address to be there already', async () => (await page.getByLabel('Address').inputValue()) === site.url);
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.locator('.rows li').filter({ hasText: site.url }).getByText('Read · 2 of 2').waitFor({ timeout: 60_000 });
  await page.getByText('2 texts are ready to answer from.').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();

  await page.getByRole('button', { name: QUESTION }).click();
  const tried = page.locator('.answered');
  await tried.getByText(ANSWER).waitFor();
  expect(await tried.getByRole('link').getAttribute('href')).toContain(`${site.url}/visit`);
  await page.getByRole('button', { name: 'Next' }).click();

  const preview = page.locator('.preview-head');
  await page.getByLabel('Title').fill('Ask the baker');
  await page.getByLabel('Colour').fill('#7a2e0e');
  await preview.getByText('Ask the baker').waitFor();
  expect(await preview.evaluate((head) => getComputedStyle(head).backgroundColor)).toBe('rgb(122, 46, 14)');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. Visitors see it within a minute.').waitFor();

  const installed = page.getByRole('region', { name: 'Is it there?' });
  await installed.getByText('Not seen yet').waitFor();
  await installed.getByRole('button', { name: 'Look for the snippet' }).click();
  // Control: before it was pasted, it is not found.
  await installed.getByText('Not found').waitFor();
  site.snippet = await textOf(page.locator('.snippet'));
  await installed.getByRole('button', { name: 'Look for the snippet' }).click();
  await installed.getByText('The snippet is on the page.').waitFor();
  await installed.getByText('Found', { exact: true }).waitFor();

  const visitor = await Visitor.come(browser);
  const widget = await visitor.visit(`${site.url}/`);
  await widget.open();
  await widget.panel.getByRole('heading', { name: 'Ask the baker' }).waitFor();
  await widget.panel.getByText('an AI agent of Lark Bakery').waitFor();
  expect(await widget.ask(QUESTION)).toContain(ANSWER);
  const seconds = Math.round((performance.now() - began) / 1_000);
  await widget.openSource();
  expect(await textOf(widget.card)).toContain('Visit us');

  await installed.getByText('Working').waitFor();
  await page.getByRole('button', { name: 'To the inbox' }).click();
  await until('the conversation to be in the inbox', async () => (await desk.conversations.count()) === 1);
  expect([desk.faults, desk.strangers, widget.log.errors]).toEqual([[], [], []]);
  // biome-ignore lint/suspicious/noConsole: how long it took is what one wants to read of this run
  console.log(`from the link to an answered question: ${seconds} s`);
  await visitor.leave();
  await desk.leave();
});

test('whoever goes elsewhere before it is known that nothing is set up yet stays there', async () => {
  const desk = await Desk.open(browser, stack);
  const { page } = desk;
  const { promise: isAsked, resolve: answer } = Promise.withResolvers<void>();
  await page.route('**/v1/admin/setup', async (route) => {
    await isAsked;
    await route.fallback();
  });
  await desk.join(stack, { name: 'Early', email: 'early@bakery.invalid', role: 'admin', password: PASSWORD });
  await desk.goTo('Leads');
  const answered = page.waitForResponse('**/v1/admin/setup');
  answer();
  await (await answered).finished();
  // One more round to the gateway: by then the page has done whatever that answer made it do.
  await page.evaluate(async () => (await fetch('/healthz')).text());
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Leads');
  await desk.leave();
});
