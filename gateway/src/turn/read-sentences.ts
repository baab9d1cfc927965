/** A sentence of a model's text, its source marks taken out. `text` keeps the white space before it. */
export interface ReadSentence {
  text: string;
  /** Numbers in the marks, as in "[1]" or "[1, 3]". */
  cited: number[];
}

const MARK = /\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]/g;
/** The end of a sentence with any marks and closing quotes behind it, then white space; or a line break. */
const END = /(?:[.!?…。！？؟]["'”’»)\]*_]*(?:\s*\[\d[\d,\s]*\])*(?=\s)|(?<=[。！？])(?=\S)|\n)/gu;
/** What has come behind a full stop may be a source mark that is still on its way. */
const MARK_MAY_FOLLOW = /^\s*(?:\[[\d,\s]*\]?)?$/;
const ABBREVIATION = /(?:^|\s)(?:\p{Lu}|mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|z\.b|approx|inc|ltd|\d+)\.$/iu;

/**
 * Cuts a stream of text into sentences as they are finished, so that each can be checked before it is shown. The last
 * one is only sure when the stream has ended; a stream that broke off leaves it behind.
 */
export async function* readSentences(stream: AsyncIterable<string>): AsyncGenerator<ReadSentence> {
  let waiting = '';
  for await (const piece of stream) {
    waiting += piece;
    let done = 0;
    for (const end of waiting.matchAll(END)) {
      const at = end.index + end[0].length;
      if (end[0] !== '\n' && MARK_MAY_FOLLOW.test(waiting.slice(at))) continue;
      if (ABBREVIATION.test(waiting.slice(done, at))) continue;
      const sentence = read(waiting.slice(done, at));
      // A line break alone opens the next sentence: it is what makes a list of a list.
      if (!sentence) continue;
      done = at;
      yield sentence;
    }
    waiting = waiting.slice(done);
  }
  const last = read(waiting);
  if (last) yield last;
}

function read(raw: string): ReadSentence | undefined {
  const cited = [...new Set([...raw.matchAll(MARK)].flatMap(([, numbers]) => (numbers ?? '').split(',').map(Number)))];
  const text = raw.replace(MARK, '').replace(/[ \t]+$/, '');
  return /[\p{L}\p{N}]/u.test(text) ? { text, cited } : undefined;
}
