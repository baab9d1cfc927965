// The parser process: reads what others have written, one source at a time, with nothing at hand that would be worth taking.
// Its memory and its time are limited by parser-process.ts, which ends it when it goes too far.
import { htmlToMarkdown } from '../../knowledge/html-to-markdown.ts';
import { hasTooManyLines, LINES_MAX } from '../../knowledge/tame-markdown.ts';
import { storableText } from '../../storable-text.ts';
import { decodeText } from './decode-text.ts';
import { type ParsedSource, type ParseRequest, UnreadableSource } from './parsed-source.ts';

/** As much as an entry may hold; see the CHECK on knowledge_bases.content. */
const CONTENT_MAX = 2_000_000;

process.on('message', (request: ParseRequest) => {
  parse(request)
    .then(storable)
    .then(
      (parsed) => process.send?.({ parsed }),
      (error: Error) =>
        process.send?.({
          reason: error instanceof UnreadableSource ? error.message : 'The content cannot be read.',
          detail: String(error.stack).slice(0, 2_000),
        }),
    );
});
process.on('disconnect', () => process.exit(0));

/** Each reader is loaded when it is first needed: most processes only ever see pages. */
async function parse({ kind, bytes, name, charset }: ParseRequest): Promise<ParsedSource> {
  switch (kind) {
    case 'html':
      return (await import('./read-html.ts')).readHtml(bytes, name, charset);
    case 'sitemap':
      return (await import('./read-sitemap.ts')).readSitemap(bytes);
    case 'pdf':
      return (await import('./read-pdf.ts')).readPdf(bytes, name);
    case 'docx':
    case 'xlsx': {
      await (await import('./check-archive.ts')).checkArchive(bytes);
      return kind === 'docx' ? (await import('./read-docx.ts')).readDocx(bytes, name) : (await import('./read-table.ts')).readXlsx(bytes, name);
    }
    case 'csv':
      return (await import('./read-table.ts')).readCsv(bytes, name);
    case 'markdown':
    case 'text':
      return { texts: [readPlain(kind, decodeText(bytes, charset), name)] };
  }
}

function readPlain(kind: 'markdown' | 'text', content: string, name: string): ParsedSource['texts'][number] {
  // Many a ".txt" is a page that was saved.
  if (/^\s*<(!doctype html|html)\b/i.test(content)) return { format: 'markdown', title: name, content: htmlToMarkdown(content).markdown };
  const heading = kind === 'markdown' ? /^#\s+(.+)$/m.exec(content)?.[1]?.trim() : undefined;
  return { format: kind, title: (heading ?? name.replace(/\.\w+$/, '')).slice(0, 500), content };
}

function storable({ texts, ...rest }: ParsedSource): ParsedSource {
  for (const text of texts) {
    if (text.content.length > CONTENT_MAX)
      throw new UnreadableSource(`There is more text in one piece than can be kept (${CONTENT_MAX} characters). Split it.`);
    if (hasTooManyLines(text.content)) throw new UnreadableSource(`There are more lines in one piece than can be kept (${LINES_MAX}). Split it.`);
  }
  // Rules, bullets and dashes are no text.
  const readable = texts.filter(({ content }) => /[\p{L}\p{N}]/u.test(content));
  return { ...rest, texts: readable.map((text) => ({ ...text, title: storableText(text.title), content: storableText(text.content) })) };
}
