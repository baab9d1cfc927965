import { readTidioFixture, until } from '@netia/testkit';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TidioComes, TidioPage } from '../support/played-tidio.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, GRINDER, SHOP, UNKNOWN } from '../support/shop.ts';

/** The bridge on pages of a shop that has Tidio, with the real gateway behind it: what stands in Tidio's window. */
const scene = Scene.set({ knowledge: SHOP });
const opened: TidioPage[] = [];

beforeEach(() => scene.stack.set('tidio', { bridge_is_enabled: true }));
afterEach(async () => {
  const errors = opened.flatMap(({ log }) => log.errors);
  const sent = (await Promise.all(opened.map((tidio) => tidio.sentAsVisitor()))).flat();
  opened.length = 0;
  expect({ errors, sent }).toEqual({ errors: [], sent: [] });
});

type OpenOptions = { comes?: TidioComes; before?: (page: Page) => Promise<unknown>; browser?: BrowserContextOptions };
async function open(name = 'tidio', { browser = {}, ...options }: OpenOptions = {}): Promise<TidioPage> {
  const tidio = await TidioPage.open(await scene.visitor(browser), scene.pages.page(name), options);
  opened.push(tidio);
  return tidio;
}
/** The page with a bridge that has found itself switched on. */
async function openRunning(name = 'tidio', options: OpenOptions = {}): Promise<TidioPage> {
  const tidio = await open(name, options);
  await until('the bridge to run', () => tidio.infos.length > 0);
  return tidio;
}
const bubble = (tidio: TidioPage, count = 1) =>
  until(`bubble ${count}`, async () => {
    const bubbles = await tidio.bubbles();
    return bubbles.length >= count && (bubbles.at(-1) as string);
  });
const fixture = (name: string) => JSON.parse(readTidioFixture(`widget.event.${name}.json`)) as { message: string };
const messages = (tidio: TidioPage) => tidio.calls.filter((call) => call === 'messages');
const kept = (tidio: TidioPage) =>
  tidio.page.evaluate(() => ({ session: Object.entries(sessionStorage), local: localStorage.length, cookies: document.cookie }));
/** Holds a request back until it is let go. */
async function hold(page: Page, path: string): Promise<{ arrived: Promise<void>; letGo: () => void }> {
  let letGo = () => {};
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(`${scene.stack.url}/v1/widget/${path}`, async (route) => {
    arrive();
    await gate;
    await route.continue();
  });
  return { arrived, letGo };
}

describe('a visitor’s message', () => {
  test('is answered in Tidio’s window, with its source, once; and so is the next, in the same conversation', async () => {
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    const answer = await bubble(tidio);
    expect(answer).toContain(DELIVERY.answer);
    // Who is speaking is said once.
    expect(answer.startsWith('Automatic answer from an AI assistant.\n\n')).toBe(true);
    expect(answer).toMatch(/\n\n\[1\] Delivery and returns – Delivery https:\/\/tidewater\.invalid\/help\/delivery$/);
    await tidio.says(GRINDER.question);
    expect(await bubble(tidio, 2)).toContain(GRINDER.answer);
    await tidio.settle();
    expect(await tidio.bubbles()).toHaveLength(2);
    expect((await tidio.bubbles())[1]).not.toContain('AI assistant');
    expect(tidio.calls).toEqual(['config', 'sessions', 'messages', 'messages']);
    const { items } = await scene.stack.admin<{ items: { id: string; channel: string; page_url: string; locale: string }[] }>('GET', '/conversations?limit=1');
    expect(items[0]).toMatchObject({ channel: 'widget', page_url: scene.pages.page('tidio'), locale: 'en-GB' });
    const { messages: said } = await scene.stack.admin<{ messages: { sender_type: string; content: string }[] }>('GET', `/conversations/${items[0]?.id}`);
    expect(said.map(({ sender_type }) => sender_type)).toEqual(['visitor', 'ai', 'visitor', 'ai']);
    expect(said[0]?.content).toBe(DELIVERY.question);
  });

  test('is answered without marks that the window would show as they are', async () => {
    const tidio = await openRunning();
    await tidio.says(GRINDER.question);
    const answer = await bubble(tidio);
    expect(answer).toContain('brush the burrs.');
    expect(answer).toContain('grind --size 14');
    expect(answer).not.toMatch(/\*\*|`|^#/m);
  });

  test('is answered without a word of who is speaking where the tenant says it otherwise', async () => {
    await scene.stack.set('tidio', { bridge_is_enabled: true, introduces_itself: false });
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    const answer = await bubble(tidio);
    expect(answer).toContain(DELIVERY.answer);
    expect(answer).not.toContain('AI assistant');
  });

  test('that cannot be answered gets the agent’s word for it, and a wish for a person is heard', async () => {
    const tidio = await openRunning();
    await tidio.says(UNKNOWN);
    expect(await bubble(tidio)).toContain('Would you like a person to take this up?');
    await tidio.says('yes');
    expect(await bubble(tidio, 2)).toContain('This conversation is now with the team.');
    await tidio.says(DELIVERY.question);
    await tidio.settle();
    expect(await tidio.bubbles()).toHaveLength(2);
  });

  test('that was written before the tenant’s settings have come is answered when they have; several in order', async () => {
    let letGo = () => {};
    const tidio = await open('tidio', {
      before: async (page) => {
        const held = await hold(page, 'config*');
        letGo = held.letGo;
      },
    });
    await until('the settings to be asked for', () => tidio.calls.includes('config'));
    await tidio.says(DELIVERY.question);
    await tidio.says(GRINDER.question);
    expect(tidio.calls).toEqual(['config']);
    letGo();
    await bubble(tidio, 2);
    const [first, second] = await tidio.bubbles();
    expect(first).toContain(DELIVERY.answer);
    expect(second).toContain(GRINDER.answer);
  });

  test('on the next page goes on with the tab’s conversation', async () => {
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    const before = await scene.stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1');
    await tidio.page.reload();
    await until('the bridge to run again', () => tidio.infos.length > 1);
    // Tidio does not keep what the bridge has shown.
    expect(await tidio.bubbles()).toEqual([]);
    await tidio.says(GRINDER.question);
    expect(await bubble(tidio)).toContain(GRINDER.answer);
    const after = await scene.stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1');
    expect(after.items).toMatchObject([{ id: before.items[0]?.id }]);
  });

  test.each(['messageFromVisitor.consumed-by-flow', 'messageFromVisitor.upload'])('of the fixture %s is left alone', async (name) => {
    const tidio = await openRunning();
    await tidio.says('', fixture(name));
    await tidio.settle();
    expect(tidio.calls).toEqual(['config']);
    // Control: one that is nobody else's is answered.
    await tidio.says(DELIVERY.question, fixture('messageFromVisitor'));
    await until('the answer', async () => (await tidio.bubbles()).length > 0);
    expect(messages(tidio)).toHaveLength(1);
  });

  test('without words, or of an unknown form, is left alone', async () => {
    const tidio = await openRunning();
    for (const more of [{ message: '   ' }, { message: null }, { message: { text: 'x' } }, { type: 'survey' }]) await tidio.says('x', more);
    await tidio.page.evaluate("played.emit('messageFromVisitor')");
    await tidio.settle();
    expect(tidio.calls).toEqual(['config']);
  });
});

describe('a person', () => {
  test('who writes has the chat, for the session: not a request more, also on the next page', async () => {
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    await tidio.hears('', fixture('messageFromOperator'));
    await tidio.says(GRINDER.question);
    await tidio.settle();
    expect(await tidio.bubbles()).toHaveLength(1);
    expect(messages(tidio)).toHaveLength(1);

    const calls = tidio.calls.length;
    await tidio.page.reload();
    await tidio.settle();
    await tidio.says(GRINDER.question);
    await tidio.settle();
    expect(tidio.calls).toHaveLength(calls);
    expect(await tidio.bubbles()).toEqual([]);
    // Control: another tab's session is another.
    const other = await TidioPage.open({ context: tidio.page.context() } as never, scene.pages.page('tidio'));
    opened.push(other);
    await other.says(DELIVERY.question);
    await bubble(other);
  });

  test('who writes while the answer is on its way is the last to speak', async () => {
    const tidio = await openRunning();
    const { arrived, letGo } = await hold(tidio.page, 'messages');
    await tidio.says(DELIVERY.question);
    await arrived;
    await tidio.hears('I take this one.');
    const answered = tidio.page.waitForResponse((response) => response.url().endsWith('/messages'));
    letGo();
    expect((await answered).status()).toBe(200);
    await tidio.settle();
    expect(await tidio.bubbles()).toEqual([]);
  });

  test('who writes before the settings have come is heard too', async () => {
    let letGo = () => {};
    const tidio = await open('tidio', {
      before: async (page) => {
        letGo = (await hold(page, 'config*')).letGo;
      },
    });
    await until('the settings to be asked for', () => tidio.calls.includes('config'));
    await tidio.hears('I take this one.');
    await tidio.says(DELIVERY.question);
    letGo();
    await until('it to be kept', async () => (await kept(tidio)).session.length > 0);
    await tidio.settle();
    expect(tidio.calls).toEqual(['config']);
  });

  test('is neither a bot nor our own words coming back, however the window has changed them', async () => {
    const tidio = await openRunning();
    await tidio.hears('', fixture('messageFromOperator.bot'));
    await tidio.says(DELIVERY.question);
    const answer = await bubble(tidio);
    await tidio.hears(`<p>${answer.replace(/\n/g, '<br>').replace(/(https:\S+)/, '<a href="$1">$1</a>')}</p>`);
    await tidio.hears(`  ${answer.replace(/\s+/g, ' ')}`);
    await tidio.says(GRINDER.question);
    expect(await bubble(tidio, 2)).toContain(GRINDER.answer);
  });
});

describe('a bridge that is not wanted', () => {
  test.each([
    ['switched off', async () => scene.stack.set('tidio', {})],
    [
      'of an unknown website',
      async (page: Page) => page.route('**/v1/widget/config*', (route) => route.continue({ url: `${scene.stack.url}/v1/widget/config?website_id=nobody` })),
    ],
  ] as [string, (page: Page) => Promise<unknown>][])('%s asks once and does nothing', async (_what, before) => {
    const tidio = await open('tidio', { before });
    await until('the settings to be asked for', () => tidio.calls.length > 0);
    await tidio.settle();
    await tidio.says(DELIVERY.question);
    await tidio.hears('I take this one.');
    await tidio.says(DELIVERY.question);
    await tidio.settle();
    expect(tidio.calls).toEqual(['config']);
    expect(await tidio.bubbles()).toEqual([]);
    expect(tidio.infos).toEqual([]);
    expect(await kept(tidio)).toEqual({ session: [], local: 0, cookies: '' });
  });

  test('on a page that is not among the tenant’s origins is refused a session, and stays silent', async () => {
    await scene.stack.admin('PUT', '/tenant/allowed-origins', { allowed_origins: ['https://shop.example'] });
    try {
      const tidio = await openRunning();
      await tidio.says(DELIVERY.question);
      await until('the refusal', () => tidio.log.console.some((line) => line.includes('403')));
      await tidio.settle();
      expect(tidio.calls).toEqual(['config', 'sessions']);
      expect(await tidio.bubbles()).toEqual([]);
    } finally {
      await scene.stack.admin('PUT', '/tenant/allowed-origins', { allowed_origins: [] });
    }
  });

  test('without Tidio on the page asks for nothing', async () => {
    const tidio = await open('tidio', { comes: 'after' });
    await tidio.settle();
    expect(tidio.log.requests.some((url) => url.endsWith('/tidio-bridge.js'))).toBe(true);
    expect(tidio.calls).toEqual([]);
  });
});

describe('on the page', () => {
  test.each(['before', 'before-and-ready', 'after'] as const)('it works where Tidio comes %s', async (comes) => {
    const tidio = await open('tidio', { comes });
    if (comes === 'after') {
      await tidio.settle();
      await tidio.arrive();
    }
    await tidio.says(DELIVERY.question);
    expect(await bubble(tidio)).toContain(DELIVERY.answer);
    expect(await tidio.bubbles()).toHaveLength(1);
  });

  test('it says its limits once', async () => {
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    expect(tidio.infos).toHaveLength(1);
    for (const limit of [/this browser only/, /operators do not see/, /reload/, /Files are not read/, /Flow/, /person writes/])
      expect(tidio.infos[0]).toMatch(limit);
  });

  test('two scripts are one bridge', async () => {
    const tidio = await openRunning('two-bridges');
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    await tidio.settle();
    expect(tidio.log.requests.filter((url) => url.includes('/tidio-bridge.js'))).toHaveLength(2);
    expect(tidio.calls).toEqual(['config', 'sessions', 'messages']);
    expect(await tidio.bubbles()).toHaveLength(1);
    expect(tidio.infos).toHaveLength(1);
  });

  test('it violates nothing of the strictest policy', async () => {
    const tidio = await openRunning('strict-tidio');
    await tidio.says(DELIVERY.question);
    expect(await bubble(tidio)).toContain(DELIVERY.answer);
    expect(await tidio.page.evaluate('window.__violations')).toEqual([]);
    // Control: the policy is in force.
    await tidio.page.evaluate(() => document.body.setAttribute('style', 'color: red'));
    await until('the violation', () => tidio.page.evaluate('window.__violations.length === 1'));
  });

  test('it adds no global and no element', async () => {
    const traces = (tidio: TidioPage) =>
      tidio.page.evaluate(() => ({ globals: Object.getOwnPropertyNames(window).sort(), elements: document.querySelectorAll('*').length }));
    const without = await open('tidio', { before: (page) => page.route('**/tidio-bridge.js', (route) => route.abort()) });
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    expect(await traces(tidio)).toEqual(await traces(without));
    expect(await kept(tidio)).toEqual({
      session: [[expect.stringMatching(/^netia-tidio:/), expect.stringMatching(/^\{"token":"[^"]+"\}$/)]],
      local: 0,
      cookies: '',
    });
  });
});

describe('when the gateway', () => {
  test.each([
    ['refuses everything', (page: Page) => page.route(`${scene.stack.url}/**`, (route) => route.fulfill({ status: 500, body: 'down' }))],
    ['cannot be reached', (page: Page) => page.route(`${scene.stack.url}/**`, (route) => route.abort())],
    ['never answers', (page: Page) => page.route(`${scene.stack.url}/v1/**`, () => {})],
    [
      'answers with something else',
      (page: Page) =>
        page.route(`${scene.stack.url}/v1/**`, (route) => route.fulfill({ status: 200, body: '<html>', headers: { 'access-control-allow-origin': '*' } })),
    ],
  ])('%s, Tidio is as it was', async (_what, before) => {
    const tidio = await open('tidio', { before });
    await tidio.page.evaluate(() => fetch('/nothing'));
    await tidio.says(DELIVERY.question);
    await tidio.hears('I take this one.');
    await tidio.page.evaluate(() => fetch('/nothing'));
    expect(await tidio.bubbles()).toEqual([]);
    expect(tidio.infos).toEqual([]);
  });

  test.each([
    ['is gone', (page: Page) => page.route('**/v1/widget/messages', (route) => route.abort())],
    [
      'refuses',
      (page: Page) =>
        page.route('**/v1/widget/messages', (route) => route.fulfill({ status: 503, body: '{}', headers: { 'access-control-allow-origin': '*' } })),
    ],
    [
      'breaks off',
      (page: Page) =>
        page.route('**/v1/widget/messages', (route) =>
          route.fulfill({
            status: 200,
            headers: { 'access-control-allow-origin': '*', 'content-type': 'text/event-stream' },
            body: 'id: 2.0\nevent: answer-start\ndata: {"seq":2,"message_id":"x"}\n\nid: 2.1\nevent: answer-delta\ndata: {"text":"Delivery costs","citations":[]}\n\n',
          }),
        ),
    ],
  ])('%s for one message, that one is left to Tidio, and the next is answered', async (_what, arrange) => {
    const tidio = await openRunning();
    await arrange(tidio.page);
    await tidio.says(GRINDER.question);
    await until('the try', () => messages(tidio).length === 1);
    await tidio.settle();
    expect(await tidio.bubbles()).toEqual([]);
    await tidio.page.unrouteAll();
    await tidio.says(DELIVERY.question);
    expect(await bubble(tidio)).toContain(DELIVERY.answer);
    expect(await tidio.bubbles()).toHaveLength(1);
  });

  test('has forgotten the session, the next message but one begins another', async () => {
    const tidio = await openRunning();
    await tidio.says(DELIVERY.question);
    await bubble(tidio);
    await tidio.page.route('**/v1/widget/messages', (route) => route.fulfill({ status: 401, body: '{}', headers: { 'access-control-allow-origin': '*' } }), {
      times: 1,
    });
    await tidio.says(GRINDER.question);
    await until('the refusal', () => tidio.log.console.some((line) => line.includes('401')));
    await tidio.says(GRINDER.question);
    expect(await bubble(tidio, 2)).toContain(GRINDER.answer);
    expect(tidio.calls.filter((call) => call === 'sessions')).toHaveLength(2);
  });
});
