// How many webhooks a second does one process acknowledge durably, next to a bare Express route and one transaction?
//
// Sender, gateway and floor are processes of their own; 64 connections, each with its next webhook as soon as the last is
// acknowledged. A webhook of ours is verified, parsed, told apart from its repetitions and stored as message, conversation
// and event before 200. The gateway answers none of them (TURNS_AT_ONCE=0, no worker runs): taking in is measured, not
// answering. Cells take turns in short rounds; medians of the rounds. Floor: Express, JSON, one INSERT in a transaction
// under row-level security (three statements), 200; on the same PostgreSQL in the same run. See processes/floor.ts.
//
// Then a hundred a second while the model hangs, with answering in the same process as by default: the sender waits four
// seconds at most, p99 should stay below one.
import {
  bench,
  connectCrisp,
  cpuOf,
  crispEnvironment,
  figure,
  makeDatabase,
  makeTenant,
  median,
  percentile,
  printTable,
  settle,
  share,
  startFakeModel,
  startFloor,
  startGateway,
  startHooks,
} from './support.ts';

const PARALLEL = 64;
const ROUNDS = 5;
const ROUND_S = 3;
const WARM_UP_S = 3;
const HANGING_RATE = 100;
const HANGING_S = 30;

await bench(`How many webhooks a second are acknowledged durably? (${PARALLEL} connections)`, async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const tenant = await makeTenant(db, { seed: 1, chunks: 100 });
  const websiteId = await connectCrisp(db, tenant);
  await settle(connection);
  await connection.close();
  const forFloor = database.share();
  const model = await startFakeModel(defer);
  const crisp = await startHooks(defer);
  const floor = await startFloor(forFloor, tenant, model, defer, crisp);
  const gateway = await startGateway(database, { ...crispEnvironment(crisp), TURNS_AT_ONCE: '0' }, defer, 'gateway');

  const cells = [
    { title: 'Netia', url: gateway.url, pid: gateway.pid },
    { title: 'floor: one INSERT in a transaction under RLS', url: `${floor.url}/one`, pid: floor.pid },
    { title: 'the same three rows as ours, by hand', url: `${floor.url}/rows`, pid: floor.pid },
    { title: 'one plain INSERT', url: `${floor.url}/insert`, pid: floor.pid },
  ].map((cell) => ({ ...cell, speeds: [] as number[], ms: [] as number[], p99: [] as number[], cpu: 0 }));
  for (const { url } of cells) await crisp.run({ url, websiteId, parallel: PARALLEL, seconds: WARM_UP_S });
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of cells) {
      const before = cpuOf(cell.pid) ?? Number.NaN;
      const { acknowledged, seconds, ms } = await crisp.run({ url: cell.url, websiteId, parallel: PARALLEL, seconds: ROUND_S });
      cell.cpu += (cpuOf(cell.pid) ?? Number.NaN) - before;
      cell.speeds.push(acknowledged / seconds);
      cell.ms.push(...ms);
      cell.p99.push(percentile(ms, 0.99));
    }
  }
  const [ours, ...others] = cells;
  if (!ours) return;
  printTable(
    [`${PARALLEL} connections`, 'acknowledged/s', 'lowest', 'highest', 'p50 ms', 'p99 ms', 'CPU ms each', 'Netia is'],
    [ours, ...others].map((cell) => [
      cell.title,
      figure(median(cell.speeds)),
      figure(Math.min(...cell.speeds)),
      figure(Math.max(...cell.speeds)),
      figure(median(cell.ms)),
      figure(median(cell.p99)),
      figure(cell.cpu / cell.ms.length),
      cell === ours ? '' : share(median(ours.speeds), median(cell.speeds)),
    ]),
  );
  await gateway.stop();

  const hanging = await startFakeModel(defer, { hangs: true });
  const answering = await startGateway(database, { ...crispEnvironment(crisp), OPENAI_BASE_URL: `${hanging.url}/v1` }, defer, 'gateway');
  await crisp.run({ url: answering.url, websiteId, parallel: 1, seconds: HANGING_S, rate: HANGING_RATE }).then(({ acknowledged, seconds, ms }) => {
    console.log();
    printTable(
      [`${HANGING_RATE} a second for ${HANGING_S} s, the model hangs`, 'acknowledged/s', 'p50 ms', 'p99 ms', 'longest'],
      [['Netia, answering too', figure(acknowledged / seconds), figure(median(ms)), figure(percentile(ms, 0.99)), figure(Math.max(...ms))]],
    );
  });
});
