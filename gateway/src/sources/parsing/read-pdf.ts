import { getDocumentProxy, getMeta } from 'unpdf';
import { type ParsedSource, UnreadableSource } from './parsed-source.ts';

const PAGES_MAX = 2_000;
/** A line is a heading if its letters are this much larger than most of the document's. */
const HEADING_SIZE = 1.18;
/** Lines further apart than this many line heights are not of one paragraph. */
const PARAGRAPH_GAP = 1.55;

interface Line {
  text: string;
  size: number;
  y: number;
  page: number;
}

/** The text layer of a PDF as Markdown: lines put together to paragraphs by their distance, larger letters as headings. */
export async function readPdf(bytes: Uint8Array, name: string): Promise<ParsedSource> {
  // Its reader refuses a Buffer, which is what bytes from another process are.
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { stopAtErrors: false, useSystemFonts: false }).catch((cause: Error) => {
    throw new UnreadableSource(cause.name === 'PasswordException' ? 'The PDF is protected by a password.' : 'The PDF is damaged.', { cause });
  });
  if (pdf.numPages > PAGES_MAX) throw new UnreadableSource(`The PDF has ${pdf.numPages} pages; up to ${PAGES_MAX} are read. Split it.`);
  const lines: Line[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    readLines(items as PdfItem[], number, lines);
    page.cleanup();
  }
  const content = toMarkdown(lines);
  if (!/\p{L}/u.test(content)) throw new UnreadableSource('There is no text in the PDF: it may be scanned. Have its text recognised first.');
  const info: Record<string, unknown> = await getMeta(pdf).then(
    (meta) => meta.info,
    () => ({}),
  );
  const given = typeof info['Title'] === 'string' ? info['Title'].trim() : '';
  // What programs put there by themselves says less than the file's name.
  const title = given && !/^(untitled|microsoft word|document\d*|.*\.(docx?|indd|pptx?|pages|odt))/i.test(given) ? given : name.replace(/\.pdf$/i, '');
  return { texts: [{ format: 'markdown', title: title.slice(0, 500), content }] };
}

interface PdfItem {
  str?: string;
  hasEOL?: boolean;
  height?: number;
  transform?: number[];
}

function readLines(items: PdfItem[], page: number, lines: Line[]): void {
  let text = '';
  let size = 0;
  let y = 0;
  const close = () => {
    if (text.trim()) lines.push({ text: text.replace(/\s+/g, ' ').trim(), size, y, page });
    text = '';
    size = 0;
  };
  for (const { str = '', hasEOL, height = 0, transform } of items) {
    if (str.trim() && text === '') y = transform?.[5] ?? 0;
    text += str;
    if (str.trim()) size = Math.max(size, height);
    if (hasEOL) close();
  }
  close();
}

function toMarkdown(lines: Line[]): string {
  const usual = commonSize(lines);
  const repeated = repeatedLines(lines);
  let markdown = '';
  let before: Line | undefined;
  for (const line of lines) {
    if (repeated.has(line.text)) continue;
    const isHeading = line.size > usual * HEADING_SIZE && line.text.length < 150 && /\p{L}/u.test(line.text);
    if (isHeading)
      markdown += `${before && before.size > usual * HEADING_SIZE && isNext(before, line) ? ` ${line.text}` : `\n\n${line.size > usual * 1.5 ? '#' : '##'} ${line.text}`}`;
    else if (!before || before.size > usual * HEADING_SIZE || !isNext(before, line)) markdown += `\n\n${asText(line.text)}`;
    else if (/^[•▪‣◦–-]\s/u.test(line.text)) markdown += `\n${asText(line.text)}`;
    // A word divided at the end of a line is one word again.
    else markdown = /\p{Ll}-$/u.test(markdown) && /^\p{Ll}/u.test(line.text) ? markdown.slice(0, -1) + line.text : `${markdown}\n${line.text}`;
    before = line;
  }
  return markdown.trim();
}

/** A line's first characters must not read as Markdown's marks, but a bullet is one. */
function asText(text: string): string {
  return text.replace(/^[•▪‣◦]\s*/u, '- ').replace(/^(#{1,6}\s|>)/, '\\$1');
}

function isNext(before: Line, line: Line): boolean {
  const gap = before.y - line.y;
  // A paragraph may go on at the top of the next page.
  if (before.page !== line.page) return !/[.!?:。]$/u.test(before.text);
  return gap <= Math.max(before.size, line.size, 1) * PARAGRAPH_GAP && gap > -line.size * 3;
}

/** The size most letters have. */
function commonSize(lines: Line[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of lines) letters.set(Math.round(size * 2) / 2, (letters.get(Math.round(size * 2) / 2) ?? 0) + text.length);
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] || 1;
}

/** Headers and footers: the same line on most pages. Page numbers too. */
function repeatedLines(lines: Line[]): Set<string> {
  const pages = new Map<string, Set<number>>();
  const last = lines.at(-1)?.page ?? 0;
  const repeated = new Set<string>();
  for (const { text, page } of lines) {
    const on = pages.get(text) ?? new Set();
    pages.set(text, on.add(page));
    if (/^(page\s*)?\d{1,4}(\s*(\/|of|von|de|di)\s*\d{1,4})?$/i.test(text)) repeated.add(text);
  }
  if (last >= 4) for (const [text, on] of pages) if (on.size > last * 0.6) repeated.add(text);
  return repeated;
}
