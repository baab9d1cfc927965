import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_BYTES_MAX } from '../../src/files/file-store.ts';
import { FILE_BOMBS } from '../support/file-bombs.ts';
import { makeDocx, makePdf, makeXlsx, makeZip } from '../support/make-files.ts';
import { type SourcesScene, startSourcesScene } from '../support/sources-scene.ts';

/** Files that tenants give: each kind is read, and none of them breaks what reads it (F-1) or gets where it should not (F-2). */
let scene: SourcesScene;
const temporary = () => readdirSync(tmpdir());
beforeAll(async () => {
  scene = await startSourcesScene();
});
afterAll(() => scene.close());

const stored = () => {
  const { filesFolder } = scene.gateway;
  return existsSync(filesFolder) ? readdirSync(filesFolder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];
};
const count = async () =>
  (await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) => tx.row<{ n: number }>('SELECT count(*)::integer AS n FROM knowledge_sources')))?.n;

/** Gives a file, has it read, and shows what came of it. */
async function readFile(name: string, bytes: Uint8Array | string) {
  const { status, body } = await scene.give(name, bytes);
  if (status !== 201) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
  return scene.read(body.id);
}

/** Removes what was given, and waits for its file, which goes after the answer: the next test counts files. */
async function remove(id: string): Promise<void> {
  const before = stored().length;
  expect((await scene.call('DELETE', `/${id}`)).status).toBe(204);
  await until('the file to be gone', () => stored().length === before - 1);
}

describe('a file', () => {
  it.each<[string, string, () => Uint8Array | string, string, string]>([
    [
      'PDF',
      'terms.pdf',
      () => makePdf([[{ text: 'Terms', size: 24 }, { text: 'A canoe is hired out for 14 euros a day.' }]]),
      'What is a canoe hired out for?',
      '14 euros',
    ],
    ['PDF under another name', 'x.docx', () => makePdf([[{ text: 'A kayak is hired out for 17 euros a day.' }]]), 'What is a kayak hired out for?', '17 euros'],
    ['Word', 'rules.docx', () => makeDocx([{ heading: 'Rules' }, { text: 'Dogs pay half of the fare.' }]), 'What do dogs pay of the fare?', 'half'],
    [
      'Excel',
      'p.xlsx',
      () =>
        makeXlsx({
          A: [
            ['Question', 'Answer'],
            ['What does a dinghy cost?', 'A dinghy costs 33 euros.'],
          ],
        }),
      'What does a dinghy cost?',
      '33 euros',
    ],
    ['CSV', 'faq.csv', () => 'Frage;Antwort\nWhere is the slipway?;The slipway is beside the crane.\n', 'Where is the slipway?', 'beside the crane'],
    ['HTML', 'page.html', () => '<html><title>Fuel</title><body><p>Fuel is sold at pier nine.</p></body></html>', 'Where is fuel sold?', 'pier nine'],
    ['Markdown', 'notes.md', () => '# Moorings\n\nA mooring is booked by radio on channel 12.\n', 'How is a mooring booked?', 'channel 12'],
    ['text', 'notes.txt', () => 'The sauna is heated on Thursdays.', 'When is the sauna heated?', 'Thursdays'],
    ['text in UTF-16', 'wide.txt', () => Buffer.from('\uFEFFThe laundry is washed on Wednesdays.', 'utf16le'), 'When is the laundry washed?', 'Wednesdays'],
    [
      'text in windows-1252',
      'old.txt',
      () => Buffer.from('Das Fährticket gibt es am Kiosk für Gäste.', 'latin1'),
      'Wo gibt es das Fährticket?',
      'Fährticket gibt es am Kiosk für Gäste',
    ],
  ])('of the kind %s is read and quoted', async (_name, name, make, question, expected) => {
    const source = await readFile(name, make());
    expect(source).toMatchObject({ kind: 'file', name, status: 'complete', reason: null, url: null });
    expect((await scene.ask(question)).text).toContain(expected);
  });

  it('removed is answered from no more, and is gone from the store', async () => {
    const { id } = await readFile('beacon.txt', 'The beacon flashes every eleven seconds.');
    expect((await scene.ask('How often does the beacon flash?')).text).toContain('eleven');
    await remove(id);
    expect((await scene.ask('How often does the beacon flash?')).text).not.toContain('eleven');
  });

  it('for internal use is never quoted', async () => {
    const { status, body } = await scene.give('', 'The safe is behind the barometer.', {
      query: '?name=safe.txt&visibility=internal&category=office&language=en',
    });
    expect([status, body.visibility, body.category, body.language]).toEqual([201, 'internal', 'office', 'en']);
    expect((await scene.read(body.id)).status).toBe('complete');
    expect((await scene.ask('Where is the safe?')).text).not.toContain('barometer');
  });

  it('of another tenant can be neither seen nor had answers from', async () => {
    const { b } = scene.gateway.tenants;
    const { body } = await scene.give('theirs.txt', 'The dry dock is pumped out in four hours.', { tenant: b });
    await scene.read(body.id, b);
    expect((await scene.call('GET', `/${body.id}`)).status).toBe(404);
    expect((await scene.ask('In how many hours is the dry dock pumped out?')).text).not.toContain('four');
    expect((await scene.ask('In how many hours is the dry dock pumped out?', b)).text).toContain('four');
  });

  it('given twice with one Idempotency-Key is one source', async () => {
    const give = (text: string) => scene.give('once.txt', text, { headers: { 'idempotency-key': 'give-once' } });
    const [first, again] = [await give('Only once.'), await give('Only once.')];
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect((await give('Another.')).status).toBe(422);
  });
});

describe('F-1: a file made to break what reads it', () => {
  it.each(FILE_BOMBS)('%s is refused with a reason', async (_name, name, make, reason) => {
    const bytes = make();
    const { status, body } = await scene.give(name, bytes);
    expect(status).toBe(201);
    const files = temporary();
    const source = await scene.read(body.id);
    // The one that is no bomb after all is read.
    if (source.status === 'error') expect(source.reason).toMatch(reason);
    else expect([source.status, _name]).toEqual(['complete', 'a PDF with a stream of 300 MB']);
    expect(temporary().filter((entry) => !files.includes(entry) && !/^(netia-|v8-compile|node-compile)/.test(entry))).toEqual([]);
    await remove(body.id);
  });

  it('is followed by one that is read as ever', async () => {
    expect((await readFile('after.txt', 'After the storm comes the calm.')).status).toBe('complete');
  });
});

describe('F-2: what is given as a file', () => {
  it.each<[string, string, string | Uint8Array, Record<string, string>, number]>([
    [
      'a form with parts',
      '?name=a.txt',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="../../a"\r\n\r\nhi\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
    ],
    [
      'a form with parts and no end',
      '?name=a.txt',
      '--x\r\nContent-Disposition: form-data; name=""',
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
    ],
    ['a form', '?name=a.txt', 'file=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['nothing', '?name=a.txt', '', {}, 400],
    ['without a name', '', 'x', {}, 400],
    ['with an empty name', '?name=', 'x', {}, 400],
    ['with a name of spaces', '?name=%20%20', 'x', {}, 400],
    ['with a name of 4 KB', `?name=${'x'.repeat(4_096)}`, 'x', {}, 400],
    ['with two names', '?name=a.txt&name=b.txt', 'x', {}, 400],
    ['with a field of ours', '?name=a.txt&file_key=x', 'x', {}, 400],
    ['with a name that cannot be decoded', '?name=%00%ff.txt&visibility=all', 'x', {}, 400],
    ['a picture called text', '?name=a.txt', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), {}, 400],
    ['a program called PDF', '?name=a.pdf', Buffer.from(`7f454c46${'00'.repeat(60)}`, 'hex'), {}, 400],
    ['text called PDF', '?name=a.pdf', 'I am no PDF.', {}, 400],
    ['text called Word', '?name=a.docx', 'I am no document.', {}, 400],
    ['an archive called Word', '?name=a.docx', makeZip([{ name: 'a.txt', data: 'x' }]), {}, 400],
    ['an old Word document', '?name=a.doc', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), {}, 400],
    ['bytes that are no text', '?name=a.txt', Buffer.from([1, 0, 2, 0, 3, 0]), {}, 400],
    ['more than may be', '?name=a.txt', Buffer.alloc(FILE_BYTES_MAX + 1, 'x'), {}, 413],
    ['packed by what cannot be unpacked', '?name=a.txt', 'not gzip', { 'content-encoding': 'gzip' }, 400],
  ])('%s is refused and leaves nothing', async (_name, query, bytes, headers, expected) => {
    const [rows, files] = [await count(), stored().length];
    const { status, body } = await scene.give('', bytes, { query, headers });
    expect([status, body.error?.message]).toEqual([expected, expect.stringMatching(/\w{3}/)]);
    expect([await count(), stored().length]).toEqual([rows, files]);
  });

  it.each([
    ['../../../../tmp/netia-evil.txt', 'netia-evil.txt'],
    ['..\\..\\windows\\netia-evil.txt', 'netia-evil.txt'],
    ['/etc/cron.d/netia-evil', 'netia-evil'],
    ['a\0b.txt', 'ab.txt'],
    ['a\r\nSet-Cookie: x=1.txt', 'aSet-Cookie: x=1.txt'],
    ['"quoted" <b>.txt', 'quoted b.txt'],
    ['\u202Etxt.exe', 'txt.exe'],
    ['..', '..'],
    ['/', 'file'],
    ['größe 5€ 文件.txt', 'größe 5€ 文件.txt'],
  ])('called %j is kept under a name of ours and shown as %j', async (name, shown) => {
    const { status, body } = await scene.give(name, `We open at nine, says ${JSON.stringify(name)}.`);
    expect([status, body.name]).toEqual([201, shown]);
    const row = await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) =>
      tx.row<{ file_key: string }>('SELECT file_key FROM knowledge_sources WHERE id = $1', [body.id]),
    );
    expect(row?.file_key).toMatch(new RegExp(`^${scene.gateway.tenants.a.id}/[0-9a-f-]{36}$`));
    for (const entry of stored()) expect(join(entry.parentPath, entry.name)).toMatch(/\/files\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
    expect([existsSync('/tmp/netia-evil.txt'), existsSync('/etc/cron.d/netia-evil')]).toEqual([false, false]);
    expect((await scene.read(body.id)).status).toBe('complete');
    await remove(body.id);
  });

  it('a body of JSON with paths in it is a text like any other', async () => {
    const { status, body } = await scene.give('a.json', '{"files":[{"path":"/etc/passwd"}]}', { headers: { 'content-type': 'application/json' } });
    expect(status).toBe(201);
    await scene.read(body.id);
    const row = await scene.gateway.inTenant(scene.gateway.tenants.a.id, (tx) =>
      tx.row<{ content: string }>("SELECT content FROM knowledge_bases WHERE title = 'a'"),
    );
    expect(row?.content).toBe('{"files":[{"path":"/etc/passwd"}]}');
    await remove(body.id);
  });

  it('and given up half-way, two hundred times, leaves neither rows nor files nor descriptors', async () => {
    const [rows, files] = [await count(), stored().length];
    const key = await scene.gateway.key(scene.gateway.tenants.a.id);
    const { port } = new URL(scene.gateway.url);
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from(
          { length: 20 },
          () =>
            new Promise<void>((resolve) => {
              const socket = connect(Number(port), '127.0.0.1', () => {
                socket.write(
                  `POST /v1/admin/sources/files?name=a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(10_000)}`,
                  () => socket.destroy(),
                );
              });
              socket.on('close', () => resolve());
              socket.on('error', () => {});
            }),
        ),
      );
    }
    // Twenty at once open a few connections to the database that are kept; of two hundred that leaked there would be ten times as many.
    await until('the descriptors to be given back', () => descriptors() <= before + 20);
    expect([await count(), stored().length]).toEqual([rows, files]);
    expect((await scene.give('after.txt', 'The gateway still takes files.')).status).toBe(201);
  });
});
