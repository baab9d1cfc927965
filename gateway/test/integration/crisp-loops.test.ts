import { type CrispMessage, crispState, crispVisitorMessage, FakeModels, sessionKey, until } from '@netia/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';

/** W-6: another program on the other side. It is left within five turns, flagged, and people are told. */
let scene: CrispScene;
let models: FakeModels;
const QUESTION = 'How long does a parcel to Bergen take?';

beforeAll(async () => {
  models = await FakeModels.start();
  models.answer = () => ({ text: 'It takes five days to Bergen [1].' });
  scene = await startCrispScene({ models, withSweep: false });
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b])
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `It takes five days to Bergen. ${tenant.canary}` });
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
afterEach(() => {
  scene.crisp.onVisible = null;
});

/** Every text of ours in the session is answered at once, as the other program does. @returns how many texts of ours it got in the end. */
async function converse(sessionId: string, replies: (turn: number) => string[], opening: string): Promise<CrispMessage[]> {
  let turn = 0;
  const sending: Promise<unknown>[] = [];
  scene.crisp.onVisible = (message) => {
    if (message.sessionId !== sessionId || message.type !== 'text' || message.websiteId !== scene.websites.a || turn > 20) return;
    turn++;
    sending.push(
      (async () => {
        for (const text of replies(turn)) await scene.hook(crispVisitorMessage({ websiteId: scene.websites.a, sessionId, text }));
      })(),
    );
  };
  await scene.say(opening, { sessionId });
  let answered = -1;
  await until('the conversation to end', async () => {
    await Promise.all(sending);
    const seen = await scene.rest(sessionId);
    const isOver = answered === seen.length;
    answered = seen.length;
    return isOver;
  });
  return scene.seen(sessionId).filter(({ type }) => type === 'text');
}
const flagOf = async (sessionId: string) =>
  (
    await scene.rows<{ flag: string | null; status: string }>("SELECT metadata->>'flagged' AS flag, status FROM conversations WHERE session_id = $1", [
      sessionId,
    ])
  )[0];
const loopsStopped = async () =>
  Number(/^netia_loops_stopped_total\{channel="crisp"\} (\S+)$/m.exec(await (await fetch(`${scene.gateway.url}/metrics`)).text())?.[1] ?? 0);

const ABSENT = 'Thank you for your message. I am out of the office until Monday and cannot answer before.';
const programs: [string, (turn: number) => string[], string][] = [
  ['says the same each time', () => [ABSENT], ABSENT],
  ['says the same each time, in other blanks', (turn) => [`${ABSENT}${' '.repeat(turn)}\n`], ABSENT],
  ['answers at length at once', (turn) => [`${QUESTION} This is what I have to ask of you for the ${turn}th time today.`], QUESTION],
  [
    'answers at length in two messages',
    (turn) => [`${QUESTION} This is what I have to ask for the ${turn}th time today.`, `And it is not all that I ask, for the ${turn}th time today, of you.`],
    QUESTION,
  ],
];

describe('a program that', () => {
  it.each(programs)('%s is left within five turns, flagged and told of', async (_name, replies, opening) => {
    const sessionId = scene.session();
    const before = await loopsStopped();
    const other = scene.session();
    const texts = await converse(sessionId, replies, opening);
    expect(texts.length).toBeLessThanOrEqual(5);
    expect(texts.length).toBeGreaterThan(0);
    expect(await flagOf(sessionId)).toEqual({ flag: 'the other side looks like a program', status: 'transferred' });
    expect(await loopsStopped()).toBe(before + 1);
    expect(scene.crisp.notes.filter((note) => note.sessionId === sessionId).map(({ content }) => content)).toEqual([
      expect.stringContaining('looks like a program'),
    ]);
    expect(scene.crisp.states.get(sessionKey(scene.websites.a, sessionId))).toBe('unresolved');
    // It is silent from then on, there alone, and comes back when the case is closed.
    await scene.say(QUESTION, { sessionId });
    expect((await scene.rest(sessionId)).filter(({ type }) => type === 'text')).toHaveLength(texts.length);
    await scene.say(QUESTION, { sessionId: other });
    expect(await scene.rest(other)).toHaveLength(1);
    scene.crisp.onVisible = null;
    await scene.hook(crispState({ websiteId: scene.websites.a, sessionId, state: 'resolved', timestamp: Date.now() + 1_000 }));
    await scene.run(
      "UPDATE messages SET timestamp = timestamp - interval '1 day', sent_at = sent_at - interval '1 day' FROM conversations c WHERE c.id = conversation_id AND c.session_id = $1",
      [sessionId],
    );
    await scene.say(`${QUESTION} A person asks.`, { sessionId, timestamp: Date.now() + 2_000 });
    expect((await scene.rest(sessionId)).filter(({ type }) => type === 'text')).toHaveLength(texts.length + 1);
  });
});

describe('a person', () => {
  it.each([
    ['who asks briefly and often', (i: number) => `Parcel ${i}?`, 0],
    ['who writes at length, and takes time', (i: number) => `${QUESTION} I mean the one with the number ${i} on its label.`, 4_000],
    ['who says three times the same', (i: number) => (i % 4 === 3 ? `${QUESTION} ${i}` : QUESTION), 0],
  ])('%s is not taken for one', async (_name, text, apart) => {
    const sessionId = scene.session();
    for (let i = 0; i < 8; i++) {
      await scene.say(text(i), { sessionId, timestamp: Date.now() + apart });
      const seen = await scene.rest(sessionId);
      expect(seen.filter(({ type }) => type === 'text')).toHaveLength(i + 1);
    }
    expect(await flagOf(sessionId)).toEqual({ flag: null, status: 'active' });
  });
});

describe('a conversation', () => {
  it('that has had sixty answers in an hour is left to people, whatever was said', async () => {
    const sessionId = scene.session();
    const said = (n: number) =>
      scene.run(
        `INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content, sent_at)
         SELECT tenant_id, id, 1000 + i, 'assistant', 'ai', 'x', now() - interval '1 day' FROM conversations, generate_series($2::integer, $3::integer) i WHERE session_id = $1`,
        [sessionId, n, n + 57],
      );
    await scene.say(QUESTION, { sessionId });
    await scene.rest(sessionId);
    await said(1);
    await scene.say(`${QUESTION} The sixtieth.`, { sessionId });
    expect(await scene.rest(sessionId)).toHaveLength(2);
    await scene.say(`${QUESTION} The one above.`, { sessionId });
    expect(await scene.rest(sessionId)).toHaveLength(2);
    expect(await flagOf(sessionId)).toEqual({ flag: 'this conversation has had 60 answers in an hour', status: 'transferred' });
  });
});
