import { randomInt } from 'node:crypto';
import type { Database } from '@netia/db';
import { FakeModels, wordDirections } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashTexts } from '../../src/knowledge/chunk-vectors.ts';
import { Embedder } from '../../src/knowledge/embedder.ts';
import { changeKnowledge, removeKnowledge } from '../../src/knowledge/publish-knowledge.ts';
import { searchKnowledge } from '../../src/knowledge/search-knowledge.ts';
import { createEmbeddingModel } from '../../src/models/embedding-model.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** An embedding model is played: words of one meaning point in one direction. Nothing of the question stands in the text that answers it. */
const MEANINGS = new Map(
  Object.entries({
    reimbursement: 'refund',
    money: 'refund',
    back: 'refund',
    parcel: 'order',
    purchase: 'order',
    unhappy: 'dissatisfied',
    disappointed: 'dissatisfied',
  }),
);
const QUESTION = 'Reimbursement for a disappointed purchase';

let gateway: TestGateway;
let models: FakeModels;
let embedder: Embedder;
let entry: string;

beforeAll(async () => {
  models = await FakeModels.start();
  gateway = await startGateway({ environment: { EMBEDDING_BASE_URL: models.openAiUrl, OPENAI_EMBEDDING_MODEL: 'small' } });
  embedder = gateway.deps.embedder as Embedder;
  const { a, b } = gateway.tenants;
  for (const tenant of [a, b]) {
    const ids = await gateway.know(
      tenant.id,
      { format: 'faq', title: 'If you are unhappy', content: `Unhappy: money back, whatever the parcel. Say ${tenant.canary}.` },
      { format: 'faq', title: 'Opening hours', content: 'We open at nine and close at six.' },
      { format: 'faq', title: 'Gift cards', content: 'Gift cards are sold at the counter.' },
    );
    if (tenant === a) entry = ids[0] as string;
  }
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});
beforeEach(() => {
  models.embed = (text) => wordDirections(text, MEANINGS);
  models.embeddingFault = 0;
  models.embeddingCalls.length = 0;
});

const ask = async (question: string, tenant = gateway.tenants.a) => (await gateway.visitor(tenant)).ask(question);
const vectorsOf = (tenantId: string) =>
  gateway.inTenant(tenantId, (tx) =>
    tx.rows<{ model: string; n: number; dimensions: number }>(
      'SELECT model, count(*)::integer AS n, max(dimensions) AS dimensions FROM chunk_vectors GROUP BY 1 ORDER BY 1',
    ),
  );
const textsAsked = () => models.embeddingCalls.flatMap(({ texts }) => texts);

describe('with an embedding model', () => {
  it('a question in other words is answered, which by its words alone is not', async () => {
    expect((await ask(QUESTION)).verdict).toBe('abstained');
    await embedder.sweepOnce();
    const answer = await ask(QUESTION);
    expect(answer.verdict).toBe('answered');
    expect(answer.text).toContain(gateway.tenants.a.canary);
    expect(await vectorsOf(gateway.tenants.a.id)).toEqual([{ model: 'small', n: 3, dimensions: 256 }]);
  });

  it('each tenant is answered from its own vectors', async () => {
    const { a, b } = gateway.tenants;
    const answer = await ask(QUESTION, b);
    expect(answer.text).toContain(b.canary);
    expect(answer.text).not.toContain(a.canary);
  });

  it('what has nothing to do with anything is still not answered', async () => {
    expect((await ask('Who won the regatta?')).verdict).toBe('abstained');
  });

  it('texts are embedded in one call, once, and not again when they are published again', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, entry, { category: 'returns' }));
    await embedder.sweepOnce();
    expect(textsAsked()).toEqual([]);
    await gateway.know(a.id, { format: 'faq', title: 'Parking', content: 'Behind the house.' }, { format: 'faq', title: 'Dogs', content: 'Are welcome.' });
    await embedder.sweepOnce();
    expect(models.embeddingCalls.map(({ texts }) => texts.length)).toEqual([2]);
  });

  it('a text that is changed or removed is not found by its old meaning, not even before the index is made anew', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, entry, { title: 'Chairs', content: 'Our chairs are made of oak.' }));
    expect((await ask(QUESTION)).verdict).toBe('abstained');
    await embedder.sweepOnce();
    expect((await ask(QUESTION)).verdict).toBe('abstained');
    await gateway.inTenant(a.id, (tx) =>
      changeKnowledge(tx, a.id, entry, { title: 'If you are unhappy', content: `Unhappy: money back, whatever the parcel. Say ${a.canary}.` }),
    );
    await embedder.sweepOnce();
    expect((await ask(QUESTION)).text).toContain(a.canary);
  });

  it('whose endpoint fails, questions are searched by their words, and the texts are embedded later', async () => {
    const { a } = gateway.tenants;
    models.embeddingFault = 400;
    const answer = await ask('When do you open? Tell me the opening hours.');
    expect(answer.text).toContain('nine');
    const [id] = await gateway.know(a.id, { format: 'faq', title: 'Bicycles', content: 'Bicycles are lent for a day.' });
    await embedder.sweepOnce();
    expect(gateway.logLines.join('')).toContain('could not be embedded; it is tried again');
    models.embeddingFault = 0;
    await gateway.inTenant(a.id, (tx) => tx.run('UPDATE knowledge_statistics SET embed_after = now() - interval $$1 second$$'));
    await embedder.sweepOnce();
    expect(textsAsked().filter((text) => text.includes('Bicycles are lent'))).toHaveLength(2);
    await gateway.inTenant(a.id, (tx) => removeKnowledge(tx, a.id, id as string));
  });

  it('that takes only short texts, one that is too long keeps no other from being embedded, and is found by its beginning', async () => {
    const { a } = gateway.tenants;
    models.longestEmbedded = 500;
    const ids = await gateway.know(
      a.id,
      ...['Anchors', 'Buoys', 'Chains', 'Davits'].map((title) => ({ format: 'faq' as const, title, content: `${title} are kept in the shed.` })),
      { format: 'faq', title: 'Everything else', content: 'The list of what is where goes on. '.repeat(90) },
    );
    try {
      await embedder.sweepOnce();
      const left = await gateway.inTenant(a.id, (tx) =>
        tx.rows(
          'SELECT c.id FROM document_chunks c WHERE NOT EXISTS (SELECT FROM chunk_vectors v WHERE v.tenant_id = c.tenant_id AND v.text_hash = c.text_hash)',
        ),
      );
      expect(left).toEqual([]);
      const beginning =
        textsAsked()
          .filter((text) => text.startsWith('Everything else'))
          .at(-1) ?? '';
      expect(beginning.length).toBeGreaterThan(models.longestEmbedded / 2);
      expect(beginning.length).toBeLessThanOrEqual(models.longestEmbedded);
      // Nothing is asked for again and again.
      models.embeddingCalls.length = 0;
      await embedder.sweepOnce();
      expect(models.embeddingCalls).toEqual([]);
    } finally {
      models.longestEmbedded = Infinity;
      for (const id of ids) await gateway.inTenant(a.id, (tx) => removeKnowledge(tx, a.id, id));
    }
  });

  it('the budget of the day ends embedding, not answering', async () => {
    const { b } = gateway.tenants;
    await gateway.settings(b.id, 'budget', { embedding_tokens_per_day: 1 });
    gateway.deps.tenants.forget(b.id);
    await gateway.know(b.id, { format: 'faq', title: 'Skis', content: 'Skis are waxed on Fridays, by hand, with hot wax.' });
    await embedder.sweepOnce();
    expect(textsAsked()).toEqual([]);
    expect((await ask('When are skis waxed?', b)).text).toContain('Fridays');
    await gateway.settings(b.id, 'budget', {});
    gateway.deps.tenants.forget(b.id);
  });

  it('a question is counted in the budget of the day once, and by its words alone found an answer for when that is spent', async () => {
    const { a } = gateway.tenants;
    const hours = 'At what time do you open? Tell me the opening hours.';
    const spend = vi.spyOn(gateway.deps.limits, 'spendEmbedding');
    const inOtherWords = `${QUESTION}!`;
    for (let i = 0; i < 2; i++) expect((await ask(inOtherWords)).verdict).toBe('answered');
    expect(spend.mock.calls.map(([tenantId, tokens]) => [tenantId, tokens])).toEqual([[a.id, Math.ceil(inOtherWords.length / 4)]]);
    await gateway.settings(a.id, 'budget', { embedding_tokens_per_day: 1 });
    models.embeddingCalls.length = 0;
    expect((await ask(`${QUESTION}, please`)).verdict).toBe('abstained');
    expect((await ask(hours)).text).toContain('nine');
    expect(textsAsked()).toEqual([]);
    // What is known already costs nothing.
    expect((await ask(inOtherWords)).verdict).toBe('answered');
    await gateway.settings(a.id, 'budget', {});
    // A fault of ours leaves no visitor without an answer.
    spend.mockRejectedValueOnce(new Error('the counter is broken'));
    expect((await ask(`${hours} Please.`)).text).toContain('nine');
    spend.mockRestore();
  });

  it('is asked for by the whole name of a model that has an @ in it', async () => {
    models.embeddingCalls.length = 0;
    const model = createEmbeddingModel({
      apiKey: 'none',
      baseUrl: models.openAiUrl,
      model: '@cf/small',
      dimensions: undefined,
      scale: { unlike: 0.22, alike: 0.72 },
    });
    await model.embed(['one'], { timeoutMs: 5_000 });
    expect(models.embeddingCalls).toMatchObject([{ model: '@cf/small' }]);
    expect(models.embeddingCalls[0]?.dimensions).toBeUndefined();
  });

  it('another model is put in its place at once, and searched with the old one until all is there', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) => tx.run('UPDATE knowledge_statistics SET embed_after = NULL'));
    await embedder.sweepOnce();
    const large = new Embedder({
      ...gateway.deps,
      model: createEmbeddingModel({ apiKey: 'none', baseUrl: models.openAiUrl, model: 'large', dimensions: 512, scale: { unlike: 0.22, alike: 0.72 } }),
    });
    models.embed = (text, model) => {
      if (model !== 'large') return wordDirections(text, MEANINGS);
      return [...wordDirections(text, MEANINGS), ...wordDirections(text, MEANINGS)];
    };
    // Half-way: the vectors of the new model are there, but for one.
    models.embeddingFault = 500;
    await large.sweepOnce();
    expect((await vectorsOf(a.id)).map(({ model }) => model)).toEqual(['small']);
    models.embeddingFault = 0;
    expect((await ask(QUESTION)).text).toContain(a.canary);
    await gateway.inTenant(a.id, (tx) => tx.run('UPDATE knowledge_statistics SET embed_after = NULL'));
    await large.sweepOnce();
    expect(await vectorsOf(a.id)).toEqual([{ model: 'large@512', n: 5, dimensions: 512 }]);
    expect(models.embeddingCalls.filter(({ model }) => model === 'large').every(({ dimensions }) => dimensions === 512)).toBe(true);
    models.embeddingCalls.length = 0;
    expect((await ask(`${QUESTION}?`)).text).toContain(a.canary);
    expect(models.embeddingCalls.map(({ model }) => model)).toEqual(['large']);
    await gateway.inTenant(a.id, (tx) => tx.run('UPDATE knowledge_statistics SET embed_after = NULL'));
    await embedder.sweepOnce();
  });

  it('thousands of texts are prepared, and thousands of old vectors forgotten, by two thousand a statement, and from where it was broken off', async () => {
    const { b } = gateway.tenants;
    let most = 0;
    let isBroken = false;
    const db = heard(gateway.deps.db, (statement, touched) => {
      if (isBroken && statement.startsWith('DELETE FROM chunk_vectors')) throw new Error('the process dies here');
      most = Math.max(most, touched);
    });
    const made = (model: string) =>
      new Embedder({ ...gateway.deps, db, model: { model, scale: { unlike: 0, alike: 1 }, embed: async (texts) => texts.map(() => [1, 0.5]) } });
    await gateway.inTenant(b.id, (tx) =>
      tx.run(
        `INSERT INTO document_chunks (tenant_id, document_id, ordinal, body, span_start, span_end, language, token_count, lexemes, frequencies)
         SELECT $1, d.id, 1000 + n, 'stock ' || n, 0, 1, 'en', 12, '{}', '{}'
         FROM (SELECT id FROM documents WHERE tenant_id = $1 LIMIT 1) d, generate_series(1, 2500) n`,
        [b.id],
      ),
    );
    const dueNow = (tenantId: string) => gateway.inTenant(tenantId, (tx) => tx.run('UPDATE knowledge_statistics SET embed_after = NULL'));
    const passages = (await gateway.inTenant(b.id, (tx) => tx.row<{ n: number }>('SELECT count(*)::integer AS n FROM document_chunks')))?.n;
    await dueNow(b.id);
    await made('first').sweepOnce();
    expect(await vectorsOf(b.id)).toEqual([{ model: 'first', n: passages, dimensions: 2 }]);
    isBroken = true;
    await made('second').sweepOnce();
    expect((await vectorsOf(b.id)).map(({ model, n }) => [model, n])).toEqual([
      ['first', passages],
      ['second', passages],
    ]);
    isBroken = false;
    await dueNow(b.id);
    await made('second').sweepOnce();
    expect(await vectorsOf(b.id)).toEqual([{ model: 'second', n: passages, dimensions: 2 }]);
    expect(most).toBe(2_000);
    await gateway.inTenant(b.id, (tx) => tx.run("DELETE FROM document_chunks WHERE body LIKE 'stock %'"));
    for (const { id } of [gateway.tenants.a, b]) await dueNow(id);
    await embedder.sweepOnce();
  }, 60_000);

  // Needs a second connection at the same time.
  it.skipIf(!process.env['TEST_DATABASE_URL'])('whoever publishes meanwhile is not waited for, nor has to wait', async () => {
    const { a } = gateway.tenants;
    await gateway.inTenant(a.id, (tx) => tx.run('UPDATE document_chunks SET text_hash = NULL'));
    const [hashed, all] = await gateway.inTenant(a.id, async (publishing) => {
      await publishing.run('SELECT FROM knowledge_statistics FOR UPDATE');
      const first = await publishing.row<{ n: string }>('SELECT chunk_no AS n FROM document_chunks ORDER BY 1 LIMIT 1 FOR UPDATE');
      const prepared = await gateway.inTenant(a.id, (tx) => hashTexts(tx, a.id, 1_000));
      return [prepared, await publishing.run('SELECT FROM document_chunks WHERE chunk_no <> $1', [first?.n])];
    });
    expect(hashed).toBe(all);
    expect(await gateway.inTenant(a.id, (tx) => hashTexts(tx, a.id, 1_000))).toBe(1);
  });

  it('the nearest are found among thousands, and all of a small tenant beside them', async () => {
    const seed = Number(process.env['TEST_SEED'] ?? randomInt(1_000_000));
    const random = randomOf(seed);
    const { a, b } = gateway.tenants;
    // Passages come in topics: a hundred directions, and what is said of each.
    const topics = Array.from({ length: 100 }, () => gaussian(random));
    const near = (vector: number[], share: number) => vector.map((value, i) => value + share * (gaussian(random)[i] ?? 0));
    const vectors = Array.from({ length: 3_000 }, (_, i) => near(topics[i % topics.length] ?? [], 1));
    await fill(a.id, vectors);
    await fill(b.id, vectors.slice(0, 40));
    let found = 0;
    for (let i = 0; i < 20; i++) {
      const vector = near(vectors[i * 7] ?? [], 0.7);
      const meaning = { model: 'noise', vector, scale: { unlike: 0, alike: 1 } };
      const search = (tenantId: string) => gateway.inTenant(tenantId, (tx) => searchKnowledge(tx, tenantId, [{ text: 'nothing', weight: 1 }], { meaning }));
      const nearest = (await search(a.id)).passages.map(({ body }) => body);
      const exact = vectors.map((other, n) => ({ n, likeness: cosine(vector, other) })).sort((x, y) => y.likeness - x.likeness);
      found += exact.slice(0, 10).filter(({ n }) => nearest.includes(`filler ${n}`)).length;
      expect((await search(b.id)).passages.filter(({ body }) => body.startsWith('filler'))).toHaveLength(40);
    }
    expect(found / 200, `seed ${seed}`).toBeGreaterThan(0.95);
  }, 60_000);
});

/** The same database, whose statements that change something are told of with how many rows they touched, before the commit. */
function heard(db: Database, hear: (statement: string, touched: number) => void): Database {
  return {
    ...db,
    inTenant: (tenantId, work) =>
      db.inTenant(tenantId, (tx) =>
        work({
          ...tx,
          run: async (statement, values) => {
            const touched = await tx.run(statement, values);
            hear(statement, touched);
            return touched;
          },
        }),
      ),
  };
}

const DIMENSIONS = 96;

/** Mulberry32: the same numbers from the same seed, everywhere. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function gaussian(random: () => number): number[] {
  return Array.from({ length: DIMENSIONS }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

function cosine(one: number[], other: number[]): number {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

/** Passages without words, found by their vectors alone. */
async function fill(tenantId: string, vectors: number[][]): Promise<void> {
  await gateway.inTenant(tenantId, async (tx) => {
    await tx.run(
      `WITH document AS (SELECT id FROM documents WHERE tenant_id = $1 LIMIT 1), made AS (
         INSERT INTO document_chunks (tenant_id, document_id, ordinal, body, span_start, span_end, language, token_count, lexemes, frequencies, text_hash)
         SELECT $1, document.id, 1000 + v.n, 'filler ' || v.n - 1, 0, 1, 'en', 12, '{}', '{}', sha256(convert_to(v.vector, 'UTF8'))
         FROM document, unnest($2::text[]) WITH ORDINALITY AS v(vector, n)
       )
       INSERT INTO chunk_vectors (tenant_id, model, text_hash, embedding) SELECT $1, 'noise', sha256(convert_to(v.vector, 'UTF8')), v.vector::vector FROM unnest($2::text[]) AS v(vector)`,
      [tenantId, vectors.map((vector) => JSON.stringify(vector))],
    );
  });
}

describe('with a re-ranker', () => {
  it('the passage it prefers comes first, and without it the order of the search stands', async () => {
    const { a } = gateway.tenants;
    await gateway.know(
      a.id,
      { format: 'faq', title: 'Kayak rental north', content: 'A kayak costs 20 a day in the north.' },
      { format: 'faq', title: 'Kayak rental south', content: 'A kayak costs 30 a day in the south.' },
    );
    const reader = await startGateway({ beside: gateway, environment: { RERANK_URL: models.rerankUrl } });
    const citedFirst = async () => {
      const { parts } = await (await reader.visitor(a)).ask('What does a kayak cost a day?');
      return parts.flatMap(({ part }) => (part.type === 'citation' ? [part.citation.title] : []))[0];
    };
    models.rerank = (_query, text) => (text.includes('south') ? 0.9 : 0.1);
    expect(await citedFirst()).toBe('Kayak rental south');
    models.rerank = (_query, text) => (text.includes('north') ? 0.9 : 0.1);
    expect(await citedFirst()).toBe('Kayak rental north');
    models.rerank = 500;
    expect(await citedFirst()).toMatch(/^Kayak rental/);
    expect(reader.logLines.join('')).toContain('the re-ranker did not help');
    await reader.close();
  });
});
