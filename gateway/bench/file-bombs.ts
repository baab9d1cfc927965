// How long does the gateway stand still while files made to break their reader are read?
//
// Each of the files of the tests is given to the parser's process, as a tenant's file is. Figures: how long until it was
// read or refused, and the longest that the loop of this process was kept from anything else meanwhile. Floor: the same
// loop, as long, with nothing to do.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { detectKind } from '../src/sources/detect-kind.ts';
import { ParserProcess } from '../src/sources/parsing/parser-process.ts';
import { FILE_BOMBS } from '../test/support/file-bombs.ts';
import { bench, figure, median, printTable, ratio } from './support.ts';

const RESOLUTION_MS = 5;

/** @returns the 99th percentile of how late the loop was, in milliseconds. */
async function standstill(work: () => Promise<unknown>): Promise<{ tookMs: number; lateMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const from = performance.now();
  delay.enable();
  await work();
  // A blocked loop shows only once it runs again.
  await pause(3 * RESOLUTION_MS);
  delay.disable();
  return { tookMs: performance.now() - from, lateMs: delay.percentile(99) / 1e6 - RESOLUTION_MS };
}

await bench('How long does the gateway stand still while files made to break their reader are read?', async (defer) => {
  const parser = new ParserProcess();
  defer(() => parser.close());
  await parser.parse({ kind: 'html', bytes: Buffer.from('<p>Warm.</p>'), name: 'warm.html' });
  const rows: string[][] = [];
  const late: number[] = [];
  for (const [what, name, make] of FILE_BOMBS) {
    const bytes = make();
    let outcome = 'read';
    const { tookMs, lateMs } = await standstill(async () => {
      try {
        await parser.parse({ kind: await detectKind(name, bytes), bytes, name });
      } catch (error) {
        outcome = (error as Error).message;
      }
    });
    late.push(lateMs);
    rows.push([what, outcome, figure(tookMs), figure(lateMs)]);
  }
  const { lateMs: floor } = await standstill(() => pause(2_000));
  printTable(['file', 'outcome', 'ms', 'loop late by, p99 ms'], rows);
  console.log(
    `\nmedian ${figure(median(late))} ms, most ${figure(Math.max(...late))} ms; idle ${figure(floor)} ms; median : idle ${ratio(median(late), floor)}`,
  );
});
