/** An answer's text as it is read out: without the marks of its form and the addresses of its links. */
export function withoutMarks(text: string): string {
  return text.replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1').replace(/[*`]+|^#+ /gm, '');
}
