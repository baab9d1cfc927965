// How long from a visitor's webhook until the answer is visible in the channel, with a model of no delay?
//
// Crisp (which sends and is written to), gateway, model and floor are processes of their own; one visitor at a time, each
// in a conversation of its own, over 1,000 chunks. Between webhook and answer a message is stored and acknowledged, its
// turn taken, knowledge searched, a model called and its sentences checked, the answer recorded, taken for sending, and
// sent under a number of its own. Floor: the same by hand with nothing to survive a crash: three rows, search, call, one
// POST. See processes/floor.ts.
import {
  bench,
  connectCrisp,
  cpuOf,
  crispEnvironment,
  figure,
  makeDatabase,
  makeTenant,
  median,
  ownRedis,
  percentile,
  printTable,
  ratio,
  settle,
  startFakeModel,
  startFloor,
  startGateway,
  startHooks,
} from './support.ts';

const WARM_UP = 100;
const ROUNDS = 5;
const ROUND = 60;

await bench('How long from webhook to visible answer? (1,000 chunks, one visitor at a time, a model of no delay)', async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const tenant = await makeTenant(db, { seed: 1, chunks: 1_000 });
  await makeTenant(db, { seed: 2, chunks: 1_000 });
  const websiteId = await connectCrisp(db, tenant);
  await settle(connection);
  await connection.close();
  const forFloor = database.share();
  const model = await startFakeModel(defer);
  const crisp = await startHooks(defer);
  const floor = await startFloor(forFloor, tenant, model, defer, crisp);
  const environment = { ...crispEnvironment(crisp), OPENAI_BASE_URL: `${model.url}/v1` };
  const gateway = await startGateway(database, environment, defer);
  const redis = database.environment['DATABASE_URL'] ? await ownRedis() : undefined;
  const shared = redis ? await startGateway(database, { ...environment, REDIS_URL: redis }, defer) : undefined;

  const cells = [
    { title: 'Netia', url: gateway.url, pid: gateway.pid },
    ...(shared ? [{ title: 'Netia with Redis', url: shared.url, pid: shared.pid }] : []),
    { title: 'floor: three rows, search, call, POST', url: `${floor.url}/reply`, pid: floor.pid },
  ].map((cell) => ({ ...cell, acknowledged: [] as number[], visible: [] as number[], medians: [] as number[], cpu: 0 }));
  const questionsOf = (round: number) => Array.from({ length: ROUND }, (_, i) => tenant.questions[(round * ROUND + i) % tenant.questions.length] ?? '');
  for (const { url } of cells) await crisp.reply({ url, websiteId, questions: tenant.questions.slice(0, WARM_UP) });
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of cells) {
      const before = cpuOf(cell.pid) ?? Number.NaN;
      const { acknowledged, visible } = await crisp.reply({ url: cell.url, websiteId, questions: questionsOf(round) });
      cell.cpu += (cpuOf(cell.pid) ?? Number.NaN) - before;
      cell.acknowledged.push(...acknowledged);
      cell.visible.push(...visible);
      cell.medians.push(median(visible));
    }
  }
  const [ours] = cells;
  const last = cells.at(-1);
  if (!ours || !last) return;
  printTable(
    ['ms', 'acknowledged p50', 'visible p50', 'lowest', 'highest', 'p95', 'CPU ms each', 'to the floor'],
    cells.map((cell) => [
      cell.title,
      figure(median(cell.acknowledged)),
      figure(median(cell.visible)),
      figure(Math.min(...cell.medians)),
      figure(Math.max(...cell.medians)),
      figure(percentile(cell.visible, 0.95)),
      figure(cell.cpu / cell.visible.length),
      cell === last ? '' : ratio(median(cell.visible), median(last.visible)),
    ]),
  );
});
