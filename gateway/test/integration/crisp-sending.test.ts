import { type CrispMessage, FakeModels, type Fault, type HttpCall, sessionKey, until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';
import type { TestGateway } from '../support/gateway.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** What Crisp gets of an answer, whatever happens on the way: each message once, in order, or a word to people. */
let scene: CrispScene;
let models: FakeModels;
/** Answers and leaves the sending to others. */
let writer: TestGateway;
const QUESTION = 'How long does a parcel to Bergen take?';
const SENTENCES = ['five days by ship', 'six days by train', 'nine days by foot', 'two days by plane'].map(
  (way) => `A parcel to Bergen takes ${way}, and it is handed over at the door of the house by the postman himself.`,
);

beforeAll(async () => {
  models = await FakeModels.start();
  scene = await startCrispScene({ models, withSweep: false });
  writer = await scene.beside();
  await writer.deps.delivering.stop(0);
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b]) {
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `${SENTENCES.join(' ')} ${tenant.canary}` });
    await scene.gateway.settings(tenant.id, 'crisp', { introduces_itself: false, message_max: 200 });
  }
  writer.deps.tenants.forget(scene.gateway.tenants.a.id);
  writer.deps.tenants.forget(scene.gateway.tenants.b.id);
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
const briefly = () => ({ text: `${SENTENCES[0]} [1]` });
const inPieces = () => ({
  text: SENTENCES.slice(0, 3)
    .map((sentence) => `${sentence} [1]`)
    .join(' '),
});
beforeEach(() => {
  models.answer = briefly;
});

const sendTo = (sessionId: string) => (call: HttpCall) => call.method === 'POST' && call.path.endsWith(`/${sessionId}/message`);
const lookUpIn = (sessionId: string) => (call: HttpCall) => call.method === 'GET' && call.path.includes(`/${sessionId}/message/`);
const textsOf = (messages: CrispMessage[]) => messages.map(({ content }) => String(content));
const callsIn = (sessionId: string) => scene.crisp.calls.filter((call) => call.path.includes(sessionId));
const fingerprintOf = (call: HttpCall | undefined) => Number((call?.body as { fingerprint?: number } | undefined)?.fingerprint);
const keyOf = (sessionId: string) => sessionKey(scene.websites.a, sessionId);
const deliveriesOf = (sessionId: string) =>
  scene.rows<{ id: string; kind: string; status: string; reason: string | null; attempts: number }>(
    'SELECT d.id, d.kind, d.status, d.reason, d.attempts FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = $1 ORDER BY place',
    [sessionId],
  );
const failures: [string, Fault, { posts: number; lookedUp: boolean }][] = [
  ['500', { status: 500, reason: 'internal_error' }, { posts: 2, lookedUp: true }],
  ['503', { status: 503, reason: 'unavailable' }, { posts: 2, lookedUp: true }],
  ['a connection that breaks before it is done', 'drop', { posts: 2, lookedUp: true }],
  ['a connection that breaks after it is done', 'store-then-drop', { posts: 1, lookedUp: true }],
  ['an answer that comes late', { delayMs: 120 }, { posts: 1, lookedUp: false }],
];

describe('a message to Crisp, met by', () => {
  it.each(failures)('%s, is seen once, under the number it was given before', async (_name, fault, expected) => {
    const sessionId = scene.session();
    scene.crisp.failNext((call) => sendTo(sessionId)(call) && call.path.includes(scene.websites.a), fault);
    await scene.say(QUESTION, { sessionId });
    await scene.say(QUESTION, { sessionId, websiteId: scene.websites.b });
    const seen = await scene.rest(sessionId);
    expect(seen.map(({ websiteId }) => websiteId).sort()).toEqual([scene.websites.a, scene.websites.b].sort());
    const posts = scene.posts(sessionId).filter(({ path }) => path.includes(scene.websites.a));
    expect(posts).toHaveLength(expected.posts);
    expect(new Set(posts.map(fingerprintOf)).size).toBe(1);
    // A second try is never made without looking for the first.
    const order = callsIn(sessionId)
      .filter((call) => call.path.includes(scene.websites.a) && (sendTo(sessionId)(call) || lookUpIn(sessionId)(call)))
      .map((call) => (call.method === 'GET' ? 'look' : 'send'));
    expect(order).toEqual(['send', ...(expected.lookedUp ? ['look'] : []), ...(expected.posts > 1 ? ['send'] : [])]);
    if (expected.lookedUp) expect(callsIn(sessionId).find(lookUpIn(sessionId))?.path).toContain(`/message/${fingerprintOf(posts[0])}`);
  });

  it('one that fails even to look: is not sent again before it is known', async () => {
    const sessionId = scene.session();
    scene.crisp.failNext(sendTo(sessionId), 'store-then-drop');
    const look = scene.crisp.failNext(lookUpIn(sessionId), { status: 500, reason: 'internal_error' }, 2);
    await scene.say(QUESTION, { sessionId });
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect([look.left, scene.posts(sessionId).length]).toEqual([0, 1]);
  });

  // Each process has its own patience with Crisp, so that another one need not wait for it.
  it.each([429, 420])('%i, waits, is counted as no try, and is seen once', async (status) => {
    const sessionId = scene.session();
    const paced = await scene.beside();
    scene.crisp.failNext(sendTo(sessionId), { status, reason: 'rate_limited' });
    await scene.say(QUESTION, { sessionId, url: paced.url });
    await until('the delivery to wait', async () => (await deliveriesOf(sessionId))[0]?.reason);
    expect(await deliveriesOf(sessionId)).toMatchObject([{ status: 'pending', attempts: 0, reason: 'Crisp: rate_limited' }]);
    // That process asks for nothing more for a while, in any conversation.
    const other = scene.session();
    await scene.say(QUESTION, { sessionId: other, url: paced.url });
    await until('the other to wait too', async () => (await deliveriesOf(other))[0]?.reason);
    expect(callsIn(other)).toEqual([]);
    expect([await scene.rest(sessionId), await scene.rest(other)].map((seen) => seen.length)).toEqual([1, 1]);
    expect(scene.posts(sessionId)).toHaveLength(2);
    expect(await metric(paced, 'netia_channel_calls_total', 'outcome="paced"')).toBeGreaterThan(1);
  });
});

describe('the pieces of an answer', () => {
  it('are no longer than the tenant wants, in order, with everything in them', async () => {
    const sessionId = scene.session();
    models.answer = inPieces;
    await scene.say(QUESTION, { sessionId });
    const texts = textsOf(await scene.rest(sessionId));
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(200);
    expect(texts.join(' ').replace(/\s+/g, ' ')).toContain(SENTENCES.slice(0, 3).join(' '));
    expect(texts.at(-1)).toContain('Source:');
  });

  const random = seededRandom();
  it(`keep their order and come once, whichever call fails in whichever way (TEST_SEED=${random.seed})`, async () => {
    models.answer = inPieces;
    const sessions = Array.from({ length: 12 }, () => scene.session());
    const FAULTS: Fault[] = [{ status: 500, reason: 'internal_error' }, 'drop', 'store-then-drop', { delayMs: 20 }];
    for (const sessionId of sessions) {
      // Of the first calls, three at random: that of a piece, or the look for one.
      for (let i = 0; i < 3; i++) {
        let left = random.below(5);
        scene.crisp.failNext((call) => call.path.includes(sessionId) && left-- === 0, random.pick(FAULTS));
      }
    }
    await Promise.all(sessions.map((sessionId) => scene.say(QUESTION, { sessionId })));
    for (const sessionId of sessions) {
      const seen = await scene.rest(sessionId);
      expect(new Set(seen.map(({ fingerprint }) => fingerprint)).size).toBe(seen.length);
      expect(textsOf(seen).join(' ').replace(/\s+/g, ' ')).toContain(`${SENTENCES.slice(0, 3).join(' ')} Source:`);
    }
  });

  it('that are all to be sent wait for each other, and no other conversation waits for them', async () => {
    const [hanging, ...others] = Array.from({ length: 6 }, () => scene.session()) as [string, ...string[]];
    models.answer = inPieces;
    const hang = scene.crisp.failNext(sendTo(hanging), { hangMs: 5_000 });
    await scene.say(QUESTION, { sessionId: hanging });
    await until('the call that hangs', () => hang.hits > 0);
    for (const sessionId of others) await scene.say(QUESTION, { sessionId });
    for (const sessionId of others) expect((await scene.until(sessionId, 3)).length).toBeGreaterThanOrEqual(3);
    // Nobody else may send for it while somebody might be doing so: neither its next piece nor the first again.
    await scene.sweep();
    await scene.sweep(await scene.beside());
    expect([scene.seen(hanging), scene.posts(hanging).length]).toEqual([[], 1]);
    // Once the hold has run out, another process looks, finds nothing, and sends all of it.
    await scene.run(
      "UPDATE deliveries SET lease_until = now() - interval '1 second' FROM conversations c WHERE c.id = conversation_id AND c.session_id = $1 AND lease_until > now()",
      [hanging],
    );
    const taker = await scene.beside();
    await until('all pieces', async () => {
      await scene.sweep(taker);
      return scene.seen(hanging).length >= 3;
    });
    // The first process wakes: it may neither send nor say how it ended.
    const [{ id } = { id: '' }] = await scene.rows<{ id: string }>('SELECT id FROM conversations WHERE session_id = $1', [hanging]);
    await until('the first to give up', () => scene.gateway.logLines.some((line) => line.includes('not sent yet') && line.includes(id)));
    const seen = await scene.rest(hanging);
    expect(textsOf(seen).join(' ').replace(/\s+/g, ' ')).toContain(`${SENTENCES.slice(0, 3).join(' ')} Source:`);
    expect(new Set(seen.map(({ fingerprint }) => fingerprint)).size).toBe(seen.length);
    expect((await deliveriesOf(hanging)).map(({ status }) => status)).toEqual(seen.map(() => 'sent'));
  });
});

describe('what Crisp will never take', () => {
  it('is given up with the reason, and the conversation is left to people, who are told', async () => {
    const sessionId = scene.session();
    scene.crisp.failNext(sendTo(sessionId), { status: 400, reason: 'invalid_data' });
    await scene.say(QUESTION, { sessionId });
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(await deliveriesOf(sessionId)).toMatchObject([
      { kind: 'message', status: 'dead', reason: 'Crisp: invalid_data', attempts: 1 },
      { kind: 'note', status: 'sent' },
      { kind: 'handoff', status: 'sent' },
    ]);
    expect(scene.crisp.notes.filter((note) => note.sessionId === sessionId).map(({ content }) => content)).toEqual([
      expect.stringContaining('Crisp: invalid_data'),
    ]);
    expect(scene.crisp.states.get(keyOf(sessionId))).toBe('unresolved');
  });

  it('because the plugin is gone is given up at once, and nobody there can be told', async () => {
    const sessionId = scene.session();
    scene.crisp.subscribed = new Set([scene.websites.b]);
    await scene.say(QUESTION, { sessionId });
    await scene.say(QUESTION, { sessionId, websiteId: scene.websites.b });
    const seen = await scene.rest(sessionId);
    scene.crisp.subscribed = null;
    expect(seen.map(({ websiteId }) => websiteId)).toEqual([scene.websites.b]);
    expect(await deliveriesOf(sessionId)).toMatchObject([{ status: 'dead', reason: 'Crisp: not_subscribed', attempts: 1 }]);
    expect(scene.posts(sessionId).filter(({ path }) => path.includes(scene.websites.a))).toHaveLength(1);
  });

  it('because of a fault of ours is tried a bounded number of times and then given up; others go on', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId, url: writer.url });
    await until('the answer', async () => (await deliveriesOf(sessionId)).length > 0);
    await scene.run(`UPDATE deliveries d SET payload = '{"type":"unheard of"}' FROM conversations c WHERE c.id = conversation_id AND c.session_id = $1`, [
      sessionId,
    ]);
    await until('it to be given up', async () => {
      await scene.sweep();
      return (await deliveriesOf(sessionId)).some(({ status }) => status === 'dead');
    });
    const [dead] = await deliveriesOf(sessionId);
    expect(dead).toMatchObject({
      status: 'dead',
      attempts: expect.toSatisfy((tries: number) => tries <= 20),
      reason: expect.stringContaining('a fault of ours'),
    });
    expect(scene.posts(sessionId).filter(({ body }) => (body as { type: string }).type !== 'note')).toEqual([]);
  });
});

describe('what was given up', () => {
  const listed = async (tenant = scene.gateway.tenants.a) =>
    (
      (await (await scene.admin('GET', '/events?limit=100', undefined, tenant)).json()) as {
        items: { id: string; kind: string; reason: string; channel: string }[];
      }
    ).items;
  const replay = (id: string, tenant = scene.gateway.tenants.a) => scene.admin('POST', `/events/${id}/replay`, undefined, tenant);
  const audits = (id: string) => scene.rows<{ action: string; actor: string }>('SELECT action, actor FROM audit_logs WHERE resource_id = $1', [id]);
  const giveUp = async (sessionId: string, fault: Fault = { status: 400, reason: 'invalid_data' }) => {
    scene.crisp.failNext(sendTo(sessionId), fault);
    await scene.say(QUESTION, { sessionId });
    await scene.rest(sessionId);
    const dead = (await deliveriesOf(sessionId)).find(({ status }) => status === 'dead');
    if (!dead) throw new Error('nothing was given up');
    return dead.id;
  };

  it('is listed for its tenant, sent by a replay once, and the replay is written down', async () => {
    const sessionId = scene.session();
    const id = await giveUp(sessionId);
    expect(await listed()).toContainEqual(expect.objectContaining({ id, kind: 'delivery', channel: 'crisp', reason: 'Crisp: invalid_data' }));
    expect((await listed(scene.gateway.tenants.b)).map((each) => each.id)).not.toContain(id);
    expect((await replay(id, scene.gateway.tenants.b)).status).toBe(404);
    expect(scene.seen(sessionId)).toEqual([]);
    const replays = await Promise.all(Array.from({ length: 5 }, () => replay(id)));
    expect(replays.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect((await replay(id)).status).toBe(404);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect(await audits(id)).toEqual([{ action: 'event.replay', actor: expect.stringMatching(/^key:/) }]);
    expect((await listed()).map((each) => each.id)).not.toContain(id);
  });

  it('and had arrived all the same is found, and not sent again', async () => {
    const sessionId = scene.session();
    scene.crisp.failNext(lookUpIn(sessionId), { status: 400, reason: 'invalid_data' });
    const id = await giveUp(sessionId, 'store-then-drop');
    expect(scene.seen(sessionId)).toHaveLength(1);
    expect((await replay(id)).status).toBe(200);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect(scene.posts(sessionId).filter(({ body }) => (body as { type: string }).type === 'text')).toHaveLength(1);
  });

  it('of an answer of several pieces is all of it: nothing is lost in silence', async () => {
    const sessionId = scene.session();
    models.answer = inPieces;
    const id = await giveUp(sessionId);
    const pieces = (await deliveriesOf(sessionId)).filter(({ kind }) => kind === 'message');
    expect(pieces.map(({ status }) => status)).toEqual(pieces.map(() => 'dead'));
    expect((await replay(id)).status).toBe(200);
    const texts = textsOf(await scene.rest(sessionId));
    expect(texts.join(' ').replace(/\s+/g, ' ')).toContain(`${SENTENCES.slice(0, 3).join(' ')} Source:`);
  });

  it('coming in is applied by a replay once, and the same event again changes nothing', async () => {
    const { pool } = scene.gateway.test.connection;
    await pool.query(`CREATE FUNCTION plant_fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.content LIKE '%POISON%' THEN RAISE EXCEPTION 'planted'; END IF; RETURN NEW; END $$;
      CREATE TRIGGER plant_fault BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION plant_fault()`);
    const sessionId = scene.session();
    const message = await scene.say(`${QUESTION} POISON`, { sessionId });
    await scene.hook(message);
    const [dead, ...more] = (await listed()).filter(({ reason }) => reason.includes('planted'));
    expect([dead, more]).toMatchObject([{ kind: 'event', channel: 'crisp' }, []]);
    const id = String(dead?.id);
    const refused = await replay(id);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect((await listed()).map((each) => each.id)).toContain(id);
    await pool.query('DROP TRIGGER plant_fault ON messages; DROP FUNCTION plant_fault()');
    expect((await Promise.all([replay(id), replay(id)])).map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect((await scene.hook(message)).status).toBe(200);
    expect((await replay(id)).status).toBe(404);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect((await audits(id)).map(({ action }) => action)).toEqual(['event.replay']);
  });

  it('after too many tries to answer is answered by a replay, unless a person has it', async () => {
    const intake = await scene.beside({ environment: { TURNS_AT_ONCE: '0' } });
    const [sessionId, taken] = [scene.session(), scene.session()];
    for (const session of [sessionId, taken]) await scene.say(QUESTION, { sessionId: session, url: intake.url });
    await scene.run("UPDATE inbox_events SET failures = 5 WHERE status = 'pending'");
    await scene.sweep();
    const events = await scene.rows<{ id: string; session_id: string }>(
      "SELECT e.id, c.session_id FROM inbox_events e JOIN conversations c ON c.id = e.conversation_id WHERE e.status = 'dead' AND e.reason LIKE 'gave up after%' AND c.session_id IN ($1, $2)",
      [sessionId, taken],
    );
    expect(events).toHaveLength(2);
    await scene.run("UPDATE conversations SET status = 'transferred' WHERE session_id = $1", [taken]);
    for (const event of events) expect((await replay(event.id)).status).toBe(event.session_id === taken ? 409 : 200);
    expect([(await scene.rest(sessionId)).length, (await scene.rest(taken)).length]).toEqual([1, 0]);
  });

  it('may be dismissed, and is then gone', async () => {
    const sessionId = scene.session();
    const id = await giveUp(sessionId);
    expect((await scene.admin('DELETE', `/events/${id}`, undefined, scene.gateway.tenants.b)).status).toBe(404);
    expect((await scene.admin('DELETE', `/events/${id}`)).status).toBe(204);
    expect((await replay(id)).status).toBe(404);
    expect(await scene.rest(sessionId)).toEqual([]);
    expect((await audits(id)).map(({ action }) => action)).toEqual(['event.dismiss']);
  });
});

/** A figure of a process, as /metrics shows it. */
async function metric({ url }: TestGateway, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
