import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let keys: Record<'a' | 'b', string>;
let entry: string;

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  keys = { a: await gateway.key(a.id), b: await gateway.key(b.id) };
  for (const tenant of [a, b]) {
    const [id] = await gateway.know(
      tenant.id,
      { format: 'faq', title: 'When do you open?', content: `We open at nine. ${tenant.canary}` },
      { format: 'faq', title: 'Where can I park?', content: 'Behind the house, for free.' },
    );
    if (tenant === a) entry = id as string;
  }
});
afterAll(() => gateway.close());

async function call<T = { id: string }>(of: 'a' | 'b', method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const response = await fetch(`${gateway.url}/v1/admin/knowledge${path}`, {
    method,
    headers: { authorization: `Bearer ${keys[of]}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (response.status === 204 ? {} : await response.json()) as T };
}
const ask = async (question: string, tenant = gateway.tenants.a) => (await (await gateway.visitor(tenant)).ask(question)).text;
const drafts = async (of: 'a' | 'b') => (await call<{ items: { id: string; action: string; knowledge_id: string | null }[] }>(of, 'GET', '/drafts')).body.items;

describe('a draft', () => {
  it('changes nothing that visitors read until it is published, and then all of them at once', async () => {
    const parking = (await call<{ items: { id: string; title: string }[] }>('a', 'GET', '')).body.items.find(({ title }) => title.includes('park'))?.id;
    await call('a', 'POST', '/drafts', { action: 'change', knowledge_id: entry, entry: { content: 'We open at ten.' } });
    await call('a', 'POST', '/drafts', { action: 'add', entry: { format: 'faq', title: 'Do you sell kites?', content: 'Kites are sold in May.' } });
    await call('a', 'POST', '/drafts', { action: 'remove', knowledge_id: parking });
    expect(await ask('When do you open?')).toContain('nine');
    expect(await ask('Do you sell kites?')).not.toContain('May');
    expect(await ask('Where can I park?')).toContain('Behind');
    const before = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row<{ version: string }>('SELECT version FROM knowledge_statistics'));

    expect((await call('a', 'POST', '/publish')).body).toEqual({ published: 3 });
    expect(await ask('When do you open?')).toContain('ten');
    expect(await ask('Do you sell kites?')).toContain('May');
    expect(await ask('Where can I park?')).not.toContain('Behind');
    expect(await drafts('a')).toEqual([]);
    const after = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row<{ version: string }>('SELECT version FROM knowledge_statistics'));
    expect(Number(after?.version)).toBeGreaterThan(Number(before?.version));
    // The look-alike has the same questions, and nobody has published anything for it.
    expect(await ask('When do you open?', gateway.tenants.b)).toContain(gateway.tenants.b.canary);
  });

  it('can be asked before it is published, and visitors hear nothing of it', async () => {
    await call('a', 'POST', '/drafts', { action: 'change', knowledge_id: entry, entry: { content: 'We open at half past ten.' } });
    await call('a', 'POST', '/drafts', { action: 'add', entry: { format: 'faq', title: 'Do you mend sails?', content: 'Sails are mended in winter.' } });
    const tried = async (of: 'a' | 'b', more: object) =>
      (
        await call<{ items: { verdict: string; answer: string }[] }>(of, 'POST', '/try', { questions: ['When do you open?', 'Do you mend sails?'], ...more })
      ).body.items.map(({ verdict, answer }) => (verdict === 'answered' ? answer : verdict));
    const state = () =>
      gateway.inTenant(gateway.tenants.a.id, (tx) =>
        tx.row(
          'SELECT (SELECT version FROM knowledge_statistics) AS version, (SELECT count(*) FROM document_chunks) AS chunks, (SELECT count(*) FROM knowledge_versions) AS versions',
        ),
      );
    const before = await state();
    expect(await tried('a', { with_drafts: true })).toEqual([expect.stringContaining('half past ten'), expect.stringContaining('winter')]);
    // Control: without them it is as it was, here and at whoever has the same questions.
    expect(await tried('a', {})).toEqual([expect.not.stringContaining('half past'), 'abstained']);
    expect(await tried('b', { with_drafts: true })).toEqual([expect.stringContaining(gateway.tenants.b.canary), 'abstained']);
    expect(await ask('When do you open?')).not.toContain('half past');
    expect(await state()).toEqual(before);
    expect(await drafts('a')).toHaveLength(2);
    for (const { id } of await drafts('a')) await call('a', 'DELETE', `/drafts/${id}`);
  });

  it('of the same entry takes the place of the earlier one', async () => {
    await call('a', 'POST', '/drafts', { action: 'change', knowledge_id: entry, entry: { content: 'We open at eleven.' } });
    await call('a', 'POST', '/drafts', { action: 'change', knowledge_id: entry, entry: { content: 'We open at noon.' } });
    expect(await drafts('a')).toHaveLength(1);
    await call('a', 'POST', '/publish');
    expect(await ask('When do you open?')).toContain('noon');
  });

  it('can be dropped', async () => {
    const { body } = await call('a', 'POST', '/drafts', { action: 'change', knowledge_id: entry, entry: { content: 'We open at midnight.' } });
    expect((await call('a', 'DELETE', `/drafts/${body.id}`)).status).toBe(204);
    expect((await call('a', 'POST', '/publish')).body).toEqual({ published: 0 });
    expect(await ask('When do you open?')).toContain('noon');
  });

  it.each([
    ['of an entry of somebody else', 404, { action: 'change', entry: { content: 'Mine now.' } }, 'b'],
    ['without a word in it', 400, { action: 'add', entry: { format: 'html', title: 'Empty', content: '<p> </p>' } }, 'a'],
    ['that says not what it does', 400, { action: 'replace', entry: {} }, 'a'],
  ] as const)('%s is refused when it is made', async (_name, status, draft, of) => {
    expect((await call(of, 'POST', '/drafts', draft.action === 'change' ? { ...draft, knowledge_id: entry } : draft)).status).toBe(status);
    expect(await drafts(of)).toEqual([]);
  });
});

describe('a tenant that answers from a part of what it has', () => {
  it.each([
    { categories: ['shop'], tags: [] },
    { categories: [], tags: ['public'] },
  ])('finds nothing else: %j', async (from) => {
    const { a, b } = gateway.tenants;
    for (const tenant of [a, b]) {
      await gateway.know(
        tenant.id,
        { format: 'faq', title: 'Is there a lantern?', content: 'A lantern stands in the shop.', category: 'shop', tags: ['public'] },
        { format: 'faq', title: 'Is there an anchor?', content: 'An anchor lies in the yard.', category: 'yard', tags: ['staff'] },
      );
    }
    await gateway.settings(a.id, 'ai', { answer_from: from });
    gateway.deps.tenants.forget(a.id);
    expect(await ask('Is there a lantern?')).toContain('in the shop');
    expect(await ask('Is there an anchor?')).not.toContain('yard');
    expect(await ask('Is there an anchor?', b)).toContain('yard');
    await gateway.settings(a.id, 'ai', {});
    gateway.deps.tenants.forget(a.id);
    expect(await ask('Is there an anchor?')).toContain('yard');
  });
});

describe('of two passages that are as good as each other', () => {
  it('the one of the page that the visitor is on is quoted first', async () => {
    const { a } = gateway.tenants;
    for (const place of ['north', 'south'])
      await gateway.know(a.id, { title: 'Boathouse', url: `https://shop.invalid/${place}`, content: `The boathouse has a slipway on its ${place} side.` });
    for (const place of ['north', 'south']) {
      const visitor = await gateway.visitor();
      const { parts } = await visitor.ask('Has the boathouse a slipway?', undefined, `https://shop.invalid/${place}?visit=1`);
      expect(parts.flatMap(({ part }) => (part.type === 'citation' ? [part.citation.url] : []))[0]).toBe(`https://shop.invalid/${place}`);
    }
  });
});
