import { randomUUID } from 'node:crypto';
import { FakeModels, until } from '@netia/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takeTurn } from '../../src/conversations/turn-lease.ts';
import { acceptMessage } from '../../src/inbox/accept-message.ts';
import { repeatedly } from '../../src/repeatedly.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { asAnswer, hearAnswer, readParts } from '../support/widget-client.ts';

/** Exactly one answer: duplicates, cuts, bursts and dead workers neither lose nor double one. */
let gateway: TestGateway;
let models: FakeModels;
/** Words that tell the sixty conversations apart, in the text as in the questions. */
const MARKS = Array.from({ length: 60 }, (_, i) => `mark${i}`);
const ANSWER = 'We open at nine on weekdays [1]. On Sundays we open at eleven [1]. Bring your own cup [1].';

beforeAll(async () => {
  models = await FakeModels.start();
  gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  for (const tenant of [gateway.tenants.a, gateway.tenants.b]) {
    await gateway.know(tenant.id, {
      format: 'faq',
      title: 'When do you open?',
      content: `We open at nine on weekdays. On Sundays we open at eleven. Bring your own cup. Those who open: ${MARKS.join(' ')}.`,
    });
  }
});
afterAll(async () => {
  await gateway.close();
  await models.close();
});
beforeEach(() => {
  models.calls.length = 0;
  models.parallelMax = 0;
  models.answer = (call) => (call.user.includes('<passages>') ? { text: ANSWER } : { text: 'When do you open?' });
});

const answersIn = (conversationId: string) =>
  gateway.inTenant(gateway.tenants.a.id, (tx) =>
    tx.rows<{ seq: number; content: string }>("SELECT seq::integer, content FROM messages WHERE conversation_id = $1 AND sender_type = 'ai' ORDER BY seq", [
      conversationId,
    ]),
  );
const answerCalls = () => models.calls.filter((call) => call.user.includes('<passages>'));

describe('a conversation that is being recorded', () => {
  // Needs two transactions at once, which the embedded database does not have.
  it.skipIf(!process.env['TEST_DATABASE_URL'])('is not taken for a turn by who waited for its row: nothing waits there any more', async () => {
    const { a } = gateway.tenants;
    const sessionId = `waited-${randomUUID()}`;
    const { conversationId } = await gateway.inTenant(a.id, async (tx) => {
      const row = await tx.row<{ conversation_id: string }>(
        "SELECT conversation_id FROM accept_channel_message($1, $2, 'crisp', NULL, 'one', 'text', 'When do you open?', now(), 'one', NULL, NULL, 'x', '10 minutes')",
        [a.id, sessionId],
      );
      return { conversationId: row?.conversation_id ?? '' };
    });
    const other = Promise.withResolvers<void>();
    const recording = gateway.inTenant(a.id, async (tx) => {
      await tx.run('UPDATE conversations SET turn_lease_until = NULL WHERE id = $1', [conversationId]);
      await tx.run("UPDATE inbox_events SET status = 'done' WHERE conversation_id = $1", [conversationId]);
      await other.promise;
    });
    const taking = gateway.inTenant(a.id, (tx) => takeTurn(tx, a.id, conversationId));
    const isWaiting = async () => {
      const { rows } = await gateway.test.connection.pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
      return rows.length > 0;
    };
    await until('the second to wait for the row', isWaiting);
    other.resolve();
    await recording;
    expect(await taking).toBeUndefined();
    const left = await gateway.inTenant(a.id, (tx) =>
      tx.row<{ is_free: boolean }>('SELECT turn_lease_until IS NULL AS is_free FROM conversations WHERE id = $1', [conversationId]),
    );
    expect(left).toEqual({ is_free: true });
  });
});

describe('the same message again', () => {
  it('after its answer: the same answer, one model call', async () => {
    const visitor = await gateway.visitor();
    const id = randomUUID();
    const first = await visitor.ask('When do you open?', id);
    const again = await visitor.ask('When do you open?', id);
    expect(first.text).toBe('We open at nine on weekdays. On Sundays we open at eleven. Bring your own cup.');
    expect(again.parts).toEqual(first.parts);
    expect(answerCalls()).toHaveLength(1);
    expect(await answersIn(visitor.conversationId)).toHaveLength(1);
  });

  it('ten times at once: ten times the same answer, one model call', async () => {
    models.answer = () => ({ text: ANSWER, betweenMs: 10 });
    const visitor = await gateway.visitor();
    const id = randomUUID();
    const heard = await Promise.all(Array.from({ length: 10 }, () => visitor.ask('When do you open?', id)));
    expect(new Set(heard.map((answer) => answer.text))).toEqual(new Set(['We open at nine on weekdays. On Sundays we open at eleven. Bring your own cup.']));
    expect(answerCalls()).toHaveLength(1);
    expect(await answersIn(visitor.conversationId)).toHaveLength(1);
  });
});

describe('a stream that is cut', () => {
  it('after any of its parts is continued from there, and reads as if it never was', async () => {
    models.answer = () => ({ text: ANSWER, betweenMs: 15 });
    const whole = await (await gateway.visitor()).ask('When do you open?');
    for (let cutAfter = 1; cutAfter < whole.parts.length; cutAfter++) {
      const visitor = await gateway.visitor();
      const leaving = new AbortController();
      const response = await visitor.request('messages', { client_message_id: randomUUID(), text: 'When do you open?' }, {}, leaving.signal);
      const before = [];
      for await (const part of readParts(response)) {
        before.push(part);
        if (before.length === cutAfter) break;
      }
      leaving.abort();
      const lastId = before.at(-1)?.id ?? undefined;
      const after = await visitor.hear(lastId, (heard) => heard.at(-1)?.part.type === 'answer-end');
      expect(asAnswer([...before, ...after]).text).toBe(whole.text);
      expect([...before, ...after].map(({ part }) => part.type)).toEqual(whole.parts.map(({ part }) => part.type));
      expect((await answersIn(visitor.conversationId)).map((answer) => answer.content)).toEqual([whole.text]);
    }
    expect(answerCalls()).toHaveLength(whole.parts.length);
  });

  it('at a place that never was is refused as not resumable, and nothing is generated again', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('When do you open?');
    for (const place of ['999.0', 'nonsense', '-1', '1.2.3']) expect((await visitor.request('events', undefined, { 'last-event-id': place })).status).toBe(410);
    expect(answerCalls()).toHaveLength(1);
  });

  it('carries an id on every event that changes something, and none on a heartbeat', async () => {
    const visitor = await gateway.visitor();
    const response = await visitor.request('messages', { client_message_id: randomUUID(), text: 'When do you open?' });
    const raw = await response.text();
    const blocks = raw.split('\n\n').filter((block) => block.includes('event:'));
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks) expect(block).toMatch(/^id: \d+\.\d+$/m);
  });
});

describe('messages that come while an answer is written', () => {
  it('are answered together by the next turn; never two turns at once', async () => {
    models.answer = () => ({ text: ANSWER, betweenMs: 20 });
    const visitor = await gateway.visitor();
    const first = visitor.ask('When do you open?');
    await until('the first turn', () => answerCalls().length === 1);
    const [second, third] = await Promise.all([visitor.ask('And when do you open on Sundays?'), visitor.ask('Do you open on weekdays?')]);
    await first;
    expect(second.ids).toEqual(third.ids);
    expect(answerCalls()).toHaveLength(2);
    expect(answerCalls()[1]?.user).toMatch(
      /<question>\n(And when do you open on Sundays\?\nDo you open on weekdays\?|Do you open on weekdays\?\nAnd when do you open on Sundays\?)\n<\/question>/,
    );
    expect(models.parallelMax).toBe(1);
  });

  it('in sixty conversations at once: one turn at a time in each, all answered', async () => {
    models.answer = () => ({ text: ANSWER, betweenMs: 2 });
    const open = new Map<string, number>();
    let worst = 0;
    const plain = models.answer;
    models.answer = (call) => {
      const key = /<question>[^<]*(mark\d+)/.exec(call.user)?.[1] ?? '';
      open.set(key, (open.get(key) ?? 0) + 1);
      worst = Math.max(worst, open.get(key) ?? 0);
      setTimeout(() => open.set(key, (open.get(key) ?? 1) - 1), 15);
      return plain(call);
    };
    const visitors = await Promise.all(Array.from({ length: 60 }, () => gateway.visitor()));
    // As in a gateway: a turn that broke off, because the database was too busy, is taken up again.
    const { answering, log } = gateway.deps;
    const endSweep = repeatedly(2_000, log, () => answering.sweepOnce());
    const answers = await Promise.all(
      visitors.flatMap((visitor, i) => [0, 1, 2].map((n) => visitor.ask(`Those who open, ${MARKS[i]}${'?'.repeat(n + 1)}`))),
    ).finally(endSweep);
    expect(answers.every((answer) => answer.verdict === 'answered')).toBe(true);
    expect(worst).toBe(1);
    for (const visitor of visitors) expect((await answersIn(visitor.conversationId)).length).toBeLessThanOrEqual(3);
  }, 90_000);
});

describe('a worker that dies', () => {
  it('before it has begun: the sweep answers, and the visitor who comes back reads it', async () => {
    const visitor = await gateway.visitor();
    const tenantId = gateway.tenants.a.id;
    const accepted = await acceptMessage(gateway.deps.db, {
      tenantId,
      conversationId: visitor.conversationId,
      channel: 'widget',
      externalId: randomUUID(),
      text: 'When do you open?',
    });
    expect(accepted.lease).toBeDefined();
    // Its process is gone: nobody renews the lease, and the message has waited.
    await gateway.inTenant(tenantId, async (tx) => {
      await tx.run("UPDATE conversations SET turn_lease_until = now() - interval '1 second' WHERE id = $1", [visitor.conversationId]);
      await tx.run("UPDATE inbox_events SET received_at = now() - interval '1 minute' WHERE conversation_id = $1", [visitor.conversationId]);
    });
    expect(await gateway.deps.answering.sweepOnce()).toBe(1);
    const heard = await visitor.hear('0', (parts) => parts.at(-1)?.part.type === 'answer-end');
    expect(asAnswer(heard).verdict).toBe('answered');
    expect(await answersIn(visitor.conversationId)).toHaveLength(1);
  });

  it('and wakes after another has taken over: it can record nothing (fencing)', async () => {
    models.answer = () => ({ text: ANSWER, betweenMs: 60 });
    const visitor = await gateway.visitor();
    const tenantId = gateway.tenants.a.id;
    const slow = visitor.ask('When do you open?');
    await until('the slow turn', () => answerCalls().length === 1);
    await gateway.inTenant(tenantId, (tx) =>
      tx.run("UPDATE conversations SET turn_lease_until = now() - interval '1 second' WHERE id = $1", [visitor.conversationId]),
    );
    models.answer = () => ({ text: 'On Sundays we open at eleven [1].' });
    const lease = await gateway.inTenant(tenantId, (tx) => takeTurn(tx, tenantId, visitor.conversationId));
    if (!lease) throw new Error('the lapsed lease was not taken over');
    gateway.deps.answering.begin(tenantId, visitor.conversationId, lease);
    await slow;
    const stored = await until('the answers', async () => {
      const answers = await answersIn(visitor.conversationId);
      return answers.length > 0 && answers;
    });
    expect(stored).toEqual([{ seq: lease.seq, content: 'On Sundays we open at eleven.' }]);
  });

  it.each([
    ['after five failures', 'failures = 5', '5 failures'],
    ['after twenty-five turns that nobody finished', 'attempts = 25', '25 turns'],
  ])('over the same message %s: it is given up with a reason, and later messages are answered', async (_name, counts, reason) => {
    const visitor = await gateway.visitor();
    const tenantId = gateway.tenants.a.id;
    await acceptMessage(gateway.deps.db, { tenantId, conversationId: visitor.conversationId, channel: 'widget', externalId: randomUUID(), text: 'poison' });
    await gateway.inTenant(tenantId, (tx) => tx.run(`UPDATE inbox_events SET ${counts} WHERE conversation_id = $1`, [visitor.conversationId]));
    await gateway.inTenant(tenantId, (tx) =>
      tx.run("UPDATE conversations SET turn_lease_until = now() - interval '1 second' WHERE id = $1", [visitor.conversationId]),
    );
    expect((await visitor.ask('When do you open?')).verdict).toBe('answered');
    const events = await gateway.inTenant(tenantId, (tx) =>
      tx.rows<{ status: string; reason: string | null }>('SELECT status, reason FROM inbox_events WHERE conversation_id = $1 ORDER BY received_at', [
        visitor.conversationId,
      ]),
    );
    expect(events).toEqual([
      { status: 'dead', reason: expect.stringContaining(reason) },
      { status: 'done', reason: null },
    ]);
  });
});

describe('parts that get lost between processes', () => {
  it('are never skipped: the visitor reads the whole answer as soon as it is stored', async () => {
    // Its Redis keys are its own, so it hears of a running answer in the midst of it, without what came before.
    const second = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl }, beside: gateway });
    models.answer = () => ({ text: ANSWER, betweenMs: 15 });
    try {
      const visitor = await gateway.visitor();
      const id = randomUUID();
      const asking = visitor.ask('When do you open?', id);
      await until('the model to be called', () => answerCalls().length > 0);
      const elsewhere = await hearAnswer(
        await fetch(`${second.url}/v1/widget/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${visitor.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ client_message_id: id, text: 'When do you open?' }),
        }),
      );
      const here = await asking;
      expect(elsewhere.parts).toEqual(here.parts);
    } finally {
      await second.close();
    }
  });
});

describe('two processes on one database', () => {
  it('give one answer between them, and either shows it', async () => {
    const second = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl }, beside: gateway });
    models.answer = () => ({ text: ANSWER, betweenMs: 15 });
    try {
      const visitor = await gateway.visitor();
      const id = randomUUID();
      const message = { client_message_id: id, text: 'When do you open?' };
      const there = fetch(`${second.url}/v1/widget/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${visitor.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      const [here, elsewhere] = await Promise.all([visitor.ask(message.text, id), there.then(hearAnswer)]);
      expect(elsewhere.text).toBe(here.text);
      expect(here.verdict).toBe('answered');
      expect(answerCalls()).toHaveLength(1);
      expect(await answersIn(visitor.conversationId)).toHaveLength(1);
    } finally {
      await second.close();
    }
  });
});
