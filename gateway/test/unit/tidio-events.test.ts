import { readdirSync } from 'node:fs';
import { readTidioFixture } from '@netia/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTidioEnvelope, readTidioEvent } from '../../src/channels/tidio/read-event.ts';
import { readFlowCall } from '../../src/channels/tidio/read-flow-call.ts';

const FILES = readdirSync(new URL('../../../packages/testkit/fixtures/tidio/', import.meta.url));
const CONTACT = '3f6c1a8e-52d4-4b7f-9a10-6e2b8d4c7f91';
const OTHER_CONTACT = '8b0d7e55-1c39-4f62-8e1d-2a94c6f0b3d7';
/** In whose name tickets are answered, as in the fixtures. */
const BOT = 'e7a9c0b2-3d4f-4e61-8a72-5b6c7d8e9f01';

/** What each webhook of the fixtures is to us. A new fixture has to be put in here. */
const READINGS: Record<string, object> = {
  'contact.created': { type: 'facts', sessionId: `tidio:${CONTACT}`, facts: { name: 'Marta Kowal', email: 'marta.kowal@example.com', phone: '+48600000111' } },
  'contact.created.nulls': { type: 'facts', sessionId: `tidio:${OTHER_CONTACT}`, facts: {} },
  'contact.updated': { type: 'facts', sessionId: `tidio:${CONTACT}`, facts: { name: 'Marta Kowal', email: 'marta.kowal@example.com', phone: '+48600000111' } },
  'conversation.operator_replied': {
    type: 'person',
    sessionId: `tidio:${CONTACT}`,
    externalId: '01KB7Q2M4X8R5T9V1W3Y6Z0ABC',
    text: 'Hi Marta, Tomek here. I am looking at your order now.',
  },
  'conversation.solved_automatically': { type: 'closed', sessionId: `tidio:${CONTACT}` },
  'conversation.solved_by_operator': { type: 'closed', sessionId: `tidio:${CONTACT}` },
  'conversation.solved_by_lyro.handoff': { type: 'ignored', reason: 'Lyro has ended its part' },
  'conversation.solved_by_lyro.inactive': { type: 'ignored', reason: 'Lyro has ended its part' },
  'conversation.solved_by_lyro.taken_over_by_operator': { type: 'assigned', sessionId: `tidio:${CONTACT}` },
  'ticket.replied.contact': {
    type: 'message',
    sessionId: 'tidio-ticket:20418',
    externalId: '01KB7Q6A1B2C3D4E5F6G7H8J9K',
    messageType: 'text',
    text: 'The box was open and the mug inside is broken. What can I do?',
    at: new Date('2026-09-21T14:43:20Z'),
  },
  'ticket.replied.operator': {
    type: 'person',
    sessionId: 'tidio-ticket:20418',
    externalId: '01KB7Q7B2C3D4E5F6G7H8J9KAM',
    text: 'Sorry about that, Marta. I have ordered a replacement.',
  },
  'ticket.replied.internal-note': { type: 'ignored', reason: 'an internal note' },
  'ticket.replied.bot-operator': { type: 'ignored', reason: 'our own answer' },
  'other-tenant.ticket.replied.contact': { type: 'message', sessionId: 'tidio-ticket:771', text: 'Please change the street on invoice 12.' },
  // Topics of 2024, which the newest list does not name any more: seen, and left alone.
  'legacy.ticket.contact_replied': { type: 'ignored', reason: 'ticket.contact_replied is nothing to us' },
  'legacy.ticket.internal_note_added': { type: 'ignored', reason: 'ticket.internal_note_added is nothing to us' },
  'legacy.ticket.operator_assigned': { type: 'ignored', reason: 'ticket.operator_assigned is nothing to us' },
  'legacy.ticket.operator_replied': { type: 'ignored', reason: 'ticket.operator_replied is nothing to us' },
  'unknown-topic': { type: 'ignored', reason: 'ticket.status_updated is nothing to us' },
};

const readHook = (name: string) => JSON.parse(readTidioFixture(`webhook.${name}.json`)) as { content: Record<string, unknown>; [field: string]: unknown };
function read(hook: unknown, botOperatorId: string | null = BOT) {
  const envelope = readTidioEnvelope(hook);
  if (!envelope) throw new Error('no envelope');
  return readTidioEvent(envelope, botOperatorId);
}

describe('webhooks', () => {
  it('of all fixtures have a reading, and there is no reading without a fixture', () => {
    const names = FILES.flatMap((file) => /^webhook\.(.+)\.json$/.exec(file)?.[1] ?? []);
    expect(Object.keys(READINGS).sort()).toEqual(names.sort());
  });

  it.each(Object.entries(READINGS))('%s', (name, reading) => {
    const hook = readHook(name);
    const event = read(hook);
    expect(event).toMatchObject(reading);
    if (event.type === 'ignored') return;
    expect(event).toMatchObject({ channel: 'tidio', key: `webhook:${hook['webhook_id']}` });
  });

  it('happened when the message says, else when the envelope says', () => {
    const hook = readHook('ticket.replied.contact');
    expect(read(hook)).toMatchObject({ at: new Date('2026-09-21T14:43:20Z') });
    const message = hook.content['message'] as Record<string, unknown>;
    for (const created_at of [undefined, null, '', 'yesterday'])
      expect(read({ ...hook, content: { ...hook.content, message: { ...message, created_at } } })).toMatchObject({ at: new Date(1_790_001_801_000) });
  });

  it('of tickets are left alone where no operator is chosen to answer, and another operator’s are a person’s', () => {
    for (const name of ['ticket.replied.contact', 'ticket.replied.operator', 'ticket.replied.bot-operator'])
      expect(read(readHook(name), null)).toEqual({ type: 'ignored', reason: 'nobody is named to answer tickets' });
    expect(read(readHook('ticket.replied.bot-operator'), 'c1d2e3f4-6a7b-4c8d-9e0f-1a2b3c4d5e6f')).toMatchObject({ type: 'person' });
    expect(read(readHook('ticket.replied.operator'), 'c1d2e3f4-6a7b-4c8d-9e0f-1a2b3c4d5e6f')).toMatchObject({ type: 'ignored' });
  });

  it('bring a mail in HTML as its words, and a very long one cut', () => {
    const hook = readHook('ticket.replied.contact');
    const withText = (message_content: string) =>
      read({ ...hook, content: { ...hook.content, message: { ...(hook.content['message'] as object), message_content } } }) as { text: string };
    expect(withText('<div><p>Is <b>Bergen</b> on your route?</p><p>Thanks,<br>Marta</p><script>alert(1)</script></div>').text).toMatch(
      /^Is Bergen on your route\?\s+Thanks,\s+Marta\s*$/,
    );
    expect(withText('Is 3 < 4 and 5 > 4?').text).toBe('Is 3 < 4 and 5 > 4?');
    expect(withText('x'.repeat(100_000)).text.length).toBeLessThan(5_000);
  });

  it.each([
    ['Is it here?\n\nOn Mon, 21 Sep 2026 at 14:03, Shop <shop@example.com> wrote:\n> We sent it.\n> Bye', 'Is it here?'],
    ['Is it here?\n\nOn Mon, 21 Sep 2026 at 14:03, The Shop at the Harbour\n<shop@example.com> wrote:\n> We sent it.', 'Is it here?'],
    ['Is it here?\r\n\r\nOn Mon, 21 Sep 2026, Shop wrote:\r\n> We sent it.\r\n', 'Is it here?'],
    ['Write to <shop@example.com>, they said?', 'Write to <shop@example.com>, they said?'],
    [
      '<div dir="ltr">Is it <b>here</b>?</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 21 Sep 2026, Shop &lt;shop@example.com&gt; wrote:<br></div><blockquote><p>We sent it.</p></blockquote></div>',
      'Is it here?',
    ],
    ['<p>Is it here?</p><p>-- <br>Marta Kowal</p>', 'Is it here?'],
    ['<blockquote>only quotes</blockquote>', 'only quotes'],
    ['Ist es da?\n\nAm 21.09.2026 um 14:03 schrieb Shop:\n> Ja.', 'Ist es da?'],
    ['Le colis est là ?\nLe lun. 21 sept. 2026, Shop a écrit :\n> Oui', 'Le colis est là ?'],
    ['Is it here?\n-----Original Message-----\nFrom: shop', 'Is it here?'],
    ['Is it here?\n-- \nMarta Kowal\nTel. 600 000 111', 'Is it here?'],
    ['> We sent it.\nWhere to?\n> To you.', 'Where to?'],
    ['> only\n> quotes', '> only\n> quotes'],
    ['On Monday I wrote: where is it?', 'On Monday I wrote: where is it?'],
    ['My code is -- and not - - ?', 'My code is -- and not - - ?'],
  ])('bring of the mail %j what is asked', (message_content, text) => {
    const hook = readHook('ticket.replied.contact');
    expect(read({ ...hook, content: { ...hook.content, message: { ...(hook.content['message'] as object), message_content } } })).toMatchObject({ text });
  });

  // Read in time that grows with the square of the text, each of these would take minutes: the test's own limit is the check.
  it.each(['On x wrote', '> ', '\n>', '-', '<p>', 'Am schrieb '])('with a mail made to be slow of %j are read', (piece) => {
    const hook = readHook('ticket.replied.contact');
    const message_content = piece.repeat(20_000);
    expect(read({ ...hook, content: { ...hook.content, message: { ...(hook.content['message'] as object), message_content } } })).toBeDefined();
  });

  it('of a person with another inside of `message` still count as a person\u2019s', () => {
    const hook = readHook('conversation.operator_replied');
    const about = (content: object) => read({ ...hook, content: { contact_id: CONTACT, ...content } });
    expect(about({ message: { message_id: 'm-1', message_content: 'As tickets have it.' } })).toMatchObject({
      type: 'person',
      externalId: 'm-1',
      text: 'As tickets have it.',
    });
    expect(about({})).toMatchObject({ type: 'person', externalId: hook['webhook_id'], text: '' });
    expect(about({ message: null })).toMatchObject({ type: 'person', text: '' });
  });

  it.each([
    ['no message', { id: 20_418, contact_id: CONTACT }],
    ['an empty message', { id: 20_418, message: {} }],
    ['no ticket', { message: (readHook('ticket.replied.contact').content as { message: object }).message }],
    ['a ticket id that is no number', { ...readHook('ticket.replied.contact').content, id: '20418/../../x' }],
    ['a negative ticket id', { ...readHook('ticket.replied.contact').content, id: -1 }],
    ['nothing', {}],
  ])('ticket.replied with %s is left alone', (_what, content) => {
    expect(read({ ...readHook('ticket.replied.contact'), content })).toEqual({ type: 'ignored', reason: 'a ticket without a message' });
  });

  it('of an author nobody has heard of are left alone', () => {
    const hook = readHook('ticket.replied.contact');
    for (const author_type of ['bot', 'lyro', 'automation', ''])
      expect(read({ ...hook, content: { ...hook.content, message: { ...(hook.content['message'] as object), author_type } } })).toMatchObject({
        type: 'ignored',
      });
  });

  it.each([
    'conversation.operator_replied',
    'conversation.solved_by_operator',
    'conversation.solved_automatically',
    'conversation.solved_by_lyro',
    'contact.created',
    'contact.updated',
  ])('%s without a contact, or with one that is none, is left alone', (topic) => {
    const hook = readHook('contact.created');
    for (const content of [{}, { contact_id: null, id: null }, { contact_id: '../x', id: '../x' }, { contact_id: 7, id: 7 }])
      expect(read({ ...hook, topic, content })).toEqual({ type: 'ignored', reason: 'no contact in it' });
  });

  it('of topics nobody has heard of are left alone, whatever is in them', () => {
    const hook = readHook('contact.created');
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 100 }).filter((topic) => !/^(ticket|conversation|contact)\./.test(topic)),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (topic, content) => {
          expect(read({ ...hook, topic, content }).type).toBe('ignored');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('with anything inside of the known topics are read or left alone, never an error', () => {
    const hook = readHook('contact.created');
    fc.assert(
      fc.property(
        fc.constantFrom('ticket.replied', 'conversation.operator_replied', 'conversation.solved_by_lyro', 'contact.updated'),
        fc.record(
          {
            id: fc.oneof(fc.integer(), fc.uuid(), fc.jsonValue()),
            contact_id: fc.oneof(fc.uuid(), fc.jsonValue()),
            reason: fc.jsonValue(),
            email: fc.jsonValue(),
            message: fc.oneof(
              fc.jsonValue(),
              fc.record({ message_id: fc.jsonValue(), author_type: fc.constantFrom('contact', 'operator'), message_type: fc.constant('public') }),
            ),
          },
          { requiredKeys: [] },
        ),
        (topic, content) => {
          const event = read({ ...hook, topic, content });
          if (event.type !== 'ignored')
            expect(event).toMatchObject({ at: expect.any(Date), channel: 'tidio', sessionId: expect.stringMatching(/^tidio(-ticket)?:/) });
          else expect(event.reason).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no object', 'text'],
    ['null', null],
    ['a list', []],
    ['no key', { ...readHook('contact.created'), project_public_key: undefined }],
    ['a key of another form', { ...readHook('contact.created'), project_public_key: 'Q7m2x9k4v1c8b5n3z6l0p2r7t9w4y3u5' }],
    ['no id', { ...readHook('contact.created'), webhook_id: undefined }],
    ['a time in words', { ...readHook('contact.created'), created_at: '2026-09-21T14:15:18+00:00' }],
    ['content that is no object', { ...readHook('contact.created'), content: 'x' }],
  ])('with %s are no envelope', (_what, hook) => {
    expect(readTidioEnvelope(hook)).toBeUndefined();
  });
});

const readFlow = (body: string | Buffer, contentType: string | undefined = 'application/json') => readFlowCall(Buffer.from(body), contentType);

/** What each call of the fixtures says. A new fixture has to be put in here. */
const CALLS: Record<string, object> = {
  json: {
    message: 'Do you ship to Norway, and how long does it take?',
    contactId: CONTACT,
    name: 'Marta',
    email: 'marta.kowal@example.com',
    pageUrl: 'https://shop.example/cart',
    isTest: false,
  },
  'empty-optional.json': { message: 'Where is my order?', contactId: CONTACT, name: '', email: '', pageUrl: '', isTest: false },
  'minimal.json': { message: 'hello', contactId: CONTACT, name: '', email: '', pageUrl: '', isTest: false },
  'test-button.json': { contactId: '', email: '', isTest: true },
  'unsubstituted.json': { isTest: true },
  'unescaped.txt': { message: 'I said "hello" and\nthen pressed enter', contactId: CONTACT, isTest: false },
};

describe('calls of a Flow', () => {
  it('of all fixtures have a reading, and there is no reading without a fixture', () => {
    expect(Object.keys(CALLS).sort()).toEqual(FILES.flatMap((file) => /^flow\.turn\.request\.(.+)$/.exec(file)?.[1] ?? []).sort());
  });

  it.each(Object.entries(CALLS))('%s', (name, call) => {
    expect(readFlow(readTidioFixture(`flow.turn.request.${name}`))).toMatchObject(call);
  });

  it('are the same as a form', () => {
    const fields = JSON.parse(readTidioFixture('flow.turn.request.json')) as Record<string, string>;
    const asJson = readFlow(readTidioFixture('flow.turn.request.json'));
    for (const type of ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'])
      expect(readFlow(new URLSearchParams(fields).toString(), type)).toEqual(asJson);
    expect(readFlow('message=a+b%20c&contact_uuid=%', 'application/x-www-form-urlencoded')).toMatchObject({ message: 'a b c', contactId: '', isTest: true });
  });

  it('are JSON whatever their type says', () => {
    for (const type of [undefined, 'text/plain', 'application/json; charset=utf-8', 'application/octet-stream'])
      expect(readFlow(readTidioFixture('flow.turn.request.minimal.json'), type)).toMatchObject({ message: 'hello', contactId: CONTACT });
  });

  it.each([
    ['quotes at the end', `{"message":"He said "no"","contact_uuid":"${CONTACT}"}`, 'He said "no"'],
    ['a brace in the text', `{"message":"{ and } and "x"","contact_uuid":"${CONTACT}"}`, '{ and } and "x"'],
    ['a backslash', `{"message":"C:\\new \\ "x"","contact_uuid":"${CONTACT}"}`, 'C:\\new \\ "x"'],
    ['the text last', `{"contact_uuid":"${CONTACT}","message":"line one\nline "two""}`, 'line one\nline "two"'],
    ['an emoji and line breaks', `{"message":"👋\r\n\r\n"hi"\t","contact_uuid":"${CONTACT}"}`, '👋\r\n\r\n"hi"'],
    ['blanks between the fields', `{ "message" : "a "b" c" ,\n "contact_uuid" : "${CONTACT}" }`, 'a "b" c'],
    ['a field name in the text', `{"message":"what is "contact_uuid"?","contact_uuid":"${CONTACT}"}`, 'what is "contact_uuid"?'],
  ])('that were filled in unescaped, with %s, are recovered', (_what, body, message) => {
    expect(() => JSON.parse(body)).toThrow();
    expect(readFlow(body)).toMatchObject({ message, contactId: CONTACT, isTest: false });
  });

  it.each(['{visitor_question}', '{{message}}', ' { visitor question } ', '{{ contact.message }}'])('with %j for the text come from the editor', (message) => {
    expect(readFlow(JSON.stringify({ message, contact_uuid: CONTACT }))).toMatchObject({ isTest: true });
  });

  it('with braces among other words do not', () => {
    expect(readFlow(JSON.stringify({ message: 'What does {name} mean?', contact_uuid: CONTACT }))).toMatchObject({ isTest: false });
  });

  it.each(['john', '{contact_uuid}', '{{contact_uuid}}', '123', `${CONTACT}x`, `x${CONTACT}`])('with the contact %j come from the editor', (contact_uuid) => {
    expect(readFlow(JSON.stringify({ message: 'Do you ship?', contact_uuid }))).toMatchObject({ contactId: '', isTest: true });
  });

  it('without a contact are a real question of nobody in particular', () => {
    for (const contact_uuid of [undefined, '', ' ', null])
      expect(readFlow(JSON.stringify({ message: 'Do you ship?', contact_uuid }))).toMatchObject({ contactId: '', isTest: false });
  });

  it('with unfilled name and address have neither', () => {
    const call = readFlow(JSON.stringify({ message: 'hi', contact_uuid: CONTACT, name: '{{name}}', email: '{email}', page_url: '{page_url}' }));
    expect(call).toMatchObject({ name: '', email: '', pageUrl: '', isTest: false });
  });

  it('with numbers where texts belong are read, with objects and lists not', () => {
    expect(readFlow(JSON.stringify({ message: 12_345, contact_uuid: CONTACT }))).toMatchObject({ message: '12345' });
    for (const message of [{}, [], true, null]) expect(readFlow(JSON.stringify({ message, contact_uuid: CONTACT }))).toMatchObject({ message: '' });
  });

  it('with a page that is no address of the web have none', () => {
    for (const page_url of ['javascript:alert(1)', 'data:text/html,x', '//x', 'http://a b', 'file:///etc/passwd'])
      expect(readFlow(JSON.stringify({ message: 'hi', page_url }))).toMatchObject({ pageUrl: '' });
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"message":"hel'],
    ['a list', '[1,2]'],
    ['a number', '7'],
    ['null', 'null'],
    ['text', 'hello'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0x80])],
    ['deep nesting', `${'['.repeat(50_000)}`],
    ['a prototype', '{"__proto__":{"message":"x"},"constructor":"y"}'],
  ])('with %s for a body are read all the same', (_what, body) => {
    const call = readFlow(body);
    expect(call.contactId).toBe('');
    expect(typeof call.message).toBe('string');
  });

  it('never throw, never keep what Postgres cannot, and stay short, whatever the bytes', () => {
    const around = fc
      .uint8Array({ maxLength: 400 })
      .map((bytes) => Buffer.concat([Buffer.from('{"message":"'), bytes, Buffer.from(`","contact_uuid":"${CONTACT}"}`)]));
    fc.assert(
      fc.property(
        fc.oneof(
          around,
          fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
          fc.json().map((json) => Buffer.from(json)),
        ),
        fc.constantFrom(undefined, 'application/json', 'application/x-www-form-urlencoded', 'text/plain'),
        (body, type) => {
          const call = readFlowCall(body, type);
          expect(JSON.stringify(call)).not.toContain('\\u0000');
          expect(call.message.isWellFormed()).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(readFlow(JSON.stringify({ message: 'x'.repeat(60_000), name: 'y'.repeat(60_000) })).message.length).toBeLessThan(5_000);
  });

  // Read in time that grows with the square of the text, each of these would take minutes: the test's own limit is the check.
  it.each([' ', '{', '"', ',"message"', '{"message" ', '\\'])('are read from a body made to be slow of %j', (piece) => {
    expect(readFlow(`{"message":"${piece.repeat(60_000 / piece.length)}`)).toBeDefined();
  });
});
