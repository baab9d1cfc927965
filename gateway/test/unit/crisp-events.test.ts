import { readdirSync } from 'node:fs';
import { type CrispHook, crispHook, crispSessionId, readCrispFixture, readCrispIndex } from '@netia/testkit';
import { describe, expect, it } from 'vitest';
import { MalformedHook, readCrispHook } from '../../src/channels/crisp/read-event.ts';

/** Every payload of the fixtures, read as their index suggests; where not, the reason stands here. */
const index = readCrispIndex();

type Reading = 'malformed' | string;

function readingOf(body: unknown): Reading {
  try {
    const { happening } = readCrispHook(body);
    if (happening.type === 'message') return happening.messageType === 'text' && happening.text !== '' ? 'message' : 'message without text';
    if (happening.type === 'subscription') return happening.isInstalled ? 'installed' : 'removed';
    if (happening.type === 'blocked') return happening.isBlocked ? 'blocked' : 'unblocked';
    return happening.type;
  } catch (error) {
    if (error instanceof MalformedHook) return 'malformed';
    throw error;
  }
}

/** What each decision of the index means here. A decision that is not in this table fails the test. */
const READINGS: Record<string, Reading | 'no hook'> = {
  answer: 'message',
  'answer-as-tenant-B': 'message',
  'no-text: fixed reply or hand over': 'message without text',
  'optional: read choice or value': 'message',
  'optional: the visitor chose or filled in; no from field, compare with own fingerprints': 'choice',
  'update stored text, never answer': 'edit',
  'delete stored text, cancel a pending answer': 'removal',
  'delete stored conversation': 'erased',
  'takeover: a person answered': 'person',
  'takeover (conservative) unless fingerprint is own': 'person',
  'optional: a person is typing, delay': 'typing',
  'optional: a person owns it, go silent': 'assigned',
  'end of case: reset takeover if the product wants': 'closed',
  'stop answering while blocked': 'blocked',
  'connect tenant': 'installed',
  'disconnect tenant': 'removed',
  ignore: 'ignored',
  'ignore or mirror': 'ignored',
  'ignore: automated': 'ignored',
  'ignore: own message': 'ignored',
  'ignore: automation, not a takeover': 'ignored',
  'ignore: not a reply': 'ignored',
  'ignore: an operator only looked': 'ignored',
  'acknowledge and drop': 'ignored',
  'acknowledge and drop (unknown tenant)': 'ignored',
  'reload tenant settings': 'settings',
  'refuse or drop, never call the API': 'malformed',
  'header set': 'no hook',
  'REST shape': 'no hook',
  sequence: 'no hook',
};

/** Payloads that are read otherwise than their decision's line above says, and why. */
const DEVIATIONS: Record<string, { reading: Reading; because: string }> = {
  'message.received.text.own-bot.automated-lost.json': {
    reading: 'person',
    because: 'only the store knows our own fingerprints; it is compared there (isOwn), see inside-crisp.test.ts and crisp-takeover.test.ts',
  },
  'message.send.carousel.json': {
    reading: 'message without text',
    because: 'a carousel has neither a choice nor a value: it is answered with the request for words',
  },
  'odd.website-not-installed.json': { reading: 'message', because: 'whose website it is, the route asks first and acknowledges, see crisp-hooks.test.ts' },
  'plugin.settings.saved.json': { reading: 'ignored', because: 'the tenant keeps its settings with us and not with Crisp' },
  'session.set_email.json': { reading: 'facts', because: 'mirrored: what Crisp knows of its visitor saves asking' },
  'session.set_phone.json': { reading: 'facts', because: 'mirrored' },
  'session.set_nickname.json': { reading: 'facts', because: 'mirrored' },
  'session.set_segments.json': { reading: 'facts', because: 'mirrored' },
};

const files = Object.entries(index.files);
const hooks = files.filter(([, { decision }]) => READINGS[decision] !== 'no hook');

describe('the fixtures', () => {
  it('have decisions that this table knows, and the table none that they have not', () => {
    expect(files.map(([, { decision }]) => decision).filter((decision) => !(decision in READINGS))).toEqual([]);
    expect(Object.keys(READINGS).filter((decision) => !files.some(([, file]) => file.decision === decision))).toEqual([]);
    expect(Object.keys(DEVIATIONS).filter((name) => !(name in index.files))).toEqual([]);
    const onDisk = readdirSync(new URL('../../../packages/testkit/fixtures/crisp/', import.meta.url)).filter((name) => name.endsWith('.json'));
    expect(onDisk.filter((name) => !['index.json', 'signatures.json'].includes(name)).sort()).toEqual(Object.keys(index.files).sort());
    expect(hooks.length).toBeGreaterThan(100);
  });

  it.each(hooks)('%s', (name, { decision, event }) => {
    const body = readCrispFixture(name) as CrispHook;
    const reading = readingOf(body);
    const deviation = DEVIATIONS[name];
    expect(reading).toBe(deviation?.reading ?? READINGS[decision]);
    // A deviation that has become none is to be struck out.
    if (deviation) expect(deviation.reading).not.toBe(READINGS[decision]);
    if (event !== undefined) expect(body.event).toBe(event);
    if (reading !== 'malformed') expect(readCrispHook(body).websiteId).toBe(body.website_id);
  });

  it('of tenant B are read as of its website', () => {
    expect(readCrispHook(readCrispFixture('message.send.text.other-tenant.json')).websiteId).toBe(index.tenants.B);
    expect(readCrispHook(readCrispFixture('message.send.text.json')).websiteId).toBe(index.tenants.A);
    expect(readCrispHook(readCrispFixture('odd.website-not-installed.json')).websiteId).toBe(index.tenants.not_installed);
  });

  it('whose own words are told from a person only by their number carry it', () => {
    const { happening } = readCrispHook(readCrispFixture('message.received.text.own-bot.automated-lost.json'));
    expect(happening).toMatchObject({ type: 'person', externalId: expect.toSatisfy((id) => index.own_bot_fingerprints.includes(Number(id))) });
  });

  it('that are sequences are read event by event', () => {
    const sequence = (name: string) => (readCrispFixture(name) as { deliveries: unknown[] }).deliveries.map(readingOf);
    expect(sequence('scenario.bot-loop.json')).toEqual(['message', 'ignored', 'ignored', 'message']);
    expect(sequence('scenario.human-takeover.json')).toEqual(['message', 'ignored', 'person', 'message', 'closed', 'message']);
    expect(sequence('scenario.out-of-order.json')).toEqual(['edit', 'removal', 'message', 'message']);
  });
});

describe('what is read', () => {
  const eventOf = (name: string) => readCrispHook(readCrispFixture(name)).happening;
  it.each([
    ['message.send.text.json', { type: 'message', text: 'Do you deliver to Bergen, and how long does it take?', origin: 'chat' }],
    ['message.send.text.email.json', { type: 'message', origin: 'email' }],
    ['message.send.text.whatsapp.json', { type: 'message', origin: 'urn:crisp.im:whatsapp:0' }],
    ['message.send.picker.json', { type: 'message', text: 'Sweden' }],
    ['message.send.field.json', { type: 'message', text: '7731042' }],
    ['message.send.file.image.json', { type: 'message', messageType: 'file', text: '' }],
    ['message.send.audio.json', { type: 'message', messageType: 'audio', text: '' }],
    ['message.updated.picker.json', { type: 'choice', fingerprint: 178531200420949, value: 'no', label: 'Norway' }],
    ['message.updated.field.json', { type: 'choice', value: '7731042', label: '7731042' }],
    ['message.updated.text.json', { type: 'edit', externalId: '178531200013579', text: 'Do you deliver to Bergen (5003), and how long does it take?' }],
    ['session.set_phone.json', { type: 'facts', facts: { phone: '+4755501234' } }],
    ['session.set_segments.json', { type: 'facts', facts: {}, segments: ['customer', 'vip'] }],
  ])('%s', (name, expected) => {
    expect(eventOf(name)).toMatchObject(expected);
  });

  it('has the same key however often it comes, and another for everything else', () => {
    const keys = hooks.flatMap(([name]) => {
      const body = readCrispFixture(name);
      if (readingOf(body) === 'malformed') return [];
      const [first, second] = [readCrispHook(body).happening, readCrispHook(structuredClone(body)).happening];
      expect(first).toEqual(second);
      return 'key' in first ? [first.key] : [];
    });
    expect(keys.length).toBeGreaterThan(30);
    expect(new Set(keys).size).toBe(keys.length);
  });

  const at = 1_785_312_000_000;
  const session = crispSessionId();
  const websiteId = index.tenants.A;
  const data = (more: object) => ({ session_id: session, type: 'text', from: 'user', content: 'Hello', fingerprint: 7, timestamp: at, ...more });
  const keyOf = (event: string, more: object, timestamp = at) => {
    const { happening } = readCrispHook(crispHook({ websiteId, event, data: data(more), timestamp }));
    return 'key' in happening ? happening.key : happening.type;
  };
  it('is the same message whatever the envelope says of the time, and another edit for other words', () => {
    expect(keyOf('message:send', {}, at)).toBe(keyOf('message:send', {}, at + 90_000));
    expect(keyOf('message:send', {})).not.toBe(keyOf('message:send', { fingerprint: 8 }));
    expect(keyOf('message:send', {})).not.toBe(keyOf('message:send', { session_id: crispSessionId() }));
    expect(keyOf('message:updated', { content: 'a' })).not.toBe(keyOf('message:updated', { content: 'b' }));
    expect(keyOf('message:updated', { content: 'a' })).not.toBe(keyOf('message:send', { content: 'a' }));
  });

  it.each([
    ['a fingerprint above 2^53', 'message:send', { fingerprint: 2 ** 53 }],
    ['a fingerprint of zero', 'message:send', { fingerprint: 0 }],
    ['a fingerprint in quotes', 'message:send', { fingerprint: '7' }],
    ['a time in seconds', 'message:send', { timestamp: 1_785_312_000 }],
    ['no time', 'message:send', { timestamp: null }],
    ['another website in the data', 'message:send', { website_id: index.tenants.B }],
    ['a session that walks', 'session:set_state', { session_id: 'session_x/../../../../plugin/connect/account' }],
    ['a session with a query', 'session:set_state', { session_id: `${session}?x=1` }],
    ['a text that is a list', 'message:received', { from: 'operator', content: ['a', null] }],
    ['a file that is nothing', 'message:send', { type: 'file', content: null }],
    ['an edit of nothing', 'message:updated', { fingerprint: null }],
    ['an installation without its state', 'plugin:subscription:updated', { plugin_id: websiteId }],
  ])('is not what has %s', (_name, event, more) => {
    expect(readingOf(crispHook({ websiteId, event, data: data(more), timestamp: at }))).toBe('malformed');
  });

  it('is not what is no object', () => {
    for (const body of [null, [], 'hello', 7, true, {}, { website_id: websiteId }, { website_id: websiteId, event: 'message:send', data: null, timestamp: at }])
      expect(readingOf(body)).toBe('malformed');
  });

  it.each([
    ['message:send', { from: 'operator' }, 'ignored'],
    ['message:send', { automated: true }, 'ignored'],
    ['message:send', { type: 'constructor' }, 'ignored'],
    ['message:send', { type: '__proto__' }, 'ignored'],
    ['message:received', { from: 'operator' }, 'person'],
    ['message:received', { from: 'operator', automated: false }, 'person'],
    ['message:received', { from: 'operator', automated: null }, 'person'],
    ['message:received', { from: 'operator', user: { type: 'session' } }, 'ignored'],
    ['message:received', { from: 'operator', user: { user_id: session } }, 'ignored'],
    ['message:compose:receive', { type: 'start', user: { user_id: websiteId } }, 'typing'],
    ['message:compose:receive', { type: 'stop', user: { user_id: websiteId } }, 'ignored'],
    ['message:compose:receive', { type: 'start', user: { user_id: websiteId }, automated: true }, 'ignored'],
    ['message:compose:receive', { type: 'start' }, 'ignored'],
    ['session:set_state', { state: 'unresolved' }, 'ignored'],
    ['session:set_routing', { routing_id: '' }, 'ignored'],
    ['session:set_block', { is_blocked: false }, 'unblocked'],
    ['session:set_email', { email: 'no address' }, 'ignored'],
    ['session:set_email', { email: 'ilse@shop.example' }, 'facts'],
    ['session:set_email', { email: null }, 'ignored'],
  ])('%s with %j is %s', (event, more, reading) => {
    expect(readingOf(crispHook({ websiteId, event, data: data(more), timestamp: at }))).toBe(reading);
  });
});
