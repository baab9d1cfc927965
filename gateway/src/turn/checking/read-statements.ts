import { analyzeText } from '../../knowledge/analyze-text.ts';
import type { Unit } from '../../knowledge/parse-markdown.ts';
import { plainText } from '../../knowledge/plain-text.ts';
import { splitSentences } from '../../knowledge/split-sentences.ts';
import type { WeighedPassage } from '../../knowledge/weigh-passages.ts';
import { type Fact, foldText, readFacts } from './read-facts.ts';

/** A stretch of text that says one thing: a clause with its facts and the words that belong to them. */
export interface Statement {
  text: string;
  lexemes: Set<string>;
  facts: Fact[];
  /** The whole sentence it stands in, with the one before where that one says who is meant. */
  sentence: { lexemes: Set<string>; subject: string | undefined };
}

/** Where one statement may end and the next begin. */
const BOUNDARY = /,\s+|\s*[;、，；،。]\s*|\s+[–—]\s+|\s(?:and|but|while|whereas|und|aber|während|sowie|y|pero|mientras|et|mais|tandis que|e|ma|mentre|و)\s/giu;
/** The next clause of a sentence may deny or contradict what the first affirms; "and" only lists. */
const CLAUSE = /[,:]\s+|\s*[;、，：；،。]\s*|\s+[–—]\s+|\s(?:but|while|whereas|though|although|aber|sondern|während|pero|mientras|mais|ma|mentre)\s/giu;
/** Speaks of what the sentence before it spoke of. */
const POINTS_BACK =
  /^(?:\p{L}+\s)?(?:that|this|then|otherwise|thereafter|danach|dann|sonst|damit|dabei|después|ensuite|poi)\b|^(?:it|they|this|these|that|those|he|she|sie|er|es|dies\p{L}*|diese\p{L}*|el|ella|ellos|il|elle|ils|elles|esso|essa|lo|它|他|她)\b/iu;

/** Clauses in which a denial holds. */
export function readClauses(texts: string[]): string[] {
  return texts
    .flatMap(sentencesOf)
    .flatMap((sentence) => sentence.split(CLAUSE))
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}

/**
 * Cuts a text into statements: a sentence, or as much of it as has facts of its own. "Singles cost 80, doubles 120 euros"
 * is two; "3 to 5 days" and a list of countries stay one.
 * @param units the sentences; of list items and table rows, each says one thing of one subject.
 */
export function readStatements(units: Pick<Unit, 'text' | 'kind'>[], language: string): Statement[] {
  const statements: Statement[] = [];
  for (const unit of units) {
    for (const text of sentencesOf(unit.text)) {
      const previous = POINTS_BACK.test(text) ? statements.at(-1) : undefined;
      const words = statementOf(text, language).lexemes;
      const sentence = { lexemes: new Set([...words, ...(previous?.sentence.lexemes ?? [])]), subject: subjectOf(words) };
      let before: Statement | undefined;
      for (const piece of unit.kind === 'sentence' ? piecesOf(text, language) : [text]) {
        const statement: Statement = { ...statementOf(piece, language), sentence };
        // "…, 15 to Sweden" or "It costs 15": who it speaks of was said just before.
        const isElliptic = before && leadOf(statement, language).length === 0;
        for (const lexeme of before && isElliptic ? leadOf(before, language) : []) statement.lexemes.add(lexeme);
        for (const lexeme of !before && previous ? previous.lexemes : []) statement.lexemes.add(lexeme);
        statements.push(statement);
        before = statement;
      }
    }
  }
  return statements;
}

/** The units of a passage, a date that was cut at its day put together again. */
export function unitsOf(passage: WeighedPassage): Pick<Unit, 'text' | 'kind'>[] {
  const units: Pick<Unit, 'text' | 'kind'>[] = [];
  for (const { text, kind } of passage.units) {
    const before = units.at(-1);
    if (before && kind === 'sentence' && DAY_AT_END.test(before.text)) before.text += ` ${text}`;
    else units.push({ text, kind });
  }
  return units;
}

/** The lexemes of words; "check-in" is one word, neither "check" nor "in". Numbers are facts, not words. */
export function wordsOf(text: string, language: string): string[] {
  const joined = text.replace(/(?<=\p{L})-(?=\p{L})|(?<=\bcheck) (?=(?:in|out)\b)/giu, '');
  return analyzeText(joined, language).filter((lexeme) => !/^(?:\d+|[a-z])$/.test(lexeme));
}

function leadOf(statement: Statement, language: string): string[] {
  return wordsOf(statement.text.slice(0, statement.facts[0]?.start ?? 0), language);
}

/** Before a name, they are no subject. */
const TITLES = new Set(['dr', 'prof', 'mr', 'mrs', 'ms', 'mister', 'frau', 'herr', 'señor', 'señora', 'signor', 'signora', 'madame', 'monsieur']);

/** What a sentence most likely speaks of: its first word with a meaning. Single characters of Chinese mean too much. */
function subjectOf(lexemes: Set<string>): string | undefined {
  return [...lexemes].find((lexeme) => [...lexeme].length > 1 && !TITLES.has(lexeme));
}

function statementOf(text: string, language: string): Omit<Statement, 'sentence'> {
  const facts = readFacts(text, [language]);
  let words = text;
  for (const { start, end } of facts) words = words.slice(0, start) + ' '.repeat(end - start) + words.slice(end);
  return { text, lexemes: new Set(wordsOf(words, language)), facts };
}

/** What is longer is no sentence but a list without full stops; cutting it takes time by the square of its length. */
const SENTENCE_MAX = 600;

/** Cut only where both sides state a fact or a name, so that a list of things stays with what is said of it. */
function piecesOf(sentence: string, language: string): string[] {
  if (sentence.length > SENTENCE_MAX) return [sentence];
  const pieces: string[] = [];
  let start = 0;
  const cuts = [...sentence.matchAll(BOUNDARY)];
  for (const cut of cuts) {
    const [left, right] = [sentence.slice(start, cut.index), sentence.slice(cut.index + cut[0].length)];
    if (!statesFact(left, language) || !statesFact(right, language)) continue;
    pieces.push(left);
    start = cut.index + cut[0].length;
  }
  return [...pieces, sentence.slice(start)];
}

/** A fact with words beside it; bare figures are parts of a range or a list. */
function statesFact(text: string, language: string): boolean {
  const { facts, lexemes } = statementOf(text, language);
  if (lexemes.size === 0) return false;
  if (facts.some((fact) => !fact.isWeak)) return true;
  return /(?:^|\s)\p{Ll}+\s+(?:\p{Lu}\p{L}+\s*)+$/u.test(text) || /^\p{Lu}\p{L}+ \p{Lu}?\p{L}+ \p{Ll}/u.test(text);
}

/** A day before its month ("31. März") ends no sentence. */
const DAY_AT_END = /(?:^|\s)\d{1,2}\.$/;

function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const { text: sentence } of splitSentences(foldText(text))) {
    const before = sentences.at(-1);
    if (before !== undefined && DAY_AT_END.test(before)) sentences[sentences.length - 1] = `${before} ${sentence}`;
    else sentences.push(sentence);
  }
  return sentences.map(plainText).filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}
