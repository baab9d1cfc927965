import { until } from '@netia/testkit';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { findBarriers } from '../support/axe.ts';
import { answerInTwo } from '../support/delivery-answers.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, PRICE, SHOP, UNKNOWN } from '../support/shop.ts';
import { textOf, type Widget } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, hasModels: true });

beforeEach(async () => {
  scene.models.answer = () => ({ fault: 'status', status: 500 });
  await scene.stack.set('ai', { answerers: ['extractive'] });
  await scene.stack.set('widget', { title: 'Ask Tidewater', greeting: 'Ask about beans, delivery and visits.', suggestions: [DELIVERY.question, PRICE] });
});

const PHONE = { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true } satisfies BrowserContextOptions;

describe('no barrier in any state', () => {
  /** Where only colours differ, the rest has been looked at. */
  const COLOURS = ['color-contrast', 'link-in-text-block'];
  const looks: [string, string, BrowserContextOptions, string[]?][] = [
    ['light', 'plain', {}],
    ['dark, with more contrast and less motion', 'plain', { colorScheme: 'dark', contrast: 'more', reducedMotion: 'reduce' }, COLOURS],
    ['on a phone of 320 px', 'plain', PHONE],
    ['in Arabic, from right to left', 'right-to-left', { locale: 'ar-EG' }],
    ['with forced colours', 'plain', { forcedColors: 'active' }, COLOURS],
  ];

  test.each(looks)('%s', async (_look, page, options, rules) => {
    const found: Record<string, string[]> = {};
    const widget = await scene.visit(page, options);
    const check = async (state: string) => {
      const barriers = await findBarriers(widget.page, rules);
      if (barriers.length > 0) found[state] = barriers;
    };
    await check('closed');
    await widget.open();
    await check('open');
    const begin = Promise.withResolvers<void>();
    const goOn = answerInTwo(scene.models, begin.promise);
    await scene.stack.set('ai', { answerers: ['openai'] });
    await widget.send(DELIVERY.question);
    await widget.panel.locator('.dots').waitFor();
    await check('waiting');
    begin.resolve();
    await widget.lastAnswer.getByText('costs € 4.50').waitFor();
    await check('streaming');
    goOn();
    await widget.finishedAnswers.waitFor();
    await scene.stack.set('ai', { answerers: ['extractive'] });
    await widget.openSource();
    await widget.lastAnswer.locator('.thumb').first().click();
    await check('cited, with the source card');
    await widget.ask(UNKNOWN);
    await check('abstaining');
    await widget.ask('How do I clean the grinder?');
    await check('list and code');
    await widget.ask(PRICE);
    await check('contact form');
    await widget.lastAnswer.locator('form .primary').click();
    await widget.lastAnswer.getByRole('alert').waitFor();
    await check('contact form, refused');
    await widget.lastAnswer.locator('input[type=email]').fill('ada@example.com');
    await widget.lastAnswer.locator('form .primary').click();
    await widget.lastAnswer.locator('form').waitFor({ state: 'detached' });
    await check('contact form, saved');
    await widget.panel.locator('header .icon').first().click();
    await widget.panel.locator('.notice').waitFor();
    await check('handed over');
    expect(found).toEqual({});
  });

  test.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
  ] satisfies [string, BrowserContextOptions][])('when something goes wrong, %s', async (_look, options) => {
    const found: Record<string, string[]> = {};
    const check = async (state: string, page: Page) => {
      const barriers = await findBarriers(page);
      if (barriers.length > 0) found[state] = barriers;
    };
    const visitor = await scene.visitor(options);
    const widget = await visitor.visit(scene.pages.page('plain'));
    await widget.open();
    await widget.ask(DELIVERY.question);
    await widget.send('x'.repeat(2_001));
    await widget.panel.getByRole('alert').waitFor();
    await check('too long', widget.page);

    await widget.page.route(`${scene.stack.url}/v1/**`, (route) => route.abort());
    await widget.send(DELIVERY.question);
    await widget.panel.getByText('No connection.').waitFor();
    await check('offline', widget.page);
    // On top of the other, not in its place: no try may come through between the two.
    await widget.page.route(`${scene.stack.url}/v1/**`, (route) =>
      route.fulfill({
        status: 400,
        json: { error: { code: 'invalid_request', message: 'This was refused.', request_id: 'x' } },
        headers: { 'Access-Control-Allow-Origin': '*' },
      }),
    );
    await widget.panel.getByText('This message was not sent.').waitFor();
    await check('not sent', widget.page);

    const unreachable = await visitor.visit(scene.pages.page('without-widget'), { awaitWidget: false });
    await unreachable.page.context().clearCookies();
    await unreachable.page.evaluate(() => localStorage.clear());
    await unreachable.page.route(`${scene.stack.url}/v1/**`, (route) => route.abort());
    await unreachable.page.goto(scene.pages.page('plain'));
    await unreachable.launcher.click();
    await unreachable.panel.getByText('The chat cannot be reached right now.').waitFor();
    await check('unreachable', unreachable.page);

    const begun = await scene.visitor(options);
    const first = await begun.visit(scene.pages.page('plain'));
    await first.open();
    await first.ask(DELIVERY.question);
    await first.page.route(`${scene.stack.url}/v1/widget/sessions`, () => {});
    await first.page.reload();
    await first.launcher.click();
    await first.panel.locator('.dots').waitFor();
    await check('loading', first.page);
    expect(found).toEqual({});
  });

  test('control: a page with barriers, also inside a shadow root, is found out', async () => {
    const visitor = await scene.visitor();
    const { page } = await visitor.visit(scene.pages.page('without-widget'), { awaitWidget: false });
    await page.evaluate(() => {
      document.body.append(document.createElement('img'));
      const root = document.querySelector('main')?.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
      const faint = document.createElement('p');
      faint.textContent = 'hardly to be read';
      faint.style.color = '#ccc';
      faint.style.background = '#fff';
      root?.append(faint);
    });
    const rules = (await findBarriers(page)).map((barrier) => barrier.split(':')[0]);
    expect(rules).toContain('image-alt');
    expect(rules).toContain('color-contrast');
  });
});

describe('at 400 % zoom and on a phone', () => {
  test.each([
    ['a window of 1280 × 1024 at 400 %', { viewport: { width: 320, height: 256 } }],
    ['a phone of 320 px', PHONE],
  ] satisfies [string, BrowserContextOptions][])('%s: nothing is cut off sideways, all can be reached, targets have 24 px', async (_what, options) => {
    const widget = await scene.open('plain', options);
    await widget.ask(DELIVERY.question);
    await widget.openSource();
    await widget.ask(PRICE);
    const { width, height } = options.viewport;
    const wide = await widget.page.evaluate(() => {
      const root = document.querySelector('netia-widget')?.shadowRoot;
      const log = root?.querySelector('[role=log]');
      return [document.documentElement.scrollWidth, log?.scrollWidth ?? 0, log?.clientWidth ?? 0];
    });
    expect(wide[0]).toBeLessThanOrEqual(width);
    expect(wide[1]).toBe(wide[2]);
    for (const control of [widget.input, widget.panel.locator('.send'), widget.panel.getByRole('button', { name: 'Close chat' })]) {
      const box = await control.boundingBox();
      expect(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
    }
    // A place to read in is left between head and input.
    expect((await widget.thread.boundingBox())?.height).toBeGreaterThan(60);
    const small = await widget.panel.locator('button, input, textarea').evaluateAll((elements) =>
      elements.flatMap((element) => {
        const box = element.getBoundingClientRect();
        return box.width >= 24 && box.height >= 24 ? [] : [`${element.className} ${box.width} × ${box.height}`];
      }),
    );
    expect(small).toEqual([]);
  });
});

describe('by keyboard alone', () => {
  /** What has the focus, in words; from inside the widget's shadow root if it is there. */
  const focused = (widget: Widget) =>
    widget.page.evaluate(() => {
      const outer = document.activeElement;
      const element = outer?.shadowRoot?.activeElement ?? outer;
      return element?.getAttribute('aria-label') || element?.textContent?.trim() || element?.localName || '';
    });
  const isFocusSeen = (widget: Widget) =>
    widget.page.evaluate(() => {
      const element = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
      if (!element) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    });
  const press = async (widget: Widget, key: string) => {
    await widget.page.keyboard.press(key);
    return focused(widget);
  };

  test('Tab comes to the launcher after the page, Enter opens, Escape closes and gives the focus back', async () => {
    const widget = await scene.visit('plain');
    expect(await press(widget, 'Tab')).toBe('Our beans');
    expect(await press(widget, 'Tab')).toBe('Open chat');
    expect(await isFocusSeen(widget)).toBe(true);
    await widget.page.keyboard.press('Enter');
    await widget.input.waitFor();
    await until('the focus to be in the input', async () => (await focused(widget)) === 'Write a message');
    await widget.panel.getByRole('heading', { name: 'Ask Tidewater' }).waitFor();
    await widget.page.keyboard.press('Escape');
    await widget.panel.waitFor({ state: 'detached' });
    expect(await focused(widget)).toBe('Open chat');
    expect(await widget.launcher.getAttribute('aria-expanded')).toBe('false');
  });

  test('everything is reached in the order it is read, and the focus is always seen', async () => {
    const widget = await scene.open();
    await widget.ask(DELIVERY.question);
    await widget.panel.getByRole('button', { name: 'Talk to a person' }).focus();
    const seen: [string, boolean][] = [];
    for (let stop = 0; stop < 10; stop++) {
      seen.push([await focused(widget), await isFocusSeen(widget)]);
      await widget.page.keyboard.press('Tab');
    }
    expect(seen).toEqual([
      ['Talk to a person', true],
      ['Close chat', true],
      ['Ask Tidewater', true],
      ['Source 1', true],
      [expect.stringContaining('Delivery'), true],
      ['Helpful', true],
      ['Not helpful', true],
      ['Write a message', true],
      ['Send a picture or a PDF', true],
      ['Send', true],
    ]);
    // Not a trap: behind the last stop comes the page again.
    expect(await widget.page.evaluate(() => document.activeElement?.localName)).not.toBe('netia-widget');
  });

  test('a source card that opens below what can be seen is brought into view, and the page stays where it is', async () => {
    const widget = await scene.open('plain', { viewport: { width: 800, height: 400 } });
    await widget.page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { style: 'height: 3000px' })));
    await widget.ask('How do I clean the grinder?');
    await widget.lastAnswer.locator('.cite').first().focus();
    await widget.page.keyboard.press('Enter');
    await widget.card.waitFor();
    const [card, thread] = await Promise.all([widget.card.boundingBox(), widget.thread.boundingBox()]);
    expect(card && thread && card.y < thread.y + thread.height - 40 && card.y + card.height > thread.y + 40).toBe(true);
    expect(await widget.page.evaluate('scrollY')).toBe(0);
  });

  test('a source is opened and a question answered without a mouse', async () => {
    const widget = await scene.open();
    await widget.page.keyboard.type(DELIVERY.question);
    await widget.page.keyboard.press('Enter');
    await widget.finishedAnswers.waitFor();
    await widget.lastAnswer.locator('.cite').focus();
    await widget.page.keyboard.press('Enter');
    await widget.card.waitFor();
    expect(await focused(widget)).toBe('Source 1');
    expect(await widget.lastAnswer.locator('.cite').getAttribute('aria-expanded')).toBe('true');
    await widget.page.keyboard.press('Enter');
    await widget.card.waitFor({ state: 'detached' });
  });

  test('what has the focus and goes away leaves it in the panel', async () => {
    const widget = await scene.open();
    await widget.ask(PRICE);
    await widget.lastAnswer.getByLabel('E-mail').fill('ada@example.com');
    await widget.page.keyboard.press('Enter');
    await widget.lastAnswer.getByText('Thank you, your details were passed on.').waitFor();
    expect(await focused(widget)).toBe('Write a message');

    await widget.panel.locator('header').getByRole('button', { name: 'Talk to a person' }).focus();
    await widget.page.keyboard.press('Enter');
    await widget.withPerson.waitFor();
    expect(await focused(widget)).toBe('Write a message');
  });

  test('on a phone, where the panel hides the page, Tab stays in the panel', async () => {
    const widget = await scene.open('plain', PHONE);
    // It comes with the settings, which may take longer than the first keystrokes.
    await widget.panel.getByRole('button', { name: 'Talk to a person' }).waitFor();
    const stops = new Set<string>();
    for (let stop = 0; stop < 12; stop++) stops.add(await press(widget, 'Tab'));
    expect([...stops]).not.toContain('Our beans');
    expect([...stops]).toEqual(expect.arrayContaining(['Talk to a person', 'Close chat', 'Write a message', 'Send']));
    await widget.page.keyboard.press('Escape');
    expect(await focused(widget)).toBe('Open chat');
  });
});

describe('to a screen reader', () => {
  /** Everything that the status region says from now on. */
  const listen = async (widget: Widget) => {
    await widget.status.evaluate((element) => {
      const page = window as unknown as { __said: string[] };
      page.__said = [];
      new MutationObserver(() => {
        if (element.textContent) page.__said.push(element.textContent);
      }).observe(element, { childList: true, characterData: true, subtree: true });
    });
    return () => widget.page.evaluate('window.__said') as Promise<string[]>;
  };

  test('an answer is announced once, when it is whole', async () => {
    const widget = await scene.open();
    expect(await widget.thread.getAttribute('role')).toBe('log');
    expect(await widget.thread.getAttribute('aria-live')).toBe('off');
    const said = await listen(widget);
    const goOn = answerInTwo(scene.models);
    await scene.stack.set('ai', { answerers: ['openai'] });
    await widget.send(DELIVERY.question);
    await widget.lastAnswer.getByText('costs € 4.50').waitFor();
    expect(await said()).toEqual([]);
    goOn();
    await widget.finishedAnswers.waitFor();
    expect(await said()).toEqual([expect.stringMatching(/^Delivery within the country costs € 4\.50\..* costs nothing\.$/)]);
  });

  test('each answer is announced, also one of the same words as the last', async () => {
    const widget = await scene.open();
    const said = await listen(widget);
    await widget.ask('Who won the cup in 1987?');
    await widget.ask('Who won the cup in 1988?');
    expect(await said()).toEqual([expect.stringContaining('could not find'), expect.stringContaining('could not find')]);
  });

  test('what is announced is what is written, without the marks of its form', async () => {
    const widget = await scene.open();
    const said = await listen(widget);
    await widget.ask('How do I clean the grinder?');
    const [announced] = await said();
    expect(announced).toContain('burrs');
    expect(announced).not.toMatch(/\*\*|`/);
  });

  test('that one talks to an AI is said before the first message, and each message tells whose it is', async () => {
    const widget = await scene.open();
    // The name comes with the tenant's settings, a moment after the panel.
    await expect.poll(() => textOf(widget.thread), { timeout: 5_000 }).toMatch(/^You are talking to an AI agent of Tidewater Coffee/);
    await widget.ask(DELIVERY.question);
    expect(await textOf(widget.panel.locator('.row.visitor'))).toMatch(/^You: /);
    expect(await textOf(widget.lastAnswer)).toMatch(/^AI agent: /);
  });

  test('that details were passed on, and that a person was told, is announced', async () => {
    const widget = await scene.open();
    await widget.ask(PRICE);
    const said = await listen(widget);
    await widget.lastAnswer.getByLabel('E-mail').fill('ada@example.com');
    await widget.lastAnswer.getByRole('button', { name: 'Send contact details' }).click();
    await until('it to be said', async () => (await said()).includes('Thank you, your details were passed on.'));
    await widget.panel.locator('header').getByRole('button', { name: 'Talk to a person' }).click();
    await until('it to be said', async () => (await said()).length === 2);
    expect(await said()).toEqual(['Thank you, your details were passed on.', expect.stringContaining('A person will answer')]);
  });
});
