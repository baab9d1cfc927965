// How many turns a second does one process answer, next to what one would write by hand?
//
// Visitors, gateway, floor and model are processes of their own, over real HTTP on one machine. The cells take turns in
// short rounds, so that whatever else the machine does meets them all; medians of the rounds. Each visitor has a session
// and a conversation of its own and asks again when all the others have. Floors, see processes/floor.ts: a bare Express
// route that streams the same model, one plain INSERT per request, and search + call + three INSERTs by hand.
import {
  bench,
  cpuOf,
  figure,
  makeDatabase,
  makeTenant,
  median,
  ownRedis,
  percentile,
  printTable,
  settle,
  share,
  startFakeModel,
  startFloor,
  startGateway,
  startLoad,
} from './support.ts';

const PARALLEL = [16, 64];
const ROUNDS = 4;
const ROUND_S = 3;
const WARM_UP_S = 3;
const VISITORS = 400;

await bench('How many turns a second, next to what one would write by hand? (1,000 chunks)', async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const tenant = await makeTenant(db, { seed: 1, chunks: 1_000 });
  await makeTenant(db, { seed: 2, chunks: 1_000 });
  await settle(connection);
  await connection.close();
  const forFloor = database.share();
  const model = await startFakeModel(defer);
  const load = await startLoad(defer);
  const floor = await startFloor(forFloor, tenant, model, defer);
  const gateway = await startGateway(database, { OPENAI_BASE_URL: `${model.url}/v1` }, defer);
  const redis = database.environment['DATABASE_URL'] ? await ownRedis() : undefined;
  const shared = redis ? await startGateway(database, { OPENAI_BASE_URL: `${model.url}/v1`, REDIS_URL: redis }, defer) : undefined;

  const cells = PARALLEL.flatMap((parallel) =>
    [
      { title: 'Netia', url: gateway.url, pid: gateway.pid },
      ...(shared ? [{ title: 'Netia with Redis', url: shared.url, pid: shared.pid }] : []),
      { title: 'floor: search, call, three INSERTs', url: `${floor.url}/floor`, pid: floor.pid },
      { title: 'floor: model through the openai SDK', url: `${floor.url}/bare`, pid: floor.pid },
      { title: 'floor: model through fetch', url: `${floor.url}/fetch`, pid: floor.pid },
      { title: 'floor: one plain INSERT', url: `${floor.url}/insert`, pid: floor.pid },
    ].map((server) => ({ ...server, parallel, speeds: [] as number[], first: [] as number[], total: [] as number[], cpu: 0, turns: 0 })),
  );
  for (const url of new Set(cells.map((cell) => cell.url))) {
    await load.greet(url, tenant.websiteId, VISITORS);
    await load.run(url, { parallel: 16, questions: tenant.questions, seconds: WARM_UP_S });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of cells) {
      const before = cpuOf(cell.pid) ?? Number.NaN;
      const result = await load.run(cell.url, { parallel: cell.parallel, questions: tenant.questions, seconds: ROUND_S });
      cell.cpu += (cpuOf(cell.pid) ?? Number.NaN) - before;
      cell.turns += result.turns;
      cell.speeds.push(result.turns / result.seconds);
      cell.first.push(...result.first);
      cell.total.push(...result.total);
    }
  }
  for (const parallel of PARALLEL) {
    const [ours, ...others] = cells.filter((cell) => cell.parallel === parallel);
    if (!ours) continue;
    printTable(
      [`${parallel} visitors at once`, 'turns/s', 'lowest', 'highest', 'first word p50', 'p95 ms', 'end p50', 'CPU ms/turn', 'Netia is'],
      [ours, ...others].map((cell) => [
        cell.title,
        figure(median(cell.speeds)),
        figure(Math.min(...cell.speeds)),
        figure(Math.max(...cell.speeds)),
        figure(median(cell.first)),
        figure(percentile(cell.first, 0.95)),
        figure(median(cell.total)),
        figure(cell.cpu / cell.turns),
        cell === ours ? '' : share(median(ours.speeds), median(cell.speeds)),
      ]),
    );
    console.log();
  }
});
