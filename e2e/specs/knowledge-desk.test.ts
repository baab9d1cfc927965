import { until } from '@netia/testkit';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Desk } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { PlayedSite } from '../support/played-site.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

/** What is done to knowledge after it was given: how a source is read, what it brought, where entries belong and lead. */
const scene = Scene.set({ knowledge: SHOP, env: { CRAWL_NETWORKS: '127.0.0.1/32' } });
const sitDown = setDesks(scene);

let site: PlayedSite;
beforeAll(async () => {
  site = await PlayedSite.open({
    '/': { title: 'Tidewater boats', body: '<p>We rent boats in the harbour, by the hour and by the day.</p><a href="/gone">An old page</a>' },
    '/rowing': { title: 'Rowing boats', body: '<p>A rowing boat costs € 12 an hour and takes four people.</p>' },
  });
});
afterAll(() => site.close());

interface Source {
  id: string;
  name: string;
  url: string | null;
  max_pages: number;
  refresh_hours: number | null;
  category: string | null;
}
const sourceAt = async (url: string) => {
  const { items } = await scene.stack.admin<{ items: Source[] }>('GET', '/sources?limit=100');
  const found = items.find((source) => source.url === url);
  if (!found) throw new Error(`there is no source at ${url}`);
  return found;
};
const rowOf = (desk: Desk, text: string): Locator => desk.page.locator('.rows > li').filter({ hasText: text });

test('a source shows what it brought and what it could not, and is read otherwise when it is changed', async () => {
  const beside = await scene.stack.admin<Source>('POST', '/sources', { kind: 'page', url: `${site.url}/rowing`, name: 'Beside it', category: 'boats' });
  await scene.stack.admin('POST', '/sources', { kind: 'site', url: `${site.url}/` });
  const desk = await sitDown();
  const { page } = desk;
  await desk.goTo('Knowledge');
  const row = rowOf(desk, `${site.url}/`).filter({ hasText: 'site' });
  await row.getByText('Read · 2 of 3').waitFor({ timeout: 60_000 });
  await row.locator('summary').first().click();
  await row.getByText('/rowing').waitFor();
  expect(await row.locator('.passages li').count()).toBe(3);
  await row.getByLabel('Which pages').selectOption('failed');
  await until('only what failed to be shown', async () => (await row.locator('.passages li').count()) === 1);
  expect(await textOf(row.locator('.passages li'))).toContain('/gone');
  expect((await textOf(row.locator('.passages .fault'))).length).toBeGreaterThan(10);

  await row.getByRole('button', { name: 'Change' }).click();
  await row.getByLabel('Name').fill('The boats');
  await row.getByLabel('Read again every').fill('24');
  await row.getByLabel('Pages, at most').fill('1');
  await row.getByText('More', { exact: true }).click();
  await row.getByLabel('Language').fill('x9');
  await row.getByRole('button', { name: 'Save and read again' }).click();
  await row.getByRole('alert').getByText('Give an ISO 639 code such as en.').waitFor();
  await row.getByLabel('Language').fill('en');
  await row.getByLabel('Category').fill('harbour');
  await row.getByRole('button', { name: 'Save and read again' }).click();
  const renamed = rowOf(desk, 'The boats');
  await renamed.getByText('Read · 1 of 1').waitFor({ timeout: 60_000 });
  expect(await sourceAt(`${site.url}/`)).toMatchObject({ name: 'The boats', refresh_hours: 24, max_pages: 1, category: 'harbour' });
  expect(await sourceAt(`${site.url}/rowing`)).toMatchObject({ id: beside.id, name: 'Beside it', category: 'boats' });

  // Emptied: only when asked.
  await page.reload();
  await renamed.locator('summary').first().click();
  await renamed.getByRole('button', { name: 'Change' }).click();
  await renamed.getByLabel('Read again every').fill('');
  await renamed.getByRole('button', { name: 'Save and read again' }).click();
  await until('it to be read when asked only', async () => (await sourceAt(`${site.url}/`)).refresh_hours === null);
});

test('who may only read sees what a source brought, and no way to change it', async () => {
  const desk = await sitDown('viewer');
  await desk.goTo('Knowledge');
  const row = rowOf(desk, 'Beside it');
  await row.locator('summary').first().click();
  await row.getByText('/rowing').last().waitFor();
  expect(await row.getByRole('button').count()).toBe(0);
});

test('a category gets another name with all that is in it, or none', async () => {
  const entry = (title: string, category: string) =>
    scene.stack.admin<{ id: string }>('POST', '/knowledge', { format: 'text', title, content: `${title}.`, category });
  const [first] = [await entry('Life vests', 'safety'), await entry('Flares', 'safety'), await entry('Sails', 'rigging')];
  const desk = await sitDown();
  const { page } = desk;
  await desk.goTo('Knowledge');
  await page.getByLabel('Category', { exact: true }).and(page.locator('select')).selectOption('safety');
  await page.getByText('Rename safety').click();
  await page.getByLabel('New name').fill('on board');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByText('Rename on board').waitFor();
  await until('both entries to be shown under it', async () => (await rowOf(desk, 'on board').count()) === 2);
  const counts = async () =>
    Object.fromEntries(
      (await scene.stack.admin<{ items: { category: string | null; entries: number }[] }>('GET', '/knowledge/categories')).items.map((one) => [
        one.category,
        one.entries,
      ]),
    );
  expect(await counts()).toMatchObject({ 'on board': 2, rigging: 1 });
  await page.getByText('Rename on board').click();
  await page.getByLabel('New name').fill('');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await until('the category to be gone', async () => !('on board' in (await counts())));
  expect(await scene.stack.admin('GET', `/knowledge/${first.id}`)).toMatchObject({ category: null });
});

test('an entry leads where its web address says', async () => {
  const desk = await sitDown();
  await desk.goTo('Knowledge');
  const row = rowOf(desk, 'Delivery and returns');
  await row.locator('summary').first().click();
  await row.getByLabel('Web address').fill('https://tidewater.invalid/moved');
  await row.getByRole('button', { name: 'Publish the change' }).click();
  await row.getByText('version 2').waitFor();
  const widget = await scene.open();
  await widget.ask(DELIVERY.question);
  await widget.openSource();
  // With the stretch that it quotes behind it.
  expect(await widget.card.getByRole('link', { name: 'Open source' }).getAttribute('href')).toMatch(/^https:\/\/tidewater\.invalid\/moved(#|$)/);
});

test('who answers, and from what, is chosen', async () => {
  await scene.stack.admin('POST', '/knowledge', {
    format: 'faq',
    title: 'When does the ferry go?',
    content: 'The ferry goes at noon.',
    category: 'ferry',
    tags: ['boats'],
  });
  const desk = await sitDown();
  const { page } = desk;
  await page.goto(`${scene.stack.url}/console/#/settings/answers`);
  expect(await page.getByLabel('Who answers').inputValue()).toBe('openai,anthropic,extractive');
  await page.getByLabel('Who answers').selectOption('No model: your texts are quoted');
  await page.getByLabel('From these categories only').fill(' ferry, , nothing ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Saved').waitFor();
  const { ai } = (await scene.stack.admin<{ settings: { ai: object } }>('GET', '/tenant')).settings;
  expect(ai).toMatchObject({ answerers: ['extractive'], answer_from: { categories: ['ferry', 'nothing'], tags: [] } });
  const widget = await scene.open();
  expect(await widget.ask('When does the ferry go?')).toContain('noon');
  expect(await widget.ask(DELIVERY.question)).not.toContain(DELIVERY.answer);
  await page.reload();
  expect(await page.getByLabel('From these categories only').inputValue()).toBe('ferry, nothing');
  await page.getByLabel('From these categories only').fill('');
  await page.getByLabel('Or with one of these tags').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Saved').waitFor();
  expect(await (await scene.open()).ask(DELIVERY.question)).toContain(DELIVERY.answer);
});
