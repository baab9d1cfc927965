import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { until } from '@netia/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { ParserProcess } from '../../src/sources/parsing/parser-process.ts';
import { docxParts, makeZip } from '../support/make-files.ts';

/** What others have written is read in a process of its own, whose end is nobody else's. */
const opened: ParserProcess[] = [];
afterEach(() => {
  for (const parser of opened.splice(0)) parser.close();
});
function open(...limits: ConstructorParameters<typeof ParserProcess>): ParserProcess {
  const parser = new ParserProcess(...limits);
  opened.push(parser);
  return parser;
}

const page = (text: string) => ({ kind: 'html' as const, bytes: Buffer.from(`<p>${text}</p>`), name: 'https://a.example/' });
const read = async (parser: ParserProcess, text = 'We open at nine.') => (await parser.parse(page(text))).texts[0]?.content;

/** Parser processes that are alive now, of this process. */
const children = () =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const isOurs = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(process.pid);
      return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('parse-child');
    } catch {
      return false;
    }
  });

describe('the parser process', () => {
  it('reads one source after the other, in one process', async () => {
    const parser = open();
    expect(await Promise.all(Array.from({ length: 20 }, (_, i) => read(parser, `Text ${i}`)))).toEqual(Array.from({ length: 20 }, (_, i) => `Text ${i}`));
    expect(children()).toHaveLength(1);
  });

  it('that has died meanwhile is replaced, and takes nobody along', async () => {
    const parser = open();
    await read(parser);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const [child] = children();
      process.kill(Number(child), signal);
      // Gone is it when it was taken leave of, not when it has died.
      await until('the process to be gone', () => !existsSync(`/proc/${child}`));
      expect(await read(parser, `After ${signal}`)).toBe(`After ${signal}`);
    }
  });

  it('that dies over a source refuses that one alone', async () => {
    const parser = open();
    await read(parser);
    const [child] = children();
    const [first, second] = [parser.parse({ kind: 'html', bytes: Buffer.from('<'.repeat(3_000_000)), name: 'x' }), read(parser, 'The next.')];
    process.kill(Number(child), 'SIGKILL');
    await expect(first).rejects.toThrow('too much memory');
    expect(await second).toBe('The next.');
  });

  it('is ended when a source takes too long, and the next is read', async () => {
    const parser = open({ timeMs: 2_000 });
    await read(parser);
    await expect(parser.parse({ kind: 'html', bytes: Buffer.from('<'.repeat(3_000_000)), name: 'https://a.example/' })).rejects.toThrow('took too long');
    expect(await read(parser)).toBe('We open at nine.');
  });

  it('is ended when a source takes too much memory, and the next is read', async () => {
    const parser = open({ memory: 180 * 1024 * 1024 });
    const bomb = makeZip([...docxParts([]).slice(0, -1), { name: 'word/document.xml', data: Buffer.alloc(150_000_000, ' '), saidSize: 1_000 }]);
    await expect(parser.parse({ kind: 'docx', bytes: bomb, name: 'a.docx' })).rejects.toThrow('too much memory');
    expect(await read(parser)).toBe('We open at nine.');
  });

  it('knows none of the settings', async () => {
    process.env['NETIA_SECRET_TO_BE_KEPT'] = 'kept';
    await read(open());
    expect(readFileSync(`/proc/${children()[0]}/environ`, 'utf8')).not.toContain('NETIA_SECRET_TO_BE_KEPT');
    delete process.env['NETIA_SECRET_TO_BE_KEPT'];
  });

  it('is gone when it is closed, and what waits for it does not wait for ever', async () => {
    const parser = open();
    await read(parser);
    const waiting = parser.parse({ kind: 'html', bytes: Buffer.from('<'.repeat(3_000_000)), name: 'x' });
    const later = read(parser);
    parser.close();
    await expect(waiting).rejects.toThrow();
    await expect(later).rejects.toThrow();
    await until('no process to be left', () => children().length === 0);
  });
});
