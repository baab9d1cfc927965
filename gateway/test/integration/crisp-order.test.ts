import { type CrispHook, crispRemoved, crispUpdated, crispVisitorMessage, FakeModels, type ModelCall, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';
import type { TestGateway } from '../support/gateway.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

/** W-7 and R-1: events in any order and in bursts. What the model was asked is the witness of what a turn took for the past. */
let scene: CrispScene;
let models: FakeModels;
let processes: [TestGateway, TestGateway];
const QUESTION = 'How long does a parcel to Bergen take?';
const DELAY_MS = 15;
/** Found by a search as it stands: nothing in it leans on what was said before. */
const text = (n: number, i: number, more = '') => `A parcel to Bergen, mark ${n}-${i}, takes how many days${more}?`;

beforeAll(async () => {
  models = await FakeModels.start();
  models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: DELAY_MS });
  // Both processes share the test's connections.
  scene = await startCrispScene({ models, poolSize: 20 });
  processes = [scene.gateway, await scene.beside()];
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b]) {
    await scene.gateway.know(tenant.id, {
      format: 'faq',
      title: QUESTION,
      content: `Whatever its mark, edited or edited again, it takes five days to Bergen. ${tenant.canary}`,
    });
    // Of several questions that are answered together, the numbers would leave too little of each.
    await scene.gateway.settings(tenant.id, 'ai', { caution: 'eager' });
    for (const { deps } of processes) deps.tenants.forget(tenant.id);
  }
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});

/** Answers, not the rewriting of questions. */
const prompts = () => models.calls.filter(({ system }) => system.startsWith('You answer visitors'));
const between = (text: string, tag: string) => new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(text)?.[1] ?? '';
/** The visitor's messages, by the marks they carry, in the order in which they stand. */
const marksIn = (text: string) => [...text.matchAll(/mark (\d+)-(\d+)/g)].map(([, , i]) => Number(i));
const conversationOf = ({ user }: ModelCall) => /mark (\d+)-/.exec(user)?.[1];

function shuffled<T>(list: readonly T[], random: SeededRandom): T[] {
  const left = [...list];
  for (let i = left.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [left[i], left[j]] = [left[j] as T, left[i] as T];
  }
  return left;
}

/** Sends a list of hooks, so many at a time, to the two processes in turn. */
async function sendAll(hooks: CrispHook[], atOnce: number, acknowledged: (hook: CrispHook, at: number) => void = () => {}): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < hooks.length) {
      const i = next++;
      const hook = hooks[i] as CrispHook;
      // A sender that is told to wait sends again.
      await until('the hook to be taken', async () => {
        const { status } = await scene.hook(hook, { url: (processes[i % 2] as TestGateway).url });
        if (status !== 200 && status !== 503) throw new Error(`the hook was answered with ${status}`);
        return status === 200;
      });
      acknowledged(hook, performance.now());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

// Four hundred hooks and some two hundred answers: seconds on a quiet machine.
describe('events in any order', { timeout: 150_000 }, () => {
  const random = seededRandom();
  const CONVERSATIONS = 40;
  /** Behind an acknowledgement, the latest time at which a turn that began before it may still ask its model. */
  const SLACK_MS = 1_000;

  it(`make the transcript that was written, and each question is asked with what came before it (TEST_SEED=${random.seed})`, async () => {
    const { a, b } = scene.websites;
    const now = Date.now();
    const fingerprint = (n: number, i: number) => 1e14 + n * 1_000 + i;
    // Pairs of conversations with one session id, one at each tenant.
    const sessions = Array.from({ length: CONVERSATIONS / 2 }, () => scene.session());
    const conversations = Array.from({ length: CONVERSATIONS }, (_, n) => ({ n, websiteId: n % 2 ? b : a, sessionId: sessions[n >> 1] as string }));
    const sent = (i: number) => now - 240_000 + i * 20_000;
    const hooks = conversations.flatMap(({ n, ...place }) => [
      ...Array.from({ length: 6 }, (_, i) => crispVisitorMessage({ ...place, fingerprint: fingerprint(n, i), timestamp: sent(i), text: text(n, i) })),
      crispUpdated({ ...place, fingerprint: fingerprint(n, 1), content: text(n, 1, ', edited'), timestamp: sent(6) }),
      crispUpdated({ ...place, fingerprint: fingerprint(n, 3), content: text(n, 3, ', edited'), timestamp: sent(6) }),
      crispUpdated({ ...place, fingerprint: fingerprint(n, 3), content: text(n, 3, ', edited again'), timestamp: sent(7) }),
      crispRemoved({ ...place, fingerprint: fingerprint(n, 4), timestamp: sent(8) }),
    ]);
    expect(hooks).toHaveLength(CONVERSATIONS * 10);
    const acknowledged = new Map<string, number>();
    const nameOf = (hook: CrispHook) => `${hook.website_id} ${hook.event} ${hook.data['fingerprint']}`;
    await sendAll(shuffled(hooks, random), 8, (hook, at) => acknowledged.set(nameOf(hook), at));
    await scene.settled(undefined, 60_000);

    // The transcript, as the tenant's people read it.
    for (const { n, websiteId, sessionId } of conversations) {
      const tenant = websiteId === a ? scene.gateway.tenants.a : scene.gateway.tenants.b;
      const [row] = await scene.rows<{ id: string }>('SELECT id FROM conversations WHERE session_id = $1', [sessionId], tenant);
      const { messages } = (await (await scene.admin('GET', `/conversations/${row?.id}`, undefined, tenant)).json()) as {
        messages: { sender_type: string; content: string }[];
      };
      const said = messages.filter((message) => message.sender_type === 'visitor').map(({ content }) => content);
      expect(said).toEqual([text(n, 0), text(n, 1, ', edited'), text(n, 2), text(n, 3, ', edited again'), '', text(n, 5)]);
    }

    // Each question, as the model was asked.
    const faults: string[] = [];
    for (const call of prompts()) {
      const n = Number(conversationOf(call));
      const { websiteId } = conversations[n] as (typeof conversations)[number];
      const past = marksIn(between(call.user, 'conversation'));
      const asked = marksIn(between(call.user, 'question'));
      const first = Math.min(...asked);
      const isKnown = (event: string, i: number) =>
        (acknowledged.get(`${websiteId} ${event} ${fingerprint(n, i)}`) ?? Number.POSITIVE_INFINITY) < call.at - SLACK_MS;
      const complain = (what: string) => faults.push(`${n}: asked ${asked} after ${past}: ${what}`);
      if ([...call.user.matchAll(/mark (\d+)-/g)].some(([, other]) => Number(other) !== n)) complain("another conversation's words");
      if (past.some((i) => i >= first)) complain('what came later stands in the past');
      if (past.some((i, at) => at > 0 && i <= (past[at - 1] as number))) complain('the past is out of order');
      if (asked.some((i, at) => at > 0 && i <= (asked[at - 1] as number))) complain('the question is out of order');
      const oldest = past[0] ?? first;
      for (let i = oldest; i < first; i++) if (i !== 4 && isKnown('message:send', i) && !past.includes(i)) complain(`${i} is missing`);
      if (isKnown('message:removed', 4) && [...past, ...asked].includes(4)) complain('what was deleted stands in it');
    }
    expect(faults).toEqual([]);
    expect(prompts().length).toBeGreaterThan(CONVERSATIONS);

    // Every message has been answered by one turn, each turn was seen once, and nothing failed.
    for (const [websiteId, tenant] of [
      [a, scene.gateway.tenants.a],
      [b, scene.gateway.tenants.b],
    ] as const) {
      const answers = await scene.rows<{ session_id: string; n: number }>(
        "SELECT c.session_id, count(*)::integer AS n FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.sender_type = 'ai' GROUP BY 1",
        [],
        tenant,
      );
      for (const { session_id, n } of answers)
        expect([session_id, scene.seen(session_id).filter((message) => message.websiteId === websiteId && message.type === 'text').length]).toEqual([
          session_id,
          n,
        ]);
      const unanswered = await scene.rows(
        "SELECT m.external_id FROM messages m WHERE m.sender_type = 'visitor' AND m.content <> '' AND NOT EXISTS (SELECT FROM messages x WHERE x.conversation_id = m.conversation_id AND x.seq = m.answer_seq AND x.sender_type = 'ai')",
        [],
        tenant,
      );
      expect(unanswered).toEqual([]);
    }

    // An hour late: kept in its place, and nothing is answered again.
    const seenBefore = scene.crisp.visible.length;
    const askedBefore = prompts().length;
    const late = conversations.flatMap(({ n, ...place }) => [
      crispVisitorMessage({ ...place, fingerprint: fingerprint(n, 9), timestamp: now - 3_600_000, text: text(n, 9) }),
      crispVisitorMessage({ ...place, fingerprint: fingerprint(n, 0), timestamp: sent(0), text: text(n, 0) }),
    ]);
    await sendAll(shuffled(late, random), 8);
    await scene.settled();
    await scene.sweep();
    await scene.settled();
    expect([scene.crisp.visible.length, prompts().length]).toEqual([seenBefore, askedBefore]);
    for (const { n, websiteId, sessionId } of conversations.slice(0, 4)) {
      const tenant = websiteId === a ? scene.gateway.tenants.a : scene.gateway.tenants.b;
      const [oldest] = await scene.rows<{ content: string }>(
        'SELECT content FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 ORDER BY m.sent_at, m.seq LIMIT 1',
        [sessionId],
        tenant,
      );
      expect(oldest).toEqual({ content: text(n, 9) });
    }
  });

  it('an edit that is older than one that has come already changes nothing, nor does one of what was deleted', async () => {
    const [edited, deleted] = [scene.session(), scene.session()];
    const now = Date.now();
    const place = (sessionId: string) => ({ websiteId: scene.websites.a, sessionId });
    const contents = async (sessionId: string) =>
      (
        await scene.rows<{ content: string }>(
          "SELECT content FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 AND sender_type = 'visitor'",
          [sessionId],
        )
      ).map(({ content }) => content);
    const both = [
      [edited, crispUpdated({ ...place(edited), fingerprint: 1, content: 'the second wording', timestamp: now - 1_000 })],
      [edited, crispUpdated({ ...place(edited), fingerprint: 1, content: 'the first wording', timestamp: now - 2_000 })],
      [deleted, crispRemoved({ ...place(deleted), fingerprint: 1, timestamp: now - 1_000 })],
      [deleted, crispUpdated({ ...place(deleted), fingerprint: 1, content: 'the first wording', timestamp: now - 2_000 })],
    ] as const;
    for (const sessionId of [edited, deleted]) await scene.say(QUESTION, { sessionId, fingerprint: 1, timestamp: now - 3_000 });
    for (const sessionId of [edited, deleted]) await scene.until(sessionId, 1);
    for (const [, hook] of both) await scene.hook(hook);
    expect([await contents(edited), await contents(deleted)]).toEqual([['the second wording'], ['']]);
  });

  it('the same before their message has come', async () => {
    const [edited, deleted] = [scene.session(), scene.session()];
    const now = Date.now();
    const place = (sessionId: string) => ({ websiteId: scene.websites.a, sessionId });
    for (const hook of [
      crispUpdated({ ...place(edited), fingerprint: 1, content: `${QUESTION} For the second time.`, timestamp: now - 1_000 }),
      crispUpdated({ ...place(edited), fingerprint: 1, content: 'the first wording', timestamp: now - 2_000 }),
      crispRemoved({ ...place(deleted), fingerprint: 1, timestamp: now - 1_000 }),
      crispUpdated({ ...place(deleted), fingerprint: 1, content: 'the first wording', timestamp: now - 2_000 }),
    ])
      await scene.hook(hook);
    for (const sessionId of [edited, deleted]) await scene.say(QUESTION, { sessionId, fingerprint: 1, timestamp: now - 3_000 });
    await scene.until(edited, 1);
    expect(await scene.rest(deleted)).toEqual([]);
    const rows = await scene.rows<{ content: string }>(
      "SELECT content FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id IN ($1, $2) AND sender_type = 'visitor' ORDER BY content",
      [edited, deleted],
    );
    expect(rows).toEqual([{ content: '' }, { content: `${QUESTION} For the second time.` }]);
  });

  it("the edit of a person's message that comes before it is not lost", async () => {
    const sessionId = scene.session();
    const now = Date.now();
    const place = { websiteId: scene.websites.a, sessionId };
    await scene.hook(crispUpdated({ ...place, fingerprint: 2, content: 'We are closed on Sundays.', timestamp: now }));
    const message = crispVisitorMessage({ ...place, fingerprint: 2, text: 'We are open on Sundays.', timestamp: now - 2_000 });
    await scene.hook({
      ...message,
      event: 'message:received',
      data: { ...message.data, from: 'operator', user: { user_id: '3c9a7e50-b2d4-4816-8f0e-6d15c27ab943' } },
    });
    const rows = await scene.rows<{ content: string }>(
      'SELECT content FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1',
      [sessionId],
    );
    expect(rows).toEqual([{ content: 'We are closed on Sundays.' }]);
  });

  it('a message that was sent before the one being answered and comes behind it is answered with it, in its order', async () => {
    const sessionId = scene.session();
    const { promise, resolve } = Promise.withResolvers<void>();
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', after: promise });
    const [asked, now] = [prompts().length, Date.now()];
    await scene.say(text(99, 2), { sessionId, timestamp: now });
    await until('the model to be asked', () => prompts().length > asked);
    await scene.say(text(99, 1), { sessionId, timestamp: now - 5_000 });
    resolve();
    expect((await scene.rest(sessionId)).filter(({ type }) => type === 'text')).toHaveLength(1);
    expect(marksIn(between(prompts().at(-1)?.user ?? '', 'question'))).toEqual([1, 2]);
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: DELAY_MS });
  });

  it('an edit of a question that is being answered is answered as it reads now, once', async () => {
    const sessionId = scene.session();
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: 80 });
    const asked = prompts().length;
    await scene.say('How long does a parcel to Oslo take?', { sessionId, fingerprint: 5 });
    await until('the model to be asked', () => prompts().length > asked);
    await scene.hook(crispUpdated({ websiteId: scene.websites.a, sessionId, fingerprint: 5, content: QUESTION }));
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect(between(prompts().at(-1)?.user ?? '', 'question')).toBe(QUESTION);
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: DELAY_MS });
  });
});

describe('bursts', { timeout: 120_000 }, () => {
  it('of three messages in sixty conversations: one call to the model at a time in each, and everybody is answered', async () => {
    models.calls.length = 0;
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: 60 });
    const conversations = Array.from({ length: 60 }, (_, n) => ({ n, sessionId: scene.session(), websiteId: n % 2 ? scene.websites.b : scene.websites.a }));
    await sendAll(
      [0, 1, 2].flatMap((i) => conversations.map(({ n, ...place }) => crispVisitorMessage({ ...place, timestamp: Date.now() + i, text: text(n, i) }))),
      8,
    );
    // A visitor waits for a tenth of it at most; the rest is for a machine that does other things as well.
    await scene.settled(undefined, 60_000);
    const byConversation = Map.groupBy(prompts(), conversationOf);
    expect(byConversation.size).toBe(60);
    for (const [n, calls] of byConversation) {
      const times = calls.map(({ at }) => at).sort((x, y) => x - y);
      for (let i = 1; i < times.length; i++)
        expect([n, (times[i] as number) - (times[i - 1] as number)]).toEqual([n, expect.toSatisfy((apart: number) => apart >= 60)]);
      const asked = calls.flatMap(({ user }) => marksIn(between(user, 'question')));
      // One that was begun and refused, because an earlier message had come in, asks again.
      expect(new Set(asked)).toEqual(new Set([0, 1, 2]));
    }
    for (const { sessionId, websiteId } of conversations) {
      const tenant = websiteId === scene.websites.a ? scene.gateway.tenants.a : scene.gateway.tenants.b;
      const [row] = await scene.rows<{ answers: number; unanswered: number }>(
        `SELECT count(*) FILTER (WHERE m.sender_type = 'ai')::integer AS answers, count(*) FILTER (WHERE m.sender_type = 'visitor' AND NOT EXISTS (
           SELECT FROM messages x WHERE x.conversation_id = m.conversation_id AND x.seq = m.answer_seq AND x.sender_type = 'ai'))::integer AS unanswered
         FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1`,
        [sessionId],
        tenant,
      );
      expect(row?.unanswered).toBe(0);
      expect(scene.seen(sessionId).filter(({ type }) => type === 'text')).toHaveLength(row?.answers ?? 0);
      expect(scene.seen(sessionId).every((message) => message.websiteId === websiteId)).toBe(true);
    }
  });
});
