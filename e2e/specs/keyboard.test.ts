import { until } from '@netia/testkit';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { Desk, PASSWORD } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Keyboard } from '../support/keyboard.ts';
import { findOverhang } from '../support/overhang.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, PRICE, SHOP, UNKNOWN } from '../support/shop.ts';

const scene = Scene.set({ knowledge: SHOP, env: { CRAWL_NETWORKS: '127.0.0.1/32' } });
const sitDown = setDesks(scene);

const PAGES = ['Set up', 'Inbox', 'Knowledge', 'Gaps', 'Leads', 'Numbers', 'Your site', 'People', 'Settings'];

/** The addresses of all pages behind the inbox: steps, pages, and the settings' sections as they are. */
async function pathsOf(page: Page): Promise<string[]> {
  await page.goto(`${scene.stack.url}/console/#/settings`);
  const sections = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
  await sections.first().waitFor();
  const paths = await sections.evaluateAll((links) => links.map((link) => link.getAttribute('href')?.replace('#/', '') ?? ''));
  expect(paths.length).toBeGreaterThan(6);
  return ['start/1', 'start/2', 'start/3', 'start/4', 'knowledge', 'gaps', 'leads', 'numbers', 'site', 'people', ...paths];
}

/** Something on every page. */
beforeAll(async () => {
  const visitor = await scene.visitor();
  const widget = await visitor.visit(scene.pages.page('plain'));
  await widget.open();
  await widget.ask(UNKNOWN);
  await widget.ask('I would like a quote. I am grace@example.com');
  await widget.ask(DELIVERY.question);
  await scene.stack.admin('POST', '/sources', { kind: 'page', url: 'http://127.0.0.1:9/private' });
  await scene.stack.admin('POST', '/canned-replies', { shortcut: 'hours', text: 'We are there from Tuesday to Saturday.' });
  await scene.stack.admin('POST', '/webhooks', { url: 'http://127.0.0.1:9/hooks', events: ['lead.created'] });
});

describe('without a mouse', () => {
  test('a visitor opens the widget, asks, reads, judges, asks for a person, and is back where they came from', async () => {
    const widget = await scene.visit('plain');
    const keys = new Keyboard(widget.page);
    await keys.to('Open chat');
    await keys.press('Enter', () =>
      until(
        'the focus to be in the field',
        async () => (await widget.page.evaluate(() => document.querySelector('netia-widget')?.shadowRoot?.activeElement?.localName)) === 'textarea',
      ),
    );
    await widget.panel.getByRole('button', { name: 'Talk to a person' }).waitFor();
    await keys.type(DELIVERY.question);
    await keys.press('Enter', () => widget.finishedAnswers.first().waitFor());
    await widget.page.keyboard.press('Escape');
    await widget.page.keyboard.press('Enter');
    await widget.input.waitFor();
    await keys.to('Source 1');
    await keys.press('Enter', () => widget.card.waitFor());
    await keys.press('Enter', () => widget.card.waitFor({ state: 'detached' }));
    await keys.to('Helpful');
    await keys.press('Enter', () => widget.lastAnswer.locator('.thumb[aria-pressed=true]').waitFor());
    await keys.to('Talk to a person');
    await keys.press('Enter', () => widget.withPerson.waitFor());
    const { name } = await keys.press('Escape', () => widget.panel.waitFor({ state: 'detached' }));
    expect([name, keys.faults]).toEqual(['Open chat', []]);
  });

  test('an agent signs in and comes to every page', async () => {
    const { email } = await sitDown('admin');
    const desk = await Desk.open(scene.browser, scene.stack);
    const keys = new Keyboard(desk.page);
    await desk.page.goto(`${scene.stack.url}/console/`);
    await desk.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await until('the first field to have the focus', () => desk.page.getByLabel('E-mail address').evaluate((input) => input === document.activeElement));
    await keys.type(email);
    await keys.to('Password');
    await keys.type(PASSWORD);
    await keys.press('Enter', () => desk.page.getByRole('heading', { name: 'Inbox' }).waitFor());
    await keys.to('Skip to content');
    for (const name of PAGES) {
      await keys.to(new RegExp(`^${name}`));
      await keys.press('Enter', () => desk.page.getByRole('heading', { name, level: 1 }).waitFor());
    }
    await desk.leave();
    expect(keys.faults).toEqual([]);
  });

  test('an agent adds knowledge, keeps a reply, answers a conversation and looks at a receipt', async () => {
    const { page } = await sitDown('admin');
    const keys = new Keyboard(page);
    await keys.to('Knowledge');
    await keys.press('Enter', () => page.getByRole('heading', { name: 'Knowledge' }).waitFor());
    await keys.to('Question');
    await keys.type('Is there a cat at the roastery?');
    await keys.to('Answer');
    await keys.type('Yes, his name is Ristretto.');
    await keys.to('Publish');
    await keys.press('Enter', () => page.locator('.rows').getByText('Is there a cat at the roastery?').waitFor());

    await keys.to('Settings');
    await keys.press('Enter', () => page.getByRole('heading', { name: 'Settings' }).waitFor());
    await keys.to('Canned replies');
    await keys.press('Enter', () => page.getByRole('heading', { name: 'Keep an answer' }).waitFor());
    await keys.to('Shortcut');
    await keys.type('cat');
    await keys.to('Text');
    await keys.type('He is asleep on the beans.');
    await keys.to('Keep it');
    await keys.press('Enter', () => page.locator('.rows').getByText('/cat').waitFor());

    const widget = await scene.open();
    await widget.ask(DELIVERY.question);
    await keys.to(/^Inbox/);
    await keys.press('Enter', () => page.locator('.list li.unread').first().getByText(DELIVERY.answer.slice(0, 30)).waitFor());
    await keys.to(/^Visitor/);
    await keys.press('Enter', () => page.locator('.thread > ol > li').nth(1).waitFor());
    await keys.to('Take over');
    await keys.press('Enter', () => page.getByRole('heading', { name: 'With a person' }).waitFor());
    await keys.to('How it came about');
    await keys.press('Enter', () => page.getByRole('dialog').locator('dd').first().waitFor());
    const { name } = await keys.press('Escape', () => page.getByRole('dialog').waitFor({ state: 'hidden' }));
    expect(name).toBe('How it came about');
    await keys.to('Your message');
    await keys.type('Good morning, a person here.');
    await keys.press('Enter', () => widget.thread.getByText('a person here').waitFor());
    await keys.to('Give back');
    await keys.press('Enter', () => page.getByRole('heading', { name: 'With the agent' }).waitFor());
    expect(keys.faults).toEqual([]);
  });

  test('Set up is gone through from its first step to its last', async () => {
    const { page } = await sitDown('admin');
    const keys = new Keyboard(page);
    const at = (step: number) => () =>
      page
        .locator('.steps [aria-current=step]')
        .filter({ hasText: String(step) })
        .waitFor();
    await page.goto(`${scene.stack.url}/console/#/start/1`);
    await at(1)();
    for (const step of [1, 2, 3]) {
      await keys.to('Next');
      await keys.press('Enter', at(step + 1));
    }
    expect(keys.faults).toEqual([]);
  });

  test('no page holds the focus fast, and on each every stop is seen', { timeout: 180_000 }, async () => {
    const { page } = await sitDown('admin');
    const keys = new Keyboard(page);
    const unseen: string[] = [];
    for (const path of ['inbox', ...(await pathsOf(page))]) {
      await page.goto(`${scene.stack.url}/console/#/${path}`);
      // As it is opened, with the focus at the very beginning.
      await page.reload();
      await until(`${path} to be loaded`, async () => (await page.locator('.loading').count()) === 0);
      const stops = await keys.stops();
      expect(stops.length).toBeGreaterThan(PAGES.length);
      unseen.push(...stops.flatMap(({ name, isSeen }) => (isSeen ? [] : [`${path}: ${name}`])));
    }
    expect([...new Set(unseen)]).toEqual([]);
  });

  test('control: a focus that is lost, or cannot be seen, is noticed', async () => {
    const { page } = await sitDown('admin');
    const keys = new Keyboard(page);
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('a:focus-visible { outline: none }');
      document.adoptedStyleSheets = [sheet];
    });
    await keys.to('Gaps');
    await keys.press('Enter', async () => {
      await page.getByRole('heading', { name: 'Gaps' }).waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    });
    expect(keys.faults).toEqual(expect.arrayContaining(['the focus on "Gaps" is not to be seen', 'Enter on "Gaps" loses the focus']));
  });
});

describe('every page of the console', () => {
  /** Where only colours differ, the rest has been looked at. */
  const COLOURS = ['color-contrast', 'link-in-text-block'];
  const looks: [string, BrowserContextOptions, string[]?][] = [
    ['in the light', {}],
    ['in the dark', { colorScheme: 'dark' }, COLOURS],
    ['on 320 px', { viewport: { width: 320, height: 640 } }],
    ['with forced colours', { forcedColors: 'active' }, COLOURS],
  ];

  test.each(looks)('has no barriers that can be found, and nothing hangs over, %s', { timeout: 180_000 }, async (_look, options, rules) => {
    const desk = await sitDown('admin', options);
    const { page } = desk;
    const found: string[] = [];
    const look = async (name: string) => {
      await until(`${name} to be loaded`, async () => (await page.locator('.loading').count()) === 0);
      found.push(...(await findBarriers(page, rules)).map((barrier) => `${name}: ${barrier}`));
      found.push(...(await findOverhang(page)).map((over) => `${name}: ${over}`));
    };
    await look('inbox');
    await desk.conversations.first().click();
    await desk.messages.nth(1).waitFor();
    await look('conversation');
    await desk.messages.nth(1).getByRole('button', { name: 'How it came about' }).click();
    await page.getByRole('dialog').locator('dd').first().waitFor();
    await look('receipt');
    await page.keyboard.press('Escape');
    for (const path of await pathsOf(page)) {
      await page.goto(`${scene.stack.url}/console/#/${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await look(path);
    }
    await page.goto(`${scene.stack.url}/console/#/start/3`);
    await page.getByLabel('Or your own question').fill(PRICE);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await page.locator('.answered blockquote').waitFor();
    await look('start/3, asked');
    await page.goto(`${scene.stack.url}/console/#/settings/webhooks`);
    await page.locator('.rows summary').first().click();
    await look('settings/webhooks, open');
    expect(found).toEqual([]);

    // Control: what hangs over is noticed.
    await page.locator('main').evaluate((main) => {
      const wide = document.createElement('p');
      wide.style.width = '3000px';
      main.append(wide);
    });
    await look('control');
    expect(found).toEqual([expect.stringMatching(/^control: main: \d+ px hang over$/)]);
  });
});
