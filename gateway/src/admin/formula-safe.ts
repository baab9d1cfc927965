/** Characters with which a spreadsheet begins a formula (OWASP CSV injection), also full-width. */
const FORMULA = '=+\\-@＝＋－＠';
const BLANKS = '[\\s\\u00a0\\ufeff]*';
const AT_START = new RegExp(`^(?:${BLANKS}[${FORMULA}]|[\\t\\r\\n])`);
const INSIDE = new RegExp(`([;\\t\\r\\n]${BLANKS})(?=[${FORMULA}])`, 'g');

/**
 * A cell that a spreadsheet shows as it is. An apostrophe in front makes it text in Excel, LibreOffice and Google Sheets.
 * So does one behind each semicolon, tab and line break: where these part the cells (Excel in half of Europe), quotes in the
 * middle of a line count for nothing, and what follows begins a cell of its own. A phone number begins with + and is no
 * formula; it stays readable for programs.
 */
export function formulaSafe(value: string | null | undefined): string {
  if (!value) return '';
  if (/^\+\d{6,15}$/.test(value)) return value;
  return (AT_START.test(value) ? `'${value}` : value).replace(INSIDE, "$1'");
}
