import { FakeModels, type HttpCall, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TakenDelivery } from '../../src/deliveries/planned-delivery.ts';
import { keepDelivery, settleDead, settleLater, settleSent, takeDelivery } from '../../src/deliveries/take-delivery.ts';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';
import type { TestGateway } from '../support/gateway.ts';

/** A worker that was paused while its delivery was given away: it may neither send nor say how it ended. */
let scene: CrispScene;
let models: FakeModels;
/** Answers and leaves the sending to others. */
let writer: TestGateway;
const QUESTION = 'How long does a parcel to Bergen take?';

beforeAll(async () => {
  models = await FakeModels.start();
  models.answer = () => ({ text: 'It takes five days to Bergen [1].' });
  scene = await startCrispScene({ models, withSweep: false });
  writer = await scene.beside();
  await writer.deps.delivering.stop(0);
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b])
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `It takes five days to Bergen. ${tenant.canary}` });
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});

const tenantId = () => scene.gateway.tenants.a.id;
const inTenant: TestGateway['inTenant'] = (...call) => scene.gateway.inTenant(...call);
/** An answer stands ready, and somebody has taken it and was paused. */
async function pausedAt(sessionId: string): Promise<TakenDelivery> {
  await scene.say(QUESTION, { sessionId, url: writer.url });
  const { id } = await until('the answer', async () => {
    const [row] = await scene.rows<{ id: string }>('SELECT c.id FROM conversations c JOIN deliveries d ON d.conversation_id = c.id WHERE c.session_id = $1', [
      sessionId,
    ]);
    return row;
  });
  const taken = await inTenant(tenantId(), (tx) => takeDelivery(tx, tenantId(), id));
  if (!taken) throw new Error('there was nothing to take');
  return taken;
}
const holdRunsOut = (sessionId: string) =>
  scene.run("UPDATE deliveries SET lease_until = now() - interval '1 second' FROM conversations c WHERE c.id = conversation_id AND c.session_id = $1", [
    sessionId,
  ]);
const stateOf = (sessionId: string) =>
  scene.rows(
    'SELECT d.status, d.attempts, d.reason, c.status AS conversation, c.owner_epoch::integer AS epoch FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = $1',
    [sessionId],
  );
/** Everything that the paused worker might try when it wakes. @returns what it was allowed, and what changed by it. */
async function wake(taken: TakenDelivery, sessionId: string) {
  const before = await stateOf(sessionId);
  const kept = (await inTenant(tenantId(), (tx) => keepDelivery(tx, taken))) !== undefined;
  const sent = await inTenant(tenantId(), (tx) => settleSent(tx, taken, 'from-the-past'));
  await inTenant(tenantId(), (tx) => settleLater(tx, taken, 3_600_000, 'from the past', true));
  await inTenant(tenantId(), (tx) => settleLater(tx, taken, 3_600_000, 'from the past', false));
  await inTenant(tenantId(), (tx) => settleDead(tx, taken, 'from the past', [{ kind: 'note', payload: { content: 'from the past' } }], 30));
  return { kept, sent, changed: JSON.stringify(await stateOf(sessionId)) !== JSON.stringify(before) };
}
const ALLOWED_NOTHING = { kept: false, sent: false, changed: false };

describe('a paused worker', () => {
  it('holds its delivery while its hold lasts: nobody else sends it', async () => {
    const sessionId = scene.session();
    const taken = await pausedAt(sessionId);
    await scene.sweep();
    await scene.sweep(await scene.beside());
    expect(scene.posts(sessionId)).toEqual([]);
    // And it may go on itself.
    expect(await inTenant(tenantId(), (tx) => keepDelivery(tx, taken))).toBeDefined();
    await holdRunsOut(sessionId);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('that wakes after another has sent may do nothing', async () => {
    const sessionId = scene.session();
    const taken = await pausedAt(sessionId);
    await holdRunsOut(sessionId);
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect(await wake(taken, sessionId)).toEqual(ALLOWED_NOTHING);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('that wakes while another is sending may do nothing', async () => {
    const sessionId = scene.session();
    const taken = await pausedAt(sessionId);
    await holdRunsOut(sessionId);
    const look = scene.crisp.failNext((call: HttpCall) => call.method === 'GET' && call.path.includes(sessionId), { delayMs: 300 });
    await scene.sweep();
    await until('the other to look for it', () => look.hits > 0);
    expect(await wake(taken, sessionId)).toEqual(ALLOWED_NOTHING);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it.each([429, 500])('that wakes after another was met by %i may do nothing', async (status) => {
    const sessionId = scene.session();
    const taken = await pausedAt(sessionId);
    await holdRunsOut(sessionId);
    const other = await scene.beside();
    const refusal = scene.crisp.failNext((call: HttpCall) => call.path.includes(sessionId), { status, reason: 'not_now' });
    await scene.sweep(other);
    await until('the refusal to be written down', async () => refusal.hits > 0 && (await stateOf(sessionId))[0]?.['reason'] === 'Crisp: not_now');
    expect(await wake(taken, sessionId)).toEqual(ALLOWED_NOTHING);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('that wakes after a person has written may do nothing', async () => {
    const sessionId = scene.session();
    const taken = await pausedAt(sessionId);
    await scene.run('UPDATE conversations SET owner_epoch = owner_epoch + 1 WHERE session_id = $1', [sessionId]);
    expect(await inTenant(tenantId(), (tx) => keepDelivery(tx, taken))).toBeUndefined();
  });

  it('and two that take at the same moment: one gets it', async () => {
    const sessionId = scene.session();
    const first = await pausedAt(sessionId);
    await holdRunsOut(sessionId);
    const taken = await Promise.all(Array.from({ length: 8 }, () => inTenant(tenantId(), (tx) => takeDelivery(tx, tenantId(), first.conversationId))));
    const got = taken.filter((each) => each !== undefined);
    expect(got.map(({ attempt, fingerprint }) => [attempt, fingerprint])).toEqual([[2, first.fingerprint]]);
    await holdRunsOut(sessionId);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('whose clock says that it was away for long does not begin to send', async () => {
    const sessionId = scene.session();
    const sleeper = await scene.beside();
    const realNow = Date.now;
    await scene.say(QUESTION, { sessionId, url: writer.url });
    await until('the answer', async () => (await stateOf(sessionId)).length > 0);
    const { db } = sleeper.deps;
    const inTenantOf = db.inTenant.bind(db);
    // The clock goes on by half a minute as soon as it has been taken.
    Object.assign(db, {
      inTenant: async (...call: Parameters<typeof inTenantOf>) => {
        const result = await inTenantOf(...call);
        if ((result as TakenDelivery | undefined)?.fingerprint !== undefined) Date.now = () => realNow() + 30_000;
        return result;
      },
    });
    try {
      await sleeper.deps.delivering.sweepOnce();
      await until('the sleeper to notice', () => sleeper.logLines.some((line) => line.includes('held it for too long')));
    } finally {
      Date.now = realNow;
      Object.assign(db, { inTenant: inTenantOf });
    }
    expect(scene.posts(sessionId)).toEqual([]);
    await holdRunsOut(sessionId);
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });
});
