import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@netia/testkit';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { isReady, type Program, whatIsMissing } from './support/processes.ts';
import { type FaultScene, HOOK_SECRET, startFaultScene } from './support/scene.ts';
import { planEvents, sendEvents } from './support/webhook-sender.ts';
import { countWaiting, judge, readLedger, type Verdict } from './support/witness.ts';

/**
 * W-4, R-6, R-7: events flow in from Crisp while processes are killed or stopped, the database crashes and Redis is gone.
 * Real processes, real servers; what counts is what the played channel has received. Without a database server, or
 * redis-server, there is nothing here that could be killed and come back, and the file is left out.
 *
 * FAULTS=long (npm run test:faults) makes the runs long enough to be the proof; the short ones are its smoke.
 */
const missing = whatIsMissing();
const isLong = process.env['FAULTS'] === 'long';
const SIZE = isLong
  ? {
      events: 10_000,
      conversations: 500,
      rate: 250,
      pauseMs: [5_000, 20_000],
      crashEveryMs: 10_000,
      redisGoneMs: 30_000,
      // The sender is as patient as Tidio, so its last tries take minutes; what counts is what was lost, doubled or turned round.
      sendMaxMs: 1_200_000,
      troubleMs: 1_500_000,
    }
  : { events: 1_000, conversations: 50, rate: 100, pauseMs: [5_000, 8_000], crashEveryMs: 2_500, redisGoneMs: 5_000, sendMaxMs: 120_000, troubleMs: 40_000 };
const AGAIN_SHARE = 0.3;
const SHUFFLED_WITHIN = 200;
const KILL_EVERY_MS = 2_000;
/** Between two pauses a process runs for so long at most, and half of it at least. */
const RUNS_MS = 6_000;
const DRAIN_MAX_MS = 180_000;
const TIMEOUT_MS = SIZE.sendMaxMs + DRAIN_MAX_MS + 60_000;
/** Once nothing waits any more, a second copy would come soon. */
const QUIET_MS = 2_000;

interface Figures extends Verdict {
  run: string;
  seed: number;
  events: number;
  requests: number;
  sentSeconds: number;
  /** From the last event that was accepted to the last message that became visible. */
  drainSeconds: number;
  faults: string;
  kills: number;
}

/** Sends the events while trouble goes on, waits until all is answered, and lets the channel's double say what came of it. */
async function endure(run: string, scene: FaultScene, trouble: (signal: AbortSignal) => Promise<string>): Promise<Figures> {
  const random = seededRandom();
  const { installation, crisp, test, websites } = scene;
  const events = planEvents({ ...SIZE, websites }, random);
  const started = performance.now();
  const troubled = new AbortController();
  const enough = setTimeout(() => troubled.abort(), SIZE.troubleMs);
  const over = new AbortController();
  const troubling = trouble(troubled.signal);
  let lastVisibleAt = 0;
  crisp.onVisible = () => {
    lastVisibleAt = performance.now();
  };
  try {
    const { rate } = SIZE;
    const sending = sendEvents(
      events,
      { url: installation.url, secret: HOOK_SECRET, rate, againShare: AGAIN_SHARE, shuffledWithin: SHUFFLED_WITHIN, signal: over.signal },
      random,
    );
    const sent = await withinMs(sending, SIZE.sendMaxMs, () => over.abort());
    const sentSeconds = (performance.now() - started) / 1_000;
    // Trouble goes on until all is answered, in the short runs for a while; what has to happen is awaited even if all is answered sooner.
    await until('all of it to be answered and sent', async () => (await countWaiting(test.connection.pool)) === 0, DRAIN_MAX_MS + 20_000).catch(() => {});
    troubled.abort();
    const faults = await troubling;
    await pause(QUIET_MS);
    const verdict = judge(events, crisp.visible, await readLedger(test.connection.pool));
    const figures: Figures = {
      run,
      seed: random.seed,
      events: events.length,
      requests: sent.requests,
      sentSeconds,
      drainSeconds: Math.max(0, lastVisibleAt - Math.max(...events.map((event) => event.acknowledgedAt ?? 0))) / 1_000,
      faults,
      kills: [installation.gateway, ...installation.workers].reduce((sum, { kills }) => sum + kills, 0),
      ...verdict,
    };
    report(figures);
    return figures;
  } finally {
    clearTimeout(enough);
    troubled.abort();
    over.abort();
    crisp.onVisible = null;
    await troubling.catch(() => {});
  }
}

async function withinMs<T>(work: Promise<T>, ms: number, giveUp: () => void): Promise<T> {
  const timer = setTimeout(giveUp, ms);
  return work.finally(() => clearTimeout(timer));
}

/** For the table of tools/test-faults.ts, and for whoever reads the log of a failure. */
function report(figures: Figures): void {
  const { lost, twice, inverted, strays, left, ...rest } = figures;
  const counts = { lost: lost.length, twice: twice.length, inverted: inverted.length, strays: strays.length, left: left.length };
  const line = `${JSON.stringify({ ...rest, ...counts })}\n`;
  process.stdout.write(line);
  if (process.env['FAULTS_REPORT']) appendFileSync(process.env['FAULTS_REPORT'], line);
}

function expectNothingAmiss(figures: Figures): void {
  const { lost, twice, inverted, strays, left, seed } = figures;
  expect({ lost, twice, inverted, strays, left }, `TEST_SEED=${seed}`).toEqual({ lost: [], twice: [], inverted: [], strays: [], left: [] });
  expect(figures.drainSeconds, `TEST_SEED=${seed}`).toBeLessThan(DRAIN_MAX_MS / 1_000);
  expect(figures.repeats).toBeLessThanOrEqual(figures.kills);
}

/** Sleeps, unless the trouble is to end. @returns false when it is. */
async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  await pause(ms, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}

describe.skipIf(missing !== undefined)('while webhooks flow in', () => {
  it(
    'gateway and worker are killed every two seconds: nothing is lost, nothing answered twice, nothing out of order (W-4)',
    async () => {
      const scene = await startFaultScene();
      try {
        const { installation } = scene;
        await installation.begin();
        const figures = await endure('kill -9', scene, async (signal) => {
          const programs = [installation.gateway, ...installation.workers];
          const from = performance.now();
          let late = 0;
          const killing = async (program: Program, i: number) => {
            // Not both in the same moment: each has to go on without the other.
            await rest((i * KILL_EVERY_MS) / programs.length, signal);
            while (!signal.aborted) {
              if (await program.untilWorthKilling(KILL_EVERY_MS, signal)) late++;
              if (!signal.aborted) program.restart();
            }
          };
          await Promise.all(programs.map(killing));
          const every = (performance.now() - from) / 1_000 / (installation.gateway.kills || 1);
          return `each killed every ${every.toFixed(1)} s${late > 0 ? `, ${late} times later, because the machine was busy` : ''}`;
        });
        expectNothingAmiss(figures);
        expect(figures.kills).toBeGreaterThan(5);
        expect(installation.ownEnds()).toEqual([]);
      } finally {
        await scene.close();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'gateway and workers are stopped for seconds and wake up again: what was given away meanwhile is not done twice (W-4, R-1)',
    async () => {
      const scene = await startFaultScene({ workers: 2 });
      try {
        const { installation } = scene;
        await installation.begin();
        const random = seededRandom();
        let pauses = 0;
        const figures = await endure('SIGSTOP', scene, async (signal) => {
          const [least = 0, most = 0] = SIZE.pauseMs;
          const stopping = async (program: Program, i: number) => {
            await rest(i * 700, signal);
            while (await rest(RUNS_MS / 2 + random.below(RUNS_MS / 2), signal)) {
              program.pause();
              pauses++;
              await rest(least + random.below(most - least), signal);
              program.resume();
            }
          };
          await Promise.all([installation.gateway, ...installation.workers].map(stopping));
          return `${pauses} pauses of ${least / 1_000}-${most / 1_000} s`;
        });
        expectNothingAmiss(figures);
        expect(pauses).toBeGreaterThan(2);
        expect(installation.ownEnds()).toEqual([]);
      } finally {
        await scene.close();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'the database crashes three times and Redis is gone for a while: no process ends, all of it is answered once (R-6, R-7)',
    async () => {
      const scene = await startFaultScene();
      try {
        const { installation } = scene;
        await installation.begin();
        const backAfterMs: number[] = [];
        const figures = await endure('restarts', scene, async (signal) => {
          const crashing = async () => {
            for (let i = 0; i < 3; i++) {
              await pause(SIZE.crashEveryMs);
              await crashDatabase();
              const from = performance.now();
              await until('the gateway to be ready again', () => isReady(installation.url), 20_000);
              backAfterMs.push(performance.now() - from);
            }
          };
          const losingRedis = async () => {
            await rest(4_000, signal);
            installation.redis.kill();
            await pause(SIZE.redisGoneMs);
            installation.redis.start();
          };
          await Promise.all([crashing(), losingRedis()]);
          return `ready ${backAfterMs.map((ms) => Math.round(ms)).join(', ')} ms after a crash; Redis gone ${SIZE.redisGoneMs / 1_000} s`;
        });
        expectNothingAmiss(figures);
        expect(backAfterMs).toHaveLength(3);
        expect(installation.ownEnds()).toEqual([]);
      } finally {
        await scene.close();
      }
    },
    TIMEOUT_MS,
  );
});

/** pg_ctl restart -m immediate: what is in memory is gone, what was committed comes back. */
async function crashDatabase(): Promise<void> {
  const restart = process.env['TEST_DATABASE_RESTART'];
  if (!restart) throw new Error('TEST_DATABASE_RESTART is not set: .ci/run sets it to the command that restarts the server with -m immediate');
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('bash', ['-c', restart], { stdio: 'ignore' });
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`the database did not restart: ${code}`);
}
