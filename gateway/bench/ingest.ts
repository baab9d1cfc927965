// How fast is knowledge published?
//
// Markdown documents of 20 chunks through addKnowledge, one transaction each, as the API and the command line do it:
// into an empty tenant, and into one that has 10,000 chunks already. Floor: plain INSERTs of the same rows, with their
// lexemes, into a table without index or trigger, one transaction per document as well.
import { addKnowledge, changeKnowledge } from '../src/knowledge/publish-knowledge.ts';
import { type BenchDocument, makeDocuments } from './corpus.ts';
import { bench, figure, isOnServer, makeDatabase, makeTenant, median, percentile, printTable, ratio, settle } from './support.ts';

const PER_DOCUMENT = 20;
const DOCUMENTS = 60;
const WARM_UP = 10;
const FULL = isOnServer ? 10_000 : 1_000;

await bench(`How fast is knowledge published? (documents of ${PER_DOCUMENT} chunks)`, async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  defer(() => connection.close());
  const empty = await makeTenant(db, { seed: 1, chunks: 0 });
  const full = await makeTenant(db, { seed: 2, chunks: FULL });
  const documents = [...makeDocuments({ seed: 3, chunks: (WARM_UP + DOCUMENTS) * PER_DOCUMENT })];

  const rows: string[][] = [];
  const measure = async (title: string, work: (document: BenchDocument, i: number) => Promise<unknown>, floor?: number): Promise<number> => {
    const wall: number[] = [];
    let cpu = process.cpuUsage();
    for (const [i, document] of documents.entries()) {
      if (i === WARM_UP) cpu = process.cpuUsage();
      const started = performance.now();
      await work(document, i);
      if (i >= WARM_UP) wall.push(performance.now() - started);
    }
    const { user, system } = process.cpuUsage(cpu);
    const middle = median(wall);
    rows.push([
      title,
      figure((PER_DOCUMENT * 1_000) / middle),
      figure(middle),
      figure(percentile(wall, 0.95)),
      figure((user + system) / 1_000 / DOCUMENTS),
      floor === undefined ? '' : ratio(middle, floor),
    ]);
    return middle;
  };
  const add = (tenantId: string, { title, content }: BenchDocument) =>
    db.inTenant(tenantId, (tx) => addKnowledge(tx, tenantId, { format: 'markdown', title, content, language: 'en' }));

  // As a database is that nobody has counted yet: what the planner then guesses must not decide.
  await measure('published, never analyzed', (document) => add(empty.id, document));
  await settle(connection);

  // The rows of the floor are those the real thing has written.
  const ids: string[] = [];
  for (const document of documents) ids.push((await add(full.id, document)).id);
  await connection.pool.query('CREATE TABLE bench_plain AS SELECT * FROM document_chunks WHERE false');
  await connection.pool.query('GRANT INSERT ON bench_plain TO application_role');
  const stored = await Promise.all(
    ids.map(
      async (id) =>
        (
          await db.inTenant(full.id, (tx) =>
            tx.rows<{ rows: object }>(
              'SELECT jsonb_agg(to_jsonb(c)) AS rows FROM document_chunks c JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id WHERE c.tenant_id = $1 AND d.knowledge_id = $2',
              [full.id, id],
            ),
          )
        )[0]?.rows,
    ),
  );
  const floor = await measure('floor: plain INSERT', (_document, i) =>
    db.inTenant(full.id, (tx) => tx.run('INSERT INTO bench_plain SELECT * FROM jsonb_populate_recordset(NULL::bench_plain, $1)', [JSON.stringify(stored[i])])),
  );
  const another = await makeTenant(db, { seed: 4, chunks: 0 });
  await measure('published, empty tenant', (document) => add(another.id, document), floor);
  await measure(`published, ${FULL.toLocaleString('en')} chunks there`, (document) => add(full.id, document), floor);
  await measure(
    `changed, ${FULL.toLocaleString('en')} chunks there`,
    (document, i) => db.inTenant(full.id, (tx) => changeKnowledge(tx, full.id, ids[i] ?? '', { content: `${document.content}\nChanged.\n` })),
    floor,
  );
  printTable(['', 'chunks/s', 'ms/document p50', 'p95', 'CPU ms/document', 'of the floor'], rows);
});
