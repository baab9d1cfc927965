// A model for benchmarks: answers at once with the first sentences of the first passage it is given, one whole sentence
// to a piece, so that the first piece is the first that can be shown.
import { FakeModels } from '@netia/testkit';

const SENTENCES = 3;

const fake = await FakeModels.start();
fake.answer = (call) => {
  // Kept for tests; here they would only fill the memory.
  fake.calls.length = 0;
  if (process.env['BENCH_MODEL_HANGS']) return { fault: 'hang' };
  const passage = /<passage n="1"[^>]*>\n([\s\S]*?)\n<\/passage>/.exec(call.user)?.[1] ?? 'No passage was given.';
  const sentences = passage.match(/[^.]+\./g)?.slice(0, SENTENCES) ?? [passage];
  const [first = '', ...rest] = sentences.map((sentence) => `${sentence.trim()} [1]\n`);
  return { text: [first, ...rest].join(''), chunk: first.length };
};
process.send?.({ url: fake.openAiUrl.replace(/\/v1$/, '') });
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
