import { crispOperatorMessage, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';

/** A message's way through Crisp and back, judged by what the played Crisp received. */
let scene: CrispScene;
beforeAll(async () => {
  scene = await startCrispScene();
  const { a, b } = scene.gateway.tenants;
  for (const tenant of [a, b])
    await scene.gateway.know(tenant.id, { format: 'faq', title: 'Do you deliver to Bergen?', content: `Yes, to Bergen in five days. ${tenant.canary}` });
});
afterAll(() => scene.close());

const seenIn = (sessionId: string) => scene.crisp.visible.filter((message) => message.sessionId === sessionId);

describe('a question in Crisp', () => {
  it('is answered there once, with its source, under a fingerprint of ours and as automated', async () => {
    const sessionId = scene.session();
    const message = await scene.say('Do you deliver to Bergen?', { sessionId, origin: 'email' });
    await scene.hook(message);
    const [answer] = await until('the answer', () => seenIn(sessionId).length > 0 && seenIn(sessionId));
    expect(answer).toMatchObject({ websiteId: scene.websites.a, type: 'text', from: 'operator', automated: true, origin: 'email' });
    expect(answer?.content).toContain(`five days. ${scene.gateway.tenants.a.canary}`);
    expect(answer?.content).toContain('Source: Do you deliver to Bergen?');
    expect(answer?.content).not.toContain(scene.gateway.tenants.b.canary);
    const stored = await until('the delivery to be settled', () =>
      scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) =>
        tx.row(
          "SELECT d.attempts, d.fingerprint::text FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = $1 AND d.status = 'sent'",
          [sessionId],
        ),
      ),
    );
    expect(stored).toEqual({ attempts: 1, fingerprint: String(answer?.fingerprint) });
    await scene.hook(scene.crisp.echoes(answer as never, { automatedLost: true }));
    await scene.hook(message);
    await scene.say('And how long to Bergen?', { sessionId });
    await until('the second answer', () => seenIn(sessionId).length > 1);
    expect(seenIn(sessionId)).toHaveLength(2);
  });

  it('is left alone once a person has written', async () => {
    const sessionId = scene.session();
    await scene.hook(crispOperatorMessage({ websiteId: scene.websites.a, sessionId, text: 'I take this one.' }));
    await scene.say('Do you deliver to Bergen?', { sessionId });
    const rows = await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) =>
      tx.rows(
        'SELECT e.status, e.reason FROM inbox_events e JOIN conversations c ON c.id = e.conversation_id WHERE c.session_id = $1 AND e.message_id IS NOT NULL',
        [sessionId],
      ),
    );
    expect(rows).toEqual([{ status: 'done', reason: 'a person has the conversation' }]);
    expect(seenIn(sessionId)).toEqual([]);
  });
});
