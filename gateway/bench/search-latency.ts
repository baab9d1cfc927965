// How long does a search take, and how does that grow with what a tenant has written?
//
// Search and weighing as in a turn, one at a time, each question asked once: wall time, CPU of this process and, on a
// server, of its backend. A neighbour with the same vocabulary
// shares the tables, and each size stays for the next. Floor: one SELECT by primary key in
// the same kind of transaction.
import { searchKnowledge } from '../src/knowledge/search-knowledge.ts';
import { weighPassages } from '../src/knowledge/weigh-passages.ts';
import { bench, cpuOf, figure, isOnServer, makeDatabase, makeTenant, median, percentile, printTable, ratio, settle } from './support.ts';

const SIZES = [1_000, 10_000, 100_000];
const NEIGHBOUR = isOnServer ? 10_000 : 1_000;
const WARM_UP = 100;
const QUESTIONS = 400;

interface Timed {
  wall: number[];
  cpu: number;
  backend: number;
}

await bench(`How long does a search take? (a neighbour tenant with ${NEIGHBOUR.toLocaleString('en')} chunks in the same tables)`, async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open({ poolSize: 1 });
  defer(() => connection.close());
  await makeTenant(db, { seed: 2, chunks: NEIGHBOUR });
  const { rows } = await connection.pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const backend = isOnServer ? (rows[0]?.pid ?? 0) : 0;

  const time = async (work: (i: number) => Promise<unknown>): Promise<Timed> => {
    for (let i = 0; i < WARM_UP; i++) await work(i);
    const wall: number[] = [];
    const before = process.cpuUsage();
    const backendBefore = cpuOf(backend) ?? Number.NaN;
    for (let i = 0; i < QUESTIONS; i++) {
      const started = performance.now();
      await work(WARM_UP + i);
      wall.push(performance.now() - started);
    }
    const { user, system } = process.cpuUsage(before);
    return { wall, cpu: (user + system) / 1_000 / QUESTIONS, backend: ((cpuOf(backend) ?? Number.NaN) - backendBefore) / QUESTIONS };
  };

  const table: string[][] = [];
  for (const chunks of SIZES) {
    const tenant = await makeTenant(db, { seed: 1, chunks });
    await settle(connection);
    const ids = await db.inTenant(tenant.id, (tx) => tx.rows<{ id: string }>('SELECT id FROM document_chunks WHERE tenant_id = $1 LIMIT 1000', [tenant.id]));
    // Questions from all over the text, not from its first pages.
    const questions = Array.from({ length: WARM_UP + QUESTIONS }, (_, i) => tenant.questions[Math.floor((i * chunks) / (WARM_UP + QUESTIONS))] ?? '');
    let postings = 0;
    const search = await time(async (i) => {
      const result = await db.inTenant(tenant.id, (tx) => searchKnowledge(tx, tenant.id, [{ text: questions[i] ?? '', weight: 1 }]));
      if (weighPassages(result).passages.length === 0) throw new Error(`nothing found for "${questions[i]}"`);
      for (const word of result.words) postings += frequencyOf(word.idf, chunks);
    });
    const floor = await time((i) =>
      db.inTenant(tenant.id, (tx) => tx.row('SELECT body FROM document_chunks WHERE tenant_id = $1 AND id = $2', [tenant.id, ids[i % ids.length]?.id])),
    );
    table.push([
      chunks.toLocaleString('en'),
      figure(postings / (WARM_UP + QUESTIONS)),
      figure(median(search.wall)),
      figure(percentile(search.wall, 0.95)),
      figure(search.cpu),
      figure(search.backend),
      figure(median(floor.wall)),
      figure(percentile(floor.wall, 0.95)),
      ratio(median(search.wall), median(floor.wall)),
    ]);
  }
  printTable(['chunks', 'postings read', 'search p50 ms', 'p95', 'CPU ms', 'backend CPU ms', 'floor p50 ms', 'p95', 'search : floor'], table);
});

/** How many passages hold a word, back from its idf. */
function frequencyOf(idf: number, chunks: number): number {
  return Math.max(0, (chunks + 1) / Math.exp(idf) - 0.5);
}
