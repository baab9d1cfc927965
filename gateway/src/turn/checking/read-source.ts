import { analyzeText } from '../../knowledge/analyze-text.ts';
import type { WeighedPassage } from '../../knowledge/weigh-passages.ts';
import { bareLink, type Fact, foldText, readFacts } from './read-facts.ts';
import { type Polarity, readPolarity } from './read-polarity.ts';
import { readClauses, readStatements, type Statement, unitsOf, wordsOf } from './read-statements.ts';

/** A language without rules: the analyser then leaves words as they are, but for case and accents. */
export const AS_WRITTEN = 'und';

/** What the cited passages say, read once for all comparisons. */
export interface Source {
  language: string;
  passages: WeighedPassage[];
  facts: Fact[];
  /** Every lexeme, headings included. */
  known: Set<string>;
  /** Its words without case and accents, not cut to stems. */
  written: Set<string>;
  heading: Set<string>;
  statements: Statement[];
  clauses: { text: string; lexemes: Set<string>; polarity: Polarity }[];
}

export function headingOf(passage: WeighedPassage): string {
  return `${passage.title} ${passage.title_path.join(' ')}`;
}

/** A passage is cited by several sentences of an answer and compared with all; it lives as long as its turn. */
const sources = new WeakMap<WeighedPassage, Source>();

export function sourceOf(passage: WeighedPassage): Source {
  const source = sources.get(passage) ?? readSource([passage]);
  sources.set(passage, source);
  return source;
}

export function readSource(passages: WeighedPassage[]): Source {
  const language = passages[0]?.language ?? 'en';
  const heading = foldText(passages.map(headingOf).join('\n'));
  const body = foldText(passages.map((passage) => passage.body).join('\n\n'));
  const links = passages.flatMap(({ url }) => (url ? [{ kind: 'link' as const, values: [bareLink(url)], unit: '', start: 0, end: 0 }] : []));
  return {
    language,
    passages,
    facts: [...links, ...readFacts(`${heading}\n${body}`, [...new Set(passages.map((passage) => passage.language))])],
    known: new Set([...wordsOf(`${heading}\n${body}`, language), ...analyzeText(`${heading}\n${body}`, language)]),
    written: new Set(wordsOf(`${heading}\n${body}`, AS_WRITTEN)),
    heading: new Set(wordsOf(heading, language)),
    statements: passages.flatMap((passage) => readStatements(unitsOf(passage), language)),
    clauses: readClauses([heading, ...passages.flatMap((passage) => unitsOf(passage).map(({ text }) => text))]).map((text) => ({
      text,
      lexemes: new Set(wordsOf(text, language)),
      polarity: readPolarity(text, language),
    })),
  };
}
