import type { FakeModels } from '@netia/testkit';
import { passageNumber } from './passage-number.ts';

/**
 * The model answers a question about delivery with two sentences that the shop's own page bears, and stops between them:
 * the answer is being written until the test goes on, however slow the machine.
 * @param before the first sentence comes not before it. @returns what lets the second one come.
 */
export function answerInTwo(models: FakeModels, before: Promise<void> = Promise.resolve()): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  models.answer = (call) => {
    const n = passageNumber(call, '€ 4.50');
    return {
      text: `Delivery within the country costs € 4.50 [${n}]. From`,
      chunk: 6,
      after: before,
      rest: { text: ` € 40 on, delivery within the country costs nothing [${n}].`, after: promise },
    };
  };
  return resolve;
}

/** The same two sentences without a stop. */
export function answerAtOnce(models: FakeModels): void {
  answerInTwo(models)();
}
