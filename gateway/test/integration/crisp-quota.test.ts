import { type CrispMessage, FakeModels, sessionKey, until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';
import type { TestGateway } from '../support/gateway.ts';

/** Crisp's patience and the day's calls, which all tenants of a plugin share. Nothing is lost in silence. */
let scene: CrispScene;
let models: FakeModels;
const QUESTION = 'How long does a parcel to Bergen take?';
const PER_DAY = 5_000;

beforeAll(async () => {
  models = await FakeModels.start();
  scene = await startCrispScene({ models, withSweep: false });
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b]) {
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `It takes five days to Bergen. ${tenant.canary}` });
    // Only where it is asked for: how many calls an answer takes must not depend on how busy the machine is.
    await scene.gateway.settings(tenant.id, 'crisp', { shows_typing: false });
  }
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
beforeEach(() => {
  models.answer = () => ({ text: 'It takes five days to Bergen [1].' });
});

/** Uses up the day of a process's count, up to a share of it. Every process of these tests counts by itself. */
async function spend(process: TestGateway, share: number): Promise<void> {
  const { limits } = process.deps;
  let used = await limits.spendChannelCall('crisp', 'identifier', PER_DAY);
  while (used < share) {
    const left = Math.min(500, Math.ceil((share - used) * PER_DAY));
    const counted = await Promise.all(Array.from({ length: left }, () => limits.spendChannelCall('crisp', 'identifier', PER_DAY)));
    used = Math.max(...counted);
  }
}
const quotaShown = async ({ url }: TestGateway) =>
  Number(/^netia_channel_quota_used_ratio\{channel="crisp"\} (\S+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);
const callsIn = (sessionId: string) =>
  scene.crisp.calls.filter(({ path }) => path.includes(sessionId)).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const deliveriesOf = (sessionId: string) =>
  scene.rows<{ kind: string; status: string; reason: string | null }>(
    'SELECT d.kind, d.status, d.reason FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = $1 ORDER BY place',
    [sessionId],
  );

describe("when the day's calls run short", () => {
  it('typing is left out first, at four fifths; answers go on', async () => {
    const process = await scene.beside();
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: 850 });
    const [before, after] = [scene.session(), scene.session()];
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { shows_typing: true });
    process.deps.tenants.forget(scene.gateway.tenants.a.id);
    await spend(process, 0.7);
    await scene.say(QUESTION, { sessionId: before, url: process.url });
    await scene.until(before, 1);
    await until('the end of typing', () => callsIn(before).length === 3);
    expect(callsIn(before).sort()).toEqual(['PATCH compose', 'PATCH compose', 'POST message']);
    await spend(process, 0.81);
    await scene.say(QUESTION, { sessionId: after, url: process.url });
    await scene.until(after, 1);
    expect(callsIn(after)).toEqual(['POST message']);
    expect(await quotaShown(process)).toBeGreaterThan(0.8);
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { shows_typing: false });
  });

  it('the last of them are for people: what cannot be answered is handed over with the reason', async () => {
    const process = await scene.beside();
    await spend(process, 0.985);
    const sessions = [scene.session(), scene.session()];
    for (const sessionId of sessions) await scene.say(QUESTION, { sessionId, url: process.url });
    for (const sessionId of sessions) {
      await until('the word to people', () => scene.crisp.states.get(sessionKey(scene.websites.a, sessionId)) === 'unresolved');
      await scene.settled(sessionId);
      expect(scene.seen(sessionId)).toEqual([]);
      expect(scene.crisp.notes.filter((note) => note.sessionId === sessionId).map(({ content }) => content)).toEqual([
        expect.stringContaining("the day's calls to Crisp are used up"),
      ]);
      expect(await deliveriesOf(sessionId)).toMatchObject([
        { kind: 'message', status: 'dead', reason: "the day's calls to Crisp are used up" },
        { kind: 'note', status: 'sent' },
        { kind: 'handoff', status: 'sent' },
      ]);
    }
    // A wish for a person is heard as well, though its farewell cannot be sent.
    const wish = scene.session();
    await scene.say('I want to talk to a human', { sessionId: wish, url: process.url });
    await until('the hand-over', () => scene.crisp.states.get(sessionKey(scene.websites.a, wish)) === 'unresolved');
    expect(
      scene.crisp.notes
        .filter((note) => note.sessionId === wish)
        .map(({ content }) => String(content))
        .join(),
    ).toContain('the visitor asked for a person');
  });

  it('and are used up altogether, nothing is called, and all that is to be told is told the next day', async () => {
    const process = await scene.beside();
    await spend(process, 1);
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId, url: process.url });
    await until('it to be given up', async () => (await deliveriesOf(sessionId))[0]?.status === 'dead');
    await until('the rest to wait', async () => (await deliveriesOf(sessionId))[1]?.reason !== null);
    expect(callsIn(sessionId)).toEqual([]);
    expect(await deliveriesOf(sessionId)).toMatchObject([
      { kind: 'message', status: 'dead' },
      { kind: 'note', status: 'pending' },
      { kind: 'handoff', status: 'pending' },
    ]);
    // Another process stands for the next day: its count is at nothing.
    await scene.rest(sessionId);
    expect([scene.seen(sessionId).length, scene.crisp.states.get(sessionKey(scene.websites.a, sessionId))]).toEqual([0, 'unresolved']);
    expect(scene.crisp.notes.filter((note) => note.sessionId === sessionId)).toHaveLength(1);
    const dead = (await (await scene.admin('GET', '/events?limit=100')).json()) as { items: { reason: string }[] };
    expect(dead.items.filter(({ reason }) => reason.includes('used up')).length).toBeGreaterThan(0);
  });

  it("and Crisp's own count says so first: all waits, is not lost, and comes once when there is room again", async () => {
    const process = await scene.beside();
    scene.crisp.dailyQuota = scene.crisp.spent + 3;
    const sessions = Array.from({ length: 8 }, () => scene.session());
    await Promise.all(sessions.map((sessionId) => scene.say(QUESTION, { sessionId, url: process.url })));
    await until('all to wait or be sent', async () => {
      for (const sessionId of sessions) {
        const [delivery] = await deliveriesOf(sessionId);
        if (!delivery || (delivery.status === 'pending' && !delivery.reason)) return false;
      }
      return true;
    });
    expect(sessions.flatMap(scene.seen)).toHaveLength(3);
    scene.crisp.dailyQuota = null;
    for (const sessionId of sessions) expect(await scene.rest(sessionId)).toHaveLength(1);
  });
});

describe('a limit for each minute', () => {
  it('is kept after its first refusal: the process asks for nothing until the pause is over', async () => {
    const process = await scene.beside();
    const calls = scene.crisp.calls.length;
    scene.crisp.callsPerMinute = 5;
    const sessions = Array.from({ length: 24 }, () => scene.session());
    await Promise.all(sessions.map((sessionId) => scene.say(QUESTION, { sessionId, url: process.url })));
    await until('all to wait or be sent', async () => {
      await process.deps.answering.sweepOnce();
      for (const sessionId of sessions) if (!(await deliveriesOf(sessionId))[0]) return false;
      return true;
    });
    await process.deps.delivering.sweepOnce();
    await until('what runs to end', () =>
      scene.rows("SELECT FROM deliveries WHERE status = 'pending' AND lease_until > now()").then((rows) => rows.length === 0),
    );
    // Sixteen may be on their way at once when the first refusal comes.
    expect(scene.crisp.calls.length - calls).toBeLessThanOrEqual(5 + 16);
    scene.crisp.callsPerMinute = null;
    for (const sessionId of sessions) expect(await scene.rest(sessionId)).toHaveLength(1);
    for (const sessionId of sessions) expect(new Set(scene.posts(sessionId).map(({ body }) => (body as CrispMessage).fingerprint)).size).toBe(1);
  });
});

describe('a tenant with much to send', () => {
  it('does not hold up the other: its turn comes with the first', async () => {
    const writer = await scene.beside();
    await writer.deps.delivering.stop(0);
    const many = Array.from({ length: 50 }, () => scene.session());
    const few = scene.session();
    for (const sessionId of many) await scene.say(QUESTION, { sessionId, url: writer.url });
    await scene.say(QUESTION, { sessionId: few, websiteId: scene.websites.b, url: writer.url });
    await until('all answers', async () => {
      await scene.run("UPDATE inbox_events SET received_at = received_at - interval '1 minute' WHERE status = 'pending'");
      await writer.deps.answering.sweepOnce();
      const [row] = await scene.rows<{ n: number }>(
        "SELECT count(*)::integer AS n FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = ANY($1) AND d.status = 'pending'",
        [many],
      );
      const [other] = await scene.rows<{ n: number }>("SELECT count(*)::integer AS n FROM deliveries WHERE status = 'pending'", [], scene.gateway.tenants.b);
      return row?.n === 50 && other?.n === 1;
    });
    const before = scene.crisp.visible.length;
    scene.crisp.latencyMs = 30;
    await until('all messages', async () => {
      await scene.gateway.deps.delivering.sweepOnce();
      return [...many, few].every((sessionId) => scene.seen(sessionId).length > 0);
    });
    scene.crisp.latencyMs = 0;
    const place = scene.crisp.visible.slice(before).findIndex(({ sessionId }) => sessionId === few);
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(17);
  });
});
