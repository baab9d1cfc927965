import {
  crispBlock,
  crispHook,
  crispNote,
  crispOpened,
  crispOperatorMessage,
  crispOperatorTyping,
  crispRouting,
  crispSessionRemoved,
  crispState,
  crispVisitorMessage,
  FakeModels,
  type HttpCall,
  sessionKey,
  until,
} from '@netia/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';
import type { TestGateway } from '../support/gateway.ts';

/** R-2: nothing of the agent's after a person's word, at whichever moment it comes; and the agent's return. */
let scene: CrispScene;
let models: FakeModels;
/** Takes in and leaves the answers to others. */
let intake: TestGateway;
/** Answers and leaves the sending to others. */
let writer: TestGateway;
const QUESTION = 'How long does a parcel to Bergen take?';
const OPERATOR = '3c9a7e50-b2d4-4816-8f0e-6d15c27ab943';
/** Long enough for three pieces of two hundred characters. */
const SENTENCES = [
  'A parcel to Bergen takes five days and is handed over at the door by the postman of the quarter.',
  'A parcel to Bergen that is not taken in waits for fourteen days at the shop of the nearest corner.',
  'A parcel to Bergen that is sent back to us by the shop is paid back to you within three days.',
  'A parcel to Bergen can be followed by its number on the page that is named in the mail to you.',
  'A parcel to Bergen that is broken is sent a second time, without asking you to send the first.',
];

beforeAll(async () => {
  models = await FakeModels.start();
  // Nothing is swept but by the tests, so that each moment is the one that is meant.
  scene = await startCrispScene({ models, withSweep: false });
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b]) {
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `${SENTENCES.join(' ')} ${tenant.canary}` });
    await scene.gateway.settings(tenant.id, 'crisp', { introduces_itself: false, message_max: 200 });
  }
  intake = await scene.beside({ environment: { TURNS_AT_ONCE: '0' } });
  writer = await scene.beside();
  await writer.deps.delivering.stop(0);
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
const briefly = () => ({ text: `${SENTENCES[0]} [1]` });
const atLength = () => ({ text: SENTENCES.map((sentence) => `${sentence} [1]`).join(' ') });
beforeEach(() => {
  models.calls.length = 0;
  models.answer = briefly;
});
/** Lets the model begin and not end before the test says so. @returns what lets it end, and waits until its turn has ended too. */
function holdModel(): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended = () => scene.gateway.logLines.filter((line) => line.includes('"msg":"answered"') || line.includes('"msg":"answer withdrawn')).length;
  const before = ended();
  models.answer = () => ({ ...briefly(), after: promise });
  release = resolve;
  return async () => {
    resolve();
    models.answer = briefly;
    await until('the turn to end', () => ended() > before);
  };
}
let release = () => {};
afterEach(async () => {
  release();
  await scene.sweep();
});

const a = () => ({ websiteId: scene.websites.a });
/** Acknowledged; what comes to be seen from here on is the agent's fault. */
const ack = async (hook: object) => {
  const { status } = await scene.hook(hook);
  if (status !== 200) throw new Error(`the hook was answered with ${status}`);
};
const personWrites = (sessionId: string, more: Partial<Parameters<typeof crispOperatorMessage>[0]> = {}) =>
  ack(crispOperatorMessage({ ...a(), sessionId, text: 'Oskar here, I take this one.', ...more }));
const sendTo = (sessionId: string) => (call: HttpCall) => call.method === 'POST' && call.path.endsWith(`/${sessionId}/message`);
const lookUpIn = (sessionId: string) => (call: HttpCall) => call.method === 'GET' && call.path.includes(`/${sessionId}/message/`);

const statusOf = async (sessionId: string) =>
  (await scene.rows<{ status: string }>('SELECT status FROM conversations WHERE session_id = $1', [sessionId]))[0]?.status;
/** The visitor asks anew, and is answered or not. */
async function isAnswered(sessionId: string): Promise<boolean> {
  const before = scene.seen(sessionId).length;
  await scene.say(QUESTION, { sessionId });
  return (await scene.rest(sessionId)).length > before;
}
const recorded = (sessionId: string) =>
  until(
    'the answer to be recorded',
    async () =>
      (
        await scene.rows("SELECT FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 AND m.sender_type = 'ai'", [
          sessionId,
        ])
      ).length > 0,
  );

/** What makes a conversation a person's, told as Crisp tells it. */
const WAYS: [string, (sessionId: string) => object][] = [
  ['a message', (sessionId) => crispOperatorMessage({ ...a(), sessionId, text: 'Oskar here.' })],
  ['a message without an operator id', (sessionId) => crispOperatorMessage({ ...a(), sessionId, text: 'From our desk.', user: { nickname: 'Desk' } })],
  [
    'a file',
    (sessionId) =>
      crispOperatorMessage({ ...a(), sessionId, type: 'file', content: { name: 'a.pdf', url: 'https://shop.example/a.pdf', type: 'application/pdf' } }),
  ],
  ['an assignment', (sessionId) => crispRouting({ ...a(), sessionId, routingId: OPERATOR })],
  ['a first keystroke', (sessionId) => crispOperatorTyping({ ...a(), sessionId, excerpt: 'O' })],
];

describe.each(WAYS)('%s of a person', (way, act) => {
  const isKeystroke = way === 'a first keystroke';

  it('while the question waits in the queue: no word of the agent', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId, url: intake.url });
    await ack(act(sessionId));
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(models.calls).toEqual([]);
    await personWrites(sessionId);
  });

  it('while the model writes: no word of the agent', async () => {
    const sessionId = scene.session();
    const written = holdModel();
    await scene.say(QUESTION, { sessionId });
    await until('the model to be asked', () => models.calls.length > 0);
    await ack(act(sessionId));
    await written();
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(scene.posts(sessionId)).toEqual([]);
    await personWrites(sessionId);
  });

  it('between record and send: no word of the agent', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId, url: writer.url });
    await recorded(sessionId);
    await ack(act(sessionId));
    expect(await scene.rest(sessionId)).toEqual([]);
    await personWrites(sessionId);
    expect(scene.posts(sessionId)).toEqual([]);
  });

  it('between a failed try and the next: no word of the agent', async () => {
    const sessionId = scene.session();
    const fault = scene.crisp.failNext(sendTo(sessionId), { status: 500, reason: 'internal_error' });
    await scene.say(QUESTION, { sessionId });
    await until('the first try to fail', () => fault.hits > 0);
    await ack(act(sessionId));
    expect(await scene.rest(sessionId)).toEqual([]);
    await personWrites(sessionId);
    expect(scene.posts(sessionId)).toHaveLength(1);
  });

  it('between looking for an earlier try and trying again: no word of the agent', async () => {
    const sessionId = scene.session();
    scene.crisp.failNext(sendTo(sessionId), { status: 500, reason: 'internal_error' });
    const { promise: looked, resolve } = Promise.withResolvers<void>();
    release = resolve;
    const look = scene.crisp.failNext(lookUpIn(sessionId), { answeredAfter: looked });
    await scene.say(QUESTION, { sessionId });
    await until('the look back', async () => {
      await scene.sweep();
      return look.hits > 0;
    });
    await ack(act(sessionId));
    resolve();
    expect(await scene.rest(sessionId)).toEqual([]);
    await personWrites(sessionId);
    expect(scene.posts(sessionId)).toHaveLength(1);
  });

  it('between two pieces of a long answer: no further piece', async () => {
    const sessionId = scene.session();
    models.answer = atLength;
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    release = resolve;
    scene.crisp.failNext(sendTo(sessionId), { answeredAfter: sent });
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await ack(act(sessionId));
    resolve();
    const seen = await scene.rest(sessionId);
    expect(seen).toHaveLength(1);
    // What the visitor saw is in the transcript as what it is: the beginning of an answer.
    expect(
      await scene.rows("SELECT m.status FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 AND sender_type = 'ai'", [
        sessionId,
      ]),
    ).toEqual([{ status: 'partial' }]);
    if (isKeystroke) await personWrites(sessionId);
    expect(scene.seen(sessionId)).toHaveLength(1);
  });

  it('at tenant b leaves the same session at tenant a to the agent', async () => {
    const sessionId = scene.session();
    const there = act(sessionId) as { website_id: string; data: object };
    await scene.say(QUESTION, { sessionId, websiteId: scene.websites.b });
    await scene.until(sessionId, 1);
    await ack({ ...there, website_id: scene.websites.b, data: { ...there.data, website_id: scene.websites.b } });
    await scene.say(QUESTION, { sessionId, websiteId: scene.websites.b });
    await scene.say(QUESTION, { sessionId });
    const seen = await scene.until(sessionId, 2);
    expect(seen.map(({ websiteId }) => websiteId)).toEqual([scene.websites.b, scene.websites.a]);
    await ack(crispOperatorMessage({ websiteId: scene.websites.b, sessionId, text: 'Mine.' }));
    await scene.rest(sessionId);
    expect(scene.seen(sessionId)).toHaveLength(2);
  });
});

describe('what is no word of a person', () => {
  const NOTHING: [string, (sessionId: string) => object][] = [
    ['a note', (sessionId) => crispNote({ ...a(), sessionId, text: 'I am on it.' })],
    ['an event of the timeline', (sessionId) => crispOperatorMessage({ ...a(), sessionId, type: 'event', content: { namespace: 'state:resolved' } })],
    ['a look', (sessionId) => crispOpened({ ...a(), sessionId })],
    ["another program's message", (sessionId) => crispOperatorMessage({ ...a(), sessionId, text: 'We are open.', automated: true })],
    ["another program's typing", (sessionId) => crispOperatorTyping({ ...a(), sessionId, automated: true })],
    ['the end of typing', (sessionId) => crispOperatorTyping({ ...a(), sessionId, kind: 'stop' })],
    ['an assignment to nobody', (sessionId) => crispRouting({ ...a(), sessionId, routingId: null })],
    [
      "a visitor's message from the wrong side",
      (sessionId) => crispOperatorMessage({ ...a(), sessionId, text: 'x', user: { type: 'session', user_id: sessionId } }),
    ],
    ['a new state', (sessionId) => crispState({ ...a(), sessionId, state: 'unresolved' })],
  ];
  it.each(NOTHING)('%s: the agent answers', async (_name, act) => {
    const sessionId = scene.session();
    const written = holdModel();
    await scene.say(QUESTION, { sessionId });
    await until('the model to be asked', () => models.calls.length > 0);
    await ack(act(sessionId));
    await written();
    expect(await scene.until(sessionId, 1)).toHaveLength(1);
    expect(await statusOf(sessionId)).toBe('active');
    models.answer = briefly;
    expect(await isAnswered(sessionId)).toBe(true);
  });

  it.each([true, false])('our own words, come back with the mark of a program lost: %s', async (automatedLost) => {
    const sessionId = scene.session();
    models.answer = atLength;
    // The echo comes while the next piece is on its way, and again later.
    const echoes: Promise<void>[] = [];
    scene.crisp.onVisible = (message) => {
      if (message.sessionId === sessionId) echoes.push(ack(scene.crisp.echoes(message, { automatedLost })));
    };
    await scene.say(QUESTION, { sessionId });
    const pieces = await scene.until(sessionId, 3);
    scene.crisp.onVisible = null;
    await Promise.all(echoes);
    await scene.settled(sessionId);
    for (const piece of pieces) await ack(scene.crisp.echoes(piece, { automatedLost }));
    expect(echoes.length).toBe(pieces.length);
    expect(await statusOf(sessionId)).toBe('active');
    models.answer = briefly;
    expect(await isAnswered(sessionId)).toBe(true);
    // Only visitors' and our own messages stand in the transcript, each once.
    const rows = await scene.rows<{ sender_type: string }>(
      'SELECT sender_type FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 ORDER BY seq',
      [sessionId],
    );
    expect(rows.map(({ sender_type }) => sender_type)).toEqual(['visitor', 'ai', 'visitor', 'ai']);
  });

  it('an assignment, where the tenant wants it so', async () => {
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { introduces_itself: false, message_max: 200, assignment_is_takeover: false });
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await ack(crispRouting({ ...a(), sessionId, routingId: OPERATOR }));
    expect(await isAnswered(sessionId)).toBe(true);
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { introduces_itself: false, message_max: 200 });
  });
});

describe('the agent returns', () => {
  it('when the case is resolved: for what is asked from then on', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await personWrites(sessionId);
    expect(await isAnswered(sessionId)).toBe(false);
    await ack(crispState({ ...a(), sessionId, state: 'resolved' }));
    expect(await scene.rest(sessionId)).toHaveLength(1);
    expect(await isAnswered(sessionId)).toBe(true);
  });

  it('when no person has written for the quiet time, and not before', async () => {
    const sessionId = scene.session();
    await personWrites(sessionId);
    const [row] = await scene.rows<{ minutes: number }>(
      'SELECT round(extract(epoch FROM returns_at - now()) / 60)::integer AS minutes FROM conversations WHERE session_id = $1',
      [sessionId],
    );
    expect(row).toEqual({ minutes: 30 });
    expect(await isAnswered(sessionId)).toBe(false);
    await scene.run("UPDATE conversations SET returns_at = now() + interval '1 second' WHERE session_id = $1", [sessionId]);
    // Every word of a person begins the quiet time anew.
    await personWrites(sessionId, { text: 'One moment please.' });
    await scene.run("UPDATE conversations SET returns_at = returns_at - interval '29 minutes' WHERE session_id = $1", [sessionId]);
    expect(await isAnswered(sessionId)).toBe(false);
    await scene.run("UPDATE conversations SET returns_at = returns_at - interval '61 seconds' WHERE session_id = $1", [sessionId]);
    expect(await isAnswered(sessionId)).toBe(true);
  });

  it.each(['while the model writes', 'between record and send', 'after a failed try'])(
    'after a keystroke %s that nothing follows: with one answer',
    async (moment) => {
      const sessionId = scene.session();
      const written = moment === 'while the model writes' ? holdModel() : undefined;
      const fault = moment === 'after a failed try' ? scene.crisp.failNext(sendTo(sessionId), { status: 500, reason: 'internal_error' }) : undefined;
      await scene.say(QUESTION, { sessionId, url: moment === 'between record and send' ? writer.url : scene.gateway.url });
      await until('the model to be asked', () => models.calls.length > 0);
      if (moment === 'between record and send') await recorded(sessionId);
      if (fault) await until('the first try to fail', () => fault.hits > 0);
      await ack(crispOperatorTyping({ ...a(), sessionId }));
      await written?.();
      expect(await scene.rest(sessionId)).toEqual([]);
      // Further questions wait with the first.
      await scene.say('And how long does one to Oslo take?', { sessionId });
      expect(await scene.rest(sessionId)).toEqual([]);
      await scene.run("UPDATE conversations SET held_until = now() - interval '1 second' WHERE session_id = $1", [sessionId]);
      await scene.rest(sessionId);
      await scene.settled(sessionId);
      // Whether a try that failed was seen nobody knows: its question is not asked again, only what came after it.
      expect(models.calls.at(-1)?.user).toContain(`${fault ? '' : `${QUESTION}\n`}And how long does one to Oslo take?`);
      expect(scene.seen(sessionId)).toHaveLength(1);
    },
  );

  it('is not hindered by keystrokes of long ago', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await ack(crispOperatorTyping({ ...a(), sessionId }));
    await scene.run("UPDATE conversations SET held_until = now() - interval '1 second' WHERE session_id = $1", [sessionId]);
    expect(await isAnswered(sessionId)).toBe(true);
  });
});

describe('an older event that comes late changes nothing:', () => {
  const now = Date.now();
  const at = (seconds: number) => ({ timestamp: now + seconds * 1_000 });

  it("a person's message from before the case was resolved", async () => {
    const sessionId = scene.session();
    await ack(crispState({ ...a(), sessionId, state: 'resolved', ...at(-10) }));
    await personWrites(sessionId, at(-20));
    expect(await isAnswered(sessionId)).toBe(true);
    expect(
      await scene.rows("SELECT content FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.session_id = $1 AND sender_type = 'agent'", [
        sessionId,
      ]),
    ).toEqual([{ content: 'Oskar here, I take this one.' }]);
  });

  it("the end of a case from before a person's message", async () => {
    const sessionId = scene.session();
    await personWrites(sessionId, at(-10));
    await ack(crispState({ ...a(), sessionId, state: 'resolved', ...at(-20) }));
    expect(await isAnswered(sessionId)).toBe(false);
  });

  it("an assignment from before a person's message, or the end", async () => {
    const sessionId = scene.session();
    await ack(crispState({ ...a(), sessionId, state: 'resolved', ...at(-10) }));
    await ack(crispRouting({ ...a(), sessionId, routingId: OPERATOR, ...at(-20) }));
    expect(await isAnswered(sessionId)).toBe(true);
  });

  it('the end of the former case, behind the question that began this one', async () => {
    const sessionId = scene.session();
    await scene.say(QUESTION, { sessionId, url: intake.url, ...at(0) });
    await ack(crispState({ ...a(), sessionId, state: 'resolved', ...at(-10) }));
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('the end of the former case, while the question that began this one is being answered', async () => {
    const sessionId = scene.session();
    const written = holdModel();
    await scene.say(QUESTION, { sessionId, ...at(0) });
    await until('the model to be asked', () => models.calls.length > 0);
    await ack(crispState({ ...a(), sessionId, state: 'resolved', ...at(-10) }));
    await written();
    expect(await scene.rest(sessionId)).toHaveLength(1);
  });

  it('a block that was taken back', async () => {
    const sessionId = scene.session();
    await ack(crispBlock({ ...a(), sessionId, blocked: false, ...at(-10) }));
    await ack(crispBlock({ ...a(), sessionId, blocked: true, ...at(-20) }));
    expect(await isAnswered(sessionId)).toBe(true);
  });
});

describe('a visitor who is blocked', () => {
  it('is not answered, not even with what was being written, and again when unblocked', async () => {
    const sessionId = scene.session();
    const at = Date.now();
    const written = holdModel();
    await scene.say(QUESTION, { sessionId });
    await until('the model to be asked', () => models.calls.length > 0);
    await ack(crispBlock({ ...a(), sessionId, blocked: true, timestamp: at }));
    await written();
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(await isAnswered(sessionId)).toBe(false);
    await ack(crispBlock({ ...a(), sessionId, blocked: false, timestamp: at + 1_000 }));
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(await isAnswered(sessionId)).toBe(true);
  });
});

describe('a visitor who is blocked between record and send', () => {
  it('is not answered, and nothing is left waiting', async () => {
    const sessionId = scene.session();
    const at = Date.now();
    await scene.say(QUESTION, { sessionId, url: writer.url });
    await recorded(sessionId);
    await ack(crispBlock({ ...a(), sessionId, blocked: true, timestamp: at }));
    expect(await scene.rest(sessionId)).toEqual([]);
    // What waits in a conversation that nobody may answer would take a place in every sweep.
    expect(
      await scene.rows("SELECT FROM inbox_events e JOIN conversations c ON c.id = e.conversation_id WHERE c.session_id = $1 AND e.status = 'pending'", [
        sessionId,
      ]),
    ).toEqual([]);
    await ack(crispBlock({ ...a(), sessionId, blocked: false, timestamp: at + 1_000 }));
    expect(await scene.rest(sessionId)).toEqual([]);
    expect(await isAnswered(sessionId)).toBe(true);
  });
});

describe('a conversation deleted in Crisp', () => {
  it('is erased here, and a late duplicate is neither kept nor answered', async () => {
    const word = 'ERASE-ME-4711';
    const sessionId = scene.session();
    const message = crispVisitorMessage({ ...a(), sessionId, text: `${QUESTION} ${word}`, nickname: word });
    await ack(message);
    await ack(crispHook({ ...a(), event: 'session:set_nickname', data: { session_id: sessionId, nickname: word } }));
    await ack(crispHook({ ...a(), event: 'message:updated', data: { session_id: sessionId, fingerprint: 77, content: word } }));
    await ack(crispHook({ ...a(), event: 'message:send', data: { session_id: sessionId, content: [word] } }));
    await scene.until(sessionId, 1);
    await scene.settled(sessionId);
    const other = scene.session();
    await ack(crispVisitorMessage({ websiteId: scene.websites.b, sessionId, text: `${QUESTION} ${word}` }));
    await ack(crispVisitorMessage({ ...a(), sessionId: other, text: QUESTION }));
    await scene.settled(sessionId);
    await scene.settled(other);
    expect(await traces(word)).not.toEqual([]);
    await ack(crispSessionRemoved({ ...a(), sessionId }));
    expect(await traces(word)).toEqual([]);
    // The look-alike's conversation of the same name stays, and so does the other one here.
    expect(await traces(word, scene.gateway.tenants.b)).toContain('messages');
    expect(await statusOf(other)).toBe('active');
    const calls = scene.crisp.calls.length;
    await ack(message);
    await ack({ ...message, timestamp: message.timestamp + 5_000 });
    await ack(crispOperatorMessage({ ...a(), sessionId, text: word }));
    await scene.rest(sessionId);
    expect(scene.crisp.calls).toHaveLength(calls);
    expect(await traces(word)).toEqual([]);
  });

  it('while its answer is written, or on its way, is not answered', async () => {
    const sessionId = scene.session();
    const written = holdModel();
    await scene.say(QUESTION, { sessionId });
    await until('the model to be asked', () => models.calls.length > 0);
    await ack(crispSessionRemoved({ ...a(), sessionId }));
    await written();
    expect(await scene.rest(sessionId)).toEqual([]);
    const late = scene.session();
    const fault = scene.crisp.failNext(sendTo(late), { status: 500, reason: 'internal_error' });
    await scene.say(QUESTION, { sessionId: late });
    await until('the first try to fail', () => fault.hits > 0);
    await ack(crispSessionRemoved({ ...a(), sessionId: late }));
    expect(await scene.rest(late)).toEqual([]);
    expect(scene.crisp.states.get(sessionKey(scene.websites.a, late))).toBeUndefined();
  });

  /** Tables of a tenant in whose rows a word stands. */
  async function traces(word: string, tenant = scene.gateway.tenants.a): Promise<string[]> {
    const tables = await scene.rows<{ name: string }>(
      "SELECT c.table_name::text AS name FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.column_name = 'tenant_id'",
    );
    const found: string[] = [];
    for (const { name } of tables)
      if ((await scene.rows(`SELECT FROM ${name} t WHERE t::text LIKE $1 LIMIT 1`, [`%${word}%`], tenant)).length > 0) found.push(name);
    return found;
  }
});
