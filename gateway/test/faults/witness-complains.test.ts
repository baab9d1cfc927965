import { until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { whatIsMissing } from './support/processes.ts';
import { type FaultScene, HOOK_SECRET, startFaultScene } from './support/scene.ts';
import { planEvents, type SentEvent, sendEvents } from './support/webhook-sender.ts';
import { countWaiting, judge, readLedger, type Verdict } from './support/witness.ts';

/**
 * The controls of webhooks-under-faults.test.ts: faults planted into a run that is otherwise in order. A witness that says
 * nothing here would say nothing there either.
 */
const missing = whatIsMissing();
const CONVERSATIONS = 8;

describe.skipIf(missing !== undefined)('the witness of webhooks under faults', () => {
  const random = seededRandom();
  let scene: FaultScene;
  let events: SentEvent[];
  /** Of each conversation, what was written first and later. */
  let talks: SentEvent[][];
  const sql = (text: string, values: unknown[]) => scene.test.connection.pool.query(text, values);
  const isQuiet = () => until('all to be answered', async () => (await countWaiting(scene.test.connection.pool)) === 0, 60_000);
  const verdict = async (): Promise<Verdict> => judge(events, scene.crisp.visible, await readLedger(scene.test.connection.pool));
  const eventOf = (event: SentEvent) => [event.sessionId, String(event.fingerprint)];
  const EVENT_OF =
    'FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id WHERE c.session_id = $1 AND m.external_id = $2';

  // A gateway that only takes in, and nobody yet who answers: what was accepted can be tampered with before it is.
  beforeAll(async () => {
    if (missing) return;
    scene = await startFaultScene({ gatewayEnvironment: { TURNS_AT_ONCE: '0' } });
    await scene.installation.begin(0);
    events = planEvents({ events: 10 * CONVERSATIONS, conversations: CONVERSATIONS, websites: scene.websites, rate: 40 }, random);
    const options = { url: scene.installation.url, secret: HOOK_SECRET, rate: 40, againShare: 0, shuffledWithin: 0, signal: AbortSignal.timeout(30_000) };
    // One after the other, each acknowledged before the next is sent: two that are on their way at once may be stored in
    // either order, and the witness rightly calls neither of them answered out of order.
    for (const event of events) await sendEvents([event], options, random);
    talks = [...Map.groupBy(events, (event) => event.sessionId).values()].filter((talk) => talk.length > 3);
  }, 60_000);
  afterAll(() => scene?.close());

  it('sees what was acknowledged and is not there any more, as if it had never been committed', async () => {
    const [rowless, eventless, held] = talks.map(([first]) => first) as [SentEvent, SentEvent, SentEvent];
    await sql(`DELETE FROM messages WHERE id IN (SELECT m.id ${EVENT_OF})`, eventOf(rowless));
    await sql(`DELETE FROM inbox_events WHERE message_id IN (SELECT m.id ${EVENT_OF})`, eventOf(eventless));
    // For the test after the next: kept back, so that all the others of its conversation are answered before it.
    await sql(`UPDATE inbox_events SET status = 'done' WHERE message_id IN (SELECT m.id ${EVENT_OF})`, eventOf(held));
    scene.installation.workers[0]?.start();
    await isQuiet();
    const { lost, twice, inverted, strays } = await verdict();
    expect(lost.map((line) => line.split(' ')[1]).sort(), `TEST_SEED=${random.seed}`).toEqual(
      [rowless, eventless, held].map(({ index }) => String(index)).sort(),
    );
    expect({ twice, inverted, strays }, `TEST_SEED=${random.seed}`).toEqual({ twice: [], inverted: [], strays: [] });
  }, 90_000);

  it('sees a message that was sent a second time', async () => {
    const before = scene.crisp.visible.length;
    const [message] = scene.crisp.visible;
    await sql("UPDATE deliveries SET status = 'pending', attempts = 0, next_attempt_at = now(), lease_until = NULL WHERE fingerprint = $1", [
      message?.fingerprint,
    ]);
    await until('the second copy', () => scene.crisp.visible.length > before, 20_000);
    await isQuiet();
    const { twice, repeats } = await verdict();
    expect(twice).toEqual([expect.stringContaining(String(message?.fingerprint))]);
    expect(repeats).toBe(1);
  }, 60_000);

  it('sees an answer that comes after those to later messages', async () => {
    const held = talks[2]?.[0] as SentEvent;
    const before = scene.crisp.visible.length;
    await sql(`UPDATE inbox_events SET status = 'pending' WHERE message_id IN (SELECT m.id ${EVENT_OF})`, eventOf(held));
    await until('its answer', () => scene.crisp.visible.length > before, 20_000);
    const { inverted, lost } = await verdict();
    expect(inverted).toHaveLength((talks[2]?.length ?? 0) - 1);
    expect(inverted.every((line) => line.startsWith(`event ${held.index} `))).toBe(true);
    expect(lost).toHaveLength(2);
  }, 60_000);

  it('sees words that were meant for somebody else', async () => {
    const [here, there] = [talks[0]?.[1], talks[1]?.[1]] as [SentEvent, SentEvent];
    const [message] = scene.crisp.visible.filter(({ sessionId }) => sessionId === here.sessionId);
    if (!message) throw new Error('nothing was answered there');
    const strayed = { ...message, fingerprint: 1, sessionId: there.sessionId, websiteId: there.websiteId };
    const { strays } = judge(events, [...scene.crisp.visible, strayed], await readLedger(scene.test.connection.pool));
    expect(strays).toEqual([expect.stringContaining(there.sessionId)]);
  });
});
