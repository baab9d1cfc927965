import { analyzeText } from '../../knowledge/analyze-text.ts';
import { detectLanguage } from '../../knowledge/languages.ts';
import { normalizeText } from '../../knowledge/normalize-text.ts';
import { plainText } from '../../knowledge/plain-text.ts';
import type { WeighedPassage, WeighedUnit } from '../../knowledge/weigh-passages.ts';
import type { SentenceOutcome } from '../turn.ts';
import type { Support } from '../write-answer.ts';
import { factStands } from './fact-stands.ts';
import { findNames } from './find-names.ts';
import { isDenied } from './is-denied.ts';
import { isLeadIn, withoutLeadIn } from './is-lead-in.ts';
import { isSwapped } from './is-swapped.ts';
import { bareLink, type Fact, foldText, readFacts } from './read-facts.ts';
import { AS_WRITTEN, headingOf, readSource, type Source, sourceOf } from './read-source.ts';
import { readClauses, wordsOf } from './read-statements.ts';
import { contentOf, stands } from './word-stands.ts';

/** Share of a sentence's words and facts that must stand in its source. A paraphrase keeps about half; an invention far less. */
const SUPPORT_MIN = 0.5;
/** The same for each clause that says this much: a true first half must not carry an invented second. */
const CLAUSE_SUPPORT_MIN = 0.3;
const CLAUSE_WORDS = 3;

/** This many words in a row from our own instructions are no coincidence. */
const OWN_WORDS_RUN = 5;

export interface SentenceCheck {
  outcome: SentenceOutcome;
  supports: Support[];
}

/**
 * Checks one sentence of a model against the passages it names. Every number, date, link and name must stand there, with
 * the unit it has there and beside the words it is said of; what is denied there must be denied here; and at least half of
 * the words must be its words. A sentence that names none is given to the passage that bears it best, if one does; one that
 * only opens an answer needs none.
 *
 * Errs on the side of silence: a dropped true sentence costs a detail, a released false one costs the visitor's trust.
 * @param cited passage numbers as the model wrote them, from 1 in the order of the prompt.
 */
export function checkSentence(sentence: string, cited: number[], passages: WeighedPassage[], question: string): SentenceCheck {
  if (cited.length > 0) {
    const named = cited.map((n) => passages[n - 1]);
    if (named.some((passage) => passage === undefined)) return { outcome: 'unknown_source', supports: [] };
    return checkAgainst(sentence, named as WeighedPassage[], passages, question);
  }
  const language = passages[0]?.language ?? 'en';
  const spokenOf = new Set(analyzeText([question, ...passages.map(headingOf)].join(' '), language));
  if (isLeadIn(sentence, (word) => analyzeText(word, language).every((lexeme) => spokenOf.has(lexeme)))) return { outcome: 'released', supports: [] };
  for (const passage of passages) {
    const check = checkAgainst(sentence, [passage], passages, question);
    if (check.outcome === 'released') return check;
  }
  return { outcome: 'no_source', supports: [] };
}

/** Whether a sentence repeats what the model was told to do: that is nobody's answer, however a source asks for it. */
export function repeatsInstructions(sentence: string, instructions: string): boolean {
  const split = (text: string) => normalizeText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const words = split(sentence);
  const told = ` ${split(instructions).join(' ')} `;
  return words.some((_word, i) => i + OWN_WORDS_RUN <= words.length && told.includes(` ${words.slice(i, i + OWN_WORDS_RUN).join(' ')} `));
}

function checkAgainst(sentence: string, cited: WeighedPassage[], all: WeighedPassage[], question: string): SentenceCheck {
  const refuse = (outcome: SentenceOutcome): SentenceCheck => ({ outcome, supports: [] });
  const source = cited.length === 1 && cited[0] ? sourceOf(cited[0]) : readSource(cited);
  const { language } = source;
  const raw = foldText(withoutLeadIn(sentence));
  const said = plainText(raw);
  const spoken = detectLanguage(said, language);

  const links = readFacts(raw, []).filter(({ kind }) => kind === 'link');
  if (links.some((link) => !factStands(link, source.facts)) || !linkTextsStand(raw, source)) return refuse('link_not_in_source');
  const facts = readFacts(said, [...new Set([language, spoken])]).filter(({ kind, isWeak }) => kind !== 'link' && !isWeak);
  if (facts.some((fact) => !factStands(fact, source.facts))) return refuse('number_not_in_source');

  // In another language than the source words cannot be compared, only what is the same in both; and there must be some.
  const isSameScript = /\p{Script=Latin}/u.test(said) === /\p{Script=Latin}/u.test(cited[0]?.body.slice(0, 2_000) ?? '');
  const isForeign = !isSameScript || (spoken !== language && spoken === detectLanguage(question, language));
  const asked = new Set(wordsOf(foldText(question), language));
  const words = withoutFacts(said, facts);
  const names = findNames(words, language).filter(({ isTitled }) => isTitled || !isForeign || !isSameScript);
  for (const { text, isTitled } of names) {
    // German nouns are compounds: "Rufnummer" of "Rufnummernmitnahme".
    const isVouchedFor = (lexeme: string) =>
      source.known.has(lexeme) || (language === 'de' && !isTitled && stands(lexeme, source.known)) || (!isTitled && asked.has(lexeme));
    // Stemmers cut "Lucía" and "Lucia" differently; letter by letter they are one.
    if (!wordsOf(text, language).every(isVouchedFor) && !wordsOf(text, AS_WRITTEN).every((word) => source.written.has(word)))
      return refuse('name_not_in_source');
  }
  const lexemes = contentOf(words, language);
  if (isForeign) {
    if (facts.length + names.length + links.length === 0) return refuse('words_not_in_source');
  } else if (
    !isBorne(lexemes, facts.length + links.length, source) ||
    isBlended(lexemes, asked, source, all) ||
    isDenied(said, source) ||
    isSwapped(said, source)
  ) {
    return refuse('words_not_in_source');
  }
  return { outcome: 'released', supports: cited.map((passage) => bearing(passage, analyzeText(said, passage.language))) };

  /** Enough of the words stand there, of the whole and of each clause that says something. */
  function isBorne(of: string[], factCount: number, from: Source): boolean {
    const share = (those: string[], n: number) =>
      those.length + n === 0 ? 1 : (those.filter((lexeme) => stands(lexeme, from.known)).length + n) / (those.length + n);
    return (
      share(of, factCount) >= SUPPORT_MIN &&
      readClauses([words]).every((clause) => {
        const inClause = contentOf(clause, language);
        return inClause.length < CLAUSE_WORDS || share(inClause, 0) >= CLAUSE_SUPPORT_MIN;
      })
    );
  }
}

/** The words of a link must be what the source calls that page: its address, its heading or the sentence it stands in. */
function linkTextsStand(raw: string, source: Source): boolean {
  return [...raw.matchAll(/\[([^\]]+)\]\(([^)\s]+)[^)]*\)/g)].every(([, text = '', target = '']) => {
    const near = source.passages.flatMap((passage) => {
      const units = passage.units.filter(({ text: unit }) => foldText(unit).toLowerCase().includes(bareLink(target)));
      return [target, ...units.map((unit) => unit.text), ...(units.length > 0 || bareLink(passage.url ?? '') === bareLink(target) ? [headingOf(passage)] : [])];
    });
    const known = new Set(wordsOf(foldText(near.join(' ')), source.language));
    const lexemes = wordsOf(text, source.language).filter(
      (lexeme) => !/^(?:here|page|link|click|websit|site|hier|seit|aqui|ici|qui|lien|enlac|onlin|form)$/.test(lexeme),
    );
    return lexemes.length === 0 || lexemes.filter((lexeme) => stands(lexeme, known)).length / lexemes.length >= SUPPORT_MIN;
  });
}

/** Facts blanked out: they are compared by themselves. */
function withoutFacts(text: string, facts: Fact[]): string {
  let words = text;
  for (const { start, end } of facts) words = words.slice(0, start) + ' '.repeat(end - start) + words.slice(end);
  return words.replace(/\bhttps?:\/\/\S+|\S+@\S+/g, ' ');
}

/**
 * Whether what the sentence speaks of is the matter of a passage it does not cite: the words missing in its own are that
 * one's. Half of its words then speak of the wrong thing. A single word that the question brought up may come from there.
 */
function isBlended(lexemes: string[], asked: ReadonlySet<string>, source: Source, all: WeighedPassage[]): boolean {
  const missing = lexemes.filter((lexeme) => !stands(lexeme, source.known));
  if (missing.length === 0) return false;
  // Its first word is what it speaks of, unless it also speaks of what its source does.
  const subject = source.statements.some(({ sentence }) => sentence.subject && lexemes.some((lexeme) => lexeme === sentence.subject)) ? undefined : lexemes[0];
  return all
    .filter((passage) => !source.passages.includes(passage))
    .some((passage) => {
      const { heading: title, known } = sourceOf(passage);
      const borrowed = missing.filter((lexeme) => known.has(lexeme));
      return borrowed.length >= 2 || borrowed.some((lexeme) => (title.has(lexeme) || lexeme === subject) && !asked.has(lexeme));
    });
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
