/** Longest text taken from a channel, in characters: twice what the widget accepts. There is nobody to refuse it to, so it is cut. */
const LENGTH_MAX = 4_000;

export function clipText(text: string): string {
  return text.length <= LENGTH_MAX ? text : `${text.slice(0, LENGTH_MAX).toWellFormed()}…`;
}
