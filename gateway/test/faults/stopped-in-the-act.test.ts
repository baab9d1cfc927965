import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@netia/testkit';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { whatIsMissing } from './support/processes.ts';
import { type FaultScene, HOOK_SECRET, startFaultScene } from './support/scene.ts';
import { planEvents, type SentEvent, sendEvents } from './support/webhook-sender.ts';
import { judge, readLedger } from './support/witness.ts';

/**
 * Fencing: a worker is stopped at the worst moment for longer than its right lasts, another does its work, and then it
 * wakes up in the middle of a line. What was given away must be neither recorded nor sent by it.
 */
const missing = whatIsMissing();
const isLong = process.env['FAULTS'] === 'long';
/** A turn's lease lasts 12 s, a delivery's 45 s. */
const TURN_GIVEN_AWAY_MS = 20_000;
const DELIVERY_GIVEN_AWAY_MS = 60_000;
/** What a process does that wakes up, it does soon. */
const WAKING_MS = 3_000;

/** One question to an installation with two workers, of which only the first runs yet. */
async function askOne(scene: FaultScene): Promise<SentEvent[]> {
  const events = planEvents({ events: 1, conversations: 1, websites: scene.websites, rate: 1 }, seededRandom());
  const signal = AbortSignal.timeout(10_000);
  await sendEvents(events, { url: scene.installation.url, secret: HOOK_SECRET, rate: 1, againShare: 0, shuffledWithin: 0, signal }, seededRandom());
  return events;
}

const attemptsMade = async (scene: FaultScene) =>
  (await scene.test.connection.pool.query<{ n: number }>("SELECT attempts AS n FROM deliveries WHERE kind = 'message' AND status = 'pending'")).rows[0]?.n ?? 0;

async function expectOneAnswer(scene: FaultScene, events: SentEvent[]): Promise<void> {
  await pause(WAKING_MS);
  const { lost, twice, strays, left, visible } = judge(events, scene.crisp.visible, await readLedger(scene.test.connection.pool));
  expect({ lost, twice, strays, left, visible }).toEqual({ lost: [], twice: [], strays: [], left: [], visible: 1 });
  expect(scene.installation.ownEnds()).toEqual([]);
}

describe.skipIf(missing !== undefined)('a worker that is stopped', () => {
  it('while the model writes does not record its answer when it wakes up (R-1)', async () => {
    const scene = await startFaultScene({ workers: 2, gatewayEnvironment: { TURNS_AT_ONCE: '0' } });
    try {
      const { installation, models, crisp } = scene;
      const [first, second] = installation.workers;
      await installation.begin(1);
      const answer = models.answer;
      let calls = 0;
      models.answer = (call) => {
        if (++calls === 1) first?.pause();
        return answer(call);
      };
      const events = await askOne(scene);
      await until('the first worker to be stopped in the call', () => calls === 1);
      second?.start();
      await until('the second worker to answer', () => crisp.visible.length > 0, TURN_GIVEN_AWAY_MS);
      first?.resume();
      await expectOneAnswer(scene, events);
      expect(calls).toBe(2);
    } finally {
      await scene.close();
    }
  }, 60_000);

  it.runIf(isLong)(
    'in the very call to the channel leaves a message that is found there, and not sent again',
    async () => {
      const scene = await startFaultScene({ workers: 2, gatewayEnvironment: { TURNS_AT_ONCE: '0' } });
      try {
        const { installation, crisp } = scene;
        const [first, second] = installation.workers;
        await installation.begin(1);
        crisp.onVisible = () => first?.pause();
        const events = await askOne(scene);
        await until('the first worker to be stopped in the call', () => crisp.visible.length === 1);
        second?.start();
        await until(
          'the second worker to look for it',
          () => crisp.calls.some(({ method, path }) => method === 'GET' && path.includes('/message/')),
          DELIVERY_GIVEN_AWAY_MS,
        );
        first?.resume();
        await expectOneAnswer(scene, events);
      } finally {
        await scene.close();
      }
    },
    120_000,
  );

  it.runIf(isLong)(
    'just before the call to the channel does not make it when it wakes up',
    async () => {
      const scene = await startFaultScene({ workers: 2, gatewayEnvironment: { TURNS_AT_ONCE: '0' } });
      try {
        const { installation, crisp } = scene;
        const [first, second] = installation.workers;
        await installation.begin(1);
        // The last thing before the call is to count it, in Redis: while Redis does not answer, the worker stands there.
        installation.redis.pause();
        const events = await askOne(scene);
        await until('the first worker to take the delivery', async () => (await attemptsMade(scene)) === 1);
        first?.pause();
        installation.redis.resume();
        expect(crisp.visible).toHaveLength(0);
        second?.start();
        await until('the second worker to send it', () => crisp.visible.length === 1, DELIVERY_GIVEN_AWAY_MS);
        first?.resume();
        await expectOneAnswer(scene, events);
      } finally {
        await scene.close();
      }
    },
    120_000,
  );
});
