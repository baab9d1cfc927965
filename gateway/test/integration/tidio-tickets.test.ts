import { randomUUID } from 'node:crypto';
import {
  FakeModels,
  type Fault,
  type HttpCall,
  type LookAlike,
  makeLookAlikes,
  readTidioFixture,
  signTidio,
  startFakeTidio,
  type TidioReply,
  tidioContactCreated,
  tidioContactUpdated,
  tidioFlowCall,
  tidioHook,
  tidioPublicKey,
  tidioTicketReplied,
  until,
} from '@netia/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TidioClient } from '../../src/channels/tidio/tidio-client.ts';
import { startTidioScene, type TidioScene, type TidioSide } from '../support/tidio-scene.ts';

/** A customer's mail in a ticket and its answer, judged by what the played Tidio received. */
let scene: TidioScene;
let models: FakeModels;
/** Whose tickets they are: another tenant's for each part of this file, because a project has sixty calls a minute. */
let us: TidioSide;
const QUESTION = 'Do you ship to Norway?';
const HOUR_S = 3_600;

beforeAll(async () => {
  models = await FakeModels.start();
  scene = await startTidioScene({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  for (const { tenant } of [scene.a, scene.b]) await know(tenant);
});
async function know(tenant: LookAlike): Promise<void> {
  await scene.gateway.know(
    tenant.id,
    { format: 'faq', title: QUESTION, content: `Yes, to Norway in four to six working days. ${tenant.canary}`, url: 'https://shop.invalid/norway?a=1&b=2' },
    { format: 'faq', title: 'How do I wash the mug?', content: `By hand, with "soft" soap & <em>warm</em> water. ${tenant.canary}` },
  );
  await scene.gateway.settings(tenant.id, 'ai', { answerers: ['extractive'] });
}
afterAll(async () => {
  await scene.close();
  await models.close();
});
beforeEach(async () => {
  models.answer = () => {
    throw new Error('no model is to be called');
  };
  us ??= scene.a;
  for (const side of [us, scene.b]) {
    await scene.gateway.settings(side.tenant.id, 'ai', { answerers: ['extractive'] });
    await scene.gateway.settings(side.tenant.id, 'tidio', { bot_operator_id: side.botId });
  }
});
afterEach(() => {
  vi.useRealTimers();
  // It would speak as the customer.
  expect(scene.tidio.calls.filter(({ method, path }) => method !== 'GET' && !/^\/tickets\/\d+\/reply$/.test(path))).toEqual([]);
});

/** A tenant of its own for a part of this file, alike in everything. */
const startAnew = () =>
  beforeAll(async () => {
    us = await scene.connect((await makeLookAlikes(scene.gateway.deps.db)).a);
    await know(us.tenant);
  });
const say: TidioScene['say'] = (text, more = {}) => scene.say(text, { side: us, ...more });
const hook: TidioScene['hook'] = (body, options = {}) => scene.hook(body, { side: us, ...options });
const repliesIn = (ticketId: number, type: 'public' | 'internal' = 'public') =>
  scene.tidio.replies.filter((reply) => reply.ticketId === ticketId && reply.message_type === type);
const reply = (ticketId: number, count = 1) =>
  until(`${count} public replies`, () => repliesIn(ticketId).length >= count && (repliesIn(ticketId).at(-1) as TidioReply));
const callsTo = (ticketId: number, method: 'GET' | 'POST') => scene.tidio.calls.filter((call) => call.method === method && isAbout(ticketId)(call));
const isAbout = (ticketId: number) => (call: HttpCall) => call.path.startsWith(`/tickets/${ticketId}`);
const isReplyTo = (ticketId: number) => (call: HttpCall) => call.path === `/tickets/${ticketId}/reply`;
const query = <Row extends object>(side: TidioSide, sql: string, values: unknown[]) =>
  scene.gateway.inTenant(side.tenant.id, (tx) => tx.rows<Row>(sql, values));
const conversation = async (ticketId: number, side = us) =>
  (
    await query<{ id: string; status: string; flagged: string | null }>(
      side,
      "SELECT id, status, metadata->>'flagged' AS flagged FROM conversations WHERE tenant_id = $1 AND session_id = $2",
      [side.tenant.id, `tidio-ticket:${ticketId}`],
    )
  )[0];
const deliveries = (ticketId: number, side = us) =>
  query<{ id: string; status: string; attempts: number; reason: string | null; kind: string }>(
    side,
    'SELECT d.id, d.status, d.attempts, d.reason, d.kind FROM deliveries d JOIN conversations c ON c.id = d.conversation_id WHERE c.session_id = $1 ORDER BY d.place',
    [`tidio-ticket:${ticketId}`],
  );
const events = (ticketId: number, side = us) =>
  query<{ status: string; reason: string | null }>(
    side,
    'SELECT e.status, e.reason FROM inbox_events e JOIN conversations c ON c.id = e.conversation_id WHERE c.session_id = $1 AND e.message_id IS NOT NULL ORDER BY e.received_at, e.id',
    [`tidio-ticket:${ticketId}`],
  );
const everything = async () =>
  Promise.all(
    [us, scene.b].map(
      async (side) =>
        (
          await query<{ n: string }>(
            side,
            'SELECT (SELECT count(*) FROM conversations) + (SELECT count(*) FROM messages) + (SELECT count(*) FROM inbox_events) AS n',
            [],
          )
        )[0]?.n,
    ),
  );
/** Retries wait for a second and longer; this is the time having come. */
const retryNow = (side: TidioSide) =>
  scene.gateway.inTenant(side.tenant.id, (tx) =>
    tx.run("UPDATE deliveries SET next_attempt_at = now() WHERE tenant_id = $1 AND status = 'pending'", [side.tenant.id]),
  );
const passage = (user: string, words: string) => {
  for (const [, n, body] of user.matchAll(/<passage n="(\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)) if (body?.includes(words)) return Number(n);
  throw new Error(`no passage has "${words}"`);
};

describe('a mail in a ticket', () => {
  startAnew();

  it('is answered in public once, by the bot operator, with its source, whatever Tidio sends again', async () => {
    const sent = await say(QUESTION);
    const { ticketId } = sent;
    for (let i = 0; i < 3; i++) expect((await hook(sent)).status).toBe(200);
    const answer = await reply(ticketId);
    expect(answer).toMatchObject({ projectId: us.project.projectId, author_type: 'operator', operator_id: us.botId, message_type: 'public' });
    expect(answer.content).toContain(`<p>Yes, to Norway in four to six working days. ${us.tenant.canary}</p>`);
    expect(answer.content).toMatch(/<p>Source: <a href="https:\/\/shop\.invalid\/norway\?a=1&#38;b=2">Do you ship to Norway\?<\/a><\/p>$/);
    expect(answer.content).not.toContain(scene.b.tenant.canary);
    // Again after it was answered, and as another event about the same message.
    await hook(sent);
    await hook({ ...sent, webhook_id: randomUUID() });
    await say('How do I wash the mug?', { ticketId });
    expect((await reply(ticketId, 2)).content).toContain('By hand');
    await scene.settled(us);
    expect(repliesIn(ticketId)).toHaveLength(2);
    expect(repliesIn(ticketId, 'internal')).toEqual([]);
    expect(callsTo(ticketId, 'GET')).toEqual([]);
    expect(await deliveries(ticketId)).toMatchObject([
      { status: 'sent', attempts: 1 },
      { status: 'sent', attempts: 1 },
    ]);
  });

  it('that comes as HTML is read by its words, and what is answered is harmless as HTML', async () => {
    const { ticketId } = await say('<div><p>How do I <b>wash</b> the mug?</p><script>alert(1)</script></div>');
    const { content } = await reply(ticketId);
    expect(content).toContain('By hand, with &#34;soft&#34; soap &#38; ');
    expect(content.replace(/<\/?(p|a|strong|em|ul|ol|li|code|pre|br|blockquote)( href="https:[^"]*")?>/g, '')).not.toMatch(/[<>]/);
  });

  it('that the sources do not answer gets a note for the operators, and nothing in public', async () => {
    const { ticketId } = await say('Which team won the cup in 1987?');
    const [note] = await until('the note', () => repliesIn(ticketId, 'internal').length > 0 && repliesIn(ticketId, 'internal'));
    expect(note).toMatchObject({ author_type: 'operator', operator_id: us.botId, projectId: us.project.projectId });
    expect(note?.content).toBe('The agent has found no answer it is sure of, and leaves this ticket to you.');
    // It is theirs from then on, also for what it could answer.
    await say(QUESTION, { ticketId });
    expect((await events(ticketId)).at(-1)).toEqual({ status: 'done', reason: 'a person has the conversation' });
    await scene.settled(us);
    expect(scene.tidio.replies.filter((each) => each.ticketId === ticketId)).toEqual([note]);
  });

  it('that asks for a person is left to one, with a note', async () => {
    const { ticketId } = await say('I want to talk to a human');
    await until('the note', () => repliesIn(ticketId, 'internal').length > 0);
    expect(repliesIn(ticketId, 'internal').map(({ content }) => content)).toEqual(['The customer asks for a person.']);
    await say(QUESTION, { ticketId });
    expect(await events(ticketId)).toMatchObject([{ status: 'done' }, { status: 'done', reason: 'a person has the conversation' }]);
    expect(repliesIn(ticketId)).toEqual([]);
  });

  it('to many tickets at once, each sent three times in any order, is answered in each of them once', async () => {
    const asked = [us, scene.b].flatMap((side) =>
      Array.from({ length: 12 }, () => {
        const ticket = side.project.seedTicket();
        return {
          side,
          ticket,
          hook: tidioTicketReplied({ publicKey: side.project.publicKey, ticketId: ticket.id, contactId: ticket.contact_id, text: QUESTION }),
        };
      }),
    );
    const random = mulberry(20_261_121);
    const order = [...asked, ...asked, ...asked].map((each) => ({ each, at: random() })).sort((x, y) => x.at - y.at);
    // As Tidio does it: what is not taken is sent again.
    await Promise.all(order.map(({ each }) => until('the hook to be taken', async () => (await hook(each.hook, { side: each.side })).status === 200)));
    await scene.settled(us);
    await scene.settled(scene.b);
    for (const { side, ticket } of asked) {
      const received = scene.tidio.replies.filter((each) => each.projectId === side.project.projectId && each.ticketId === ticket.id);
      expect(received).toHaveLength(1);
      expect(received[0]).toMatchObject({ message_type: 'public', content: expect.stringContaining(side.tenant.canary) });
    }
  });

  it('that was sent earlier and comes later is answered in its place, and what was written without it is not sent', async () => {
    models.answer = ({ user }) => ({ text: `Yes, to Norway in four to six working days [${passage(user, 'Norway')}].`, delayMs: 1_500 });
    await scene.gateway.settings(us.tenant.id, 'ai', { answerers: ['openai'] });
    const ticket = us.project.seedTicket();
    const now = Math.floor(Date.now() / 1_000);
    const about = (text: string, ago: number) =>
      tidioTicketReplied({ publicKey: us.project.publicKey, ticketId: ticket.id, contactId: ticket.contact_id, text, createdAt: now - ago });
    const asked = models.calls.length;
    await hook(about(QUESTION, 10));
    await until('the model to be asked', () => models.calls.length > asked);
    await hook(about('Norway?', 20));
    await scene.settled(us);
    const answers = models.calls.slice(asked).filter(({ user }) => user.includes('<passage'));
    expect(answers).toHaveLength(2);
    expect(answers[0]?.user).not.toMatch(/^Norway\?$/m);
    expect(answers[1]?.user).toMatch(/^Norway\?\nDo you ship to Norway\?$/m);
    expect(repliesIn(ticket.id)).toHaveLength(1);
    expect(callsTo(ticket.id, 'POST')).toHaveLength(1);
  });

  it('is left alone while no operator is chosen to answer', async () => {
    await scene.gateway.settings(us.tenant.id, 'tidio', {});
    const before = await everything();
    const { ticketId } = await say(QUESTION);
    expect(await everything()).toEqual(before);
    expect(callsTo(ticketId, 'POST')).toEqual([]);
  });

  it('is told with the first answer who is speaking, and only then', async () => {
    const notice = '<p><em>Automatic answer from an AI assistant.</em></p>';
    const { ticketId } = await say(QUESTION);
    expect((await reply(ticketId)).content.startsWith(notice)).toBe(true);
    await say('How do I wash the mug?', { ticketId });
    expect((await reply(ticketId, 2)).content).not.toContain('AI assistant');
  });
});

describe('when Tidio fails', () => {
  startAnew();

  it.each<[string, Fault, number, boolean]>([
    ['answers with 503 twice', { status: 503, reason: 'unavailable' }, 2, false],
    ['drops the call', 'drop', 1, false],
    ['has stored the reply and drops the call', 'store-then-drop', 1, true],
  ])('and %s, the customer reads the answer once', async (_how, fault, times, isStored) => {
    const ticket = us.project.seedTicket();
    const plan = scene.tidio.failNext(isReplyTo(ticket.id), fault, times);
    await say(QUESTION, { ticketId: ticket.id });
    await until('the faults to be played', async () => {
      await retryNow(us);
      return plan.left === 0;
    });
    await until('the delivery to be settled', async () => {
      await retryNow(us);
      return (await deliveries(ticket.id))[0]?.status === 'sent';
    });
    expect(repliesIn(ticket.id)).toHaveLength(1);
    expect(callsTo(ticket.id, 'POST')).toHaveLength(isStored ? 1 : times + 1);
    // Before each further try the ticket was read.
    expect(callsTo(ticket.id, 'GET')).toHaveLength(times);
    expect(callsTo(ticket.id, 'GET').every(({ at }, i) => at >= (callsTo(ticket.id, 'POST')[i]?.at ?? Number.POSITIVE_INFINITY))).toBe(true);
  });

  it('has stored the reply, dropped the call and written the words a little differently, it is found all the same', async () => {
    const ticket = us.project.seedTicket();
    scene.tidio.failNext(isReplyTo(ticket.id), 'store-then-drop');
    scene.tidio.onReply = ({ ticketId }) => {
      const stored = us.project.tickets.get(ticketId)?.messages.at(-1);
      if (stored) stored.message_content = `<div>${stored.message_content.replace(/<\/p><p>/g, '</p>\n<p class="x">').replace(/&#38;/g, '&amp;')}</div>`;
    };
    try {
      await say(QUESTION, { ticketId: ticket.id });
      await until('the delivery to be settled', async () => {
        await retryNow(us);
        return (await deliveries(ticket.id))[0]?.status === 'sent';
      });
    } finally {
      scene.tidio.onReply = null;
    }
    expect(callsTo(ticket.id, 'POST')).toHaveLength(1);
    expect(repliesIn(ticket.id)).toHaveLength(1);
  });

  it('says 429 without a time, this project waits for the next minute without a try being counted, and the others go on', async () => {
    const side = await scene.connect((await makeLookAlikes(scene.gateway.deps.db)).a);
    await know(side.tenant);
    const ticket = side.project.seedTicket();
    const plan = scene.tidio.failNext(isReplyTo(ticket.id), { status: 429, reason: 'too_many_requests' });
    await say(QUESTION, { side, ticketId: ticket.id });
    await until('the refusal', async () => plan.hits === 1 && (await deliveries(ticket.id, side))[0]?.reason?.includes('429'));
    expect(await deliveries(ticket.id, side)).toMatchObject([{ status: 'pending', attempts: 0, reason: 'Tidio: 429 too_many_requests' }]);
    const [waits] = await query<{ until: Date }>(side, "SELECT next_attempt_at AS until FROM deliveries WHERE status = 'pending'", []);
    const minute = Math.ceil(Date.now() / 60_000) * 60_000;
    expect(waits?.until.getTime()).toBeGreaterThanOrEqual(minute - 1_000);
    expect(waits?.until.getTime()).toBeLessThanOrEqual(minute + 66_000);

    // Another ticket of the project waits too, though it could be sent: no call is made for it.
    const isTheirs = ({ headers }: HttpCall) => headers['x-tidio-openapi-client-id'] === side.project.clientId;
    const calls = scene.tidio.calls.filter(isTheirs).length;
    const { ticketId } = await say(QUESTION, { side });
    await until('it to be held back', async () => (await deliveries(ticketId, side))[0]?.reason?.includes('used up'));
    expect(scene.tidio.calls.filter(isTheirs)).toHaveLength(calls);
    const others = await say(QUESTION);
    await reply(others.ticketId);

    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(minute + 66_000);
    await until('both answers', async () => {
      await retryNow(side);
      return repliesIn(ticket.id).length > 0 && repliesIn(ticketId).length > 0;
    });
    await scene.settled(side);
    expect([repliesIn(ticket.id).length, repliesIn(ticketId).length, repliesIn(others.ticketId).length]).toEqual([1, 1, 1]);
  });

  it('it is asked no more than sixty times a minute for one project', async () => {
    const side = await scene.connect((await makeLookAlikes(scene.gateway.deps.db)).a);
    await know(side.tenant);
    const isTheirs = ({ headers }: HttpCall) => headers['x-tidio-openapi-client-id'] === side.project.clientId;
    await Promise.all(Array.from({ length: 64 }, () => say(QUESTION, { side })));
    const count = (status: string, reason = '%') =>
      query<{ n: string }>(side, 'SELECT count(*) AS n FROM deliveries WHERE status = $1 AND coalesce(reason, $3) LIKE $2', [status, reason, '']).then(
        ([row]) => Number(row?.n),
      );
    // One call was made to try the keys.
    await until('the rest to be held back', async () => (await count('sent')) === 59 && (await count('pending', '%used up%')) === 5);
    expect(scene.tidio.calls.filter(isTheirs)).toHaveLength(60);
  });

  it.each([
    [403, 'api_access_disabled'],
    [401, 'unauthorized'],
    [404, 'not_found'],
    [422, 'validation_failed'],
  ])('refuses with %i, the answer is given up at once with the reason, a person has the ticket, and a replay sends it', async (status, code) => {
    const ticket = us.project.seedTicket();
    scene.tidio.failNext(isReplyTo(ticket.id), { status, reason: code });
    await say(QUESTION, { ticketId: ticket.id });
    await until('it to be given up', async () => (await deliveries(ticket.id))[0]?.status === 'dead');
    const dead = (await (await scene.admin(us, 'GET', '/events')).json()) as { items: { id: string; kind: string; channel: string; reason: string }[] };
    const given = dead.items.find(({ reason }) => reason === `Tidio: ${status} ${code}`);
    expect(given).toMatchObject({ kind: 'delivery', channel: 'tidio' });
    expect(await conversation(ticket.id)).toMatchObject({ status: 'transferred' });
    await say('How do I wash the mug?', { ticketId: ticket.id });
    expect((await events(ticket.id)).at(-1)).toMatchObject({ status: 'done', reason: 'a person has the conversation' });
    expect(repliesIn(ticket.id)).toEqual([]);
    // It is nobody else's to replay.
    expect((await scene.admin(scene.b, 'POST', `/events/${given?.id}/replay`)).status).toBe(404);
    for (const expected of [200, 404]) expect((await scene.admin(us, 'POST', `/events/${given?.id}/replay`)).status).toBe(expected);
    expect((await reply(ticket.id)).content).toContain('Norway');
    await scene.settled(us);
    expect(repliesIn(ticket.id)).toHaveLength(1);
  });
});

describe('who has the ticket', () => {
  startAnew();

  const written = (ticket: { id: number; contact_id: string }, more: Partial<Parameters<typeof tidioTicketReplied>[0]> = {}) =>
    hook(
      tidioTicketReplied({
        publicKey: us.project.publicKey,
        ticketId: ticket.id,
        contactId: ticket.contact_id,
        text: 'I have ordered a replacement.',
        authorType: 'operator',
        ...more,
      }),
    );

  it('a person who has replied: the agent keeps quiet', async () => {
    const ticket = us.project.seedTicket();
    await say(QUESTION, { ticketId: ticket.id });
    await reply(ticket.id);
    await written(ticket);
    await say('How do I wash the mug?', { ticketId: ticket.id });
    expect((await events(ticket.id)).at(-1)).toEqual({ status: 'done', reason: 'a person has the conversation' });
    await scene.settled(us);
    expect(scene.tidio.replies.filter(({ ticketId }) => ticketId === ticket.id)).toHaveLength(1);
  });

  it('a person who replies while the agent writes: its answer is never sent', async () => {
    models.answer = ({ user }) => ({ text: `Yes, to Norway in four to six working days [${passage(user, 'Norway')}].`, delayMs: 2_000 });
    await scene.gateway.settings(us.tenant.id, 'ai', { answerers: ['openai'] });
    const asked = models.calls.length;
    const logged = scene.gateway.logLines.length;
    const ticket = us.project.seedTicket();
    await say(QUESTION, { ticketId: ticket.id });
    await until('the model to be asked', () => models.calls.length > asked);
    await written(ticket);
    await until('the answer to be withdrawn', () => scene.gateway.logLines.slice(logged).some((line) => line.includes('answer withdrawn')));
    await scene.settled(us);
    expect(callsTo(ticket.id, 'POST')).toEqual([]);
  });

  it('a person who replies while the answer waits for its second try: it is not sent any more', async () => {
    const ticket = us.project.seedTicket();
    const plan = scene.tidio.failNext(isReplyTo(ticket.id), { status: 503, reason: 'unavailable' });
    await say(QUESTION, { ticketId: ticket.id });
    await until('the first try', async () => plan.hits === 1 && (await deliveries(ticket.id))[0]?.reason !== null);
    await written(ticket);
    await until('it to be withdrawn', async () => {
      await retryNow(us);
      return (await deliveries(ticket.id))[0]?.status === 'withdrawn';
    });
    expect(repliesIn(ticket.id)).toEqual([]);
    expect(callsTo(ticket.id, 'POST')).toHaveLength(1);
  });

  it.each<[string, (ticket: { id: number; contact_id: string }) => Promise<unknown>]>([
    ['our own operator’s message', (ticket) => written(ticket, { authorId: us.botId })],
    ['an internal note of a person', (ticket) => written(ticket, { messageType: 'internal' })],
    ['an internal note of the customer, whatever that is', (ticket) => written(ticket, { messageType: 'internal', authorType: 'contact' })],
    ['our own reply under another operator’s name', (ticket) => written(ticket, { messageId: repliesIn(ticket.id)[0]?.id ?? '' })],
  ])('%s neither takes it from the agent nor is answered', async (_what, happen) => {
    const ticket = us.project.seedTicket();
    await say(QUESTION, { ticketId: ticket.id });
    await reply(ticket.id);
    await scene.settled(us);
    await happen(ticket);
    await say('How do I wash the mug?', { ticketId: ticket.id });
    expect((await reply(ticket.id, 2)).content).toContain('By hand');
    await scene.settled(us);
    expect(scene.tidio.replies.filter(({ ticketId }) => ticketId === ticket.id)).toHaveLength(2);
  });

  it('an echo that comes before the reply’s own answer changes nothing', async () => {
    const ticket = us.project.seedTicket();
    const echoes: Promise<Response>[] = [];
    scene.tidio.onReply = ({ ticketId, content, id, operator_id }) => {
      if (ticketId === ticket.id) echoes.push(written(ticket, { text: content, messageId: id, authorId: operator_id ?? '' }));
    };
    scene.tidio.latencyMs = 150;
    try {
      await say(QUESTION, { ticketId: ticket.id });
      await until('the echo', () => echoes.length > 0);
      await Promise.all(echoes);
      await say('How do I wash the mug?', { ticketId: ticket.id });
      await reply(ticket.id, 2);
    } finally {
      scene.tidio.onReply = null;
      scene.tidio.latencyMs = 0;
    }
    await scene.settled(us);
    expect(repliesIn(ticket.id)).toHaveLength(2);
  });

  it('an auto-responder gets five answers in an hour, then the operators a note, and nothing more', async () => {
    const ticket = us.project.seedTicket();
    const texts = [
      'Do you ship to Norway?',
      'You ship to Norway?',
      'Ship to Norway, do you?',
      'Norway: do you ship?',
      'Is Norway shipped to?',
      'Ships for Norway?',
      'Norway?',
    ];
    for (const text of texts) {
      await say(text, { ticketId: ticket.id });
      await scene.settled(us);
    }
    expect(repliesIn(ticket.id)).toHaveLength(5);
    expect(repliesIn(ticket.id, 'internal').map(({ content }) => content)).toEqual([expect.stringContaining('this conversation has had 5 answers in an hour')]);
    expect(await conversation(ticket.id)).toMatchObject({ status: 'transferred', flagged: 'this conversation has had 5 answers in an hour' });
    // Another ticket goes on.
    await reply((await say(QUESTION)).ticketId);
  });

  it('an out-of-office reply that comes for each answer ends the exchange within five turns', async () => {
    await scene.gateway.settings(us.tenant.id, 'tidio', { bot_operator_id: us.botId, answers_per_ticket_per_hour: 100 });
    const ticket = us.project.seedTicket();
    const hooks: Promise<unknown>[] = [];
    scene.tidio.onReply = ({ ticketId, message_type }) => {
      if (ticketId === ticket.id && message_type === 'public') hooks.push(say('Do you ship to Norway, please?', { ticketId }));
    };
    try {
      await say(QUESTION, { ticketId: ticket.id });
      await until('it to be left to people', async () => (await conversation(ticket.id))?.flagged);
      await Promise.all(hooks);
      await scene.settled(us);
    } finally {
      scene.tidio.onReply = null;
    }
    expect(repliesIn(ticket.id).length).toBeLessThanOrEqual(5);
    expect(repliesIn(ticket.id).length).toBeGreaterThan(1);
    expect(repliesIn(ticket.id, 'internal')).toMatchObject([{ content: expect.stringContaining('looks like a program') }]);
  });
});

describe('a webhook', () => {
  startAnew();

  const ask = (side = us) => {
    const ticket = side.project.seedTicket();
    return tidioTicketReplied({ publicKey: side.project.publicKey, ticketId: ticket.id, contactId: ticket.contact_id, text: QUESTION });
  };
  const now = () => Math.floor(Date.now() / 1_000);

  it.each<[string, () => Promise<Response>]>([
    ['no signature', () => hook(ask(), { headers: { 'x-tidio-signature': '' } })],
    ['a secret nobody has', () => hook(ask(), { secrets: ['somebody-elses'] })],
    ['another tenant’s secret', () => hook(ask(), { secrets: [scene.b.webhookSecret] })],
    ['an empty secret', () => hook(ask(), { secrets: [''] })],
    ['the public key for a secret', () => hook(ask(), { secrets: [us.project.publicKey] })],
    ['the OpenAPI secret', () => hook(ask(), { secrets: [us.project.clientSecret] })],
    ['the secret itself for a signature', () => hook(ask(), { headers: { 'x-tidio-signature': us.webhookSecret } })],
    ['a signature of seven hours ago', () => hook(ask(), { at: now() - 7 * HOUR_S })],
    ['a signature of seven hours from now', () => hook(ask(), { at: now() + 7 * HOUR_S })],
    ['an unknown project', () => hook({ ...ask(), project_public_key: tidioPublicKey() })],
    ['another tenant’s project, signed for its own', () => hook({ ...ask(), project_public_key: scene.b.project.publicKey })],
    ['no project', () => hook({ ...ask(), project_public_key: undefined })],
    ['a project that is no text', () => hook({ ...ask(), project_public_key: { $ne: '' } })],
    ['a body that is no JSON', () => fetch(`${scene.gateway.url}/webhooks/tidio`, { method: 'POST', body: '{"project_public_key":' })],
    ['no body', () => fetch(`${scene.gateway.url}/webhooks/tidio`, { method: 'POST' })],
  ])('with %s is refused in one and the same way, and nothing is kept', async (_what, send) => {
    const before = await everything();
    const response = await send();
    expect(response.status).toBe(401);
    expect(((await response.json()) as { error: object }).error).toMatchObject({ code: 'unauthorized', message: 'The request is not authentic.' });
    expect(await everything()).toEqual(before);
  });

  it('changed by a byte, or signed for another body, is refused', async () => {
    const raw = JSON.stringify(ask());
    const headers = { 'content-type': 'application/json', 'x-tidio-signature': '' };
    const signed = signTidio([us.webhookSecret], raw);
    const before = await everything();
    for (const body of [`${raw} `, raw.replace('Norway', 'Sweden'), JSON.stringify(JSON.parse(raw), null, 1)])
      expect((await fetch(`${scene.gateway.url}/webhooks/tidio`, { method: 'POST', headers: { ...headers, ...signed }, body })).status).toBe(401);
    expect(await everything()).toEqual(before);
    // Control: unchanged it is taken.
    expect((await fetch(`${scene.gateway.url}/webhooks/tidio`, { method: 'POST', headers: { ...headers, ...signed }, body: raw })).status).toBe(200);
    await scene.settled(us);
  });

  it('is acknowledged at once while the model hangs', async () => {
    models.answer = () => ({ fault: 'hang' });
    await scene.gateway.settings(us.tenant.id, 'ai', { answerers: ['openai'] });
    const asked = models.calls.length;
    // Had the acknowledgement waited for the model, the model would have been given up and something said by then.
    const sent = await Promise.all(Array.from({ length: 10 }, () => say(QUESTION)));
    await until('the model to be asked', () => models.calls.length > asked);
    expect(sent.flatMap(({ ticketId }) => repliesIn(ticketId))).toEqual([]);
    await scene.gateway.settings(us.tenant.id, 'ai', { answerers: ['extractive'] });
    for (const { ticketId } of sent)
      await hook(tidioTicketReplied({ publicKey: us.project.publicKey, ticketId, contactId: randomUUID(), text: 'Mine.', authorType: 'operator' }));
    await scene.settled(us);
  });

  it('as late as the last retry is taken', async () => {
    const sent = ask();
    expect((await hook(sent, { at: now() - 4.75 * HOUR_S })).status).toBe(200);
    await reply(sent.content['id'] as number);
  });

  it('is taken under the old and the new secret, and an ended one ends at once', async () => {
    const fresh = `whs_${randomUUID()}`;
    expect((await scene.admin(scene.b, 'POST', '/channels/secrets', { purpose: 'tidio_webhook_secret', secret: '' })).status).toBe(400);
    const made = (await (await scene.admin(scene.b, 'POST', '/channels/secrets', { purpose: 'tidio_webhook_secret', secret: fresh })).json()) as { id: string };
    expect(made).toEqual({ id: expect.any(String), url: 'http://gateway.invalid/webhooks/tidio' });
    for (const secrets of [[scene.b.webhookSecret], [fresh], ['unknown', fresh], [scene.b.webhookSecret, fresh]])
      expect((await hook(ask(scene.b), { side: scene.b, secrets })).status).toBe(200);
    await scene.admin(scene.b, 'DELETE', `/channels/secrets/${made.id}`);
    expect((await hook(ask(scene.b), { side: scene.b, secrets: [fresh] })).status).toBe(401);
    expect((await hook(ask(scene.b), { side: scene.b })).status).toBe(200);
    await scene.settled(scene.b);
  });

  it('that asks for nothing is acknowledged and not kept: unknown topics, fixtures of old, and what lacks its parts', async () => {
    const publicKey = us.project.publicKey;
    const names = [
      'unknown-topic',
      'legacy.ticket.contact_replied',
      'legacy.ticket.operator_replied',
      'conversation.solved_by_lyro.inactive',
      'ticket.replied.internal-note',
    ];
    const before = await everything();
    for (const name of names) {
      const fixture = JSON.parse(readTidioFixture(`webhook.${name}.json`)) as object;
      expect((await hook({ ...fixture, project_public_key: publicKey })).status).toBe(200);
    }
    for (const content of [{}, { id: 1 }, { message: null }])
      for (const topic of ['ticket.replied', 'conversation.operator_replied', 'contact.updated'])
        expect((await hook(tidioHook({ publicKey, topic, content }))).status).toBe(200);
    expect(await everything()).toEqual(before);
  });

  it('that is authentic and cannot be read is acknowledged and kept for somebody to look at', async () => {
    const broken = { ...ask(), webhook_id: 'not-a-uuid' };
    for (let i = 0; i < 2; i++) expect((await hook(broken)).status).toBe(200);
    const { items } = (await (await scene.admin(us, 'GET', '/events')).json()) as { items: { kind: string; reason: string }[] };
    expect(items.filter(({ reason }) => reason.includes('not of the documented form'))).toHaveLength(1);
  });

  it('about a contact is what is known of them in their chat', async () => {
    const contactId = randomUUID();
    const about = { publicKey: us.project.publicKey, contactId };
    const at = now();
    const before = await everything();
    await hook(tidioContactCreated({ ...about, createdAt: at - 90, email: 'first@example.com' }));
    // Who has never written has no conversation, and facts alone begin none.
    expect(await everything()).toEqual(before);
    await scene.flow(us, tidioFlowCall({ message: QUESTION, contactUuid: contactId }));
    await hook(tidioContactUpdated({ ...about, createdAt: at, email: 'new@example.com', firstName: 'Marta', lastName: 'Kowal' }));
    // The older one comes later and overwrites nothing.
    await hook(tidioContactCreated({ ...about, createdAt: at - 60, email: 'old@example.com', phone: '+48 600 000 111' }));
    const [known] = await query<{ known: object }>(us, "SELECT metadata->'known' AS known FROM conversations WHERE session_id = $1", [`tidio:${contactId}`]);
    expect(known?.known).toEqual({ email: 'new@example.com', name: 'Marta Kowal', phone: '+48600000111' });
  });
});

describe('connecting', () => {
  const read = async (side: TidioSide) =>
    (await (await scene.admin(side, 'GET', '/channels')).json()) as { tidio: object; secrets: { purpose: string; hint: string; id: string }[] };

  it('shows what works, and never a secret', async () => {
    expect(await read(scene.a)).toMatchObject({
      tidio: { public_key: scene.a.project.publicKey, capabilities: { flow: true, webhooks: true, tickets: true, bridge: false }, bridge_limits: [] },
      secrets: ['tidio_client', 'tidio_webhook_secret', 'tidio_flow_token', 'tidio_flow_secret'].map((purpose) => expect.objectContaining({ purpose })),
    });
    const shown = [
      await (await scene.admin(scene.a, 'GET', '/channels')).text(),
      await (await scene.admin(scene.a, 'GET', '/tenant')).text(),
      await (await scene.admin(scene.a, 'GET', '/events')).text(),
      JSON.stringify(await query(scene.a, 'SELECT * FROM audit_logs', [])),
      JSON.stringify(await query(scene.a, 'SELECT * FROM channel_secrets', [])),
      scene.gateway.logLines.join(''),
    ].join('\n');
    const { webhookSecret, flowSecret, flowToken, project } = scene.a;
    for (const secret of [webhookSecret, flowSecret, flowToken, project.clientSecret, project.clientId]) expect(shown).not.toContain(secret);
    // Control: what may be shown is.
    expect(shown).toContain(project.publicKey);
  });

  it('grows with what is given, and shows the bridge’s limits where it is on', async () => {
    const side = await stranger();
    const able = async () => ((await read(side)).tidio as { capabilities: object }).capabilities;
    const none = { flow: false, webhooks: false, tickets: false, bridge: false };
    expect(await able()).toEqual(none);
    await scene.admin(side, 'POST', '/channels/secrets', { purpose: 'tidio_flow_token' });
    expect(await able()).toEqual(none);
    await scene.admin(side, 'POST', '/channels/secrets', { purpose: 'tidio_flow_secret' });
    expect(await able()).toEqual({ ...none, flow: true });
    await scene.admin(side, 'POST', '/channels/secrets', { purpose: 'tidio_webhook_secret', secret: 'whs_a-secret' });
    expect(await able()).toEqual({ ...none, flow: true });
    const { project } = side;
    const client = { client_id: project.clientId, client_secret: project.clientSecret };
    expect((await scene.admin(side, 'PUT', '/channels/tidio', { public_key: project.publicKey })).status).toBe(200);
    expect(await able()).toEqual({ ...none, flow: true, webhooks: true });
    expect((await scene.admin(side, 'PUT', '/channels/tidio', { public_key: project.publicKey, client })).status).toBe(200);
    expect(await able()).toEqual({ ...none, flow: true, webhooks: true });
    await scene.admin(side, 'PUT', '/settings/tidio', { bot_operator_id: project.operators[1]?.id, bridge_is_enabled: true });
    expect(await able()).toEqual({ flow: true, webhooks: true, tickets: true, bridge: true });
    expect((await read(side)).tidio).toMatchObject({ bridge_limits: [expect.stringContaining('own browser only'), expect.any(String), expect.any(String)] });

    expect((await scene.admin(side, 'DELETE', '/channels/tidio')).status).toBe(204);
    expect(await read(side)).toMatchObject({ tidio: { public_key: null, capabilities: { ...none, bridge: true } }, secrets: [] });
    expect((await scene.hook(tidioHook({ publicKey: project.publicKey, topic: 'x', content: {} }), { secrets: ['whs_a-secret'] })).status).toBe(401);
  });

  it('asks Tidio whether the keys are good, with these keys, before anything is kept', async () => {
    const side = await stranger();
    const { project } = side;
    const calls = scene.tidio.calls.length;
    const put = async (client: object) => {
      const response = await scene.admin(side, 'PUT', '/channels/tidio', { public_key: project.publicKey, client });
      return [response.status, ((await response.json()) as { error?: { message: string } }).error?.message] as const;
    };
    const right = { client_id: project.clientId, client_secret: project.clientSecret };
    expect(await put({ ...right, client_secret: 'cs_wrong' })).toEqual([
      400,
      'Tidio does not take these keys (Tidio: 401 unauthorized). Copy client id and client secret again from Settings > Developer > OpenAPI.',
    ]);
    project.apiAccess = false;
    expect(await put(right)).toEqual([
      400,
      'Tidio does not take these keys (Tidio: 403 api_access_disabled). The project’s plan has no API access; tickets need Plus or Premium.',
    ]);
    project.apiAccess = true;
    const isTheirs = ({ headers }: HttpCall) => headers['x-tidio-openapi-client-id'] === project.clientId;
    scene.tidio.failNext(isTheirs, 'drop');
    expect(await put(right)).toEqual([503, 'Tidio could not be asked whether these keys are good (the call to Tidio broke off). Try again in a minute.']);
    expect(await read(side)).toMatchObject({ tidio: { public_key: null }, secrets: [] });
    expect((await put(right))[0]).toBe(200);
    const made = scene.tidio.calls.slice(calls);
    expect(made.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(4).fill('GET /project'));
    expect(made.at(-1)?.headers).toMatchObject({
      'x-tidio-openapi-client-id': project.clientId,
      'x-tidio-openapi-client-secret': project.clientSecret,
      accept: 'application/json; version=1',
    });
    expect(await read(side)).toMatchObject({ tidio: { public_key: project.publicKey }, secrets: [{ purpose: 'tidio_client' }] });
  });

  it('is refused for a project of another tenant, which stays connected, and for what is no key', async () => {
    const side = await stranger();
    const taken = await scene.admin(side, 'PUT', '/channels/tidio', { public_key: scene.a.project.publicKey });
    expect(taken.status).toBe(409);
    expect(((await taken.json()) as { error: { message: string } }).error.message).toContain('connected to another tenant');
    expect(await read(side)).toMatchObject({ tidio: { public_key: null } });
    for (const public_key of ['', 'short', scene.a.project.publicKey.toUpperCase(), `${scene.a.project.publicKey}x`])
      expect((await scene.admin(side, 'PUT', '/channels/tidio', { public_key })).status).toBe(400);
    us = scene.a;
    await reply((await say(QUESTION)).ticketId);
  });

  it('again with other keys replaces them', async () => {
    const side = await stranger();
    const other = scene.tidio.addProject();
    for (const project of [side.project, other])
      expect(
        (
          await scene.admin(side, 'PUT', '/channels/tidio', {
            public_key: project.publicKey,
            client: { client_id: project.clientId, client_secret: project.clientSecret },
          })
        ).status,
      ).toBe(200);
    const { secrets } = await read(side);
    expect(secrets.map(({ purpose, hint }) => [purpose, hint])).toEqual([['tidio_client', other.clientId.slice(0, 8)]]);
  });

  it('reads all operators, page by page, from whom the bot is chosen', async () => {
    const paged = await startFakeTidio({ pageSize: 1 });
    try {
      const { clientId, clientSecret, operators } = paged.project;
      const client = new TidioClient({ client_id: clientId, client_secret: clientSecret }, paged.url, () => Promise.resolve(0), scene.gateway.deps.metrics);
      expect((await client.operators()).map(({ id }) => id)).toEqual(operators.map(({ id }) => id));
      expect(paged.calls).toHaveLength(2);
    } finally {
      await paged.close();
    }
  });

  /** A third tenant, connected to nothing yet. */
  async function stranger(): Promise<TidioSide> {
    const { a } = await makeLookAlikes(scene.gateway.deps.db);
    return { ...scene.a, tenant: a, project: scene.tidio.addProject(), key: await scene.gateway.key(a.id) };
  }
});

/** Numbers that look random and are the same every time. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
