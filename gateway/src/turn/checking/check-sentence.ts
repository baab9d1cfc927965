import { analyzeText } from '../knowledge/analyze-text.ts';
import { normalizeText } from '../knowledge/normalize-text.ts';
import { plainText } from '../knowledge/plain-text.ts';
import type { WeighedPassage, WeighedUnit } from '../knowledge/weigh-passages.ts';
import type { SentenceOutcome } from './turn.ts';
import type { Support } from './write-answer.ts';

const LINK = /\bhttps?:\/\/[^\s)>\]"']+|\bwww\.[^\s)>\]"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
/** Digits with what groups them: 1,200.50 · 12:30 · 2026-11-21 · +49 30 1234. */
const NUMBER = /\d[\d.,:/'’-]*\d|\d/gu;
/** Share of a sentence's words that must stand in its source. A paraphrase keeps about half; an invention far less. */
const SUPPORT_MIN = 0.5;

/** This many words in a row from our own instructions are no coincidence. */
const OWN_WORDS_RUN = 5;

export interface SentenceCheck {
  outcome: SentenceOutcome;
  supports: Support[];
}

/**
 * Checks one sentence of a model against the passages it names: every number, link and address, every name and at least
 * half of the words must stand there. A sentence that names none is given to the passage that bears it best, if one does.
 *
 * Errs on the side of silence: a dropped true sentence costs a detail, a released false one costs the visitor's trust.
 * @param cited passage numbers as the model wrote them, from 1 in the order of the prompt.
 */
export function checkSentence(sentence: string, cited: number[], passages: WeighedPassage[], question: string): SentenceCheck {
  if (cited.length > 0) {
    const named = cited.map((n) => passages[n - 1]);
    if (named.some((passage) => passage === undefined)) return { outcome: 'unknown_source', supports: [] };
    return checkAgainst(sentence, named as WeighedPassage[], question);
  }
  for (const passage of passages) {
    const check = checkAgainst(sentence, [passage], question);
    if (check.outcome === 'released') return check;
  }
  return { outcome: 'no_source', supports: [] };
}

/** Whether a sentence repeats what the model was told to do: that is nobody's answer, however a source asks for it. */
export function repeatsInstructions(sentence: string, instructions: string): boolean {
  const words = wordsOf(sentence);
  const told = ` ${wordsOf(instructions).join(' ')} `;
  return words.some((_word, i) => i + OWN_WORDS_RUN <= words.length && told.includes(` ${words.slice(i, i + OWN_WORDS_RUN).join(' ')} `));
}

function wordsOf(text: string): string[] {
  return normalizeText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function checkAgainst(sentence: string, passages: WeighedPassage[], question: string): SentenceCheck {
  const refuse = (outcome: SentenceOutcome): SentenceCheck => ({ outcome, supports: [] });
  const source = normalizeText(passages.map((passage) => `${passage.title} ${passage.title_path.join(' ')} ${passage.url ?? ''} ${passage.body}`).join('\n'));
  for (const [link] of sentence.matchAll(LINK)) {
    if (!source.includes(normalizeText(link).replace(/[.,;:!?]+$/, ''))) return refuse('link_not_in_source');
  }
  const words = plainText(sentence).replace(LINK, ' ');
  const numbers = new Set([...source.matchAll(NUMBER)].map(([number]) => bareNumber(number)));
  for (const [number] of normalizeText(words).matchAll(NUMBER)) {
    if (!numbers.has(bareNumber(number))) return refuse('number_not_in_source');
  }
  const language = passages[0]?.language ?? 'en';
  const known = new Set(analyzeText(source, language));
  const asked = new Set(analyzeText(question, language));
  for (const name of namesIn(words)) {
    if (analyzeText(name, language).some((lexeme) => !known.has(lexeme) && !asked.has(lexeme))) return refuse('name_not_in_source');
  }
  const lexemes = [...new Set(analyzeText(words, language))];
  // In another script than the source (an answer in Arabic from an English page) words cannot be compared; numbers,
  // links and names have been.
  const sameScript = /\p{Script=Latin}/u.test(words) === /\p{Script=Latin}/u.test(source.slice(0, 2_000));
  if (sameScript && lexemes.length > 0 && lexemes.filter((lexeme) => known.has(lexeme)).length / lexemes.length < SUPPORT_MIN)
    return refuse('words_not_in_source');
  return { outcome: 'released', supports: passages.map((passage) => bearing(passage, lexemes)) };
}

/** "1,200.50", "1.200,50" and "1200.50" are one number; "12:30" and dates stay apart from them. */
function bareNumber(number: string): string {
  return number.replace(/[.,'’]/g, '').replace(/^0+(?=\d)/, '');
}

/** Capitalised words that do not open the sentence: names of people, places, products. */
function namesIn(words: string): string[] {
  return [...words.matchAll(/(?<=[\p{Ll}\p{N},;:)]\s)\p{Lu}[\p{L}\p{N}]{2,}/gu)].map(([name]) => name);
}

/** The stretch of the passage that has most of the sentence's words, for the quote. */
function bearing(passage: WeighedPassage, lexemes: string[]): Support {
  let best: WeighedUnit | undefined;
  let most = -1;
  for (const unit of passage.units) {
    const has = new Set(analyzeText(unit.text, passage.language));
    const n = lexemes.filter((lexeme) => has.has(lexeme)).length;
    if (n > most) [best, most] = [unit, n];
  }
  return { passage, start: best?.start ?? 0, end: best?.end ?? passage.body.length };
}
