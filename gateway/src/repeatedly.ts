import type { Log } from './log.ts';

/** Runs the work now and then again and again, each time so long after the last has ended. A failure is logged and survived. @returns the function that ends it. */
export function repeatedly(everyMs: number, log: Log, work: () => Promise<unknown>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isEnded = false;
  const run = async () => {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error }, 'a sweep could not run');
    } finally {
      if (!isEnded) timer = setTimeout(run, everyMs);
    }
  };
  timer = setTimeout(run, 0);
  return () => {
    isEnded = true;
    clearTimeout(timer);
  };
}
