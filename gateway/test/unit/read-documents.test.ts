import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkArchive } from '../../src/sources/parsing/check-archive.ts';
import { readDocx } from '../../src/sources/parsing/read-docx.ts';
import { readPdf } from '../../src/sources/parsing/read-pdf.ts';
import { readSitemap } from '../../src/sources/parsing/read-sitemap.ts';
import { docxParts, makeDocx, makePdf, makeZip, type PdfLine } from '../support/make-files.ts';

const pdf = async (pages: PdfLine[][], options: Parameters<typeof makePdf>[1] = {}, name = 'terms.pdf') =>
  (await readPdf(makePdf(pages, options), name)).texts[0];

describe('a PDF', () => {
  it('is read with its headings and paragraphs', async () => {
    const text = await pdf([
      [
        { text: 'Terms of hire', size: 24, y: 780 },
        { text: 'Boats are hired out by the', y: 740 },
        { text: 'hour. A deposit is asked for.', y: 726 },
        { text: 'Life jackets are free.', y: 690 },
        { text: 'Dogs', size: 16, y: 650 },
        { text: 'Dogs are welcome on pedalos.', y: 630 },
      ],
    ]);
    expect(text).toEqual({
      format: 'markdown',
      title: 'terms',
      content:
        '# Terms of hire\n\nBoats are hired out by the\nhour. A deposit is asked for.\n\nLife jackets are free.\n\n## Dogs\n\nDogs are welcome on pedalos.',
    });
  });

  it('has divided words put together again, and bullets made a list', async () => {
    const text = await pdf([
      [
        { text: 'The har-', y: 780 },
        { text: 'bour is open.', y: 766 },
        { text: '\x95 First take a boat', y: 740 },
        { text: '\x95 Then row', y: 726 },
      ],
    ]);
    expect(text?.content).toBe('The harbour is open.\n\n- First take a boat\n- Then row');
  });

  it('leaves out what stands on every page, and page numbers', async () => {
    const pages = Array.from({ length: 6 }, (_, i) => [
      { text: 'Harbour Shop handbook', size: 9, y: 820 },
      { text: `Chapter ${'ABCDEF'[i]} tells of boats.`, y: 700 },
      { text: `Page ${i + 1} of 6`, size: 9, y: 30 },
    ]);
    const text = await pdf(pages);
    expect(text?.content).not.toMatch(/handbook|Page \d/);
    for (const letter of 'ABCDEF') expect(text?.content).toContain(`Chapter ${letter} tells of boats.`);
  });

  it.each([
    ['Terms of hire 2026', 'Terms of hire 2026'],
    ['Microsoft Word - terms.docx', 'terms'],
    ['Untitled', 'terms'],
  ])('called %j is titled %j', async (title, expected) => {
    expect((await pdf([[{ text: 'Boats.' }]], { title }))?.title).toBe(expected);
  });

  it.each([
    ['without text', makePdf([[]]), 'no text in the PDF'],
    ['of figures only', makePdf([[{ text: '12 34' }]]), 'no text in the PDF'],
    ['with a password', makePdf([[{ text: 'Secret.' }]], { encrypted: true }), 'password'],
    ['that is none', Buffer.from('%PDF-1.4 nothing'), 'damaged'],
    ['with too many pages', makePdf(Array.from({ length: 2_001 }, () => [])), '2001 pages'],
  ])('%s is refused with a reason', async (_name, bytes, reason) => {
    await expect(readPdf(bytes, 'a.pdf')).rejects.toThrow(reason);
  });

  it('whose table of contents is broken is read all the same', async () => {
    const broken = Buffer.from(
      makePdf([[{ text: 'We open at nine.' }]])
        .toString('latin1')
        .replace(/startxref\n\d+/, 'startxref\n999999'),
      'latin1',
    );
    expect((await readPdf(broken, 'a.pdf')).texts[0]?.content).toContain('We open at nine.');
  });
});

describe('a Word document', () => {
  it('is read with its headings, lists and tables', async () => {
    const { texts } = await readDocx(
      makeDocx([
        { heading: 'Terms of hire' },
        { text: 'Boats are hired out by the hour & day.' },
        { bullets: ['First take a boat', 'Then row'] },
        {
          table: [
            ['Boat', 'Price'],
            ['Pedalo', '9 €'],
          ],
        },
      ]),
      'terms.docx',
    );
    expect(texts[0]?.title).toBe('Terms of hire');
    expect(texts[0]?.content).toMatch(/^# Terms of hire\n\nBoats are hired out by the hour & day\.\n\n-\s+First take a boat\n-\s+Then row/);
    expect(texts[0]?.content).toContain('-   Boat: Price\n-   Pedalo: 9 €');
  });

  it('without headings is called as its file', async () => {
    expect((await readDocx(makeDocx([{ text: 'We open at nine.' }]), 'Hours 2026.DOCX')).texts[0]?.title).toBe('Hours 2026');
  });

  it('with entities of its own does not have them expanded', async () => {
    const entity = (level: number) => `<!ENTITY e${level} "${`&e${level - 1};`.repeat(10)}">`;
    const xml = `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "laugh"><!ENTITY file SYSTEM "file:///etc/hostname">${[1, 2, 3, 4, 5, 6, 7, 8].map(entity).join('')}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Before &e8; &file; after</w:t></w:r></w:p></w:body></w:document>`;
    const content = await readDocx(makeZip(docxParts([], xml)), 'a.docx').then(
      ({ texts }) => texts[0]?.content ?? '',
      (error: Error) => error.message,
    );
    expect(content).not.toContain('laugh');
    expect(content.length).toBeLessThan(1_000);
  });

  it.each([
    ['without text', makeDocx([]), 'no text'],
    ['that is another archive', makeZip([{ name: 'readme.txt', data: 'x' }]), 'damaged'],
    ['cut off', makeDocx([{ text: 'x' }]).subarray(0, 500), 'damaged'],
  ])('%s is refused with a reason', async (_name, bytes, reason) => {
    await expect(readDocx(bytes, 'a.docx')).rejects.toThrow(reason);
  });
});

describe('an archive', () => {
  const megabyte = Buffer.alloc(1_048_576);
  it.each([
    ['of a usual document', makeDocx([{ text: 'x' }])],
    ['with the table behind a chart', makeZip([...docxParts([{ text: 'x' }]), { name: 'word/embeddings/Microsoft_Excel_Sheet1.xlsx', data: 'x' }])],
    ['that is well packed', makeZip([{ name: 'a.xml', data: Buffer.alloc(15_000_000) }])],
  ])('%s is let through', async (_name, bytes) => {
    await expect(checkArchive(bytes)).resolves.toBeUndefined();
  });

  it.each([
    ['of 10 GB', makeZip([{ name: 'a.xml', data: megabyte, saidSize: 104_857_600, times: 100 }]), 'too large'],
    ['of 60 MB in a kilobyte', makeZip([{ name: 'a.xml', data: 'x', saidSize: 60_000_000 }]), 'too large'],
    ['of files upon each other', makeZip([{ name: 'a.xml', data: megabyte, times: 1_000 }]), 'too large'],
    ['of many parts', makeZip([{ name: 'a', data: 'x', times: 10_000 }]), 'too many parts'],
    ['in an archive', makeZip([{ name: 'deeper.zip', data: 'x' }]), 'archive within'],
    ['in an archive, where charts have their tables', makeZip([{ name: 'word/embeddings/deeper.zip', data: 'x' }]), 'archive within'],
    ['with a way out', makeZip([{ name: '../../etc/cron.d/x', data: 'x' }]), 'damaged'],
    ['that is none', Buffer.from('nothing'), 'damaged'],
    ['that is empty', Buffer.alloc(0), 'damaged'],
  ])('%s is refused before anything of it is unpacked', async (_name, bytes, reason) => {
    await expect(checkArchive(bytes)).rejects.toThrow(reason);
  });
});

describe('a sitemap', () => {
  const read = (xml: string | Buffer) => readSitemap(Buffer.from(xml)).sitemap;
  const urlset = (...addresses: string[]) =>
    `<?xml version="1.0"?><urlset xmlns="x">${addresses.map((address) => `<url><loc>${address}</loc><lastmod>2026-01-01</lastmod></url>`).join('')}</urlset>`;

  it('names pages', () => {
    expect(read(urlset('https://shop.example/a', '\n  https://shop.example/b?x=1&amp;y=2\n', '<![CDATA[https://shop.example/c]]>'))).toEqual({
      pages: ['https://shop.example/a', 'https://shop.example/b?x=1&y=2', 'https://shop.example/c'],
      sitemaps: [],
    });
  });

  it('may name sitemaps', () => {
    expect(read('<sitemapindex><sitemap><loc>https://shop.example/1.xml</loc></sitemap></sitemapindex>')).toEqual({
      pages: [],
      sitemaps: ['https://shop.example/1.xml'],
    });
  });

  it('may be packed', () => {
    expect(read(gzipSync(urlset('https://shop.example/a')))?.pages).toEqual(['https://shop.example/a']);
  });

  it('leaves out what is no address of a page', () => {
    expect(read(urlset('javascript:x', '/relative', 'ftp://a.example/', '', 'https://', 'https://ok.example/'))?.pages).toEqual(['https://ok.example/']);
  });

  it('ends where the protocol says', () => {
    expect(read(urlset(...Array.from({ length: 50_010 }, (_, i) => `https://a.example/${i}`)))?.pages).toHaveLength(50_000);
  });

  it.each([
    ['a bomb', gzipSync(Buffer.alloc(60_000_000)), 'inflated'],
    ['half an archive', gzipSync('x'.repeat(1_000)).subarray(0, 20), 'inflated'],
  ])('that is %s is refused with a reason', (_name, bytes, reason) => {
    expect(() => read(bytes)).toThrow(reason);
  });

  it.each(['<html><body>Not found</body></html>', ''])('is told from what is none: "%s"', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('has no entities expanded and no files read', () => {
    const xml = `<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "https://evil.example/">]>${urlset('&f;', '&a;', 'https://ok.example/&f;')}`;
    expect(read(xml)?.pages).toEqual(['https://ok.example/&f;']);
  });
});
