/** A stretch of text with its place, in UTF-16 units. */
export interface Span {
  text: string;
  start: number;
  end: number;
}

/** Letters before a full stop that do not end a sentence. */
const ABBREVIATION = /(?:^|[\s(.])(?:\p{L}|mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|z\.b|d\.h|u\.a|approx|inc|ltd|co|fig|jr|sr|sig|art|ca|pp?)\.$/iu;
const BOUNDARY = /(?:[.!?…]+["'”’»)\]]*(?=\s|$))|(?:[。！？｡]+[」』”）]*)|[؟۔](?=\s|$)|\n+/gu;

/** A line that was full when it broke goes on in the next; a short one (an address, a list without marks) ends there. */
const FULL_LINE = 60;

function isSoftWrap(text: string, from: number, at: number): boolean {
  return at - Math.max(from, text.lastIndexOf('\n', at - 1) + 1) >= FULL_LINE;
}

/**
 * Cuts a text into sentences (list items and lines count as sentences), keeping each one's place. Written by hand and
 * not with Intl.Segmenter: that one breaks at abbreviations and takes ten times as long.
 */
export function splitSentences(text: string): Span[] {
  const sentences: Span[] = [];
  let start = 0;
  const push = (end: number) => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    if (/[\p{L}\p{N}]/u.test(trimmed)) {
      const at = start + raw.indexOf(trimmed);
      sentences.push({ text: trimmed, start: at, end: at + trimmed.length });
    }
    start = end;
  };
  for (const match of text.matchAll(BOUNDARY)) {
    const end = match.index + match[0].length;
    if (match[0] === '\n' && isSoftWrap(text, start, match.index)) continue;
    if (match[0].startsWith('.') && ABBREVIATION.test(text.slice(Math.max(start, end - 12), end))) continue;
    push(end);
  }
  push(text.length);
  return sentences;
}
