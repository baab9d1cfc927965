import type { WeighedPassage, WeighedUnit } from '../../knowledge/weigh-passages.ts';
import { factStands } from './fact-stands.ts';
import { measureOf } from './measure-of.ts';
import type { Fact } from './read-facts.ts';
import { headingOf } from './read-source.ts';
import { readStatements, type Statement, wordsOf } from './read-statements.ts';

/** Two passages that say different things of the same, each with the sentence that says it. */
export interface Contradiction {
  one: { passage: WeighedPassage; unit: WeighedUnit };
  other: { passage: WeighedPassage; unit: WeighedUnit };
}

/** Passages that are compared with each other; what stands lower does not come into the answer. */
const COMPARED = 4;
/** Share of the question that a sentence must speak of to be worth comparing. */
const COVERAGE_MIN = 0.5;
/** Words that two statements must share, the unit among them, under one heading and under different ones: two deliveries "take days". */
const SHARED_MIN = { sameHeading: 3, otherHeading: 4 };

/**
 * Finds two texts of the tenant that answer the question differently: statements of the same words with another figure,
 * date or time. Only where one says nothing that the other does not: two prices of two things are no contradiction, and
 * to call them one is worse than to overlook one.
 */
export function findContradiction(passages: WeighedPassage[]): Contradiction | undefined {
  const read = passages.slice(0, COMPARED).flatMap((passage) => {
    const unit = passage.units.reduce<WeighedUnit | undefined>((best, next) => (next.coverage > (best?.coverage ?? 0) ? next : best), undefined);
    if (!unit || unit.coverage < COVERAGE_MIN) return [];
    return [{ passage, unit, statements: readStatements([unit], passage.language), heading: new Set(wordsOf(headingOf(passage), passage.language)) }];
  });
  for (const [i, one] of read.entries()) {
    for (const other of read.slice(i + 1)) {
      if (one.passage.knowledge_id === other.passage.knowledge_id || one.passage.language !== other.passage.language) continue;
      const isSameHeading = isWithin(one.heading, other.heading) || isWithin(other.heading, one.heading);
      const least = isSameHeading ? SHARED_MIN.sameHeading : SHARED_MIN.otherHeading;
      if (one.statements.some((left) => other.statements.some((right) => contradict(left, right, least)))) return { one, other };
    }
  }
  return undefined;
}

function contradict(left: Statement, right: Statement, least: number): boolean {
  const shared = [...left.lexemes].filter((lexeme) => right.lexemes.has(lexeme)).length;
  if (shared < least || shared < Math.min(left.lexemes.size, right.lexemes.size)) return false;
  const stated = (facts: Fact[]) => facts.filter((fact) => !fact.isWeak && fact.kind !== 'link' && fact.kind !== 'phone');
  const [here, there] = [stated(left.facts), stated(right.facts)];
  return here.some((fact) => {
    const rivals = there.filter((other) => other.kind === fact.kind && measureOf(other.unit) === measureOf(fact.unit));
    return rivals.length > 0 && !factStands(fact, there) && rivals.every((rival) => !factStands(rival, here));
  });
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((lexeme) => all.has(lexeme));
}
