import { type CrispMessage, crispFingerprint, crispHook, crispUpdated, FakeModels, sessionKey, until } from '@netia/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CrispScene, startCrispScene } from '../support/crisp-scene.ts';

/** What operators see: a conversation handed over with its reason, and a visitor's contact on the profile; and what Crisp knows already. */
let scene: CrispScene;
let models: FakeModels;
const QUESTION = 'How long does a parcel to Bergen take?';
const UNKNOWN = 'Which colours of curtains were painted by Rembrandt?';
const WISH = 'I want to talk to a human';
const OPERATOR = '3c9a7e50-b2d4-4816-8f0e-6d15c27ab943';
const ASKS = 'How can we reach you?';

beforeAll(async () => {
  models = await FakeModels.start();
  scene = await startCrispScene({ models, withSweep: false });
  for (const tenant of [scene.gateway.tenants.a, scene.gateway.tenants.b])
    await scene.gateway.know(tenant.id, { format: 'faq', title: QUESTION, content: `It takes five days to Bergen. ${tenant.canary}` });
  await import('openai');
});
afterAll(async () => {
  await scene.close();
  await models.close();
});
afterEach(() => scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', {}));
beforeEach(() => {
  models.answer = (call) => ({
    text: call.system.startsWith('Read the contact') ? '{"name":null,"company":null,"intent":"other"}' : 'It takes five days to Bergen [1].',
  });
});

const at = (sessionId: string, website: 'a' | 'b' = 'a') => sessionKey(scene.websites[website], sessionId);
const notesIn = (sessionId: string) => scene.crisp.notes.filter((note) => note.sessionId === sessionId).map(({ content }) => String(content));
const pickerIn = (seen: CrispMessage[]) => seen.find(({ type }) => type === 'picker');
const chosen = (picker: CrispMessage, websiteId = picker.websiteId, fingerprint = picker.fingerprint) => {
  const content = structuredClone(picker.content) as { choices: { selected: boolean }[] };
  for (const choice of content.choices) choice.selected = true;
  return crispUpdated({ websiteId, sessionId: picker.sessionId, fingerprint, content });
};
const conversationOf = async (sessionId: string) =>
  (await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) => tx.row<{ id: string }>('SELECT id FROM conversations WHERE session_id = $1', [sessionId])))
    ?.id;
const composedIn = (sessionId: string) =>
  scene.crisp.calls.filter(({ path }) => path.endsWith(`/${sessionId}/compose`)).map(({ body }) => (body as { type: string }).type);

describe('a question without an answer', () => {
  it('offers a person as a choice; chosen, the conversation is theirs: told once, noted, unresolved, assigned', async () => {
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { assign_to: OPERATOR });
    const sessionId = scene.session();
    await scene.say(UNKNOWN, { sessionId });
    const offered = await scene.rest(sessionId);
    expect(offered.map(({ type, automated, from }) => [type, automated, from])).toEqual([
      ['text', true, 'operator'],
      ['picker', true, 'operator'],
    ]);
    const picker = pickerIn(offered) as CrispMessage;
    // The choice asks what the text would have asked; not both.
    expect(String(offered[0]?.content)).not.toContain((picker.content as { text: string }).text);
    expect([notesIn(sessionId), scene.crisp.states.get(at(sessionId))]).toEqual([[], undefined]);
    await Promise.all([scene.hook(chosen(picker)), scene.hook(chosen(picker)), scene.hook({ ...chosen(picker), timestamp: Date.now() + 5_000 })]);
    const seen = await scene.rest(sessionId);
    expect(seen.slice(2).map(({ content }) => content)).toEqual([
      expect.stringMatching(/^This conversation is now with the team\. A person will answer here as soon as they can\.\n\nHow can we reach you\?/),
    ]);
    expect(notesIn(sessionId)).toEqual([expect.stringMatching(/Reason: the visitor chose to talk to a person\.\nLast words: Which colours of curtains/)]);
    expect([scene.crisp.states.get(at(sessionId)), scene.crisp.routings.get(at(sessionId))]).toEqual(['unresolved', OPERATOR]);
    await scene.say(QUESTION, { sessionId });
    expect(await scene.rest(sessionId)).toHaveLength(3);
  });

  it("is not handed over by another program's choice, by nothing chosen, or by a choice elsewhere", async () => {
    const sessionId = scene.session();
    await scene.say(UNKNOWN, { sessionId });
    await scene.say(UNKNOWN, { sessionId, websiteId: scene.websites.b });
    const seen = await scene.rest(sessionId);
    const picker = pickerIn(seen.filter(({ websiteId }) => websiteId === scene.websites.a)) as CrispMessage;
    const elsewhere = scene.session();
    await scene.hook(chosen(picker, scene.websites.a, crispFingerprint()));
    await scene.hook(chosen(picker, scene.websites.b));
    await scene.hook({ ...chosen(picker), data: { ...chosen(picker).data, session_id: elsewhere } });
    await scene.hook(crispUpdated({ websiteId: scene.websites.a, sessionId, fingerprint: picker.fingerprint, content: picker.content }));
    expect(await scene.rest(sessionId)).toHaveLength(seen.length);
    expect([notesIn(sessionId), notesIn(elsewhere)]).toEqual([[], []]);
    await scene.hook(chosen(picker));
    expect((await scene.rest(sessionId)).length).toBe(seen.length + 1);
    expect([scene.crisp.states.get(at(sessionId)), scene.crisp.states.get(at(sessionId, 'b'))]).toEqual(['unresolved', undefined]);
    // Without anybody named, nobody in particular is assigned.
    expect(scene.crisp.routings.has(at(sessionId))).toBe(false);
  });
});

describe('a wish for a person', () => {
  it('in words hands over with a note that says why, and once', async () => {
    const sessionId = scene.session();
    await scene.say(`${QUESTION} Or rather:`, { sessionId });
    await scene.rest(sessionId);
    await scene.say(WISH, { sessionId });
    await scene.rest(sessionId);
    await scene.say(WISH, { sessionId });
    const seen = await scene.rest(sessionId);
    expect(seen).toHaveLength(2);
    expect(notesIn(sessionId)).toEqual([
      expect.stringMatching(/handed this conversation over\.\nReason: the visitor asked for a person\.\nLast words: I want to talk to a human$/),
    ]);
    expect(scene.crisp.states.get(at(sessionId))).toBe('unresolved');
  });

  it("leaves a note without marks of the visitor's", async () => {
    const sessionId = scene.session();
    const marks = `\\![x](https://canary.invalid/p.png) \${youtube}[play](id) \\[click\\](javascript:alert(1)) &lt;img src=x&gt;`;
    await scene.hook(crispHook({ websiteId: scene.websites.a, event: 'session:set_nickname', data: { session_id: sessionId, nickname: `Kim ${marks}` } }));
    await scene.say(`${WISH} ${marks}`, { sessionId });
    await scene.rest(sessionId);
    const [note = ''] = notesIn(sessionId);
    expect(note).toContain('Kim');
    expect(note).toContain('human');
    expect(note.match(/!\[|\$\{|\]\(javascript|<img/g)).toBeNull();
  });
});

describe("a visitor's contact", () => {
  const meta = (sessionId: string, website: 'a' | 'b' = 'a') => scene.crisp.metas.get(at(sessionId, website));
  const CONTACT = 'My name is Ada Lovelace, write to me at ada@engines.example or call +47 55 50 12 34.';

  it('goes to the profile, which keeps what it has: segments are merged', async () => {
    const sessionId = scene.session();
    scene.crisp.metas.set(at(sessionId), { nickname: 'visitor4711', segments: ['vip'], data: { plan: 'gold' } });
    scene.crisp.metas.set(at(sessionId, 'b'), { nickname: 'visitor4711', segments: ['vip'], data: {} });
    await scene.say(CONTACT, { sessionId });
    await scene.rest(sessionId);
    expect(meta(sessionId)).toEqual({
      nickname: 'Ada Lovelace',
      email: 'ada@engines.example',
      phone: '+4755501234',
      segments: ['vip', 'lead'],
      data: { plan: 'gold' },
    });
    expect(meta(sessionId, 'b')).toEqual({ nickname: 'visitor4711', segments: ['vip'], data: {} });
    // Said again, nothing is written again.
    const writes = () => scene.crisp.calls.filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/${sessionId}/meta`)).length;
    expect(writes()).toBe(1);
    await scene.say(`Once more: ${CONTACT}`, { sessionId });
    await scene.rest(sessionId);
    expect(writes()).toBe(1);
  });

  it('does not take the place of what an operator has entered', async () => {
    const sessionId = scene.session();
    scene.crisp.metas.set(at(sessionId), { nickname: 'Lady Lovelace', email: 'countess@engines.example', segments: ['lead'], data: {} });
    await scene.say(CONTACT, { sessionId });
    await scene.rest(sessionId);
    expect(meta(sessionId)).toEqual({ nickname: 'Lady Lovelace', email: 'countess@engines.example', phone: '+4755501234', segments: ['lead'], data: {} });
  });

  it('arrives whatever happens on the way, and holds up no word to the visitor', async () => {
    const sessionId = scene.session();
    const fault = scene.crisp.failNext(({ path }) => path.endsWith(`/${sessionId}/meta`), { status: 500, reason: 'internal_error' }, 2);
    await scene.say(CONTACT, { sessionId });
    await scene.until(sessionId, 1);
    await scene.rest(sessionId);
    expect([fault.left, meta(sessionId)?.['email']]).toEqual([0, 'ada@engines.example']);
  });

  it('that Crisp knows is not asked for, in whichever order it is told; of two, the later counts', async () => {
    const sessionId = scene.session();
    const now = Date.now();
    const fact = (name: string, value: string, timestamp: number) =>
      scene.hook(crispHook({ websiteId: scene.websites.a, event: `session:set_${name}`, data: { session_id: sessionId, [name]: value }, timestamp }));
    await fact('email', 'new@engines.example', now - 1_000);
    await fact('email', 'old@engines.example', now - 60_000);
    await fact('phone', 'not a number', now);
    await scene.say(WISH, { sessionId });
    await scene.say(WISH, { sessionId, websiteId: scene.websites.b });
    const seen = await scene.rest(sessionId);
    const said = (website: 'a' | 'b') => seen.filter(({ websiteId }) => websiteId === scene.websites[website]).map(({ content }) => String(content));
    expect(said('a')).toEqual([expect.not.stringContaining(ASKS)]);
    expect(said('b')).toEqual([expect.stringContaining(ASKS)]);
    expect(notesIn(sessionId).find((note) => note.includes('new@engines.example'))).toContain('email: new@engines.example');
    // What only Crisp knows makes no lead, and is nothing to tell Crisp.
    expect(await scene.rows('SELECT FROM leads l JOIN conversations c ON c.id = l.conversation_id WHERE c.session_id = $1', [sessionId])).toEqual([]);
    expect(scene.crisp.calls.filter(({ path }) => path.endsWith(`/${sessionId}/meta`))).toEqual([]);
  });
});

describe('the agent', () => {
  it('says that it is an AI in its first answer and in no other, unless the tenant says so elsewhere', async () => {
    const sessionId = scene.session();
    const silent = scene.session();
    await scene.gateway.settings(scene.gateway.tenants.b.id, 'crisp', { introduces_itself: false });
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await scene.say(`${QUESTION} Really?`, { sessionId });
    await scene.say(QUESTION, { sessionId: silent, websiteId: scene.websites.b });
    const openings = (await scene.rest(sessionId)).map(({ content }) => String(content).split('\n')[0]);
    expect(openings).toEqual([expect.stringMatching(/\bAI\b/), 'It takes five days to Bergen.']);
    expect((await scene.rest(silent)).map(({ content }) => String(content).split('\n')[0])).toEqual(['It takes five days to Bergen.']);
    await scene.gateway.settings(scene.gateway.tenants.b.id, 'crisp', {});
  });
});

describe('"is typing"', () => {
  it('is shown while an answer takes long, and ends with it; its failure matters to nobody', async () => {
    const [sessionId, broken] = [scene.session(), scene.session()];
    scene.crisp.failNext(({ path }) => path.endsWith(`/${broken}/compose`), { status: 500, reason: 'internal_error' }, 2);
    const shown = until('typing to be shown', () => composedIn(sessionId).length > 0 && composedIn(broken).length > 0);
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', after: shown });
    await Promise.all([scene.say(QUESTION, { sessionId }), scene.say(QUESTION, { sessionId: broken })]);
    for (const session of [sessionId, broken]) await scene.until(session, 1);
    await until('the end of typing', () => composedIn(sessionId).length > 1 && composedIn(broken).length > 1);
    expect([composedIn(sessionId), composedIn(broken)]).toEqual([
      ['start', 'stop'],
      ['start', 'stop'],
    ]);
    const call = scene.crisp.calls.find(({ path }) => path.endsWith(`/${sessionId}/compose`));
    expect(call?.body).toMatchObject({ from: 'operator', automated: true });
  });

  it('is shown for a colleague who writes in our own desk too, and the agent does not hold back for it', async () => {
    const sessionId = scene.session();
    models.answer = () => ({ text: 'It takes five days to Bergen [1].' });
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    await until(
      'the agent’s own typing to be over',
      () => composedIn(sessionId).filter((type) => type === 'start').length === composedIn(sessionId).filter((type) => type === 'stop').length,
    );
    const before = composedIn(sessionId).length;
    const { a, b } = scene.gateway.tenants;
    const id = await conversationOf(sessionId);
    const type = async (tenantId: string) =>
      fetch(`${scene.gateway.url}/v1/admin/conversations/${id}/typing`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await scene.gateway.key(tenantId)}` },
      });
    expect((await type(b.id)).status).toBe(404);
    expect((await type(a.id)).status).toBe(204);
    await until('typing to be shown', () => composedIn(sessionId).length > before);
    expect(composedIn(sessionId).slice(before)).toEqual(['start']);
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 2);
  });

  it('is not shown where the tenant does not want it', async () => {
    await scene.gateway.settings(scene.gateway.tenants.a.id, 'crisp', { shows_typing: false });
    const sessionId = scene.session();
    models.answer = () => ({ text: 'It takes five days to Bergen [1].', delayMs: 900 });
    await scene.say(QUESTION, { sessionId });
    await scene.until(sessionId, 1);
    expect(composedIn(sessionId)).toEqual([]);
  });
});
