import { docxParts, makePdf, makeZip, xlsxParts } from './make-files.ts';

/** Files made to break what reads them (F-1): what each is, its name, its bytes, and the reason that it is refused for. */
export const FILE_BOMBS: [what: string, name: string, make: () => Buffer, reason: RegExp][] = [
  [
    'a Word document of 10 GB',
    'a.docx',
    () => makeZip([...docxParts([{ text: 'x' }]), { name: 'word/a.xml', data: Buffer.alloc(1_000_000), saidSize: 104_857_600, times: 100 }]),
    /too large when unpacked/,
  ],
  [
    'a Word document that lies about its size',
    'a.docx',
    () => makeZip([...docxParts([]).slice(0, -1), { name: 'word/document.xml', data: Buffer.alloc(300_000_000, ' '), saidSize: 1_000 }]),
    /memory|too long|damaged/,
  ],
  [
    'a workbook that lies about its size',
    'a.xlsx',
    () => makeZip([...xlsxParts({ A: [] }).slice(0, -1), { name: 'xl/worksheets/sheet1.xml', data: Buffer.alloc(300_000_000, ' '), saidSize: 1_000 }]),
    /memory|too long|damaged|no rows/,
  ],
  ['an archive of 100,000 entries', 'a.docx', () => makeZip([...docxParts([{ text: 'x' }]), { name: 'word/x', data: 'x', times: 60_000 }]), /too many parts/],
  [
    'an archive in an archive',
    'a.xlsx',
    () => makeZip([...xlsxParts({ A: [['x']] }), { name: 'deeper.zip', data: makeZip([{ name: 'deeper.zip', data: 'x' }]) }]),
    /archive within the archive/,
  ],
  [
    'XML entities that grow',
    'a.docx',
    () =>
      makeZip(
        docxParts(
          [],
          `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "${'x'.repeat(1_000)}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'bcdefghij'[i]} "${`&${'abcdefghi'[i]};`.repeat(10)}">`).join('')}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>`,
        ),
      ),
    /damaged|no text|cannot be read/,
  ],
  [
    'a workbook of a million rows',
    'a.xlsx',
    () =>
      makeZip([
        ...xlsxParts({ A: [] }).slice(0, -1),
        {
          name: 'xl/worksheets/sheet1.xml',
          data: `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${Array.from({ length: 300_000 }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}"><v>1</v></c></row>`).join('')}</sheetData></worksheet>`,
        },
      ]),
    /rows|memory|too long/,
  ],
  [
    'a PDF of 100,000 pages',
    'a.pdf',
    () => Buffer.from(makePdf([[]]).toString('latin1').replace('/Count 1', '/Count 100000'), 'latin1'),
    /100000 pages|no text|damaged|cannot be read/,
  ],
  [
    'a PDF whose pages contain themselves',
    'a.pdf',
    () => Buffer.from(makePdf([[]]).toString('latin1').replace('/Kids [4 0 R]', '/Kids [2 0 R]'), 'latin1'),
    /cannot be read|damaged|no text/,
  ],
  [
    'a PDF whose tables go in a circle',
    'a.pdf',
    () => {
      const text = makePdf([[]]).toString('latin1');
      const at = /startxref\n(\d+)/.exec(text)?.[1];
      return Buffer.from(text.replace('/Root 1 0 R', `/Root 1 0 R /Prev ${at}`), 'latin1');
    },
    /no text|damaged|cannot be read/,
  ],
  [
    'a PDF with a stream of 300 MB',
    'a.pdf',
    () => {
      const page = makePdf([[{ text: 'x'.repeat(1_000) }]]).toString('latin1');
      return Buffer.concat([Buffer.from(page.replace(/%%EOF\n$/, ''), 'latin1'), Buffer.alloc(20_000_000, 'q '), Buffer.from('%%EOF\n')]);
    },
    /./,
  ],
  ['a table with one endless cell', 'a.csv', () => Buffer.from(`a,b\n"${'x,'.repeat(5_000_000)}`), /cannot be read as CSV/],
  ['a page nested a million deep', 'a.html', () => Buffer.from('<b>'.repeat(1_000_000)), /nested/],
  ['more text than is kept', 'a.txt', () => Buffer.from('word '.repeat(500_000)), /more text in one piece/],
  ['text that is none', 'a.txt', () => Buffer.from('--- *** ---\n'), /no text/],
];
