import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKnowledge, changeKnowledge, removeKnowledge } from '../../src/knowledge/publish-knowledge.ts';
import { searchKnowledge } from '../../src/knowledge/search-knowledge.ts';
import { listVersions } from '../../src/knowledge/versions.ts';
import { provisionTenant } from '../../src/tenants/provision-tenant.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** What is published can be found, what is withdrawn cannot, and the index always equals the texts. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const ask = async (question: string) => (await gateway.visitor()).ask(question);

/** The index counted from the chunks themselves, beside the index as kept. */
async function indexOf(tenantId: string) {
  return gateway.inTenant(tenantId, async (tx) => ({
    kept: {
      terms: await tx.rows<{ lexeme: string; n: number }>('SELECT lexeme, document_frequency AS n FROM terms ORDER BY lexeme'),
      postings: await tx.rows<{ lexeme: string; chunk: string; n: number }>(
        'SELECT t.lexeme, p.chunk_no AS chunk, p.frequency AS n FROM postings p JOIN terms t ON t.tenant_id = p.tenant_id AND t.term_no = p.term_no ORDER BY 1, 2',
      ),
      statistics: await tx.row<{ chunks: string; tokens: string }>('SELECT chunk_count AS chunks, token_count AS tokens FROM knowledge_statistics'),
    },
    counted: {
      terms: await tx.rows<{ lexeme: string; n: number }>(
        'SELECT l AS lexeme, count(*)::integer AS n FROM document_chunks, unnest(lexemes) l GROUP BY 1 ORDER BY 1',
      ),
      postings: await tx.rows<{ lexeme: string; chunk: string; n: number }>(
        'SELECT l AS lexeme, chunk_no AS chunk, f AS n FROM document_chunks, unnest(lexemes, frequencies) AS u(l, f) ORDER BY 1, 2',
      ),
      statistics: await tx.row<{ chunks: string; tokens: string }>(
        'SELECT count(*) AS chunks, coalesce(sum(token_count), 0)::bigint AS tokens FROM document_chunks',
      ),
    },
    orphans: await tx.row<{ n: string }>('SELECT count(*) AS n FROM postings p WHERE NOT EXISTS (SELECT FROM document_chunks c WHERE c.chunk_no = p.chunk_no)'),
  }));
}

describe('an entry', () => {
  it('changed is a new version, quoted from then on; the old text is quoted no more', async () => {
    const { a } = gateway.tenants;
    const [id] = await gateway.know(a.id, { format: 'faq', title: 'How much is a haircut?', content: 'A haircut is 20 euros.' });
    expect((await ask('How much is a haircut?')).text).toContain('20 euros');
    const changed = await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, id as string, { content: 'A haircut is 25 euros.' }));
    expect(changed.version).toBe(2);
    const answer = await ask('How much is a haircut?');
    expect(answer.text).toContain('25 euros');
    expect(answer.text).not.toContain('20 euros');
    const versions = await gateway.inTenant(a.id, (tx) =>
      tx.rows('SELECT version, content FROM knowledge_versions WHERE knowledge_id = $1 ORDER BY version', [id]),
    );
    expect(versions).toEqual([
      { version: 1, content: 'A haircut is 20 euros.' },
      { version: 2, content: 'A haircut is 25 euros.' },
    ]);
  });

  it('that changes for ever keeps its newest 200 versions, and costs others none of theirs', async () => {
    const { a, b } = gateway.tenants;
    const counter = { format: 'text' as const, title: 'Counter', content: 'Visitors so far: 1.' };
    const [[changing], [resting], [theirs]] = await Promise.all([gateway.know(a.id, counter), gateway.know(a.id, counter), gateway.know(b.id, counter)]);
    await gateway.inTenant(a.id, async (tx) => {
      for (let n = 2; n <= 203; n++)
        await tx.run('UPDATE knowledge_bases SET version = $2, content = $3 WHERE id = $1', [changing, n, `Visitors so far: ${n}.`]);
    });
    const versions = async (tenantId: string, id: string | undefined) =>
      (await gateway.inTenant(tenantId, (tx) => listVersions(tx, tenantId, id as string))).map(({ version }) => version);
    const kept = await versions(a.id, changing);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, 203, 4]);
    expect([await versions(a.id, resting), await versions(b.id, theirs)]).toEqual([[1], [1]]);
    const stored = await gateway.inTenant(a.id, (tx) => tx.row('SELECT count(*)::integer AS n FROM knowledge_versions WHERE knowledge_id = $1', [changing]));
    expect(stored).toEqual({ n: 200 });
    await gateway.inTenant(b.id, (tx) => removeKnowledge(tx, b.id, theirs as string));
  });

  it('withdrawn is quoted no more at once, and again when it is put back', async () => {
    const { a } = gateway.tenants;
    const [id] = await gateway.know(a.id, { format: 'faq', title: 'Do you have a zeppelin?', content: 'Our zeppelin flies on Mondays.' });
    expect((await ask('Do you have a zeppelin?')).verdict).toBe('answered');
    await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, id as string, { is_active: false }));
    const without = await ask('Do you have a zeppelin?');
    expect(without.verdict).toBe('abstained');
    expect(without.text).not.toContain('zeppelin flies');
    await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, id as string, { is_active: true }));
    expect((await ask('Do you have a zeppelin?')).verdict).toBe('answered');
  });

  it('is seen whole or not at all while it is replaced', async () => {
    const { b } = gateway.tenants;
    const text = (n: number) =>
      Array.from({ length: 12 }, (_, i) => `## Part ${i}\n\nThe lighthouse edition ${n} has part ${i}. ${'It stands on the rock. '.repeat(20)}`).join('\n\n');
    const [id] = await gateway.know(b.id, { title: 'Lighthouse', content: text(0) });
    let isDone = false;
    const seen: string[][] = [];
    const reading = (async () => {
      while (!isDone) {
        const rows = await gateway.inTenant(b.id, (tx) =>
          tx.rows<{ edition: string; parts: number }>(
            "SELECT substring(body from 'edition (\\d+)') AS edition, count(*)::integer AS parts FROM document_chunks GROUP BY 1",
          ),
        );
        seen.push(rows.map((row) => `${row.edition}:${row.parts}`));
      }
    })();
    for (let n = 1; n <= 5; n++) await gateway.inTenant(b.id, (tx) => changeKnowledge(tx, b.id, id as string, { content: text(n) }));
    isDone = true;
    await reading;
    expect(seen.length).toBeGreaterThan(0);
    for (const editions of seen) expect(editions).toEqual([expect.stringMatching(/^\d+:12$/)]);
  });

  it.each([
    ['text', 'Plain words about marmalade. It is made of oranges.', 'What is marmalade made of?', 'It is made of oranges.'],
    [
      'markdown',
      '# Cellar\n\n## Wine\n\nThe **cellar** holds [forty barrels](https://wine.invalid/b) of Riesling.',
      'How many barrels of Riesling are in the cellar?',
      'forty barrels',
    ],
    [
      'html',
      '<html><head><title>Boats</title><script>alert(1)</script></head><body><nav>Menu</nav><h1>Boats</h1><p>The rowing boat costs <b>9 euros</b> an hour.</p><table><tr><th>Boat</th><th>Seats</th></tr><tr><td>Pedalo</td><td>4</td></tr></table></body></html>',
      'What does the rowing boat cost?',
      '9 euros',
    ],
  ] as const)('in %s is split, found and quoted', async (format, content, question, expected) => {
    const { a } = gateway.tenants;
    await gateway.know(a.id, { format, title: format === 'text' ? 'Marmalade' : '', content });
    const answer = await ask(question);
    expect(answer.text).toContain(expected);
    const part = answer.parts.find((heard) => heard.part.type === 'citation')?.part;
    if (part?.type !== 'citation') throw new Error('no citation');
    const document = await gateway.inTenant(a.id, (tx) =>
      tx.row<{ content: string }>('SELECT content FROM documents WHERE id = $1', [part.citation.document_id]),
    );
    expect(document?.content.slice(part.citation.span.start, part.citation.span.end).replace(/[*[\]]|\([^)]*\)/g, '')).toContain(expected);
    expect(document?.content).not.toContain('alert(1)');
  });

  it('without any text is refused with a sentence that says so, and leaves nothing', async () => {
    const { a } = gateway.tenants;
    const before = await gateway.inTenant(a.id, (tx) => tx.row<{ n: string }>('SELECT count(*) AS n FROM knowledge_bases'));
    await expect(gateway.know(a.id, { format: 'html', content: '<script>x</script>' })).rejects.toThrow('There is no text');
    expect(await gateway.inTenant(a.id, (tx) => tx.row<{ n: string }>('SELECT count(*) AS n FROM knowledge_bases'))).toEqual(before);
  });
});

describe('a mistyped question', () => {
  it('is understood by the most similar words of the tenant', async () => {
    const { a } = gateway.tenants;
    await gateway.know(a.id, { format: 'faq', title: 'Is breakfast included?', content: 'Breakfast is included and served until eleven.' });
    expect((await ask('Is brekfast inclued?')).text).toContain('Breakfast is included');
  });

  it('of which the rest is known is found by the word that one slip has made', async () => {
    const { a, b } = gateway.tenants;
    await gateway.know(
      a.id,
      { format: 'faq', title: 'Lighthouse tickets', content: 'Tickets for the lighthouse are sold at the kiosk from nine.' },
      { format: 'faq', title: 'Museum tickets', content: 'Tickets for the museum are sold at the gate from ten.' },
    );
    await gateway.know(b.id, { format: 'faq', title: 'Ligthhouse', content: 'A ligthhouse of theirs.' });
    const found = await gateway.inTenant(a.id, (tx) =>
      searchKnowledge(tx, a.id, [{ text: 'Where are the tickets for the ligthhouse sold from nine?', weight: 1 }]),
    );
    expect(found.words.map(({ lexeme }) => lexeme)).toContain('lighthous');
    expect(found.passages[0]?.title).toBe('Lighthouse tickets');
    // Two slips in a short word make another word of it.
    const { words } = await gateway.inTenant(a.id, (tx) =>
      searchKnowledge(tx, a.id, [{ text: 'Are tickets for the museum sold from nine at the kiozz?', weight: 1 }]),
    );
    expect(words.map(({ lexeme }) => lexeme)).toContain('kiozz');
  });
});

describe('the index', () => {
  it('of a deleted tenant is gone with it, and nobody else loses a word', async () => {
    const { a, b } = gateway.tenants;
    for (const { id } of [a, b]) await gateway.know(id, { title: 'Tides', content: 'The tide turns twice a day.' });
    const count = async (tenantId: string) =>
      gateway.inTenant(tenantId, (tx) => tx.row('SELECT count(*)::integer AS postings, (SELECT count(*)::integer FROM terms) AS terms FROM postings'));
    const kept = await count(a.id);
    const { pool } = gateway.test.connection;
    const { id: gone } = await provisionTenant(gateway.test.db, { slug: 'gone', name: 'Gone', email: 'gone@netia.invalid' });
    await gateway.know(gone, { title: 'Tides', content: 'The tide turns twice a day.' });
    expect(await count(gone)).not.toEqual({ postings: 0, terms: 0 });
    await pool.query('DELETE FROM tenants WHERE id = $1', [gone]);
    expect(await count(gone)).toEqual({ postings: 0, terms: 0 });
    expect(await count(a.id)).toEqual(kept);
  });

  it('equals the texts after any sequence of changes, and is empty after the last is removed', async () => {
    const { b } = gateway.tenants;
    const words = ['anchor', 'buoy', 'chart', 'dock', 'eddy', 'ferry'];
    const change = fc.record({
      entry: fc.nat(3),
      kind: fc.constantFrom('write', 'withdraw', 'remove'),
      text: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 30 }),
    });
    const left = await gateway.inTenant(b.id, (tx) => tx.rows<{ id: string }>('SELECT id FROM knowledge_bases'));
    for (const { id } of left) await gateway.inTenant(b.id, (tx) => removeKnowledge(tx, b.id, id));
    const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const ids = new Map<number, string>();
        for (const { entry, kind, text } of changes) {
          const id = ids.get(entry);
          await gateway.inTenant(b.id, async (tx) => {
            if (id && kind === 'remove') {
              await removeKnowledge(tx, b.id, id);
              ids.delete(entry);
            } else if (id) await changeKnowledge(tx, b.id, id, kind === 'withdraw' ? { is_active: false } : { content: text.join(' '), is_active: true });
            else ids.set(entry, (await addKnowledge(tx, b.id, { format: 'text', title: `Entry ${entry}`, content: text.join(' ') })).id);
          });
        }
        const index = await indexOf(b.id);
        expect(index.kept.terms).toEqual(index.counted.terms);
        expect(index.kept.postings).toEqual(index.counted.postings);
        expect(index.kept.statistics).toEqual(index.counted.statistics);
        for (const id of ids.values()) await gateway.inTenant(b.id, (tx) => removeKnowledge(tx, b.id, id));
        const empty = await indexOf(b.id);
        expect([empty.kept.terms, empty.kept.postings, empty.orphans]).toEqual([[], [], { n: '0' }]);
      }),
      { numRuns: 15, seed, verbose: true },
    );
  });

  it('takes ten publications of one tenant at once without a deadlock', async () => {
    const { a } = gateway.tenants;
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        gateway.know(a.id, {
          format: 'text',
          title: `At once ${i}`,
          content: ['common words in another order', 'order another in words common'][i % 2] as string,
        }),
      ),
    );
    const index = await indexOf(a.id);
    expect(index.kept.terms).toEqual(index.counted.terms);
    expect(index.kept.statistics).toEqual(index.counted.statistics);
  });
});
