// How long until a whole site is searchable?
//
// A site of so many pages on loopback, each of some paragraphs with navigation around them and links to ten others: found,
// fetched with the pause we keep between two pages of a host, parsed in the parser's process, published. Floor: the same
// pages fetched one after another with that pause and nothing done with them.
import { setTimeout as pause } from 'node:timers/promises';
import { readConfig } from '../src/config.ts';
import { createOutbound, createReading } from '../src/deps.ts';
import { diskFiles } from '../src/files/disk-files.ts';
import { searchKnowledge } from '../src/knowledge/search-knowledge.ts';
import { createLog } from '../src/log.ts';
import { addSource, showSource } from '../src/sources/sources.ts';
import { PlayedSite } from '../test/support/played-site.ts';
import { makeDocuments } from './corpus.ts';
import { bench, figure, makeDatabase, makeTenant, printTable, ratio } from './support.ts';

const PAGES = Number(process.env['BENCH_PAGES'] ?? 1_000);
const LINKS = 10;
/** See PAUSE_MS in sources/crawl/robots.ts. */
const POLITE_MS = 200;

await bench(`How long until a site of ${PAGES} pages is searchable?`, async (defer) => {
  const site = await PlayedSite.open();
  defer(() => site.close());
  const documents = [...makeDocuments({ seed: 5, chunks: PAGES * 4, chunksPerDocument: 4 })].slice(0, PAGES);
  const pathOf = (i: number) => (i === 0 ? '/' : `/page-${i}`);
  for (const [i, { title, content }] of documents.entries()) {
    const paragraphs = content
      .split('\n\n')
      .filter((part) => !part.startsWith('# '))
      .map((part) => (part.startsWith('#') ? `<h2>${part.replace(/^#+ /, '')}</h2>` : `<p>${part}</p>`));
    const links = Array.from({ length: LINKS }, (_, n) => pathOf((i * LINKS + n + 1) % PAGES));
    site.page(pathOf(i), title, paragraphs.join('\n'), links);
  }
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  defer(() => connection.close());
  const { id: tenantId } = await makeTenant(db, { seed: 6, chunks: 0 });
  const config = readConfig({ NETIA_SECRET: 'x'.repeat(40), CRAWL_NETWORKS: '127.0.0.0/8' });
  const reading = createReading(createOutbound(config), db, diskFiles('/nonexistent'), createLog('silent'));
  defer(() => reading.stop());

  const { id } = await db.inTenant(tenantId, (tx) => addSource(tx, tenantId, { kind: 'site', url: `${site.url}/`, max_pages: PAGES }));
  const started = performance.now();
  const cpu = process.cpuUsage();
  await reading.read(tenantId, id);
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const source = await db.inTenant(tenantId, (tx) => showSource(tx, tenantId, id));
  const chunks = await db.inTenant(tenantId, (tx) =>
    tx.row<{ n: number }>('SELECT count(*)::integer AS n FROM document_chunks WHERE tenant_id = $1', [tenantId]),
  );
  const question = documents.at(-1)?.questions[0] ?? '';
  const found = await db.inTenant(tenantId, (tx) => searchKnowledge(tx, tenantId, [{ text: question, weight: 1 }]));
  if (found.passages.length === 0) throw new Error('what was read is not found');

  const SAMPLE = Math.min(50, PAGES);
  const floorFrom = performance.now();
  for (let i = 0; i < SAMPLE; i++) {
    await (await fetch(`${site.url}${pathOf(i)}`)).text();
    await pause(POLITE_MS);
  }
  const floor = ((performance.now() - floorFrom) / 1_000 / SAMPLE) * PAGES;
  printTable(
    ['pages read', 'chunks', 'seconds', 'of it politeness', 'CPU ms a page, without the parser', 'floor s', 'reading : floor'],
    [
      [
        `${source.status} (${site.asked.length - SAMPLE} requests)`,
        String(chunks?.n),
        figure(seconds),
        figure((PAGES * POLITE_MS) / 1_000),
        figure((user + system) / 1_000 / PAGES),
        figure(floor),
        ratio(seconds, floor),
      ],
    ],
  );
});
