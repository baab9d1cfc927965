import { until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, GRINDER, SHOP, UNKNOWN } from '../support/shop.ts';
import type { Stack } from '../support/stack.ts';
import type { Widget } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP });
const sitDown = setDesks(scene);
/** A list is asked for again every 30 seconds at the latest: what is there sooner was told. */
const AT_ONCE = { timeout: 8_000 };

/** Where the second desk is: at another process over the same data, if there can be one. */
let other: Stack;
beforeAll(async () => {
  other = scene.stack.canShare ? await scene.stack.beside() : scene.stack;
});
afterAll(async () => {
  if (other && other !== scene.stack) await other.stop();
});

let ada: Awaited<ReturnType<typeof sitDown>>;
let grace: typeof ada;
beforeEach(async () => {
  ada = await sitDown('agent');
  grace = await sitDown('agent', { at: other });
});

/** A visitor who has asked something that nobody else has. */
async function ask(question: string): Promise<Widget> {
  const widget = await scene.open();
  await widget.ask(question);
  return widget;
}

const row = (desk: Desk, text: string) => desk.page.locator('.list li').filter({ hasText: text });
const status = (desk: Desk, name: string) => desk.page.getByRole('heading', { name, level: 1 });
const field = (desk: Desk) => desk.page.getByLabel('Your message');
const focused = (desk: Desk) => desk.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.localName);
/** All that the widget says, also what is only for screen readers. */
const wholeText = (widget: Widget) => widget.page.evaluate(() => document.querySelector('netia-widget')?.shadowRoot?.textContent ?? '');

/** Opens the conversation that is at the top, once it is the one with this text. */
async function openTop(desk: Desk, text: string): Promise<void> {
  await desk.conversations.first().getByText(text).waitFor(AT_ONCE);
  await desk.conversations.first().click();
  await desk.messages.nth(1).waitFor();
}

describe('a new conversation', () => {
  test('shows at once at every desk, and at none that hears nothing', async () => {
    const deaf = await sitDown('agent');
    await deaf.page.route('**/v1/admin/inbox/events', () => {});
    await deaf.page.reload();
    await deaf.page.getByRole('heading', { name: 'Inbox' }).waitFor();
    await deaf.page.locator('.loading').first().waitFor({ state: 'detached' });
    for (const { page } of [ada, grace]) await page.evaluate('window.isSamePage = true');
    const before = await deaf.conversations.count();

    await ask('Which moon shines on the harbour in the winter?');
    for (const desk of [ada, grace]) {
      await row(desk, 'I could not find').or(row(desk, 'moon')).first().waitFor(AT_ONCE);
      await until('it to be at the top, unread', async () => (await desk.page.locator('.list li').first().getAttribute('class')) === 'unread');
      expect(await desk.page.evaluate('window.isSamePage')).toBe(true);
    }
    // Control: what is not told is not there.
    expect(await deaf.conversations.count()).toBe(before);
  });

  test('is unread until it is opened, and again when the visitor goes on while nobody looks', async () => {
    const widget = await ask(DELIVERY.question);
    await openTop(ada, DELIVERY.answer.slice(0, 30));
    await ada.goTo('Gaps');
    await ada.goTo('Inbox');
    await row(ada, DELIVERY.answer.slice(0, 30)).first().waitFor();
    expect(await row(ada, DELIVERY.answer.slice(0, 30)).first().getAttribute('class')).toBeNull();
    // Who has not opened it has not read it.
    expect(await row(grace, DELIVERY.answer.slice(0, 30)).first().getAttribute('class')).toBe('unread');

    await widget.ask(GRINDER.question);
    await row(ada, GRINDER.answer).first().waitFor(AT_ONCE);
    expect(await row(ada, GRINDER.answer).first().getAttribute('class')).toBe('unread');
    await ada.page.getByLabel('Which conversations').selectOption({ label: 'Unread' });
    await row(ada, GRINDER.answer).first().waitFor();
  });

  test('is read once it was looked at, also when one goes on to another, and counted as unread until then', async () => {
    const { page } = ada;
    await ask(GRINDER.question);
    await row(ada, GRINDER.answer).first().waitFor(AT_ONCE);
    await ask(DELIVERY.question);
    await row(ada, DELIVERY.answer.slice(0, 30)).first().waitFor(AT_ONCE);
    const counted = async () => Number.parseInt((await page.locator('.list .badge', { hasText: /^\d+ unread$/ }).textContent()) ?? '', 10);
    const before = await counted();
    for (const [place, left] of [
      [0, before - 1],
      [1, before - 2],
    ] as const) {
      await ada.conversations.nth(place).click();
      await ada.messages.nth(1).waitFor();
      await until(`${left} to be left`, async () => (await counted()) === left, AT_ONCE.timeout);
    }
    const { items } = await scene.stack.admin<{ items: { id: string }[] }>('GET', '/inbox?limit=2');
    expect(await ada.conversations.evaluateAll((links) => links.slice(0, 2).map((link) => link.getAttribute('href')))).toEqual(
      items.map(({ id }) => `#/inbox/${id}`),
    );
    expect(await page.locator('.list li').evaluateAll((rows) => rows.slice(0, 2).map((one) => one.className))).toEqual(['', '']);
    // Control: who has looked at neither.
    expect(await grace.page.locator('.list li').evaluateAll((rows) => rows.slice(0, 2).map((one) => one.className))).toEqual(['unread', 'unread']);
  });

  test('is found behind those that are newer, and stays in its place when one more comes', async () => {
    const { page } = ada;
    for (const question of [DELIVERY.question, GRINDER.question, UNKNOWN]) await ask(question);
    // Pages of one instead of fifty.
    await page.route('**/v1/admin/inbox?limit=50*', (route) => route.continue({ url: route.request().url().replace('limit=50', 'limit=1') }));
    await page.reload();
    const shown = () => ada.conversations.evaluateAll((links) => links.map((link) => link.getAttribute('href')).join());
    const newest = async (count: number) =>
      (await scene.stack.admin<{ items: { id: string }[] }>('GET', `/inbox?limit=${count}`)).items.map(({ id }) => `#/inbox/${id}`).join();
    const older = page.getByRole('button', { name: 'Older' });
    await until('one to be shown', async () => (await shown()) === (await newest(1)));
    await older.click();
    await until('two to be shown', async () => (await shown()) === (await newest(2)));
    expect(await older.evaluate((button) => button === document.activeElement)).toBe(true);
    const before = await shown();
    await ask(DELIVERY.question);
    await until('the new one to be at the top', async () => (await shown()) !== before && (await shown()) === (await newest(2)), AT_ONCE.timeout);
    await page.getByLabel('Which conversations').selectOption({ label: 'With the agent' });
    await until('the first page to be shown alone', async () => (await ada.conversations.count()) === 1);
  });
});

describe('a conversation in a person’s hands', () => {
  test('is taken over by a key, written in, noted in and answered with a canned reply, and the visitor sees no more than they should', async () => {
    await ada.page.goto(`${scene.stack.url}/console/#/settings/replies`);
    await ada.page.getByLabel('Shortcut').fill('labels');
    await ada.page.getByLabel('Text').fill('We send you a label for the parcel within the hour.');
    await ada.page.getByRole('button', { name: 'Keep it' }).click();
    await ada.page.locator('.rows').getByText('/labels').waitFor();
    await ada.goTo('Inbox');

    const widget = await ask(DELIVERY.question);
    await openTop(ada, DELIVERY.answer.slice(0, 30));
    await openTop(grace, DELIVERY.answer.slice(0, 30));
    await ada.page.keyboard.press('t');
    await status(ada, 'With a person').waitFor();
    await status(grace, 'With a person').waitFor(AT_ONCE);

    const dots = widget.thread.locator('.dots');
    expect(await dots.count()).toBe(0);
    await ada.page.keyboard.press('r');
    await field(ada).pressSequentially('Hello, this is Ada.');
    await dots.waitFor();
    await field(ada).press('Enter');
    await widget.thread.getByText('Hello, this is Ada.').waitFor();
    await dots.waitFor({ state: 'detached' });
    await widget.withPerson.waitFor();
    await grace.messages.filter({ hasText: 'Hello, this is Ada.' }).waitFor(AT_ONCE);

    await field(ada).press('Escape');
    await ada.page.keyboard.press('n');
    await ada.page.getByLabel('Note').fill('Third lost parcel this month, be generous.');
    await ada.page.getByRole('button', { name: 'Keep' }).click();
    for (const desk of [ada, grace]) await desk.page.locator('.note').filter({ hasText: 'be generous' }).getByText(ada.name).waitFor(AT_ONCE);

    await field(grace).fill('/lab');
    await grace.page.getByRole('list', { name: 'Canned replies' }).getByText('/labels').waitFor();
    await field(grace).press('Enter');
    expect(await field(grace).inputValue()).toBe('We send you a label for the parcel within the hour.');
    await field(grace).press('Enter');
    await widget.thread.getByText('a label for the parcel').waitFor();
    // All that was said is there by now, and of the note nothing, nor after a look at the whole history.
    expect(await wholeText(widget)).toContain('Hello, this is Ada.');
    expect(await wholeText(widget)).not.toContain('generous');
    await widget.page.reload();
    await widget.open();
    await widget.thread.getByText('a label for the parcel').waitFor();
    expect(await wholeText(widget)).not.toContain('generous');
  });

  test('keeps what is typed while something is sent, and while another one is looked at', async () => {
    await ask(GRINDER.question);
    await openTop(ada, GRINDER.answer);
    await ask(DELIVERY.question);
    await openTop(ada, DELIVERY.answer.slice(0, 30));
    const { page } = ada;
    const note = page.getByLabel('Note');
    await page.getByText('Note for colleagues').click();
    for (const [path, box, sent] of [
      ['messages', field(ada), page.locator('.thread li.agent')],
      ['notes', note, page.locator('.thread li.note')],
    ] as const) {
      let letThrough = () => {};
      const held = new Promise<void>((resolve) => {
        letThrough = resolve;
      });
      let asked = 0;
      await page.route(`**/${path}`, async (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        asked++;
        await held;
        await route.fallback();
      });
      await box.fill('This is sent');
      await box.locator('xpath=ancestor::form').getByRole('button').click();
      await until('it to be on its way', () => asked === 1);
      await box.fill(`This is not yet a part of the ${path}`);
      letThrough();
      await sent.filter({ hasText: 'This is sent' }).waitFor();
      await until('the button to be free', async () => (await page.locator('.replies [aria-disabled=true]').count()) === 0);
      expect(await box.inputValue()).toBe(`This is not yet a part of the ${path}`);
      await page.unrouteAll();
    }

    await row(ada, GRINDER.answer).first().click();
    await ada.messages.filter({ hasText: GRINDER.answer }).waitFor();
    expect([await field(ada).inputValue(), await note.isVisible()]).toEqual(['', false]);
    await ada.goTo('Leads');
    await ada.goTo('Inbox');
    await openTop(ada, 'This is sent');
    expect([await field(ada).inputValue(), await note.inputValue()]).toEqual(['This is not yet a part of the messages', 'This is not yet a part of the notes']);
    await field(ada).press('Enter');
    await ada.messages.filter({ hasText: 'part of the messages' }).waitFor();
    await until('the field to be empty', async () => (await field(ada).inputValue()) === '');
    // What was sent is not there again, and nobody else finds what is not sent.
    await row(ada, GRINDER.answer).first().click();
    await ada.messages.filter({ hasText: GRINDER.answer }).waitFor();
    await openTop(ada, 'part of the messages');
    expect(await field(ada).inputValue()).toBe('');
    await openTop(grace, 'part of the messages');
    expect([await field(grace).inputValue(), await grace.page.getByLabel('Note').inputValue()]).toEqual(['', '']);
  });

  test('that was taken over without a word tells a visitor who writes that a person has it', async () => {
    const widget = await ask(DELIVERY.question);
    await openTop(ada, DELIVERY.answer.slice(0, 30));
    await ada.page.keyboard.press('t');
    await status(ada, 'With a person').waitFor();
    await widget.send('Is a person there?');
    await ada.messages.filter({ hasText: 'Is a person there?' }).waitFor(AT_ONCE);
    await widget.withPerson.waitFor(AT_ONCE);
    // Nobody is writing yet, and the message has arrived.
    expect(await widget.thread.locator('.dots').count()).toBe(0);
    expect(await widget.panel.locator('.notice').count()).toBe(1);
  });

  test('is given to a colleague, who finds it under theirs, and given back and ended by keys', async () => {
    const widget = await ask(GRINDER.question);
    await openTop(ada, GRINDER.answer);
    await ada.page.getByLabel('Who sees to it').selectOption({ label: grace.name });
    for (const [desk, expected] of [
      [grace, 1],
      [ada, 0],
    ] as const) {
      await desk.page.getByLabel('Which conversations').selectOption({ label: 'Mine' });
      await until('only theirs to be shown', async () => (await desk.conversations.count()) === expected);
    }
    await grace.conversations.first().getByText('mine').waitFor();
    // Who has come since is there when the console is opened again.
    await ada.page.reload();
    await ada.page.getByLabel('Which conversations').selectOption({ label: grace.name });
    await until('hers to be shown', async () => (await ada.conversations.count()) === 1);
    await ada.conversations.first().getByText(GRINDER.answer.slice(0, 10)).waitFor();
    await openTop(grace, GRINDER.answer);
    await grace.page.keyboard.press('t');
    await status(grace, 'With a person').waitFor();
    // The news may be here before the reply to the key; until then keys do nothing.
    await grace.page.getByRole('button', { name: 'Give back' }).click({ trial: true });
    await grace.page.keyboard.press('g');
    await status(grace, 'With the agent').waitFor();
    await status(ada, 'With the agent').waitFor(AT_ONCE);
    await widget.withPerson.waitFor({ state: 'detached' });
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    await grace.messages.filter({ hasText: DELIVERY.answer }).waitFor(AT_ONCE);
    await grace.page.keyboard.press('e');
    await status(grace, 'Ended').waitFor();
    await status(ada, 'Ended').waitFor(AT_ONCE);
  });
});

describe('keys', () => {
  test('go through the list, to the search and to the list of keys, and are text where one types', async () => {
    await ask(DELIVERY.question);
    await ask(UNKNOWN);
    const { page } = ada;
    // Whatever else comes to the top meanwhile would move those that are gone through.
    const { items } = await scene.stack.admin<{ items: { id: string }[] }>('GET', '/inbox?limit=2');
    const top = async () => (await page.locator('.list li a').evaluateAll((links) => links.slice(0, 2).map((link) => link.getAttribute('href')))).join();
    await until('both to be at the top', async () => (await top()) === items.map(({ id }) => `#/inbox/${id}`).join());
    const current = () => page.locator('.list li a').evaluateAll((links) => links.findIndex((link) => link.getAttribute('aria-current') === 'true'));
    for (const [key, place] of [
      ['j', 0],
      ['j', 1],
      ['k', 0],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key);
      await until(`${key} to lead to ${place}`, async () => (await current()) === place);
    }
    await page.keyboard.press('/');
    expect(await focused(ada)).toBe('Search in messages');
    await page.keyboard.type('jt?');
    expect(await page.getByLabel('Search in messages').inputValue()).toBe('jt?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByLabel('Search in messages').fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys of the inbox' });
    await dialog.getByText('Take over').waitFor();
    await page.keyboard.press('t');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await status(ada, 'With the agent').waitFor();
  });

  test('can be switched off, and on again', async () => {
    await ask(DELIVERY.question);
    const { page } = ada;
    const shortcuts = page.getByRole('button', { name: 'Shortcuts' });
    const dialog = page.getByRole('dialog', { name: 'Keys of the inbox' });
    const turn = async (on: boolean) => {
      await shortcuts.click();
      await dialog.getByLabel('These keys do something').setChecked(on);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    };
    await turn(false);
    // Here, and after a reload.
    await page.keyboard.press('/');
    expect(await focused(ada)).not.toBe('Search in messages');
    await page.reload();
    await shortcuts.click();
    expect(await dialog.getByLabel('These keys do something').isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    expect(await focused(ada)).not.toBe('Search in messages');
    await turn(true);
    await page.keyboard.press('/');
    expect(await focused(ada)).toBe('Search in messages');
  });
});

describe('a viewer', () => {
  test('sees all of it and can change none of it, neither by what is shown nor by keys', async () => {
    const viewer = await sitDown('viewer');
    await ask(DELIVERY.question);
    await openTop(viewer, DELIVERY.answer.slice(0, 30));
    const changes: string[] = [];
    viewer.page.on('request', (request) => {
      if (request.method() !== 'GET' && !request.url().endsWith('/read')) changes.push(`${request.method()} ${request.url()}`);
    });
    const { page } = viewer;
    expect(await page.locator('.conversation').locator('textarea, input, select:enabled').count()).toBe(0);
    expect(await page.getByRole('button', { name: /Take over|Give back|^End$|Send|Keep|Erase/ }).count()).toBe(0);
    for (const key of ['t', 'e', 'g', 'a', 'r', 'n']) await page.keyboard.press(key);
    await page.goto(`${scene.stack.url}/console/#/settings/replies`);
    await page.getByText('/labels').or(page.getByText('No canned replies yet.')).first().waitFor();
    expect(await page.getByRole('button', { name: /Keep it|Remove|Save/ }).count()).toBe(0);
    expect(changes).toEqual([]);
    expect((await scene.stack.admin<{ items: { status: string }[] }>('GET', '/inbox?limit=1')).items[0]?.status).toBe('active');
  });
});
