import mammoth from 'mammoth';
import { htmlToMarkdown } from '../../knowledge/html-to-markdown.ts';
import { type ParsedSource, UnreadableSource } from './parsed-source.ts';
import { withPlainTables } from './plain-tables.ts';

/** A Word document as Markdown, with its headings, lists and tables; pictures are left out. */
export async function readDocx(bytes: Uint8Array, name: string): Promise<ParsedSource> {
  const { value } = await mammoth
    .convertToHtml({ buffer: Buffer.from(bytes) }, { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), externalFileAccess: false } as object)
    .catch((cause: Error) => {
      throw new UnreadableSource('The Word document is damaged.', { cause });
    });
  const content = htmlToMarkdown(`<body>${withPlainTables(value)}</body>`).markdown.trim();
  if (!content) throw new UnreadableSource('There is no text in the document.');
  const heading = /^#\s+(.+)$/m.exec(content)?.[1]?.trim();
  return { texts: [{ format: 'markdown', title: (heading ?? name.replace(/\.docx$/i, '')).slice(0, 500), content }] };
}
