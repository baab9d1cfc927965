// How much memory does a gateway take, idle and loaded, and how fast does it start?
//
// Run as production runs it, through tools/netia.ts, against its own database: the first start compiles (and leaves
// what it compiled for the next), the second finds it. Loaded: after 2,000 turns by 16 visitors at once through a model,
// which also brings in the vendor's SDK. Floor: a bare Express process with the same driver and SDK that answers as many
// (processes/floor.ts).
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchProcess } from './support.ts';
import {
  bench,
  figure,
  makeDatabase,
  makeTenant,
  memoryOf,
  pause,
  printTable,
  ROOT,
  ratio,
  settle,
  startFakeModel,
  startFloor,
  startGateway,
  startLoad,
} from './support.ts';

const TURNS = 2_000;
const PARALLEL = 16;
const REST_MS = 4_000;

await bench(`How much memory does a gateway take? (1,000 chunks; loaded: ${TURNS.toLocaleString('en')} turns, ${PARALLEL} at once)`, async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const tenant = await makeTenant(db, { seed: 1, chunks: 1_000 });
  await settle(connection);
  await connection.close();
  const forFloor = database.share();
  const model = await startFakeModel(defer);
  const load = await startLoad(defer);
  const environment = { OPENAI_BASE_URL: `${model.url}/v1` };

  const measure = async (process: BenchProcess, url: string) => {
    await pause(REST_MS);
    const idle = memoryOf(process.pid);
    await load.greet(url, tenant.websiteId, 200);
    await load.run(url, { parallel: PARALLEL, questions: tenant.questions, turns: TURNS });
    const loaded = memoryOf(process.pid);
    await pause(REST_MS);
    const rested = memoryOf(process.pid);
    await process.stop();
    return {
      start: process.startMs,
      idle: idle?.now ?? Number.NaN,
      loaded: loaded?.now ?? Number.NaN,
      peak: loaded?.peak ?? Number.NaN,
      rested: rested?.now ?? Number.NaN,
    };
  };

  rmSync(join(ROOT, 'node_modules', '.cache', 'compile'), { recursive: true, force: true });
  const cold = await startGateway(database, environment, defer);
  await pause(REST_MS);
  const coldIdle = memoryOf(cold.pid)?.now ?? Number.NaN;
  await cold.stop();
  const warm = await startGateway(database, environment, defer);
  const ours = await measure(warm, warm.url);
  const floor = await startFloor(forFloor, tenant, model, defer);
  const theirs = await measure(floor, `${floor.url}/floor`);

  printTable(
    ['', 'ready after ms', 'idle MB', 'loaded MB', 'highest MB', `${REST_MS / 1_000} s later MB`],
    [
      ['first start (compiles)', figure(cold.startMs), figure(coldIdle), '', '', ''],
      ['second start', ...[ours.start, ours.idle, ours.loaded, ours.peak, ours.rested].map(figure)],
      ['floor', ...[theirs.start, theirs.idle, theirs.loaded, theirs.peak, theirs.rested].map(figure)],
      ['second start : floor', ...(['start', 'idle', 'loaded', 'peak', 'rested'] as const).map((key) => ratio(ours[key], theirs[key]))],
    ],
  );
});
