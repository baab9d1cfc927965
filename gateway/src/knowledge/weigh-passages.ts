import { LRUCache } from 'lru-cache';
import { analyzeText } from './analyze-text.ts';
import { splitUnits, type Unit } from './parse-markdown.ts';
import type { FoundPassage, QueryWord, SearchResult } from './search-knowledge.ts';

/** A quotable unit of a passage and how much of the question it speaks of. */
export interface WeighedUnit extends Unit {
  /** Share of the question's weight found in this unit, the words of its headings counting half. 0 to 1. */
  coverage: number;
  /** The question's words found in it or its headings. */
  found: ReadonlySet<string>;
}

export interface WeighedPassage extends FoundPassage {
  units: WeighedUnit[];
  /** The best unit's coverage. */
  coverage: number;
  /** Order of the passages: BM25 in relation to the best hit, and coverage. */
  rank: number;
}

export interface Evidence {
  passages: WeighedPassage[];
  /** How surely the passages bear on the question, 0 to 1: mean of coverage and of BM25 as a share of what it could reach. */
  confidence: number;
}

/** Passages are immutable: a changed text is a new chunk with a new id. Bounded, and nothing here is tenant-wide. */
const analysed = new LRUCache<string, { units: (Unit & { lexemes: Set<string> })[]; heading: Set<string> }>({ max: 4_000 });

/** Coverage weighs this much beside BM25 when passages are ordered. */
const COVERAGE_WEIGHT = 0.25;
/** BM25's term weight never exceeds k1 + 1. */
const BM25_CEILING = 2.2;
/** A passage that speaks of all the question reaches about this share of the ceiling. */
const BM25_REACHED = 0.6;

/**
 * Reads the passages a search found: what in each can be quoted, and how surely they answer. The words of earlier turns
 * help a follow-up that says little by itself, but must not count against a question that says all: the reading that
 * finds more is taken.
 */
export function weighPassages(result: SearchResult): Evidence {
  const whole = weigh(result.passages, result.words);
  if (result.words.every((word) => word.weight === 1)) return whole;
  const alone = weigh(
    result.passages,
    result.words.filter((word) => word.weight === 1),
  );
  return alone.confidence > whole.confidence ? alone : whole;
}

function weigh(found: FoundPassage[], words: QueryWord[]): Evidence {
  const total = words.reduce((sum, word) => sum + word.weight * word.idf, 0);
  const best = found[0]?.score ?? 0;
  if (total === 0 || best === 0) return { passages: [], confidence: 0 };

  const passages = found.map((passage): WeighedPassage => {
    const { units, heading } = analyse(passage);
    const weighed = units.map((unit): WeighedUnit => ({ ...unit, ...cover(unit.lexemes, heading, words, total) }));
    const coverage = Math.max(0, ...weighed.map((unit) => unit.coverage));
    return { ...passage, units: weighed, coverage, rank: passage.score / best + COVERAGE_WEIGHT * coverage };
  });
  passages.sort((a, b) => b.rank - a.rank);
  const top = passages[0] as WeighedPassage;
  return { passages, confidence: (top.coverage + Math.min(1, top.score / (total * BM25_CEILING) / BM25_REACHED)) / 2 };
}

function cover(unit: ReadonlySet<string>, heading: ReadonlySet<string>, words: QueryWord[], total: number): { coverage: number; found: Set<string> } {
  const found = new Set<string>();
  let weight = 0;
  for (const word of words) {
    if (unit.has(word.lexeme)) weight += word.weight * word.idf;
    else if (heading.has(word.lexeme)) weight += 0.5 * word.weight * word.idf;
    else continue;
    found.add(word.lexeme);
  }
  return { coverage: weight / total, found };
}

function analyse(passage: FoundPassage) {
  let known = analysed.get(passage.chunk_id);
  if (!known) {
    known = {
      units: splitUnits(passage.body).map((unit) => ({ ...unit, lexemes: new Set(analyzeText(unit.text, passage.language)) })),
      heading: new Set(analyzeText([passage.title, ...passage.title_path].join(' '), passage.language)),
    };
    analysed.set(passage.chunk_id, known);
  }
  return known;
}
