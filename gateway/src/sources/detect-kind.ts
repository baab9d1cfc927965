import { fileTypeFromBuffer } from 'file-type';
import { type SourceKind, UnreadableSource } from './parsing/parsed-source.ts';

const ENDINGS: Record<string, SourceKind> = {
  md: 'markdown',
  markdown: 'markdown',
  mdx: 'markdown',
  txt: 'text',
  text: 'text',
  html: 'html',
  htm: 'html',
  csv: 'csv',
  tsv: 'csv',
};
const MAGIC: Record<string, SourceKind> = { pdf: 'pdf', docx: 'docx', xlsx: 'xlsx' };
const OFFER = 'Give PDF, DOCX, XLSX, CSV, HTML, Markdown or plain text.';

/**
 * What a file is, by its first bytes; a name may say anything. Only texts, which have none, are told apart by their name.
 * @throws {UnreadableSource}
 */
export async function detectKind(name: string, bytes: Uint8Array): Promise<SourceKind> {
  const found = await fileTypeFromBuffer(bytes.subarray(0, 1_048_576)).catch(() => undefined);
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (found) {
    const kind = MAGIC[found.ext];
    if (kind) return kind;
    if (found.ext === 'cfb') throw new UnreadableSource('It is of an older kind of Word or Excel. Save it as .docx or .xlsx.');
    if (!/^(xml|html)$/.test(found.ext)) throw new UnreadableSource(`It is a file of the kind .${found.ext}. ${OFFER}`);
  }
  if (isBinary(bytes)) throw new UnreadableSource(`It is no text, and of no kind that is known. ${OFFER}`);
  const kind = ENDINGS[ending];
  if (kind) return kind;
  if (ending in MAGIC) throw new UnreadableSource(`Its name says .${ending}, but it is none.`);
  return 'text';
}

function isBinary(bytes: Uint8Array): boolean {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isWide && bytes.subarray(0, 8_192).includes(0);
}
