/** Characters with which a spreadsheet begins a formula (OWASP CSV injection), also full-width and behind blanks. */
const FORMULA_START = /^[\s\u00a0\ufeff]*[=+\-@\t\r\n＝＋－＠]/;

/**
 * A cell that a spreadsheet shows as it is. An apostrophe in front makes it text in Excel, LibreOffice and Google
 * Sheets. A phone number begins with + and is no formula; it stays readable for programs.
 */
export function formulaSafe(value: string | null | undefined): string {
  if (!value) return '';
  return FORMULA_START.test(value) && !/^\+\d{6,15}$/.test(value) ? `'${value}` : value;
}
