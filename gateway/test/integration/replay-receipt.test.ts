import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeKnowledge, removeKnowledge } from '../../src/knowledge/publish-knowledge.ts';
import { replayReceipt } from '../../src/knowledge/replay-receipt.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let entry: string;
const WORDS = 'You have 30 days to return anything, unused.';

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  for (const tenant of [a, b]) {
    const [id] = await gateway.know(tenant.id, { title: 'Shop', content: `# Shop\n\n## Returns\n\n${WORDS}\n\n## Hours\n\nWe open at nine. ${tenant.canary}` });
    if (tenant === a) entry = id as string;
  }
});
afterAll(() => gateway.close());

async function askAndRead(): Promise<string> {
  const { a } = gateway.tenants;
  await (await gateway.visitor(a)).ask('How long can I return things?');
  const answer = await gateway.inTenant(a.id, (tx) =>
    tx.row<{ id: string }>("SELECT id FROM messages WHERE sender_type = 'ai' ORDER BY timestamp DESC LIMIT 1"),
  );
  return answer?.id as string;
}

describe('a receipt', () => {
  it('names the passages so that they can be read again, word by word, when the text has changed and when it is gone', async () => {
    const { a, b } = gateway.tenants;
    const id = await askAndRead();
    const replay = () => gateway.inTenant(a.id, (tx) => replayReceipt(tx, a.id, id));
    const at = await replay();
    expect(at).toMatchObject({ question: 'How long can I return things?', is_same_knowledge: true });
    expect(at.passages[0]).toEqual({ title: 'Shop', version: 1, body: WORDS, is_published: true });

    await gateway.inTenant(a.id, (tx) => changeKnowledge(tx, a.id, entry, { content: '# Shop\n\n## Returns\n\nYou have 14 days.' }));
    const later = await replay();
    expect(later.is_same_knowledge).toBe(false);
    expect(later.passages[0]).toEqual({ title: 'Shop', version: 1, body: WORDS, is_published: false });

    // Over the API: then and now, side by side.
    const [key, theirs] = [await gateway.key(a.id), await gateway.key(b.id)];
    const shown = await fetch(`${gateway.url}/v1/admin/messages/${id}/replay`, { headers: { authorization: `Bearer ${key}` } });
    expect(await shown.json()).toMatchObject({
      answer: expect.stringContaining('Returns'),
      passages: [{ body: WORDS, is_published: false }],
      now: { answer: expect.stringContaining('14 days') },
    });
    expect((await fetch(`${gateway.url}/v1/admin/messages/${id}/replay`, { headers: { authorization: `Bearer ${theirs}` } })).status).toBe(404);

    await expect(gateway.inTenant(b.id, (tx) => replayReceipt(tx, b.id, id))).rejects.toThrow('There is no answer');
    await gateway.inTenant(a.id, (tx) => removeKnowledge(tx, a.id, entry));
    expect((await replay()).passages[0]).toMatchObject({ body: null, is_published: false });
  });

  it('of the same question over the same knowledge names the same passages', async () => {
    const { b } = gateway.tenants;
    const passagesOf = async () => {
      await (await gateway.visitor(b)).ask('When do you open?');
      return gateway.inTenant(b.id, (tx) =>
        tx.row<{ passages: object }>(
          "SELECT metadata->'receipt'->'passages' AS passages FROM messages WHERE sender_type = 'ai' ORDER BY timestamp DESC LIMIT 1",
        ),
      );
    };
    const first = await passagesOf();
    expect(first?.passages).not.toEqual([]);
    expect(await passagesOf()).toEqual(first);
  });
});
