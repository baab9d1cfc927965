/**
 * What is left of a sender's name for a file: for people to read, never a path. Signs that turn the direction of writing or
 * cannot be seen go, or a name would show another ending than it has.
 * @returns an empty text where nothing is left.
 */
export function shownName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[\p{Cc}\p{Cf}"<>]/gu, '').trim();
}
