import { randomUUID } from 'node:crypto';
import {
  FakeModels,
  type ModelCall,
  readTidioFixture,
  tidioFlowCall,
  tidioOperatorReplied,
  tidioSolvedAutomatically,
  tidioSolvedByLyro,
  tidioSolvedByOperator,
  until,
} from '@netia/testkit';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FlowReply, startTidioScene, type TidioScene, type TidioSide } from '../support/tidio-scene.ts';

/**
 * A visitor's words in Tidio's live chat come through a Flow's call and are answered in it; judged by what the Flow gets.
 * Tidio itself must not be called for it at all.
 */
let scene: TidioScene;
let models: FakeModels;
const QUESTION = 'Do you ship to Norway?';

beforeAll(async () => {
  models = await FakeModels.start();
  scene = await startTidioScene({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
  for (const { tenant } of [scene.a, scene.b])
    await scene.gateway.know(
      tenant.id,
      { format: 'faq', title: QUESTION, content: `Yes, to Norway in four to six working days. ${tenant.canary}`, url: 'https://shop.invalid/norway' },
      {
        title: 'Washing the mug',
        content: `# Washing\n\nWash the mug **by hand** in the sink. See [the care page](https://shop.invalid/care) for the glaze.\n\n- Use *soft* soap\n- Dry with \`cloth\`\n\n${tenant.canary}`,
      },
      { format: 'faq', title: 'How much does the blue mug cost?', content: `The blue mug costs 12 euros. ${tenant.canary}` },
      { format: 'faq', title: 'What is the history of the harbour?', content: HISTORY.join(' ') },
    );
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
beforeEach(async () => {
  models.calls.length = 0;
  models.answer = () => {
    throw new Error('no model is to be called');
  };
  scene.tidio.calls.length = 0;
  await settings(scene.a, {});
  for (const { tenant } of [scene.a, scene.b]) {
    await scene.gateway.settings(tenant.id, 'ai', { answerers: ['extractive'] });
    await scene.gateway.settings(tenant.id, 'handoff', {});
  }
});
afterEach(() => {
  vi.useRealTimers();
  expect(scene.tidio.calls).toEqual([]);
});

const HISTORY = Array.from({ length: 40 }, (_, i) => `In the harbour of ${1700 + i} the history tells of ${10 + i} ships with amber in the hold.`);

const settings = (side: TidioSide, more: object) => scene.gateway.settings(side.tenant.id, 'tidio', { bot_operator_id: side.botId, ...more });
/** Lets a model answer, for tenant a. */
const withModel = async (answer: FakeModels['answer']) => {
  models.answer = answer;
  await scene.gateway.settings(scene.a.tenant.id, 'ai', { answerers: ['openai'] });
};
const shipping = (call: ModelCall) => ({ text: `Yes, to Norway in four to six working days [${passageNumber(call, 'Norway')}].` });
function passageNumber(call: ModelCall, words: string): number {
  for (const [, n, body] of call.user.matchAll(/<passage n="(\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)) if (body?.includes(words)) return Number(n);
  throw new Error(`no passage has "${words}"`);
}
const ask = (message: string, contactUuid: string = randomUUID(), more: Partial<Parameters<typeof tidioFlowCall>[0]> = {}) =>
  scene.flow(scene.a, tidioFlowCall({ message, contactUuid, ...more }));
/** What is kept of a contact's chat. */
const transcript = (contactUuid: string, side = scene.a) =>
  scene.gateway.inTenant(side.tenant.id, (tx) =>
    tx.rows<{ sender_type: string; content: string; verdict: string | null }>(
      'SELECT m.sender_type, m.content, m.verdict FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.tenant_id = $1 AND c.session_id = $2 ORDER BY m.seq',
      [side.tenant.id, `tidio:${contactUuid}`],
    ),
  );
const stored = async () =>
  (
    await Promise.all(
      [scene.a, scene.b].map(({ tenant }) =>
        scene.gateway.inTenant(tenant.id, (tx) =>
          tx.row<{ n: string }>(
            'SELECT (SELECT count(*) FROM conversations WHERE tenant_id = $1) + (SELECT count(*) FROM messages WHERE tenant_id = $1) + (SELECT count(*) FROM inbox_events WHERE tenant_id = $1) AS n',
            [tenant.id],
          ),
        ),
      ),
    )
  ).map((row) => Number(row?.n));

describe('a question in the live chat', () => {
  it('is answered within the call from the sources, which are named, in flat texts', async () => {
    const contact = randomUUID();
    const response = await scene.post(scene.a, JSON.stringify(tidioFlowCall({ message: QUESTION, contactUuid: contact })));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const reply = (await response.json()) as FlowReply;
    expect(Object.entries(reply).map(([name, value]) => [name, typeof value])).toEqual([
      ['reply', 'string'],
      ['handoff', 'string'],
      ['status', 'string'],
    ]);
    expect(reply).toMatchObject({ handoff: 'no', status: 'ok' });
    expect(reply.reply).toContain(`Yes, to Norway in four to six working days. ${scene.a.tenant.canary}`);
    expect(reply.reply).toContain(`Source: ${QUESTION} (https://shop.invalid/norway)`);
    expect(reply.reply).not.toContain(scene.b.tenant.canary);
    expect(await transcript(contact)).toMatchObject([
      { sender_type: 'visitor', content: QUESTION },
      { sender_type: 'ai', verdict: 'answered' },
    ]);
    expect(models.calls).toEqual([]);
  });

  it('is told with the first answer who is speaking, and only then, unless the tenant says so otherwise', async () => {
    const notice = 'Automatic answer from an AI assistant.';
    const contact = randomUUID();
    expect((await ask(QUESTION, contact)).reply).toMatch(new RegExp(`^${notice}\\n\\nYes, to Norway`));
    expect((await ask('Do you ship mugs to Norway?', contact)).reply).not.toContain(notice);
    await settings(scene.a, { introduces_itself: false });
    expect((await ask(QUESTION)).reply).toMatch(/^Yes, to Norway/);
  });

  it('is answered by a model where there is one, once', async () => {
    await settings(scene.a, { introduces_itself: false });
    await withModel(shipping);
    const reply = await ask(QUESTION);
    expect(reply).toEqual({
      reply: `Yes, to Norway in four to six working days.\n\nSource: ${QUESTION} (https://shop.invalid/norway)`,
      handoff: 'no',
      status: 'ok',
    });
    expect(models.calls).toHaveLength(1);
  });

  it('is answered without marks that a chat would show as they are', async () => {
    const { reply } = await ask('How do I wash the mug?');
    expect(reply).toContain('Wash the mug by hand in the sink.');
    expect(reply).not.toMatch(/\*\*|__|`|^#|\]\(|<[a-z]/m);
    expect(reply).toContain('Washing the mug');
  });

  it('is answered in at most 900 characters, with its source even where the answer had to be cut', async () => {
    await withModel((call) => {
      const n = passageNumber(call, 'amber');
      return { text: HISTORY.map((sentence) => `${sentence.slice(0, -1)} [${n}].`).join(' ') };
    });
    const contact = randomUUID();
    const { reply } = await ask('What is the history of the harbour?', contact);
    // Control: there was more to say.
    expect((await transcript(contact))[1]?.content.length).toBeGreaterThan(1_000);
    expect(reply.length).toBeLessThanOrEqual(900);
    expect(reply.length).toBeGreaterThan(600);
    expect(reply).toContain(' …');
    expect(reply).toContain('Source: What is the history of the harbour?');
  });

  it('that leads somewhere asks for an address, unless the Flow has brought one', async () => {
    const asked = 'How can we reach you?';
    expect((await ask('How much does the blue mug cost?')).reply).toMatch(new RegExp(`costs 12 euros[\\s\\S]*${asked.replace('?', '\\?')}`));
    const contact = randomUUID();
    // What comes with the first call is known from then on.
    const first = await ask(QUESTION, contact, { name: 'Marta', email: 'marta.kowal@example.com' });
    expect(first.status).toBe('ok');
    const known = await until('the facts to be kept', () =>
      scene.gateway.inTenant(scene.a.tenant.id, (tx) =>
        tx.row<{ known: object }>("SELECT metadata->'known' AS known FROM conversations WHERE session_id = $1 AND metadata ? 'known'", [`tidio:${contact}`]),
      ),
    );
    expect(known.known).toEqual({ name: 'Marta', email: 'marta.kowal@example.com' });
    const second = await ask('How much does the blue mug cost?', contact, { name: 'Marta', email: 'marta.kowal@example.com' });
    expect(second.reply).toContain('costs 12 euros');
    expect(second.reply).not.toContain(asked);
  });

  it('of nobody in particular stands alone', async () => {
    const offered = await scene.flow(scene.a, { message: 'Which team won the cup in 1987?' });
    expect(offered.reply).toContain('Would you like a person to take this up?');
    // With a contact this would be the answer to the offer.
    expect(await scene.flow(scene.a, { message: 'yes' })).toMatchObject({ handoff: 'no', status: 'ok' });
    expect(await scene.flow(scene.a, { message: QUESTION })).toMatchObject({ status: 'ok', reply: expect.stringContaining(scene.a.tenant.canary) });
  });

  it('of one contact is not another’s, and not another tenant’s, though the ids are the same', async () => {
    const contact = randomUUID();
    const call = tidioFlowCall({ message: QUESTION, contactUuid: contact });
    const [ours, theirs] = await Promise.all([scene.flow(scene.a, call), scene.flow(scene.b, call)]);
    expect(ours.reply).toContain(scene.a.tenant.canary);
    expect(theirs.reply).toContain(scene.b.tenant.canary);
    expect(ours.reply + (await transcript(contact, scene.a)).map(({ content }) => content).join()).not.toContain(scene.b.tenant.canary);
    expect(theirs.reply + (await transcript(contact, scene.b)).map(({ content }) => content).join()).not.toContain(scene.a.tenant.canary);
    expect(await transcript(contact, scene.a)).toHaveLength(2);
    expect(await transcript(contact, scene.b)).toHaveLength(2);
  });

  it('is of the same contact however its id is written', async () => {
    const contact = randomUUID();
    await ask('Which team won the cup in 1987?', contact.toUpperCase());
    expect(await ask('yes', contact)).toMatchObject({ handoff: 'yes' });
  });
});

describe('the fixtures', () => {
  const send = (name: string) =>
    scene.post(scene.a, readTidioFixture(`flow.turn.request.${name}`)).then(async (response) => [response.status, await response.json()] as const);

  it.each(['test-button.json', 'unsubstituted.json'])('%s is somebody trying it out: no model, nothing kept, no turn used up', async (name) => {
    await withModel(() => {
      throw new Error('a model was called for a test');
    });
    await settings(scene.a, { answers_per_contact_per_hour: 1 });
    const before = await stored();
    const expected = JSON.parse(readTidioFixture('flow.turn.response.test-mode.json')) as FlowReply;
    for (let i = 0; i < 3; i++) expect(await send(name)).toEqual([200, expected]);
    expect(await stored()).toEqual(before);
    expect(models.calls).toEqual([]);
  });

  it.each(['json', 'empty-optional.json', 'minimal.json', 'unescaped.txt'])('%s is answered', async (name) => {
    const [status, reply] = await send(name);
    expect(status).toBe(200);
    expect(reply).toMatchObject({ status: 'ok', reply: expect.stringMatching(/\S/) });
  });

  it('unescaped.txt keeps the visitor’s words as they are', async () => {
    await send('unescaped.txt');
    const said = (await transcript('3f6c1a8e-52d4-4b7f-9a10-6e2b8d4c7f91')).map(({ content }) => content);
    expect(said).toContain('I said "hello" and\nthen pressed enter');
  });

  it('a form is answered as JSON is', async () => {
    const response = await scene.post(scene.a, new URLSearchParams(tidioFlowCall({ message: QUESTION })).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-flow-token': scene.a.flowSecret },
    });
    expect(await response.json()).toMatchObject({ status: 'ok', reply: expect.stringContaining(scene.a.tenant.canary) });
  });

  it('an empty message is answered with a word about text', async () => {
    expect(await ask('')).toEqual({ reply: 'I can only read text so far. Please describe in words what you need.', handoff: 'no', status: 'ok' });
  });
});

describe('who may call', () => {
  const call = JSON.stringify(tidioFlowCall({ message: QUESTION }));
  const json = { 'content-type': 'application/json' };
  const status = (side: TidioSide, options: Parameters<TidioScene['post']>[2]) => scene.post(side, call, options).then((response) => response.status);

  it.each<[string, () => Parameters<TidioScene['post']>[2]]>([
    ['no secret', () => ({ headers: json })],
    ['an empty secret', () => ({ headers: { ...json, 'x-flow-token': '' } })],
    ['a wrong secret', () => ({ headers: { ...json, 'x-flow-token': `${scene.a.flowSecret}x` } })],
    ['another tenant’s secret', () => ({ headers: { ...json, 'x-flow-token': scene.b.flowSecret } })],
    ['another tenant’s secret as a bearer', () => ({ headers: { ...json, authorization: `Bearer ${scene.b.flowSecret}` } })],
    ['the token for a secret', () => ({ headers: { ...json, 'x-flow-token': scene.a.flowToken } })],
    ['a wrong token', () => ({ token: `${scene.a.flowToken}x` })],
    ['another tenant’s token', () => ({ token: scene.b.flowToken })],
    ['the public key for a token', () => ({ token: scene.a.project.publicKey })],
    ['an API key for a secret', () => ({ headers: { ...json, authorization: `Bearer ${scene.a.key}` } })],
  ])('not with %s: 401, and nothing is kept', async (_what, options) => {
    const before = await stored();
    const response = await scene.post(scene.a, call, options());
    expect(response.status).toBe(401);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('unauthorized');
    expect(error.message).not.toContain(scene.a.flowToken);
    expect(await stored()).toEqual(before);
  });

  it('with token and secret, as a header of its own or as a bearer', async () => {
    expect(await status(scene.a, {})).toBe(200);
    expect(await status(scene.a, { headers: { ...json, authorization: `Bearer ${scene.a.flowSecret}` } })).toBe(200);
  });

  it.each(['tidio_flow_token', 'tidio_flow_secret'] as const)('%s is exchanged by itself: both live until the old one is ended, at once', async (purpose) => {
    const made = (await (await scene.admin(scene.b, 'POST', '/channels/secrets', { purpose })).json()) as { id: string; secret: string; url?: string };
    if (purpose === 'tidio_flow_token') expect(made.url).toBe(`http://gateway.invalid/webhooks/tidio/flow/${made.secret}`);
    const withNew = purpose === 'tidio_flow_token' ? { token: made.secret } : { headers: { ...json, 'x-flow-token': made.secret } };
    expect(await status(scene.b, withNew)).toBe(200);
    expect(await status(scene.b, {})).toBe(200);
    expect((await scene.admin(scene.b, 'DELETE', `/channels/secrets/${made.id}`)).status).toBe(204);
    expect(await status(scene.b, withNew)).toBe(401);
    expect(await status(scene.b, {})).toBe(200);
  });

  it('neither token nor secret nor words get into the log', async () => {
    await ask('Do you ship to Norway with a planted-word?');
    await scene.post(scene.a, call, { headers: { ...json, 'x-flow-token': 'planted-secret' }, token: 'planted-token' });
    const log = scene.gateway.logLines.join('');
    expect(log).toContain('/webhooks/tidio/flow/:flowToken');
    for (const secret of [scene.a.flowToken, scene.a.flowSecret, 'planted-secret', 'planted-token', 'planted-word']) expect(log).not.toContain(secret);
  });
});

describe('an answer that does not come in time', () => {
  it('becomes the fallback with a person within the set time, and is not recorded when it comes after all', async () => {
    await withModel((call) => ({ ...shipping(call), delayMs: 4_000 }));
    await settings(scene.a, { flow_seconds: 1, fallback: 'Nobody could answer in time.' });
    const contact = randomUUID();
    const logged = scene.gateway.logLines.length;
    const started = performance.now();
    expect(await ask(QUESTION, contact)).toEqual({ reply: 'Nobody could answer in time.', handoff: 'yes', status: 'fallback' });
    expect(performance.now() - started).toBeGreaterThan(900);
    await until('the late answer to be refused', () => scene.gateway.logLines.slice(logged).some((line) => line.includes('answer withdrawn')));
    // Control: the model had been asked.
    expect(models.calls).toHaveLength(1);
    expect(await transcript(contact)).toMatchObject([
      { sender_type: 'visitor' },
      { sender_type: 'ai', verdict: 'handed_over', content: 'Nobody could answer in time.' },
    ]);
    // The person it was handed to has it now.
    models.calls.length = 0;
    expect(await ask('And to Sweden?', contact)).toMatchObject({ handoff: 'yes', status: 'handoff' });
    expect(models.calls).toEqual([]);
  });

  it('from a model that hangs becomes the fallback in the tenant’s language and asks how to be reached', async () => {
    await withModel(() => ({ fault: 'hang' }));
    await settings(scene.a, { flow_seconds: 1 });
    await scene.gateway.settings(scene.a.tenant.id, 'widget', { language: 'de' });
    try {
      const reply = await ask(QUESTION);
      expect(reply).toMatchObject({ handoff: 'yes', status: 'fallback' });
      expect(reply.reply).toContain('Bei mir ist etwas schiefgegangen');
      expect(reply.reply).toContain('Wie erreichen wir Sie?');
      expect(reply.reply.length).toBeLessThanOrEqual(900);
    } finally {
      await scene.gateway.settings(scene.a.tenant.id, 'widget', {});
    }
  });

  it('of nobody in particular becomes the fallback too', async () => {
    await withModel(() => ({ fault: 'hang' }));
    await settings(scene.a, { flow_seconds: 1 });
    expect(await scene.flow(scene.a, { message: QUESTION })).toMatchObject({ handoff: 'yes', status: 'fallback' });
  });
});

describe('the same words again within ten seconds', () => {
  it('get the same reply, and the model is asked once', async () => {
    await withModel(shipping);
    const contact = randomUUID();
    const first = await ask(QUESTION, contact);
    expect(await ask(QUESTION, contact)).toEqual(first);
    expect(models.calls).toHaveLength(1);
    expect(await transcript(contact)).toHaveLength(2);
    // Control: other words, and another contact's, are another question.
    await ask('Do you ship to Norway today?', contact);
    await ask(QUESTION);
    expect(models.calls.filter(({ user }) => user.includes('<passage')).length).toBe(3);
  });

  it('wait for the one that is being answered, also five at once', async () => {
    await withModel((call) => ({ ...shipping(call), delayMs: 300 }));
    const contact = randomUUID();
    const replies = await Promise.all(Array.from({ length: 5 }, () => ask(QUESTION, contact)));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 'ok', handoff: 'no' });
    expect(models.calls).toHaveLength(1);
    expect(await transcript(contact)).toHaveLength(2);
  });

  it('are the same across the edge of a clock’s ten seconds, and after ten seconds they are asked anew', async () => {
    await withModel(shipping);
    const contact = randomUUID();
    const edge = Math.ceil(Date.now() / 10_000) * 10_000;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(edge - 50);
    await ask(QUESTION, contact);
    vi.setSystemTime(edge + 50);
    await ask(QUESTION, contact);
    vi.setSystemTime(edge + 9_900);
    await ask(QUESTION, contact);
    expect(models.calls).toHaveLength(1);
    vi.setSystemTime(edge + 10_050);
    await ask(QUESTION, contact);
    expect(models.calls).toHaveLength(2);
  });
});

describe('the cap on turns', () => {
  it('ends in "limit" with a person, for this contact alone', async () => {
    await settings(scene.a, { answers_per_contact_per_hour: 3 });
    await scene.gateway.settings(scene.a.tenant.id, 'handoff', { message: 'Let a colleague go on.' });
    const contact = randomUUID();
    for (const question of [QUESTION, 'How do I wash the mug?', 'Do you ship mugs to Norway?'])
      expect(await ask(question, contact)).toMatchObject({ status: 'ok' });
    const before = await stored();
    expect(await ask('How much does the blue mug cost?', contact)).toEqual({ reply: 'Let a colleague go on.', handoff: 'yes', status: 'limit' });
    expect(await stored()).toEqual(before);
    expect(await ask(QUESTION)).toMatchObject({ status: 'ok' });
    // The same contact id at another tenant is somebody else.
    expect(await scene.flow(scene.b, tidioFlowCall({ message: QUESTION, contactUuid: contact }))).toMatchObject({ status: 'ok' });
  });
});

describe('a person', () => {
  const event = (contactId: string) => ({ publicKey: scene.a.project.publicKey, contactId });

  it('who has written in the chat has it: a neutral word, "handoff", and no model', async () => {
    await withModel(shipping);
    const contact = randomUUID();
    await ask(QUESTION, contact);
    expect((await scene.hook(tidioOperatorReplied(event(contact)))).status).toBe(200);
    models.calls.length = 0;
    const reply = await ask('And to Sweden?', contact);
    expect(reply).toEqual({
      reply: 'This conversation is now with the team. A person will answer here as soon as they can.',
      handoff: 'yes',
      status: 'handoff',
    });
    expect(models.calls).toEqual([]);
    expect((await transcript(contact)).map(({ sender_type }) => sender_type)).toEqual(['visitor', 'ai', 'agent', 'visitor']);
  });

  it('who wrote before the first question has it too, and another tenant’s webhook changes nothing', async () => {
    const [contact, other] = [randomUUID(), randomUUID()];
    await scene.hook(tidioOperatorReplied(event(contact)));
    await scene.hook(tidioOperatorReplied({ publicKey: scene.b.project.publicKey, contactId: other }), { side: scene.b });
    expect(await ask(QUESTION, contact)).toMatchObject({ status: 'handoff' });
    expect(await ask(QUESTION, other)).toMatchObject({ status: 'ok' });
  });

  it('who writes while the answer is being written is heard: the answer is not shown', async () => {
    await withModel((call) => ({ ...shipping(call), delayMs: 2_000 }));
    const contact = randomUUID();
    const asked = ask(QUESTION, contact);
    await until('the model to be asked', () => models.calls.length > 0);
    await scene.hook(tidioOperatorReplied(event(contact)));
    expect(await asked).toMatchObject({ handoff: 'yes', status: 'handoff' });
    expect((await transcript(contact)).map(({ sender_type }) => sender_type)).toEqual(['visitor', 'agent']);
  });

  it.each([
    ['solved by an operator', tidioSolvedByOperator],
    ['solved automatically', tidioSolvedAutomatically],
  ])('is done when the case is %s: the agent answers again', async (_how, solved) => {
    const contact = randomUUID();
    await scene.hook(tidioOperatorReplied(event(contact)));
    expect(await ask(QUESTION, contact)).toMatchObject({ status: 'handoff' });
    await scene.hook(solved(event(contact)));
    expect(await ask('Do you ship mugs to Norway?', contact)).toMatchObject({ status: 'ok', handoff: 'no' });
  });

  it('is not done by a "solved" that is older than their last word', async () => {
    const contact = randomUUID();
    const now = Math.floor(Date.now() / 1_000);
    await scene.hook(tidioOperatorReplied({ ...event(contact), createdAt: now }));
    await scene.hook(tidioSolvedByOperator({ ...event(contact), createdAt: now - 60 }));
    expect(await ask(QUESTION, contact)).toMatchObject({ status: 'handoff' });
  });

  it('to whom Lyro has given the chat has it, and Lyro’s other ends change nothing', async () => {
    const [taken, left] = [randomUUID(), randomUUID()];
    await scene.hook(tidioSolvedByLyro({ ...event(taken), reason: 'taken_over_by_operator' }));
    await scene.hook(tidioSolvedByLyro({ ...event(left), reason: 'handoff' }));
    await scene.hook(tidioSolvedByLyro({ ...event(left), reason: 'inactive' }));
    expect(await ask(QUESTION, taken)).toMatchObject({ status: 'handoff' });
    expect(await ask(QUESTION, left)).toMatchObject({ status: 'ok' });
  });

  it('is asked for in words', async () => {
    await settings(scene.a, { introduces_itself: false });
    await scene.gateway.settings(scene.a.tenant.id, 'handoff', { message: 'I will connect you with a colleague.' });
    const reply = await ask('I want to talk to a human');
    expect({ ...reply, reply: reply.reply.split('\n')[0] }).toEqual(JSON.parse(readTidioFixture('flow.turn.response.handoff.json')));
  });

  it('is offered where nothing is known, and a "yes" takes the offer', async () => {
    const contact = randomUUID();
    const offer = await ask('Which team won the cup in 1987?', contact);
    expect(offer).toMatchObject({ handoff: 'no', status: 'ok' });
    expect(offer.reply).toContain('Would you like a person to take this up?');
    expect(await ask('Yes please', contact)).toMatchObject({ handoff: 'yes', status: 'handoff' });
    expect(await ask(QUESTION, contact)).toMatchObject({ handoff: 'yes', status: 'handoff' });
  });

  it('comes back as the agent after the quiet time, which is stood for here by its end being moved', async () => {
    const contact = randomUUID();
    await scene.hook(tidioOperatorReplied(event(contact)));
    expect(await ask(QUESTION, contact)).toMatchObject({ status: 'handoff' });
    const moved = await scene.gateway.inTenant(scene.a.tenant.id, (tx) =>
      tx.run("UPDATE conversations SET returns_at = now() - interval '1 second' WHERE session_id = $1 AND returns_at > now() + interval '29 minutes'", [
        `tidio:${contact}`,
      ]),
    );
    expect(moved).toBe(1);
    expect(await ask('Do you ship mugs to Norway?', contact)).toMatchObject({ status: 'ok' });
  });
});

describe('whatever the body is', () => {
  it('the answer is a reply, never an error', async () => {
    await settings(scene.a, { answers_per_contact_per_hour: 1_000 });
    const contact = randomUUID();
    const bytes = fc.uint8Array({ maxLength: 300 }).map((body) => new Uint8Array(body));
    const inMessage = bytes.map((body) => new Uint8Array(Buffer.concat([Buffer.from('{"message":"'), body, Buffer.from(`","contact_uuid":"${contact}"}`)])));
    const asJson = fc.record({
      message: fc.string({ unit: 'binary', maxLength: 200 }),
      contact_uuid: fc.constant(contact),
      name: fc.string({ unit: 'binary' }),
      email: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          bytes,
          inMessage,
          asJson.map((call) => new Uint8Array(Buffer.from(JSON.stringify(call)))),
          fc.json().map((json) => new Uint8Array(Buffer.from(json))),
        ),
        fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-16'),
        async (body, type) => {
          const response = await scene.post(scene.a, body, { headers: { 'content-type': type, 'x-flow-token': scene.a.flowSecret } });
          expect(response.status).toBe(200);
          const reply = (await response.json()) as FlowReply;
          expect(reply.reply).not.toBe('');
          expect(reply.reply.length).toBeLessThanOrEqual(900);
          expect(['ok', 'test', 'handoff', 'limit']).toContain(reply.status);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('one that is too large or compressed wrongly is refused as the caller’s fault', async () => {
    const large = await scene.post(scene.a, JSON.stringify({ message: 'x'.repeat(100_000) }));
    expect(large.status).toBe(413);
    const garbled = await scene.post(scene.a, 'not gzip', {
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-flow-token': scene.a.flowSecret },
    });
    expect(garbled.status).toBeGreaterThanOrEqual(400);
    expect(garbled.status).toBeLessThan(500);
  });
});
