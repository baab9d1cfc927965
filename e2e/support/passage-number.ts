import type { ModelCall } from '@netia/testkit';

/** The number under which the prompt gives the passage that has these words: what a model would cite. */
export function passageNumber(call: ModelCall, words: string): number {
  for (const [, n, body] of call.user.matchAll(/<passage n="(\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)) if (body?.includes(words)) return Number(n);
  throw new Error(`no passage of the prompt has "${words}":\n${call.user}`);
}
