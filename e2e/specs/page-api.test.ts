import { until } from '@netia/testkit';
import { beforeEach, expect, test } from 'vitest';
import { answerInTwo } from '../support/delivery-answers.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, PRICE, SHOP } from '../support/shop.ts';
import { textOf, type Widget } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, hasModels: true });
beforeEach(() => scene.stack.set('ai', { answerers: ['extractive'] }));

const call = (widget: Widget, ...args: unknown[]) =>
  widget.page.evaluate((given) => (window as unknown as { Netia(...call: unknown[]): void }).Netia(...given), args);
const events = (widget: Widget) => widget.page.evaluate('window.__events') as Promise<[string, unknown][]>;

test('calls made before the script has loaded are carried out in order', async () => {
  const widget = await scene.visit('early-calls');
  await widget.finishedAnswers.waitFor();
  expect(await textOf(widget.lastAnswer)).toContain('Quay 4');
  expect((await events(widget)).map(([name]) => name)).toEqual(expect.arrayContaining(['open', 'answer']));
  expect((await events(widget)).find(([name]) => name === 'answer')).toEqual(['answer', { verdict: 'answered' }]);
  // Who the page says its visitor is need not be asked again.
  await widget.ask(PRICE);
  expect(await widget.lastAnswer.locator('form').count()).toBe(0);
});

test('the page can open, close, send and listen', async () => {
  const widget = await scene.visit('early-calls');
  await widget.finishedAnswers.waitFor();
  await call(widget, 'close');
  await widget.panel.waitFor({ state: 'detached' });
  expect(await widget.launcher.getAttribute('aria-expanded')).toBe('false');
  await call(widget, 'open');
  await widget.input.waitFor();
  await call(widget, 'send', DELIVERY.question);
  await widget.lastAnswer.getByText(DELIVERY.answer).waitFor();
  await widget.ask('I want to talk to a real person please');
  await until('the hand-over to be told', async () => (await events(widget)).some(([name]) => name === 'handoff'));
  expect((await events(widget)).map(([name]) => name)).toEqual(expect.arrayContaining(['open', 'close', 'answer', 'handoff']));
  await call(widget, 'dance');
  await until('the warning', () => widget.log.console.some((line) => line.includes('there is no command "dance"')));
  expect(widget.log.errors).toEqual([]);
});

test("a listener of the page that throws is the page's own fault and hurts nothing", async () => {
  const widget = await scene.visit('plain');
  await widget.page.evaluate("Netia('on', 'open', () => { throw new Error('the page is broken'); })");
  await widget.open();
  expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
  expect(widget.log.errors).toEqual([expect.stringContaining('the page is broken')]);
});

test('another identity is another visitor: the conversation begins anew', async () => {
  const widget = await scene.open();
  await widget.ask(DELIVERY.question);
  const before = await widget.storage();
  await call(widget, 'identify', { email: 'grace@example.com' });
  await until('the old conversation to be gone', async () => (await widget.panel.locator('.row').count()) === 0);
  await widget.ask('Where is the roastery?');
  expect(Object.values((await widget.storage()).local)).not.toEqual(Object.values(before.local));
  expect(await widget.panel.locator('.row.visitor').count()).toBe(1);
});

test('destroy leaves no trace: no element, no global, no stream, no request', async () => {
  const visitor = await scene.visitor();
  const without = await visitor.visit(scene.pages.page('without-widget'), { awaitWidget: false });
  const globals = (widget: Widget) => widget.page.evaluate(() => Object.getOwnPropertyNames(window).sort());
  const widget = await visitor.visit(scene.pages.page('plain'));
  await widget.open();
  await widget.ask(DELIVERY.question);
  // Control: the stream that has to end is there.
  await until('the stream to be open', async () => (await scene.stack.metric('netia_open_streams')) === 1);
  await call(widget, 'destroy');
  await until('the stream to end', async () => (await scene.stack.metric('netia_open_streams')) === 0);
  expect(await widget.page.locator('netia-widget').count()).toBe(0);
  expect(await globals(widget)).toEqual(await globals(without));
  const requests = widget.log.requests.length;
  // Whatever still listens would act on these.
  await widget.page.evaluate(() => {
    document.dispatchEvent(new Event('visibilitychange'));
    dispatchEvent(new Event('online'));
    document.documentElement.append(document.createElement('i'));
  });
  await widget.page.waitForLoadState('networkidle');
  expect(widget.log.requests.length).toBe(requests);
  expect(await widget.page.locator('netia-widget').count()).toBe(0);

  // The snippet may be put in again.
  await widget.page.evaluate(
    (script) => {
      const again = document.createElement('script');
      again.src = script.src;
      again.dataset['websiteId'] = script.websiteId;
      document.body.append(again);
    },
    { src: `${scene.stack.url}/widget.js`, websiteId: scene.stack.websiteId },
  );
  await widget.open();
  await widget.finishedAnswers.waitFor();
  expect(widget.log.errors).toEqual([]);
});

test('destroy while the panel is still being fetched leaves no trace either', async () => {
  const visitor = await scene.visitor();
  // With a conversation to resume, an open panel would begin a stream.
  const first = await visitor.visit(scene.pages.page('plain'));
  await first.open();
  await first.ask(DELIVERY.question);
  await first.page.close();
  await until('its stream to end', async () => (await scene.stack.metric('netia_open_streams')) === 0);

  const widget = await visitor.visit(scene.pages.page('plain'));
  await widget.page.evaluate("Netia('open'); Netia('destroy')");
  await widget.page.waitForLoadState('networkidle');
  expect(await widget.page.locator('netia-widget').count()).toBe(0);
  expect(await scene.stack.metric('netia_open_streams')).toBe(0);
  expect(widget.log.requests.filter((url) => url.includes('/v1/widget/events'))).toEqual([]);
  expect(widget.log.errors).toEqual([]);
});

test.each(['close', 'destroy'])('%s while an answer is being written leaves no stream behind, and the answer is kept', async (command) => {
  await scene.stack.set('ai', { answerers: ['openai'] });
  const goOn = answerInTwo(scene.models);
  const visitor = await scene.visitor();
  const widget = await visitor.visit(scene.pages.page('plain'));
  await widget.open();
  await widget.send(DELIVERY.question);
  await widget.lastAnswer.getByText('€ 4.50').waitFor();
  await call(widget, command);
  // The stream of a message ends with its answer, whether anybody looks or not.
  goOn();
  await until('the streams to end', async () => (await scene.stack.metric('netia_open_streams')) === 0);
  await widget.page.waitForLoadState('networkidle');
  expect(await scene.stack.metric('netia_open_streams')).toBe(0);

  const later = await visitor.visit(scene.pages.page('plain'));
  await later.open();
  await later.finishedAnswers.waitFor();
  expect(await textOf(later.lastAnswer)).toContain('costs nothing');
  expect(widget.log.errors).toEqual([]);
});

test('calls are carried out in order even before the panel has been fetched', async () => {
  const widget = await scene.visit('plain');
  await widget.page.evaluate("Netia('open'); Netia('close')");
  await widget.page.waitForLoadState('networkidle');
  expect(await widget.panel.count()).toBe(0);
  await widget.open();
});
