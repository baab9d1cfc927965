import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { whatIsMissing } from './support/processes.ts';
import { HOOK_SECRET, startFaultScene } from './support/scene.ts';
import { planEvents, type SentEvent, sendEvents } from './support/webhook-sender.ts';

/**
 * W-3: a hundred webhooks a second while the model hangs. Whether an acknowledgement came too early is asked of the
 * database at the moment it comes. How long it took is printed, and measured in bench/ack-latency.ts: a time in a test
 * tells of the machine.
 */
const missing = whatIsMissing();
const RATE = 100;
const SECONDS = process.env['FAULTS'] === 'long' ? 60 : 20;

describe.skipIf(missing !== undefined)('while the model hangs', () => {
  it(
    `${RATE} webhooks a second are acknowledged, each only after it was stored (W-3)`,
    async () => {
      const scene = await startFaultScene();
      try {
        const { installation, models, test, websites } = scene;
        models.answer = () => ({ fault: 'hang' });
        await installation.begin();
        const random = seededRandom();
        const events = planEvents({ events: RATE * SECONDS + 1, conversations: 10 * SECONDS, websites, rate: RATE }, random);
        // The last is never sent: it shows that the probe can say no.
        const unsent = events.pop() as SentEvent;
        const isStored = async (event: SentEvent) => {
          const key = `${event.sessionId}:message:send:${event.fingerprint}`;
          const { rowCount } = await test.connection.pool.query(
            'SELECT FROM inbox_events e JOIN messages m ON m.tenant_id = e.tenant_id AND m.id = e.message_id WHERE e.event_key = $1 AND m.external_id = $2',
            [key, String(event.fingerprint)],
          );
          return rowCount === 1;
        };
        const probes: Promise<{ event: SentEvent; found: boolean }>[] = [];
        const onAcknowledged = (event: SentEvent) => probes.push(isStored(event).then((found) => ({ event, found })));
        const signal = AbortSignal.timeout(SECONDS * 4_000);
        const sent = await sendEvents(
          events,
          { url: installation.url, secret: HOOK_SECRET, rate: RATE, againShare: 0, shuffledWithin: 0, signal, onAcknowledged },
          random,
        );
        const probed = await Promise.all(probes);
        const ms = sent.acknowledgedMs.sort((a, b) => a - b);
        const at = (share: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0);
        const figures = { run: 'model hangs', seed: random.seed, events: events.length, requests: sent.requests, p50: at(0.5), p99: at(0.99), max: at(1) };
        process.stdout.write(`${JSON.stringify(figures)}\n`);
        if (process.env['FAULTS_REPORT']) appendFileSync(process.env['FAULTS_REPORT'], `${JSON.stringify(figures)}\n`);
        expect(
          probed.filter(({ found }) => !found).map(({ event }) => event.index),
          `TEST_SEED=${random.seed}`,
        ).toEqual([]);
        expect(probed).toHaveLength(events.length);
        expect(await isStored(unsent)).toBe(false);
        expect(installation.ownEnds()).toEqual([]);
      } finally {
        await scene.close();
      }
    },
    SECONDS * 4_000 + 60_000,
  );
});
