import { setTimeout as pause } from 'node:timers/promises';

/** Waits until the probe brings something, asking every few milliseconds; never a fixed sleep. @throws after `withinMs`, naming what was awaited. */
export async function until<T>(what: string, probe: () => T | undefined | null | false | Promise<T | undefined | null | false>, withinMs = 10_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await pause(15);
  }
}
