import { until } from '@netia/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerInTwo } from '../support/delivery-answers.ts';
import { passageNumber } from '../support/passage-number.ts';
import { Scene } from '../support/scene.ts';
import { DELIVERY, SHOP } from '../support/shop.ts';
import { textOf } from '../support/widget.ts';

const scene = Scene.set({ knowledge: SHOP, hasModels: true });

describe.each(['openai', 'anthropic'] as const)('with %s as the model', (vendor) => {
  beforeAll(() => scene.stack.set('ai', { answerers: [vendor] }));

  test('its answer is shown sentence by sentence as it is written, with the sources it rests on', async () => {
    const goOn = answerInTwo(scene.models);
    const before = scene.models.calls.length;
    const widget = await scene.open();
    await widget.send(DELIVERY.question);

    // The first sentence can be read while the second is still being written.
    await widget.lastAnswer.getByText('costs € 4.50').waitFor();
    expect(await widget.finishedAnswers.count()).toBe(0);
    expect(await textOf(widget.lastAnswer)).not.toContain('€ 40');
    goOn();
    await widget.finishedAnswers.waitFor();

    expect(await textOf(widget.lastAnswer.locator('p').first())).toMatch(
      /^Delivery within the country costs € 4\.50\. From € 40 on, delivery within the country costs nothing\.\s*1$/,
    );
    await widget.openSource();
    expect(await textOf(widget.card)).toContain('Delivery and returns');
    expect(await textOf(widget.card.locator('blockquote'))).toContain('€ 4.50');
    expect(scene.models.calls.slice(before).map((call) => call.vendor)).toEqual([vendor]);
    expect(widget.log.errors).toEqual([]);
  });

  test('a sentence that its source does not bear is never shown', async () => {
    scene.models.answer = (call) => {
      const n = passageNumber(call, '€ 4.50');
      return { text: `Delivery within the country costs € 4.50 [${n}]. Express delivery costs € 99.90 [${n}]. Anchors are made of cheese.` };
    };
    const widget = await scene.open();
    const answer = await widget.ask(DELIVERY.question);
    expect(answer).toContain('€ 4.50');
    expect(answer).not.toMatch(/99|Express|cheese/);
  });

  test('when it is away, the sources are quoted instead', async () => {
    scene.models.answer = () => ({ fault: 'status', status: 503 });
    const before = scene.models.calls.length;
    const widget = await scene.open();
    expect(await widget.ask(DELIVERY.question)).toContain(DELIVERY.answer);
    expect(await widget.sources.count()).toBeGreaterThan(0);
    await until('the model to have been asked', () => scene.models.calls.length > before);
  });
});
