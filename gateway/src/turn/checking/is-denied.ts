import { hasFactOf } from './fact-stands.ts';
import { bearsDenial, isAbsolute, isCondition, isOpposite, type Polarity, readPolarity } from './read-polarity.ts';
import type { Source } from './read-source.ts';
import { readClauses, wordsOf } from './read-statements.ts';
import { stands } from './word-stands.ts';

/** Heads of Chinese and Japanese are words, their lexemes only pieces of words. */
function speaksOf(head: string, lexemes: ReadonlySet<string>, text: string): boolean {
  return stands(head, lexemes) || (/^[\p{Script=Han}\p{Script=Katakana}]/u.test(head) && text.includes(head));
}

/** Whether the sentence affirms what the source denies, denies what it affirms, or says the opposite by a word. */
export function isDenied(said: string, source: Source): boolean {
  if (isAbsolute(said, source.clauses.map(({ text }) => text).join(' '))) return true;
  return readClauses([said]).some((clause) => {
    if (isCondition(clause)) return false;
    const lexemes = new Set(wordsOf(clause, source.language));
    const here = readPolarity(clause, source.language);
    const overlap = (other: ReadonlySet<string>) => [...lexemes].filter((lexeme) => stands(lexeme, other)).length;
    const closest = (fitting: Source['clauses']) => {
      const most = Math.max(0, ...fitting.map((other) => overlap(other.lexemes)));
      return most === 0 ? [] : fitting.filter((other) => overlap(other.lexemes) === most);
    };
    const contradicts = (head: string, isContrary: (other: Polarity) => boolean, least = 1) => {
      const near = closest(source.clauses.filter((other) => speaksOf(head, other.lexemes, other.text)));
      return near.length > 0 && overlap(near[0]?.lexemes ?? new Set()) >= least && near.every((other) => isContrary(other.polarity));
    };
    const near = closest(source.clauses).map((other) => ({ text: other.text, there: other.polarity }));
    // Where the clause that is most like it denies as well, they may deny the same in other words.
    const isDeniedNear = near.some(({ there }) => there.isDenied);
    for (const head of [...here.denied, ...(here.isDenied ? [] : here.without)]) {
      if (contradicts(head, (there) => !there.isDenied && !stands(head, there.without), isDeniedNear || near.some(({ text }) => bearsDenial(text)) ? 2 : 1))
        return true;
    }
    const isDenialBorne =
      isDeniedNear ||
      [...here.denied].some((head) => stands(head, source.known)) ||
      near.some(({ text, there }) => bearsDenial(text) || there.without.size > 0);
    if (here.isDenied && here.denied.size > 0 && !isDenialBorne) return true;
    if (!here.isDenied) {
      // A clause that affirms and is as near bears it: "not cover tyres" takes nothing from "the battery is covered".
      const most = Math.max(0, ...source.clauses.map((other) => overlap(other.lexemes)));
      const leastToDeny = near.some(({ text, there }) => !there.isDenied && there.without.size === 0 && hasFactOf(clause, text, source.language))
        ? most + 1
        : 1;
      for (const other of source.clauses) {
        const there = other.polarity;
        for (const head of [...there.denied, ...there.without]) {
          const isAffirmed = speaksOf(head, lexemes, clause) && !stands(head, here.without);
          if (isAffirmed && contradicts(head, (some) => stands(head, some.denied) || stands(head, some.without), leastToDeny)) return true;
        }
      }
    }
    return near.length > 0 && near.every(({ text, there }) => isOpposite(clause, here.isDenied, text, there.isDenied));
  });
}
