import type { FakeModels, ModelCall } from '@netia/testkit';
import { passageNumber } from './passage-number.ts';

const FIRST = 'Delivery within the country costs € 4.50';
const SECOND = 'From € 40 on, delivery within the country costs nothing';

/** The model answers a question about delivery with two sentences that the shop's own page bears. */
export function answerAtOnce(models: FakeModels): void {
  models.answer = (call) => {
    const n = numberOf(call);
    return { text: `${FIRST} [${n}]. ${SECOND} [${n}].` };
  };
}

/**
 * The same two sentences, and the model stops between them: the answer is being written until the test goes on, however
 * slow the machine.
 * @param after the first sentence comes not before it. @returns what lets the second one come.
 */
export function answerInTwo(models: FakeModels, after?: Promise<void>): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  models.answer = (call) => {
    const n = numberOf(call);
    return { text: `${FIRST} [${n}]. From`, chunk: 6, ...(after && { after }), rest: { text: `${SECOND.slice('From'.length)} [${n}].`, after: promise } };
  };
  return resolve;
}

const numberOf = (call: ModelCall) => passageNumber(call, '€ 4.50');
