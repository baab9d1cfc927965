import { parse as parseCsv } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { decodeText } from './decode-text.ts';
import { type ParsedSource, type ParsedText, UnreadableSource } from './parsed-source.ts';

const ROWS_MAX = 20_000;
const QUESTION = /^\s*(question|q|frage|pregunta|question \/ question|domanda|pergunta|vraag|سؤال|السؤال|问题|質問)\s*$/iu;
const ANSWER = /^\s*(answer|a|antwort|respuesta|réponse|reponse|risposta|resposta|antwoord|جواب|الجواب|答案|回答)\s*$/iu;

export function readCsv(bytes: Uint8Array, name: string): ParsedSource {
  const text = decodeText(bytes);
  let rows: string[][];
  try {
    rows = parseCsv(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 200_000,
    });
  } catch (cause) {
    throw new UnreadableSource('The table cannot be read as CSV.', { cause });
  }
  return { texts: textsOf([{ sheet: name.replace(/\.\w+$/, ''), rows }]) };
}

export async function readXlsx(bytes: Uint8Array, name: string): Promise<ParsedSource> {
  const sheets = await readWorkbook(Buffer.from(bytes)).catch((cause: Error) => {
    throw new UnreadableSource('The Excel file is damaged, or of a kind older than .xlsx.', { cause });
  });
  const base = name.replace(/\.\w+$/, '');
  return {
    texts: textsOf(sheets.map(({ sheet, data }) => ({ sheet: sheets.length > 1 ? `${base} — ${sheet}` : base, rows: data.map((row) => row.map(cellText)) }))),
  };
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  // Excel counts days, so that a second is never quite one.
  if (cell instanceof Date)
    return new Date(Math.round(cell.getTime() / 1_000) * 1_000)
      .toISOString()
      .replace(/T00:00:00\.000Z$/, '')
      .replace(/\.000Z$/, 'Z');
  return String(cell).trim();
}

/** The separator that the first lines have most of. */
function delimiterOf(text: string): string {
  const head = text.split('\n', 5).join('\n');
  const counts = [',', ';', '\t', '|'].map((sign) => [sign, head.split(sign).length] as const);
  return counts.sort((a, b) => b[1] - a[1])[0]?.[0] ?? ',';
}

/** A table of questions and answers is a FAQ, entry by entry; any other is a list whose lines can be read by themselves. */
function textsOf(sheets: { sheet: string; rows: string[][] }[]): ParsedText[] {
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  if (rows > ROWS_MAX) throw new UnreadableSource(`The table has ${rows} rows; up to ${ROWS_MAX} are read. Split it.`);
  const texts = sheets.flatMap(({ sheet, rows: [head = [], ...body] }): ParsedText[] => {
    const [question, answer] = [head.findIndex((cell) => QUESTION.test(cell)), head.findIndex((cell) => ANSWER.test(cell))];
    if (question >= 0 && answer >= 0) {
      return body
        .filter((row) => row[question] && row[answer])
        .map((row) => ({ format: 'faq', title: (row[question] as string).slice(0, 500), content: row[answer] as string }));
    }
    const lines = body.map((row) => asLine(head, row)).filter(Boolean);
    // A table of one row only has no head.
    if (lines.length === 0 && head.some(Boolean)) lines.push(head.filter(Boolean).join(' · '));
    return lines.length > 0 ? [{ format: 'markdown', title: sheet.slice(0, 500), content: lines.map((line) => `- ${line}`).join('\n') }] : [];
  });
  if (texts.length === 0) throw new UnreadableSource('There are no rows in the table.');
  return texts;
}

/** A row with the names of its columns: found and quoted by itself, it says what its figures are. */
function asLine(head: string[], row: string[]): string {
  return row
    .map((cell, i) => ({ name: head[i] ?? '', cell: cell.replace(/\s+/g, ' ') }))
    .filter(({ cell }) => cell !== '')
    .map(({ name, cell }, i) => (name && i > 0 ? `${name}: ${cell}` : cell))
    .join(' · ');
}
