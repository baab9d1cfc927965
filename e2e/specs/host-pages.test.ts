import { until } from '@netia/testkit';
import { describe, expect, test } from 'vitest';
import { Scene } from '../support/scene.ts';
import { DELIVERY, GRINDER, PRICE, SHOP } from '../support/shop.ts';
import { textOf, type Widget } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP });

/** How the widget lies on the page and looks, as numbers and values. */
async function look(widget: Widget): Promise<object> {
  return widget.page.evaluate(() => {
    const root = document.querySelector('netia-widget')?.shadowRoot;
    return Object.fromEntries(
      [
        '.launcher',
        '.panel',
        'header',
        'h2',
        '.thread',
        '.ai',
        '.bubble.visitor',
        '.bubble.answer',
        'p',
        '.cite',
        '.source',
        'textarea',
        '.send',
        '.send svg',
      ].map((selector) => {
        const element = root?.querySelector(selector);
        if (!element) return [selector, null];
        const { width, height, left, top } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const names = [
          'display',
          'visibility',
          'opacity',
          'color',
          'background-color',
          'font-size',
          'font-family',
          'line-height',
          'letter-spacing',
          'word-spacing',
          'text-transform',
          'cursor',
          'pointer-events',
          'filter',
          'transform',
          'white-space',
        ];
        return [
          selector,
          { box: [left, top, width, height].map(Math.round), ...Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)])) },
        ];
      }),
    );
  });
}

async function askAndLook(widget: Widget): Promise<object> {
  await widget.open();
  expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
  await widget.page.mouse.move(5, 5);
  return look(widget);
}

describe('the page does not harm the widget', () => {
  test('whatever styles a page has, the widget looks and works as on a plain one', async () => {
    const visitor = await scene.visitor({ reducedMotion: 'reduce' });
    const plain = await askAndLook(await visitor.visit(scene.pages.page('plain')));
    const other = await scene.visitor({ reducedMotion: 'reduce' });
    const hostile = await other.visit(scene.pages.page('hostile-styles'));
    expect(await askAndLook(hostile)).toEqual(plain);
    // Control: the styles are as hostile as they mean to be.
    expect(await hostile.page.locator('main').evaluate((element) => getComputedStyle(element).fontSize)).not.toBe('16px');
    expect(hostile.log.errors).toEqual([]);
  });

  test('patched prototypes, a wrapped fetch and JSON, and taken names do not break it', async () => {
    const widget = await scene.open('patched-prototypes');
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    await widget.openSource();
    expect(widget.log.errors).toEqual([]);
    // Control: the patches are in force, and the widget's requests went through them.
    expect(await widget.page.evaluate("[].extra + ' ' + (window.__fetched > 0) + ' ' + (window.__parsed > 0)")).toBe('enumerable for everybody true true');
  });

  test('it outlives the routes of a single-page app, as one widget with one stream', async () => {
    const widget = await scene.open('single-page-app');
    const answer = await widget.ask(DELIVERY.question);
    await until('its stream to be open', async () => (await scene.stack.metric('netia_open_streams')) === 1);
    const ways = ['content', 'innerHTML', 'body', 'everything'];
    for (let route = 0; route < 52; route++) await widget.page.evaluate(`visit('${ways[route % ways.length]}')`);
    expect(await textOf(widget.page.locator('h1'))).toBe('Page 52');
    expect(await widget.page.locator('netia-widget').count()).toBe(1);
    expect(await textOf(widget.lastAnswer.locator('.bubble'))).toBe(answer);
    expect(await widget.ask(GRINDER.question)).toContain(GRINDER.answer);
    await until('one stream to be left', async () => (await scene.stack.metric('netia_open_streams')) === 1);

    // Even where the whole document is replaced, it comes back, with the conversation.
    await widget.page.evaluate("visit('document')");
    await widget.launcher.waitFor();
    expect(await widget.page.locator('netia-widget').count()).toBe(1);
    expect(await widget.answers.count()).toBe(2);
    expect(widget.log.errors).toEqual([]);
  });

  test('under the strictest policy the widget works and violates nothing', async () => {
    const widget = await scene.open('strict-policy', { locale: 'de-DE' });
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    await widget.openSource();
    await widget.ask('How do I clean the grinder?');
    await widget.ask(PRICE);
    await widget.lastAnswer.getByLabel('E-Mail').fill('ada@example.com');
    await widget.lastAnswer.getByRole('button', { name: 'Kontaktdaten senden' }).click();
    await widget.lastAnswer.getByText('Danke, Ihre Daten wurden weitergegeben.').waitFor();
    await widget.panel.locator('header').getByRole('button', { name: 'Mit einem Menschen sprechen' }).click();
    await widget.panel.getByText('Dieses Gespräch liegt beim Team.').waitFor();
    await widget.input.press('Escape');
    expect(await widget.page.evaluate('window.__violations')).toEqual([]);

    // Control: a violation is noticed and reported, and it is the only one.
    await widget.page.evaluate(() => document.body.setAttribute('style', 'color: red'));
    await widget.page.evaluate(() => document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' })));
    await until('the reports', () => scene.pages.violations.length >= 2);
    expect(scene.pages.violations.map((violation) => violation['effective-directive']).sort()).toEqual(['style-src-attr', 'style-src-elem']);
    expect(await widget.page.evaluate('window.__violations.length')).toBe(2);
    expect(await widget.page.evaluate("(() => { try { document.body.innerHTML = '<p>x</p>'; return 'set'; } catch (error) { return error.name; } })()")).toBe(
      'TypeError',
    );
    expect(widget.log.errors).toEqual([]);
  });

  test('two snippets make one widget, the first', async () => {
    const widget = await scene.visit('two-snippets');
    await widget.page.waitForLoadState('networkidle');
    expect(widget.log.requests.filter((url) => url.includes('/widget.js'))).toHaveLength(3);
    expect(await widget.page.locator('netia-widget').count()).toBe(1);
    await widget.open();
    expect(widget.log.requests.filter((url) => url.includes('/v1/widget/config'))).toHaveLength(1);
    expect(widget.log.errors).toEqual([]);
  });

  test('the back button brings the page back with a widget that works', async () => {
    const widget = await scene.open();
    await widget.ask(DELIVERY.question);
    await widget.page.goto(scene.pages.page('without-widget'));
    await widget.page.goBack();
    await widget.launcher.waitFor();
    if ((await widget.launcher.getAttribute('aria-expanded')) === 'false') await widget.open();
    await widget.finishedAnswers.first().waitFor();
    expect(await widget.ask(GRINDER.question)).toContain(GRINDER.answer);
    expect(await widget.finishedAnswers.count()).toBe(2);
    expect(widget.log.errors).toEqual([]);
  });
});

describe('the widget does not harm the page', () => {
  /** What a script could have changed: globals, prototypes, and how the page looks. */
  const traces = (widget: Widget) =>
    widget.page.evaluate(() => ({
      globals: Object.getOwnPropertyNames(window).sort(),
      prototypes: [Object, Array, String, Function, Promise, Element, Node, Document, Event, Response].map((type) =>
        Object.getOwnPropertyNames(type.prototype).sort().join(),
      ),
      html: document.body.outerHTML.replace(/<script async.*<\/script>\n/, ''),
      head: document.head.innerHTML.replace(/<title>.*<\/title>/, ''),
      sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
      styles: [...document.querySelectorAll('body, h1, p, a')].map((element) => getComputedStyle(element).cssText),
      size: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
    }));

  test('it adds one global and one element, and changes nothing else', async () => {
    const visitor = await scene.visitor();
    const without = await visitor.visit(scene.pages.page('without-widget'), { awaitWidget: false });
    const before = await traces(without);
    const widget = await visitor.visit(scene.pages.page('plain'));
    await widget.open();
    await widget.ask(DELIVERY.question);
    const after = await traces(widget);
    expect({ ...after, globals: after.globals.filter((name) => name !== 'Netia') }).toEqual(before);
    expect(after.globals).toContain('Netia');
    expect(await widget.page.evaluate(() => [...document.documentElement.children].map((child) => child.localName))).toEqual(['head', 'body', 'netia-widget']);
  });

  test.each([
    ['refuses everything', async (widget: Widget) => widget.page.route(`${scene.stack.url}/**`, (route) => route.fulfill({ status: 500, body: 'down' }))],
    ['cannot be reached', async (widget: Widget) => widget.page.route(`${scene.stack.url}/**`, (route) => route.abort())],
    ['never answers', async (widget: Widget) => widget.page.route(`${scene.stack.url}/**`, () => {})],
  ])('a gateway that %s leaves the page as it is', async (_what, arrange) => {
    const visitor = await scene.visitor();
    const widget = await visitor.visit('about:blank', { awaitWidget: false });
    await arrange(widget);
    await widget.page.goto(scene.pages.page('plain'), { waitUntil: 'domcontentloaded' });
    expect(await textOf(widget.page.locator('h1'))).toBe('Tidewater Coffee');
    expect(widget.log.errors).toEqual([]);
  });

  test.each([
    ['refuses', (widget: Widget) => widget.page.route(`${scene.stack.url}/v1/**`, (route) => route.fulfill({ status: 500, body: 'down' }))],
    ['is gone', (widget: Widget) => widget.page.route(`${scene.stack.url}/v1/**`, (route) => route.abort())],
  ])('when a gateway %s later, it is asked at most ten times a minute, and then the visitor is told and can try again', async (_what, arrange) => {
    const widget = await scene.open();
    await widget.ask(DELIVERY.question);
    await widget.page.clock.install();
    await arrange(widget);
    const before = widget.log.requests.length;
    const tries = () => widget.log.requests.slice(before).filter((url) => url.includes('/v1/'));
    await widget.send(GRINDER.question);
    await pass(widget, 60);
    expect(tries().length).toBeGreaterThanOrEqual(3);
    for (const path of ['/messages', '/events', '/sessions']) expect(tries().filter((url) => url.includes(path)).length).toBeLessThanOrEqual(10);
    await pass(widget, 60);
    await widget.panel.getByText('This message was not sent.').waitFor();

    await widget.page.unrouteAll();
    await widget.panel.getByRole('button', { name: 'Try again' }).click();
    await widget.lastAnswer.getByText(GRINDER.answer).waitFor();
    expect(await widget.panel.locator('.row.visitor').count()).toBe(2);
    expect(widget.log.errors).toEqual([]);
  });

  /** Lets so many seconds pass for the page, whose answers need real time all the same. */
  async function pass(widget: Widget, seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await widget.page.clock.runFor(1_000);
      await widget.page.evaluate(async () => {
        await fetch('/nothing').catch(() => {});
      });
    }
  }
});
