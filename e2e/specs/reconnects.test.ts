import { until } from '@netia/testkit';
import { beforeEach, expect, test } from 'vitest';
import { answerAtOnce, answerInTwo } from '../support/delivery-answers.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, hasModels: true });
beforeEach(() => scene.stack.set('ai', { answerers: ['openai'] }));

/** What a dead worker began may be taken up by another after 12 s. */
const LEASE_MS = 60_000;

const messagesOf = async (id: string) =>
  (await scene.stack.admin<{ messages: { sender_type: string; content: string; status: string }[] }>('GET', `/conversations/${id}`)).messages;
const newestConversation = async () => (await scene.stack.admin<{ items: { id: string }[] }>('GET', '/conversations?limit=1')).items[0]?.id ?? '';

test(
  'a gateway that dies in the middle of an answer and comes back leaves exactly one whole answer',
  async () => {
    const goOn = answerInTwo(scene.models);
    const widget = await scene.open();
    await widget.send(DELIVERY.question);
    await widget.lastAnswer.getByText('costs € 4.50').waitFor();
    expect(await widget.finishedAnswers.count()).toBe(0);
    await scene.stack.kill();
    await widget.panel.getByText('No connection. Trying again…').waitFor();
    goOn();

    answerAtOnce(scene.models);
    await scene.stack.launch();
    await widget.finishedAnswers.waitFor({ timeout: LEASE_MS });
    expect(await widget.panel.locator('.row').count()).toBe(2);
    expect((await textOf(widget.lastAnswer)).match(/costs € 4\.50/g)).toHaveLength(1);
    expect(await textOf(widget.lastAnswer)).toContain('costs nothing');
    expect(await widget.panel.getByText('No connection').count()).toBe(0);

    const messages = await messagesOf(await newestConversation());
    expect(messages.map((message) => [message.sender_type, message.status])).toEqual([
      ['visitor', 'complete'],
      ['ai', 'complete'],
    ]);
    expect(widget.log.errors).toEqual([]);
  },
  LEASE_MS * 2,
);

test('what happens while the connection is gone is fetched by Last-Event-ID, once', async () => {
  answerAtOnce(scene.models);
  const widget = await scene.open();
  await widget.ask(DELIVERY.question);
  const id = await newestConversation();
  await until('the stream to be open', async () => (await scene.stack.metric('netia_open_streams')) === 1);
  const before = widget.log.requests.length;
  const resumed = widget.page.waitForRequest((request) => request.url().endsWith('/v1/widget/events') && request.headers()['last-event-id'] !== undefined, {
    timeout: 30_000,
  });
  await scene.stack.kill();
  await scene.stack.launch();
  await scene.stack.admin('POST', `/conversations/${id}/messages`, { text: 'Mara here. Anything else?' });

  await widget.panel.locator('.row.person').waitFor({ timeout: 40_000 });
  expect((await resumed).headers()['last-event-id']).toMatch(/^2\.\d+$/);
  expect(await widget.panel.locator('.row').count()).toBe(3);
  expect(widget.log.requests.slice(before).filter((url) => url.endsWith('/v1/widget/sessions'))).toEqual([]);
  expect(widget.log.errors).toEqual([]);
});

test('a gateway that is told to stop finishes the answer first', async () => {
  const goOn = answerInTwo(scene.models);
  const widget = await scene.open();
  await widget.send(DELIVERY.question);
  await widget.lastAnswer.getByText('costs € 4.50').waitFor();
  expect(await widget.finishedAnswers.count()).toBe(0);
  const ended = scene.stack.terminate();
  // A connection that is open already is still told; a new one is refused.
  const isStopping = () =>
    fetch(`${scene.stack.url}/readyz`).then(
      ({ status }) => status === 503,
      () => true,
    );
  await until('the gateway to be stopping', isStopping);
  expect(await widget.finishedAnswers.count()).toBe(0);
  goOn();
  expect(await ended).toBe(0);
  await widget.finishedAnswers.waitFor();
  expect(await textOf(widget.lastAnswer)).toContain('costs nothing');
  await scene.stack.launch();
  expect((await messagesOf(await newestConversation())).map((message) => message.status)).toEqual(['complete', 'complete']);
});
