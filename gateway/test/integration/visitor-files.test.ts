import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { VISITOR_FILE_BYTES_MAX } from '@netia/protocol';
import { PIXEL, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILES_PER_CONVERSATION } from '../../src/conversations/visitor-files.ts';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { makePdf } from '../support/make-files.ts';
import type { WidgetClient } from '../support/widget-client.ts';

/** Files that visitors send: kept for people, told by their first bytes, and given out as something to save (V-4). */
let gateway: TestGateway;
let owner: ConsoleClient;
let stranger: ConsoleClient;

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  owner = await ConsoleClient.join(gateway, a.id, 'owner');
  stranger = await ConsoleClient.join(gateway, b.id, 'owner');
});
afterAll(() => gateway.close());

interface Shown {
  messages: { sender_type: string; message_type: string; content: string; file: { id: string; name: string; media_type: string; byte_size: number } | null }[];
}

async function send(visitor: WidgetClient, bytes: Uint8Array | string, name = 'photo.png', id: string = randomUUID(), token = visitor.token) {
  const response = await visitor.sendFile(bytes, name, id, token);
  return { status: response.status, body: (await response.json()) as { seq?: number; message_id?: string; error?: { code: string; message: string } } };
}

const show = (visitor: WidgetClient, who = owner) => who.json<Shown>('GET', `/v1/admin/conversations/${visitor.conversationId}`);
const filesOf = async (visitor: WidgetClient) => (await show(visitor)).messages.flatMap(({ file }) => file ?? []);
const stored = () =>
  existsSync(gateway.filesFolder) ? readdirSync(gateway.filesFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length : 0;
const fetchFile = (id: string, who: ConsoleClient) =>
  fetch(`${gateway.url}/v1/admin/files/${id}`, { headers: { cookie: who.cookie, 'sec-fetch-site': 'same-origin' } });

describe('a file of a visitor', () => {
  it.each([
    ['picture', PIXEL, 'IMG 1.PNG', 'IMG 1.png', 'image/png', 'image'],
    ['PDF', makePdf([[{ text: 'My order' }]]), 'order.pdf', 'order.pdf', 'application/pdf', 'file'],
  ])('that is a %s is given out as it was sent, to be saved and never run', async (_kind, bytes, name, shownAs, mediaType, messageType) => {
    const visitor = await gateway.visitor();
    expect((await send(visitor, bytes, name)).status).toBe(201);
    const [message] = (await show(visitor)).messages;
    expect(message).toMatchObject({
      sender_type: 'visitor',
      message_type: messageType,
      content: '',
      file: { name: shownAs, media_type: mediaType, byte_size: bytes.length },
    });
    const response = await fetchFile(message?.file?.id ?? '', owner);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': mediaType,
      'content-disposition': expect.stringMatching(new RegExp(`^attachment; filename="?${shownAs}"?$`)),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  it('is nobody else’s: another tenant finds it as little as one that never was', async () => {
    const visitor = await gateway.visitor();
    await send(visitor, PIXEL);
    const [file] = await filesOf(visitor);
    const [theirs, none] = [await fetchFile(file?.id ?? '', stranger), await fetchFile(randomUUID(), stranger)];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    const bodies = await Promise.all([theirs, none].map(async (response) => ((await response.json()) as { error: { message: string } }).error.message));
    expect(bodies[0]).toBe(bodies[1]);
    // Control: its own tenant gets it.
    expect((await fetchFile(file?.id ?? '', owner)).status).toBe(200);
  });

  it.each([
    ['../../etc/passwd', 'passwd.png'],
    ['evil\u202Egnp.exe', 'evilgnp.png'],
    ['a"<b>\r\nX-Header: 1.html', 'abX-Header: 1.png'],
    ['.htaccess', 'file.png'],
    ['', 'file.png'],
    ['größe 文件.jpeg', 'größe 文件.png'],
    ['x'.repeat(900), `${'x'.repeat(100)}.png`],
  ])('called %j is shown as %j', async (name, expected) => {
    const visitor = await gateway.visitor();
    expect((await send(visitor, PIXEL, name)).status).toBe(201);
    const [file] = await filesOf(visitor);
    expect(file?.name).toBe(expected);
    const response = await fetchFile(file?.id ?? '', owner);
    expect(response.headers.get('x-header')).toBeNull();
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=/);
  });

  it.each([
    ['a page', '<!doctype html><script>alert(1)</script>', 'photo.png'],
    ['a drawing with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'photo.svg'],
    ['a drawing posing as a picture', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'photo.png'],
    ['a script', 'alert(1)', 'photo.js'],
    ['a program', Buffer.from('7f454c4602010100000000000000000002003e00', 'hex'), 'photo.png'],
    ['an archive', Buffer.from('504b0304140000000000', 'hex'), 'photo.zip'],
    ['nothing', '', 'photo.png'],
  ])('that is %s is refused with what may be sent, and leaves nothing', async (_kind, bytes, name) => {
    const visitor = await gateway.visitor();
    const before = stored();
    const { status, body } = await send(visitor, bytes, name);
    expect([status, body.error?.message]).toEqual([415, 'Only pictures (PNG, JPEG, WebP, GIF) and PDFs can be sent.']);
    expect(stored()).toBe(before);
    expect((await show(visitor)).messages).toEqual([]);
  });

  it('with a right beginning and a page behind it is a picture to every browser', async () => {
    const visitor = await gateway.visitor();
    const both = Buffer.concat([Buffer.from('GIF89a'), Buffer.from('/*<!doctype html><script>alert(1)</script>*/=1')]);
    expect((await send(visitor, both, 'both.html')).status).toBe(201);
    const [file] = await filesOf(visitor);
    expect(file).toMatchObject({ name: 'both.gif', media_type: 'image/gif' });
    const response = await fetchFile(file?.id ?? '', owner);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-type')).toBe('image/gif');
  });

  it('that is too large, or of nobody known, is refused before it is kept', async () => {
    const visitor = await gateway.visitor();
    const before = stored();
    const large = Buffer.concat([PIXEL, Buffer.alloc(VISITOR_FILE_BYTES_MAX)]);
    expect((await send(visitor, large)).status).toBe(413);
    expect((await send(visitor, PIXEL, 'a.png', randomUUID(), 'x'.repeat(43))).status).toBe(401);
    expect((await send(visitor, PIXEL, 'a.png', 'short')).status).toBe(400);
    expect(stored()).toBe(before);
    expect((await show(visitor)).messages).toEqual([]);
  });

  it('sent again is one message and one file', async () => {
    const visitor = await gateway.visitor();
    const before = stored();
    const id = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(visitor, PIXEL, 'a.png', id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map(({ body }) => body.message_id)).size).toBe(1);
    expect(await filesOf(visitor)).toHaveLength(1);
    expect(stored()).toBe(before + 1);
  });

  it('more than one conversation needs is refused, however many come at once', async () => {
    const visitor = await gateway.visitor();
    const before = stored();
    const answers = await Promise.all(Array.from({ length: FILES_PER_CONVERSATION + 4 }, () => send(visitor, PIXEL)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(FILES_PER_CONVERSATION);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
    expect(stored()).toBe(before + FILES_PER_CONVERSATION);
  });

  it('is not taken where the tenant does not want any', async () => {
    await gateway.settings(gateway.tenants.b.id, 'widget', { takes_files: false });
    const [theirs, ours] = [await gateway.visitor(gateway.tenants.b), await gateway.visitor()];
    expect((await send(theirs, PIXEL)).status).toBe(403);
    expect((await send(ours, PIXEL)).status).toBe(201);
    await gateway.settings(gateway.tenants.b.id, 'widget', { takes_files: true });
  });
});

describe('what comes of it', () => {
  it('the agent says that it cannot read it and offers a person; everybody who listens sees it', async () => {
    const visitor = await gateway.visitor();
    const heard = visitor.hear('0', (parts) => parts.some(({ part }) => part.type === 'answer-end'));
    await send(visitor, PIXEL, 'crack.png');
    const parts = (await heard).map(({ part }) => part);
    expect(parts[0]).toMatchObject({ type: 'message', sender_type: 'visitor', text: '', file: { name: 'crack.png' } });
    expect(parts.flatMap((part) => (part.type === 'answer-delta' ? [part.text] : [])).join('')).toContain('I can only read text so far');
    expect(parts).toContainEqual({ type: 'handoff', state: 'offered' });
    // The same browser, come back, is shown it too.
    const again = await fetch(`${gateway.url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ website_id: gateway.tenants.a.websiteId, resume_token: visitor.token }),
    });
    const history = (await again.json()) as { conversation: { messages: { text: string; file: { name: string } | null }[] } };
    expect(history.conversation.messages[0]).toMatchObject({ text: '', file: { name: 'crack.png' } });
    const inbox = await owner.json<{ items: { id: string; last_message: { content: string } }[] }>('GET', '/v1/admin/inbox');
    expect(inbox.items.find(({ id }) => id === visitor.conversationId)).toBeDefined();
  });

  it('with a person, nothing but the file stands there, and the list names it', async () => {
    const visitor = await gateway.visitor();
    await visitor.request('handoff', {});
    const before = (await show(visitor)).messages.length;
    await send(visitor, PIXEL, 'crack.png');
    expect((await show(visitor)).messages).toHaveLength(before + 1);
    const inbox = await owner.json<{ items: { id: string; last_message: { content: string } }[] }>('GET', '/v1/admin/inbox');
    expect(inbox.items.find(({ id }) => id === visitor.conversationId)?.last_message.content).toBe('crack.png');
  });

  it.each([
    ['a person erases the visitor', (visitor: WidgetClient) => owner.status('DELETE', `/v1/admin/conversations/${visitor.conversationId}`)],
    ['the visitor takes consent back', async (visitor: WidgetClient) => (await visitor.request('withdraw', {})).status],
  ])('is gone from table and store when %s; what is not theirs stays', async (_how, erase) => {
    const [visitor, other, theirs] = [await gateway.visitor(), await gateway.visitor(), await gateway.visitor(gateway.tenants.b)];
    const before = stored();
    for (const one of [visitor, other, theirs]) await send(one, PIXEL);
    expect(await owner.json<object>('GET', `/v1/admin/conversations/${visitor.conversationId}/export`)).toMatchObject({
      conversations: [{ messages: [{ file: 'photo.png' }, {}] }],
    });
    expect(await erase(visitor)).toBe(204);
    await until('the file to be gone', () => stored() === before + 2);
    const rows = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
      tx.rows('SELECT 1 FROM visitor_files WHERE conversation_id = $1 UNION ALL SELECT 1 FROM unwanted_files', [visitor.conversationId]),
    );
    expect(rows).toEqual([]);
    expect(await filesOf(other)).toHaveLength(1);
    expect((await show(theirs, stranger)).messages[0]?.file?.name).toBe('photo.png');
  });

  it('goes with its age, also when the process died between the row and the bytes', async () => {
    const [visitor, theirs] = [await gateway.visitor(), await gateway.visitor(gateway.tenants.b)];
    const before = stored();
    for (const one of [visitor, theirs]) await send(one, PIXEL);
    // As a process leaves it that dies after its commit.
    await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.run('DELETE FROM conversations WHERE id = $1', [visitor.conversationId]));
    expect(stored()).toBe(before + 2);
    await gateway.deps.retention.sweepOnce(new Date());
    expect(stored()).toBe(before + 1);
    expect((await fetchFile((await show(theirs, stranger)).messages[0]?.file?.id ?? '', stranger)).status).toBe(200);
  });
});
