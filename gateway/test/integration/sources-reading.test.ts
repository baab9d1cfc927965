import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from '@netia/db';
import { until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound, createReading } from '../../src/deps.ts';
import { finishSource, nextDocument, noteFound, SourceTaken, storeReading, type TakenSource, takeSource } from '../../src/sources/take-source.ts';
import { startGateway } from '../support/gateway.ts';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** Reading goes on where a process has ended, and only the one that took a source last may store what it brought. */
let scene: SourcesScene;
let tenant: string;
beforeAll(async () => {
  scene = await startSourcesScene();
  tenant = scene.gateway.tenants.a.id;
});
afterAll(() => scene.close());
beforeEach(() => {
  scene.site.pages.clear();
  scene.site.asked.length = 0;
});

const inTenant: SourcesScene['gateway']['inTenant'] = (id, work) => scene.gateway.inTenant(id, work);
const take = (id: string) => inTenant(tenant, (tx) => takeSource(tx, tenant, id));
/** As if its reader had been silent for two minutes. */
const expire = (id: string) => inTenant(tenant, (tx) => tx.run("UPDATE knowledge_sources SET lease_until = now() - interval '1 second' WHERE id = $1", [id]));
const textOf = (text: string) => ({
  outcome: 'read' as const,
  texts: [{ format: 'markdown' as const, title: 'Fence', content: text }],
  links: [],
  etag: null,
  lastModified: null,
  hash: Buffer.alloc(32, text),
});

describe('a process that ends while it reads', () => {
  it('leaves the rest to another, which reads no page twice and loses none', async () => {
    const { site, gateway } = scene;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    site.page(
      '/',
      'Start',
      'This is the start of a long way.',
      names.map((name) => `/${name}`),
    );
    for (const name of names) site.page(`/${name}`, `Way ${name}`, `On the way ${name} there is an inn with ${name.charCodeAt(0)} beds.`, ['/last']);
    site.page('/last', 'Last', 'At the end of the long way is the observatory.');
    const options = { beside: gateway, environment: { CRAWL_NETWORKS: '127.0.0.0/8' } };
    const [first, second] = [await startGateway(options), await startGateway(options)];
    try {
      const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
      const reading = first.deps.reading.read(tenant, id);
      await until('some pages to be read', () => site.times('/c') > 0);
      await first.deps.reading.stop();
      await reading;
      const before = await scene.show(id);
      expect(before.status).toBe('processing');
      expect(before.progress.complete).toBeGreaterThanOrEqual(3);
      // Nobody else begins as long as it might be alive.
      await second.deps.reading.read(tenant, id);
      expect((await scene.show(id)).progress).toEqual(before.progress);
      await expire(id);
      await second.deps.reading.read(tenant, id);
      expect(await scene.show(id)).toMatchObject({ status: 'complete', progress: { found: 9, complete: 9, left_out: 0, failed: 0 } });
      // At most the one page that was under way is asked for twice.
      const paths = ['/', '/last', ...names.map((name) => `/${name}`)];
      expect(paths.reduce((sum, path) => sum + site.times(path), 0)).toBeLessThanOrEqual(paths.length + 1);
      expect((await scene.ask('What is at the end of the long way?')).text).toContain('observatory');
    } finally {
      await first.close();
      await second.close();
    }
  });

  it('ends at once, also when a page never comes, and takes that for no fault of the page', async () => {
    const { site, gateway } = scene;
    const first = await startGateway({ beside: gateway, environment: { CRAWL_NETWORKS: '127.0.0.0/8' } });
    site.pages.set('/', () => undefined);
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    const reading = first.deps.reading.read(tenant, id);
    await until('the page to be asked for', () => site.times('/') > 0);
    await first.deps.reading.stop();
    await reading;
    await first.close();
    // Had it waited for the page, the page would have failed for taking too long.
    expect(await scene.show(id)).toMatchObject({ status: 'processing', progress: { found: 1, complete: 0, failed: 0 } });
  });

  it('again and again has the source given up with a reason, and a refresh tries once more', async () => {
    const { site } = scene;
    site.page('/', 'Start', 'The keel was laid in spring.');
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    for (let attempt = 1; attempt <= 5; attempt++) {
      const source = await take(id);
      if (!source) throw new Error(`not taken the ${attempt}th time`);
      // So far it comes, and then it is gone.
      await inTenant(tenant, (tx) => noteFound(tx, source, [`${site.url}/`], 0));
      await expire(id);
    }
    expect(await take(id)).toBeUndefined();
    expect(await scene.show(id)).toMatchObject({ status: 'error', reason: 'Reading it was cut off again and again. Refresh it to try once more.' });
    expect((await scene.refresh(id)).status).toBe('complete');
  });
});

describe('a reader whose source was taken by another', () => {
  it('can store nothing any more', async () => {
    const { site } = scene;
    const { id } = await scene.add({ kind: 'site', url: `${site.url}/` });
    const old = (await take(id)) as TakenSource;
    await inTenant(tenant, (tx) => noteFound(tx, old, [`${site.url}/fence`], 0));
    const document = await inTenant(tenant, (tx) => nextDocument(tx, old));
    if (!document) throw new Error('no document');
    expect(await take(id)).toBeUndefined();
    await expire(id);
    const young = (await take(id)) as TakenSource;
    expect([young.run, young.claim]).toEqual([old.run, old.claim + 1]);
    await inTenant(tenant, (tx) => storeReading(tx, young, document, textOf('The young fence is white.'), null));
    const attempts: ((tx: Transaction) => Promise<unknown>)[] = [
      (tx) => storeReading(tx, old, document, textOf('The old fence is grey.'), null),
      (tx) => storeReading(tx, old, document, { outcome: 'gone', reason: 'x' }, null),
      (tx) => noteFound(tx, old, [`${site.url}/more`], 0),
      (tx) => finishSource(tx, old, { status: 'error', reason: 'x', isComplete: true }),
    ];
    for (const attempt of attempts) await expect(inTenant(tenant, attempt)).rejects.toThrow(SourceTaken);
    expect(await scene.documents(id)).toEqual({ '/fence': 'complete' });
    expect(await inTenant(tenant, (tx) => tx.rows("SELECT content FROM knowledge_bases WHERE title = 'Fence'"))).toEqual([
      { content: 'The young fence is white.' },
    ]);
    await inTenant(tenant, (tx) => finishSource(tx, young, { status: 'complete', reason: null, isComplete: true }));
    await scene.call('DELETE', `/${id}`);
  });

  it('stores nothing of a source that was removed meanwhile', async () => {
    const { site } = scene;
    let id = '';
    const page = { body: '<title>Gone</title><p>The removed pier has seven lamps.</p>' };
    let removed = 0;
    site.pages.set('/', (_request, response) => {
      void scene.call('DELETE', `/${id}`).then(({ status }) => {
        removed = status;
        response.end(page.body);
      });
      return undefined;
    });
    ({ id } = await scene.add({ kind: 'page', url: `${site.url}/` }));
    await scene.gateway.deps.reading.read(tenant, id);
    expect(removed).toBe(204);
    expect((await scene.ask('How many lamps does the removed pier have?')).text).not.toContain('seven');
    expect(await inTenant(tenant, (tx) => tx.row('SELECT count(*)::integer AS n FROM source_documents WHERE source_id = $1', [id]))).toEqual({ n: 0 });
  });

  it('is one of ten that try at once, of whom one reads', async () => {
    const { site, gateway } = scene;
    site.page('/', 'Once', 'The tide table is printed once.');
    const { id } = await scene.add({ kind: 'page', url: `${site.url}/` });
    await Promise.all(Array.from({ length: 10 }, () => gateway.deps.reading.read(tenant, id)));
    expect(site.times('/')).toBe(1);
    await scene.call('DELETE', `/${id}`);
  });
});

describe('a table of many questions', () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, n) => `What does boat ${n} cost?;Boat ${n} costs ${n + 100} euros a day.`);
  const give = async (questions: string[]) => (await scene.give('boats.csv', ['Question;Answer', ...questions].join('\n'))).body.id;
  /** Another process with the same files. */
  const reader = () => {
    const { config, db, files, log } = scene.gateway.deps;
    return createReading(createOutbound(config), db, files, log);
  };
  const entries = (sourceId: string) =>
    inTenant(tenant, (tx) =>
      tx.rows<{ id: string; title: string; version: number; category: string | null; passages: number }>(
        `SELECT k.id, k.title, k.version, k.category, (SELECT count(*)::integer FROM documents p JOIN document_chunks c ON c.tenant_id = p.tenant_id AND c.document_id = p.id
           WHERE p.tenant_id = k.tenant_id AND p.knowledge_id = k.id) AS passages
         FROM knowledge_bases k JOIN source_documents d ON d.tenant_id = k.tenant_id AND d.id = k.source_document_id WHERE d.source_id = $1 ORDER BY k.source_part`,
        [sourceId],
      ),
    );

  it('is stored piece by piece, and by another process from where it was cut off, with none doubled or lost', async () => {
    const questions = numbered(400);
    const id = await give(questions);
    const [first, second] = [reader(), reader()];
    const reading = first.read(tenant, id);
    await until('some questions to be stored', async () => (await entries(id)).length > 0);
    await first.stop();
    await reading;
    expect((await scene.show(id)).status).toBe('processing');
    expect((await scene.ask('What does boat 7 cost?')).text).toContain('107 euros');
    const before = await entries(id);
    expect(before.length).toBeLessThan(questions.length);
    await expire(id);
    await second.read(tenant, id);
    await second.stop();
    expect(await scene.show(id)).toMatchObject({ status: 'complete', reason: null, progress: { found: 1, complete: 1 } });
    const after = await entries(id);
    expect(after.map(({ title, version, passages }) => [title, version, passages])).toEqual(questions.map((question) => [question.split(';')[0], 1, 1]));
    expect(after.slice(0, before.length)).toEqual(before);
    expect((await scene.ask('What does boat 399 cost?')).text).toContain('499 euros');
    await scene.call('DELETE', `/${id}`);
  }, 60_000);

  it('that is made internal while it is stored shows visitors nothing of the rest', async () => {
    const id = await give(numbered(400));
    const only = reader();
    const reading = only.read(tenant, id);
    await until('some questions to be stored', async () => (await entries(id)).length > 0);
    await scene.call('PATCH', `/${id}`, { visibility: 'internal' });
    expect((await entries(id)).length).toBeLessThan(400);
    await reading;
    await only.stop();
    const seen = await inTenant(tenant, (tx) =>
      tx.rows<{ visibility: string; n: number }>(
        `SELECT k.visibility, count(*)::integer AS n FROM knowledge_bases k
         JOIN source_documents d ON d.tenant_id = k.tenant_id AND d.id = k.source_document_id WHERE d.source_id = $1 GROUP BY 1`,
        [id],
      ),
    );
    expect(seen).toEqual([{ visibility: 'internal', n: 400 }]);
    expect((await scene.ask('What does boat 399 cost?')).verdict).toBe('abstained');
    await scene.call('DELETE', `/${id}`);
  }, 60_000);

  it('that was read before is changed at once, never half', async () => {
    const id = await give(numbered(100));
    await scene.read(id);
    await scene.call('PATCH', `/${id}`, { category: 'boats' });
    let isReading = true;
    const reading = scene.gateway.deps.reading.read(tenant, id).finally(() => {
      isReading = false;
    });
    const seen = new Set<number>();
    while (isReading) {
      seen.add((await entries(id)).filter(({ category }) => category === 'boats').length);
      await nextTurn();
    }
    await reading;
    seen.add((await entries(id)).filter(({ category }) => category === 'boats').length);
    expect([...seen].filter((n) => n > 0)).toEqual([100]);
    await scene.call('DELETE', `/${id}`);
  }, 60_000);

  it('of which one cannot be stored leaves nothing of those before it', async () => {
    const { pool } = scene.gateway.test.connection;
    await pool.query("ALTER TABLE knowledge_bases ADD CONSTRAINT planted CHECK (content <> 'This is planted.')");
    try {
      const id = await give([...numbered(60), 'What is wrong?;This is planted.']);
      await scene.read(id);
      expect(await scene.documents(id)).toEqual({ 'boats.csv': 'error: A fault of ours; it is in the log.' });
      expect(await entries(id)).toEqual([]);
      await scene.call('DELETE', `/${id}`);
    } finally {
      await pool.query('ALTER TABLE knowledge_bases DROP CONSTRAINT planted');
    }
  });
});
