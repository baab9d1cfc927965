import { LRUCache } from 'lru-cache';
import { analyzeText, isOfPieces } from './analyze-text.ts';
import { type ComparedText, compareTexts, type Likeness, StretchFinder, spacedWords, type TypedWord } from './compare-texts.ts';
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
  /** Order of the passages, from all the ways in which they were compared with the question. */
  rank: number;
}

export interface Evidence {
  passages: WeighedPassage[];
  /** How surely the passages bear on the question, 0 to 1: the mean of four shares of what the best one could reach. */
  confidence: number;
}

/** Passages are immutable: a changed text is a new chunk with a new id. Bounded, and nothing here is tenant-wide. */
const analysed = new LRUCache<string, { units: (Unit & { lexemes: Set<string>; written: string })[]; heading: Set<string> }>({ max: 4_000 });
/** Of every candidate, fifty for each question; some 2 KB each. */
const written = new LRUCache<string, ComparedText>({ max: 8_000 });

/**
 * What each comparison weighs when passages are ordered; BM25 and grams in relation to the best one. Fitted to nine sets of
 * questions in five scripts at once, none of them held out; the weights before these were, and lay within two points of them.
 * That of the meaning is chosen, not fitted: a little more than the strongest of the others.
 */
const RANKS_BY = { bm25: 0.45, grams: 0.5, stretch: 0.85, heading: 0.75, coverage: 0.55, named: 0.15, unit: 0.45, length: -0.28, meaning: 1.5 };
/** For scripts whose index holds pieces of words: BM25 has counted what grams would, and a stretch of pairs says less. */
const RANKS_BY_PIECES = { ...RANKS_BY, bm25: 0.9, grams: 0, stretch: 0.4 };
/** A passage shorter than this share of the average is as good as one of this length: what is left of a heading says little. */
const SHORTEST = 0.5;

/** What is known of who asks, besides the question. */
export interface Asker {
  /** The page they are on. */
  pageUrl: string | null;
  /** The language of the question, where it can be told. */
  language: string | null;
}

/** Where passages are nearly as good as each other, that of the visitor's own page and language comes first. Chosen, not fitted. */
const HINTS = { page: 0.25, language: 0.15 };

/** Passages that are read unit by unit: what may come out first, and what a prompt has room for. */
const READ_CLOSELY = 12;
/** BM25's term weight never exceeds k1 + 1. */
const BM25_CEILING = 2.2;
/** A passage that speaks of all the question reaches about this share of the ceiling. */
const REACHED = 0.6;

/**
 * Reads the passages a search found: what in each can be quoted, and how surely they answer. The words of earlier turns
 * order the passages of a follow-up that says little by itself, but must not count against a question that says all: the
 * reading that is surer says how sure.
 */
export function weighPassages(result: SearchResult, asker: Asker = { pageUrl: null, language: null }): Evidence {
  const whole = weigh(result, result.words, result.typed, asker);
  if (result.words.every((word) => word.weight === 1)) return whole;
  const asked = <Word extends { weight: number }>(words: Word[]) => words.filter((word) => word.weight === 1);
  const alone = weigh(result, asked(result.words), asked(result.typed), asker);
  return { ...whole, confidence: Math.max(whole.confidence, alone.confidence) };
}

function weigh({ passages: found, rarest, scale, average_length }: SearchResult, words: QueryWord[], typed: TypedWord[], asker: Asker): Evidence {
  const total = words.reduce((sum, word) => sum + word.weight * word.idf, 0);
  const best = found[0]?.score ?? 0;
  if ((total === 0 || best === 0) && !found.some(({ similarity }) => similarity !== undefined)) return { passages: [], confidence: 0 };

  const isPieces = typed.some(({ word }) => isOfPieces(word));
  const ranksBy = isPieces ? RANKS_BY_PIECES : RANKS_BY;
  // Comparing pairs of characters takes five times as long, and what it tells decides among the first.
  const compared = isPieces ? found.slice(0, READ_CLOSELY) : found;
  const stretches = new StretchFinder(typed);
  const likeness = typed.length === 0 ? undefined : compareTexts(typed, compared.map(write), stretches);
  const mostGrams = Math.max(...(likeness ?? []).map(({ grams }) => grams)) || 1;
  const nearness = nearnessOf(found);
  const first = found
    .map((passage, i) => ({
      passage,
      like: likeness?.[i],
      rank:
        firstRank(best === 0 ? 0 : passage.score / best, likeness?.[i], mostGrams, ranksBy) +
        ranksBy.length * Math.log(1 + Math.max(SHORTEST, passage.token_count / average_length)) +
        ranksBy.meaning * nearness(passage) +
        hintFor(passage, asker),
    }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, READ_CLOSELY);

  const read = first.map(({ passage, like, rank }) => {
    const { units, heading } = analyse(passage);
    const weighed = units.map((unit): WeighedUnit => ({ ...unit, ...cover(unit.lexemes, heading, words, total) }));
    const coverage = Math.max(0, ...weighed.map((unit) => unit.coverage));
    const named = words.reduce((sum, word) => sum + (heading.has(word.lexeme) ? word.weight * word.idf : 0), 0) / (total || 1);
    const unit = Math.max(0, ...units.map(({ written }) => stretches.likenessOf(written)));
    const finalRank = rank + ranksBy.coverage * coverage + ranksBy.named * named + ranksBy.unit * unit;
    return { like, named, passage: { ...passage, units: weighed, coverage, rank: finalRank } };
  });
  read.sort((a, b) => b.passage.rank - a.passage.rank);
  const [top] = read;
  if (!top) return { passages: [], confidence: 0 };
  return { passages: read.map(({ passage }) => passage), confidence: Math.max(confidenceIn(top, { total, rarest }), alikeIn(top.passage, scale)) };
}

/**
 * The mean of shares of what the passage could reach. A share of little is little: of a question with one or two common
 * words nearly any text has all. So what the words say counts by how much the question says: half, if it weighs as much as
 * one rare word; but all of it where the heading is about just that. The stretch speaks for itself. (AUROC, answerable
 * against off-topic and missing: 96.7, 94.1, 87.0 % without this, 97.8, 96.9, 88.6 % with it.)
 * @param top.named share of the question's weight that stands in the passage's headings.
 */
function confidenceIn(
  { passage, like, named }: { passage: WeighedPassage; like: Likeness | undefined; named: number },
  { total, rarest }: { total: number; rarest: number },
): number {
  if (total === 0) return 0;
  const said = Math.max(total / (total + rarest), named);
  const shares = [passage.coverage * said, Math.min(1, passage.score / (total * BM25_CEILING) / REACHED) * said];
  if (like) shares.push(Math.min(1, like.reached / REACHED) * said, like.stretch);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** How near a passage is to the question in meaning, from the farthest to the nearest of those at hand; 0 where it is not known. */
function nearnessOf(found: FoundPassage[]): (passage: FoundPassage) => number {
  const known = found.flatMap(({ similarity }) => similarity ?? []);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return ({ similarity }) => (similarity === undefined || most <= least ? 0 : (similarity - least) / (most - least));
}

function hintFor({ url, language }: FoundPassage, asker: Asker): number {
  const isHere = url !== null && asker.pageUrl !== null && pageOf(url) === pageOf(asker.pageUrl);
  return (isHere ? HINTS.page : 0) + (language === asker.language ? HINTS.language : 0);
}

/** A page's address without what tells visits apart. */
function pageOf(url: string): string {
  return url.replace(/[?#].*$/, '').replace(/\/$/, '');
}

/** What the likeness in meaning says by itself, on the scale of the model that gave it. */
function alikeIn({ similarity }: FoundPassage, scale: SearchResult['scale']): number {
  if (similarity === undefined || scale === undefined) return 0;
  return Math.min(1, Math.max(0, (similarity - scale.unlike) / (scale.alike - scale.unlike)));
}

/** Without a comparison by letters, the order of the search. */
function firstRank(bm25: number, like: Likeness | undefined, mostGrams: number, by: typeof RANKS_BY): number {
  if (!like) return by.bm25 * bm25;
  return by.bm25 * bm25 + (by.grams * like.grams) / mostGrams + by.stretch * like.stretch + by.heading * like.heading;
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
  return { coverage: total === 0 ? 0 : weight / total, found };
}

/** The words of a passage as they are written, to be compared letter by letter. */
function write(passage: FoundPassage): ComparedText {
  let known = written.get(passage.chunk_id);
  if (!known) {
    known = { heading: spacedWords([passage.title, ...passage.title_path].join(' ')), body: spacedWords(passage.body) };
    written.set(passage.chunk_id, known);
  }
  return known;
}

function analyse(passage: FoundPassage) {
  let known = analysed.get(passage.chunk_id);
  if (!known) {
    known = {
      units: splitUnits(passage.body).map((unit) => ({ ...unit, lexemes: new Set(analyzeText(unit.text, passage.language)), written: spacedWords(unit.text) })),
      heading: new Set(analyzeText([passage.title, ...passage.title_path].join(' '), passage.language)),
    };
    analysed.set(passage.chunk_id, known);
  }
  return known;
}
