import { wordsOf } from './read-statements.ts';

/** Inflected and compound forms agree in this many letters. */
const COMMON_LETTERS = 5;

/** Whether a lexeme stands among others, be it in another form: "cardiologist" in "cardiology", "Frist" in "Rückgabefrist". */
export function stands(lexeme: string, known: ReadonlySet<string>): boolean {
  if (known.has(lexeme)) return true;
  if (lexeme.length < COMMON_LETTERS - 1 || !/^\p{L}+$/u.test(lexeme)) return false;
  for (const other of known) {
    if (other.length < COMMON_LETTERS - 1 || other === `un${lexeme}` || lexeme === `un${other}`) continue;
    if (other.includes(lexeme) || lexeme.includes(other)) return true;
    if (other.length >= COMMON_LETTERS && other.slice(0, COMMON_LETTERS) === lexeme.slice(0, COMMON_LETTERS)) return true;
  }
  return false;
}

/** The same, stricter: "check-in" is not "check-out". */
export function isAmong(lexeme: string, known: ReadonlySet<string>): boolean {
  if (known.has(lexeme)) return true;
  return (
    lexeme.length >= COMMON_LETTERS && [...known].some((other) => other.length >= COMMON_LETTERS && (other.startsWith(lexeme) || lexeme.startsWith(other)))
  );
}

/** Characters of Chinese and Japanese that carry grammar: a pair with one of them is no word. */
const CJK_GRAMMAR = /[的了在是和或与及您我你们可以将会请也都就后内中为有于对到至被把等这那个\p{Script=Hiragana}]/u;

/** Courtesy and hedges: neither in a source nor a claim. */
const FILLERS = new Set(
  'take use need must long unfortunately sorry simply currently possible possibly leider möglich moglich gerne einfach lamentablemente posible desafortunadamente malheureusement possibl purtroppo possibil'.split(
    ' ',
  ),
);

/** The lexemes that say something. Of scripts without spaces only pairs: single characters stand everywhere. */
export function contentOf(text: string, language: string): string[] {
  const lexemes = [...new Set(wordsOf(text, language))].filter((lexeme) => !FILLERS.has(lexeme));
  return lexemes.filter(
    (lexeme) => !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u.test(lexeme) || ([...lexeme].length > 1 && !CJK_GRAMMAR.test(lexeme)),
  );
}
