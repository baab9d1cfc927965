import { until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Desk, PASSWORD } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { findOverhang } from '../support/overhang.ts';
import { PlayedSite } from '../support/played-site.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, env: { CRAWL_NETWORKS: '127.0.0.1/32' } });
const sitDown = setDesks(scene);

let site: PlayedSite;
beforeAll(async () => {
  site = await PlayedSite.open({ '/prices': { title: 'Trade prices', body: '<p>Resellers pay € 9 for a bag of the harbour roast from forty bags on.</p>' } });
});
afterAll(() => site.close());

describe('the knowledge', () => {
  const entries = async () =>
    (
      await scene.stack.admin<{
        items: { id: string; title: string; category: string | null; tags: string[]; language: string | null; visibility: string; version: number }[];
      }>('GET', '/knowledge?limit=100')
    ).items;
  const entry = async (title: string) => {
    const found = (await entries()).find((one) => one.title === title);
    if (!found) throw new Error(`there is no entry ${title}`);
    const { category, tags, language, visibility } = found;
    return { category, tags, language, visibility };
  };

  test('an entry is filed when it is written, and filed elsewhere later, from one hand to the next', async () => {
    const desk = await sitDown();
    const { page } = desk;
    await desk.goTo('Knowledge');
    const before = await entries();
    const add = page.locator('form.card').filter({ hasText: 'Answer a question yourself' });
    await add.getByLabel('Question').fill('Who repairs the grinder?');
    await add.getByLabel('Answer', { exact: true }).fill('Ines repairs grinders on Thursdays.');
    await add.getByText('More', { exact: true }).click();
    await add.getByLabel('Category').fill('repairs');
    await add.getByLabel('Tags').fill(' grinder,, staff ');
    await add.getByLabel('Language').fill('e1');
    await add.getByLabel('Who may read it').selectOption('internal');
    await add.getByRole('button', { name: 'Publish' }).click();
    expect(await textOf(add.getByRole('alert'))).toContain('Give an ISO 639 code such as en.');
    expect([await add.getByLabel('Tags').inputValue(), await add.getByLabel('Who may read it').inputValue()]).toEqual([' grinder,, staff ', 'internal']);
    await add.getByLabel('Language').fill('en');
    await add.getByRole('button', { name: 'Publish' }).click();

    const row = page.locator('.rows > li').filter({ hasText: 'Who repairs the grinder?' });
    await row.getByText('repairs · grinder, staff · internal').waitFor();
    expect(await entry('Who repairs the grinder?')).toEqual({ category: 'repairs', tags: ['grinder', 'staff'], language: 'en', visibility: 'internal' });
    // Visitors are not told.
    expect(await (await scene.open()).ask('Who repairs the grinder?')).not.toContain('Ines');

    await row.locator('summary').first().click();
    await row.getByText('More', { exact: true }).click();
    expect(await row.getByLabel('Category').inputValue()).toBe('repairs');
    await row.getByLabel('Category').fill('');
    await row.getByLabel('Tags').fill('grinder');
    await row.getByLabel('Who may read it').selectOption('shared');
    await row.getByRole('button', { name: 'Publish the change' }).click();
    await until('it to be filed anew', async () => (await entry('Who repairs the grinder?')).visibility === 'shared');
    expect(await entry('Who repairs the grinder?')).toEqual({ category: null, tags: ['grinder'], language: 'en', visibility: 'shared' });
    expect(await (await scene.open()).ask('Who repairs the grinder?')).toContain('Ines');
    // Whoever changes the words alone changes nothing else, and the other entries stay as they were.
    await page.reload();
    await row.locator('summary').first().click();
    await row.getByLabel('Answer', { exact: true }).fill('Ines and Tom repair grinders on Thursdays.');
    await row.getByRole('button', { name: 'Publish the change' }).click();
    await row.getByText('version 2').waitFor();
    expect(await entry('Who repairs the grinder?')).toEqual({ category: null, tags: ['grinder'], language: 'en', visibility: 'shared' });
    expect((await entries()).filter(({ title }) => title !== 'Who repairs the grinder?')).toEqual(before);
  });

  test('drafts are opened, worked on and asked before they are published together', async () => {
    const desk = await sitDown();
    const { page } = desk;
    await desk.goTo('Knowledge');
    const add = page.locator('form.card').filter({ hasText: 'Answer a question yourself' });
    await add.getByLabel('Question').fill('Who waters the plants?');
    await add.getByLabel('Answer', { exact: true }).fill('Olga waters the plants on Mondays.');
    await add.getByRole('button', { name: 'Publish' }).click();
    const row = page.locator('.rows > li').filter({ hasText: 'Who waters the plants?' });
    await row.locator('summary').first().click();
    await row.getByLabel('Answer', { exact: true }).fill('Pavel waters the plants on Fridays.');
    await row.getByRole('button', { name: 'Keep as a draft' }).click();
    await row.getByText('Draft', { exact: true }).waitFor();
    await add.getByLabel('Question').fill('Who feeds the cat?');
    await add.getByLabel('Answer', { exact: true }).fill('Rosa feeds the cat at noon.');
    await add.getByRole('button', { name: 'Keep as a draft' }).click();
    const drafts = page.getByRole('region', { name: 'Drafts' });
    await drafts.getByText('Who feeds the cat?').click();
    await drafts.getByText('Rosa feeds the cat at noon.').waitFor();

    // Whoever comes back goes on with the draft, and does not overwrite it unseen.
    await page.reload();
    await row.locator('summary').first().click();
    await until('the draft to stand in the form', async () => (await row.getByLabel('Answer', { exact: true }).inputValue()).startsWith('Pavel'));
    const tryIt = page.locator('section.card').filter({ hasText: 'Try a question' });
    const told = async (question: string) => {
      await tryIt.getByLabel('As a visitor would ask it').fill(question);
      await tryIt.getByRole('button', { name: 'Try' }).click();
      return tryIt.getByRole('status');
    };
    await (await told('Who waters the plants?')).getByText('Olga waters').first().waitFor();
    await tryIt.getByLabel('As if the drafts were published').check();
    await (await told('Who waters the plants?')).getByText('Pavel waters').first().waitFor();
    await (await told('Who feeds the cat?')).getByText('Rosa feeds').first().waitFor();
    expect(await (await scene.open()).ask('Who waters the plants?')).toContain('Olga');

    await drafts.getByRole('button', { name: 'Publish all of them' }).click();
    await until('no draft to be left', async () => (await drafts.count()) === 0 && (await row.getByText('Draft', { exact: true }).count()) === 0);
    expect(await (await scene.open()).ask('Who waters the plants?')).toContain('Pavel');
  });

  test('a site and a file give what they bring their category and who may read it', async () => {
    const desk = await sitDown();
    const { page } = desk;
    await desk.goTo('Knowledge');
    const read = page.locator('form.card').filter({ hasText: 'Read a website' });
    await read.getByLabel('Address').fill(`${site.url}/prices`);
    await read.getByLabel('What of it').selectOption('page');
    await read.getByText('More', { exact: true }).click();
    await read.getByLabel('Category').fill('trade');
    await read.getByLabel('Tags').fill('resellers');
    await read.getByLabel('Who may read it').selectOption('internal');
    await read.getByRole('button', { name: 'Read it' }).click();
    await page.locator('.rows > li').filter({ hasText: '/prices' }).getByText('trade · resellers · internal').waitFor();
    await until('the page to be read', async () => (await entries()).some(({ title }) => title === 'Trade prices'));
    expect(await entry('Trade prices')).toMatchObject({ category: 'trade', tags: ['resellers'], visibility: 'internal' });
    // The next one is not filed there by itself.
    expect([await read.getByLabel('Category').inputValue(), await read.getByLabel('Who may read it').inputValue()]).toEqual(['', 'shared']);

    const files = page.getByRole('region', { name: 'Give files' });
    await files.getByText('More', { exact: true }).click();
    expect(await files.getByLabel('Tags').count()).toBe(0);
    await files.getByLabel('Category').fill('visits');
    const give = (name: string) =>
      files.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(`The harbour tour of ${name} begins at noon.`) });
    await give('tour.txt');
    await page.locator('.rows > li').filter({ hasText: 'tour.txt' }).getByText('visits').waitFor();
    const source = (await scene.stack.admin<{ items: { name: string; category: string; visibility: string }[] }>('GET', '/sources')).items.find(
      ({ name }) => name === 'tour.txt',
    );
    expect(source).toMatchObject({ category: 'visits', visibility: 'shared' });
  });
});

describe('a conversation', () => {
  test('is kept whatever its age by who may, others see that it is, and the one beside it is not', async () => {
    const [desk, agent] = [await sitDown('admin'), await sitDown('agent')];
    await (await scene.open()).ask('Which tram goes to the harbour?');
    await (await scene.open()).ask('Which boat goes to the island?');
    await desk.goTo('Inbox');
    await desk.page.getByLabel('Search in messages').fill('tram');
    await until('one to be found', async () => (await desk.conversations.count()) === 1);
    await desk.conversations.first().click();
    await desk.messages.nth(1).waitFor();
    const { page } = desk;
    const id = page.url().split('/').at(-1) ?? '';
    const open = () => page.locator('.about summary').click();
    const held = async () =>
      (await scene.stack.admin<{ items: { id: string; is_held: boolean }[] }>('GET', '/conversations?limit=100')).items.flatMap((one) =>
        one.is_held ? [one.id] : [],
      );
    await open();
    const hold = page.getByLabel('Keep whatever its age');
    await hold.focus();
    await page.keyboard.press('Space');
    await until('it to be held', async () => (await held()).length > 0);
    expect(await held()).toEqual([id]);
    await page.reload();
    await open();
    expect(await hold.isChecked()).toBe(true);

    await agent.page.goto(`${scene.stack.url}/console/#/inbox/${id}`);
    await agent.page.locator('.about summary').click();
    await agent.page.getByText('Kept whatever its age').waitFor();
    expect(await agent.page.getByLabel('Keep whatever its age').count()).toBe(0);

    await hold.uncheck();
    await until('it to be let go', async () => (await held()).length === 0);
    // What did not come through is said, and not shown as done.
    await page.route('**/hold', (route) => route.abort());
    await hold.click();
    await page.locator('.about').getByRole('alert').waitFor();
    expect(await hold.isChecked()).toBe(false);
  });

  test('colleagues of the same name are told apart by their addresses, others are called by their names', async () => {
    const desk = await sitDown('admin');
    for (const email of ['sam-1@tidewater.invalid', 'sam-2@tidewater.invalid']) {
      const sam = await Desk.open(scene.browser, scene.stack);
      await sam.join(scene.stack, { name: 'Sam', email, role: 'agent', password: PASSWORD });
      await sam.leave();
    }
    await (await scene.open()).ask(DELIVERY.question);
    await desk.goTo('Inbox');
    await desk.conversations.first().click();
    const options = desk.page.getByLabel('Who sees to it').locator('option');
    await options.filter({ hasText: 'Sam' }).first().waitFor({ state: 'attached' });
    const names = await options.allTextContents();
    expect(names.filter((name) => name.startsWith('Sam')).sort()).toEqual(['Sam (sam-1@tidewater.invalid)', 'Sam (sam-2@tidewater.invalid)']);
    expect(names).toContain(desk.name);
  });
});

test('days on which nobody came stand in the chart and the table, as nothing', async () => {
  await (await scene.open()).ask(DELIVERY.question);
  const desk = await sitDown();
  const { page } = desk;
  await desk.goTo('Numbers');
  const chart = page.getByRole('img', { name: /^Conversations by day/ });
  await chart.waitFor();
  const today = new Date().toISOString().slice(0, 10);
  expect(await chart.locator('rect.bar').count()).toBe(30);
  // Heard is only what there was.
  expect(await chart.getAttribute('aria-label')).toMatch(new RegExp(`^Conversations by day: ${today} \\d+, \\d+ with a person$`));
  await page.getByText('All figures as a table').click();
  const rows = page.getByRole('row');
  expect(await rows.count()).toBe(31);
  expect(await textOf(rows.nth(29).getByRole('cell').first())).toBe('0');
  expect(await textOf(rows.nth(30).getByRole('rowheader'))).toBe(today);
  await page.getByLabel('By', { exact: true }).selectOption('channel');
  await page.getByRole('img', { name: /^Conversations by channel/ }).waitFor();
  await page.getByText('All figures as a table').click();
  expect(await rows.count()).toBe(2);
});

describe('what goes wrong', () => {
  test('a business that cannot be switched to is named no more, and one is told why', async () => {
    // On the embedded database the commands would find the door closed.
    await scene.stack.terminate();
    await scene.stack.netia('tenant', 'create', '--slug', 'mill', '--name', 'Windmill', '--email', 'owner@windmill.invalid');
    const made = await scene.stack.netia('member', 'invite', '--tenant', 'mill', '--role', 'admin', '--email', 'both@tidewater.invalid');
    await scene.stack.launch();
    const { page } = await sitDown();
    const link = /http\S+\/console\/#\/join\/[\w-]+/.exec(made)?.[0] ?? '';
    await page.goto(link);
    await page.getByLabel('Your name').fill('Both');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('navigation', { name: 'Console' }).getByText('Windmill').waitFor();
    const { url } = await scene.stack.admin<{ url: string }>('POST', '/invitations', { email: 'both@tidewater.invalid', role: 'admin' });
    await page.goto(url);
    await page.getByLabel('Your name').fill('Both');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    const business = page.getByLabel('Business');
    await until('the first to be open', async () => (await page.title()).endsWith('Tidewater Coffee'));

    await page.route('**/v1/console/switch', (route) => route.abort());
    await business.selectOption({ label: 'Windmill' });
    await page.getByRole('navigation', { name: 'Console' }).getByRole('alert').getByText('Netia cannot be reached.').waitFor();
    expect(await business.locator('option:checked').textContent()).toBe('Tidewater Coffee');
    await page.unrouteAll();
    await business.selectOption({ label: 'Windmill' });
    await until('the other to be open', async () => (await page.title()).endsWith('Windmill'));

    // What stood in a form of the one is not in the other's, to be saved there.
    await page.goto(new URL('#/settings/privacy', page.url()).href);
    const consent = page.getByLabel(/What visitors agree to/);
    await consent.fill('Windmill may keep this.');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('Saved.').first().waitFor();
    await business.selectOption({ label: 'Tidewater Coffee' });
    await until('the first to be open again', async () => (await page.title()).endsWith('Tidewater Coffee'));
    await until('its own text to stand there', async () => (await consent.inputValue()) === '');

    // A second tab of this browser goes over: the first shows Tidewater, and writes nothing into Windmill.
    const second = await page.context().newPage();
    await second.goto(page.url());
    await second.getByLabel('Business').selectOption({ label: 'Windmill' });
    await until('the other to be open there', async () => (await second.title()).endsWith('Windmill'));
    await consent.fill('Tidewater may keep this.');
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('In another tab you have gone over to another business.').first().waitFor();
    expect(await consent.inputValue()).toBe('Tidewater may keep this.');
    await second.reload();
    await until(
      'the text of Windmill to be as it was',
      async () => (await second.getByLabel(/What visitors agree to/).inputValue()) === 'Windmill may keep this.',
    );
  });

  test('who signs out leaves no name of the business in the tab', async () => {
    const { page } = await sitDown();
    await until('the page to be called by its name', async () => (await page.title()).includes('Tidewater Coffee'));
    await page.getByRole('navigation').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.title()).toBe('Netia console');
  });

  test('where the browser has no clipboard, the snippet is selected to be copied by hand', async () => {
    const desk = await sitDown();
    const { page } = desk;
    await desk.goTo('Your site');
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('It is selected').waitFor();
    expect(await page.evaluate(() => String(getSelection()))).toBe((await page.locator('.snippet code').textContent()) ?? '');
  });
});

test('from right to left nothing hangs over, nor on a narrow phone', async () => {
  const desk = await sitDown('admin', { viewport: { width: 320, height: 640 } });
  const { page } = desk;
  await scene.stack.set('hours', { is_enabled: true, holidays: [{ day: '2026-12-25', name: 'Christmas' }] });
  const found: string[] = [];
  for (const [path, field] of [
    ['settings/contact', 'Let visitors ask for a person'],
    ['settings/limits', 'Longest answer of a model'],
    ['settings/origins', 'Websites, one a line'],
    ['settings/hours', 'Add a holiday'],
    ['settings/keys', 'Requests a minute, at most'],
    ['settings/channels', 'Public key'],
    ['knowledge', 'Who may read it'],
    ['site', 'Visitors may send pictures and PDFs'],
  ] as const) {
    await page.goto(`${scene.stack.url}/console/#/${path}`);
    await page.getByLabel(field).first().waitFor({ state: 'attached' });
    await until(`${path} to be loaded`, async () => (await page.locator('.loading').count()) === 0);
    await page.locator('details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate((dir) => {
        document.documentElement.dir = dir;
      }, direction);
      found.push(...(await findOverhang(page)).map((over) => `${path}, ${direction}: ${over}`));
    }
  }
  expect(found).toEqual([]);
});
