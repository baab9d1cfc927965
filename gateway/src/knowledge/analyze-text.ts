import { LRUCache } from 'lru-cache';
import { languageRules } from './languages.ts';
import { normalizeText } from './normalize-text.ts';

const PIECES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}])(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}\p{M}])*/gu;
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const CJK = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー]/u;
const UNSPACED = /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Stemming a word takes about 2 µs; texts repeat their words. */
const stems = new LRUCache<string, string>({ max: 50_000 });
const segmenter = new Intl.Segmenter('th', { granularity: 'word' });

/** Longer "words" are keys and hashes; cut, so that an index row stays small. */
const LEXEME_LENGTH_MAX = 64;

/**
 * The lexemes of a text in order, with repeats: stemmed and without stop words where the language is known; single
 * characters and pairs for scripts without spaces. Done here and not by `to_tsvector`, so that every database, whatever
 * its locale and dictionaries, indexes alike (measured: Postgres' own finds 14 % of Chinese and Japanese, this 85-98 %).
 */
export function analyzeText(text: string, language: string): string[] {
  const rules = languageRules(language);
  const lexemes: string[] = [];
  for (const [piece] of normalizeText(text).matchAll(PIECES)) {
    if (CJK.test(piece)) pushCharacterPairs(lexemes, piece);
    else if (UNSPACED.test(piece)) pushSegments(lexemes, piece);
    else if (!rules?.stopWords.has(piece)) lexemes.push(stemOf(piece, language, rules?.stem));
  }
  return lexemes;
}

/**
 * The words of a text as they are written, in one spelling, to be compared letter by letter: for Chinese and Japanese each
 * two neighbouring characters, for other scripts without spaces what a dictionary takes for a word.
 */
export function writtenWords(text: string): string[] {
  const normal = normalizeText(text);
  // Most texts; telling the scripts apart takes three times as long.
  if (!WITHOUT_SPACES.test(normal)) return normal.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const words: string[] = [];
  for (const [piece] of normal.matchAll(PIECES)) {
    if (CJK.test(piece)) words.push(...pairsOf(piece));
    else if (UNSPACED.test(piece)) for (const { segment } of segmenter.segment(piece)) words.push(segment);
    else words.push(piece);
  }
  return words;
}

/** Whether a word is a pair of characters rather than a word. */
export function isOfPieces(word: string): boolean {
  return CJK.test(word);
}

/** A character alone is its own pair. */
function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.length < 2 ? characters : characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

function stemOf(word: string, language: string, stem: ((word: string) => string) | undefined): string {
  const key = `${language} ${word}`;
  let known = stems.get(key);
  if (known === undefined) {
    const stemmed = stem && word.length <= LEXEME_LENGTH_MAX ? stem(word) || word : word;
    // Accents go last: stemmers need them, people leave them out.
    known = stemmed
      .normalize('NFD')
      .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
      .normalize('NFC')
      .slice(0, LEXEME_LENGTH_MAX);
    stems.set(key, known);
  }
  return known;
}

function pushCharacterPairs(lexemes: string[], run: string): void {
  const characters = [...run];
  for (let i = 0; i < characters.length; i++) {
    lexemes.push(characters[i] as string);
    if (i + 1 < characters.length) lexemes.push(`${characters[i]}${characters[i + 1]}`);
  }
}

function pushSegments(lexemes: string[], run: string): void {
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (!isWordLike) continue;
    lexemes.push(segment);
    const characters = [...segment];
    for (let i = 0; i + 3 <= characters.length && characters.length > 3; i++) lexemes.push(characters.slice(i, i + 3).join(''));
  }
}

/** How often each lexeme occurs. */
export function countLexemes(lexemes: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const lexeme of lexemes) counts.set(lexeme, (counts.get(lexeme) ?? 0) + 1);
  return counts;
}
