/**
 * Bytes as text: by their byte order mark, then by what is said of them, then as UTF-8. What is not UTF-8 is taken for
 * windows-1252, which is what spreadsheets and old pages of the West are in.
 * @param said a name of an encoding; one that is not known is passed over.
 */
export function decodeText(bytes: Uint8Array, said?: string): string {
  const marked = markOf(bytes);
  if (marked) return new TextDecoder(marked).decode(bytes);
  // What could be read to find the name out cannot be UTF-16.
  if (said && !/^utf-?16/i.test(said) && isEncoding(said)) return new TextDecoder(said).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding.length > 0;
  } catch {
    return false;
  }
}
