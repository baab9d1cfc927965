import type { AiSettings } from '@netia/protocol';
import { plainText } from '../knowledge/plain-text.ts';
import type { Evidence, WeighedPassage, WeighedUnit } from '../knowledge/weigh-passages.ts';
import type { AnswerWriter } from './write-answer.ts';

/** Words a single quotation may have; more reads like a page, and visitors stop reading. */
const WORDS_MAX = 90;
/** Up to so many words what stands around the best sentences is quoted too. None: these alone, 34 words on average on squad2-en. */
const FILLED_TO: Record<AiSettings['quotes'], number> = { short: 0, medium: 68, long: 120 };
/** A whole short passage (a FAQ answer) is quoted as it stands: its author wrote it to be read together. */
const WHOLE_PASSAGE_WORDS_MAX = 70;
/** Another unit, or a second passage, is added only if it speaks of this much more of the question. */
const GAIN_MIN = 0.12;
const ITEMS_MAX = 8;
/** With less room than this no second passage is begun. */
const ROOM_MIN = 20;

/**
 * Answers by quoting, with no model: the units that speak most of the question, in the order their author wrote them,
 * with the source of each. Nothing is reworded, so nothing can be made up.
 */
export function quoteSources(writer: AnswerWriter, evidence: Evidence, length: AiSettings['quotes'] = 'short'): void {
  const [first, second] = evidence.passages;
  if (!first) return;
  const fillTo = FILLED_TO[length];
  const quoted = quote(writer, first, new Set(), fillTo);
  if (!second) return;
  const room = fillTo - quoted.words;
  const addsMuch = gain(second.units, quoted.found) >= GAIN_MIN && second.rank > 0.75 * first.rank;
  if (addsMuch || (room > ROOM_MIN && second.rank > 0.6 * first.rank)) quote(writer, second, quoted.found, Math.max(0, room));
}

/** Quotes one passage. @returns the question's words that have been spoken of so far, and how many words were quoted. */
function quote(writer: AnswerWriter, passage: WeighedPassage, before: ReadonlySet<string>, fillTo: number): { found: Set<string>; words: number } {
  const found = new Set(before);
  const chosen = wordCount(passage.body) <= WHOLE_PASSAGE_WORDS_MAX ? passage.units : fill(passage.units, chooseUnits(passage.units, found), fillTo);
  const support = { passage, start: chosen[0]?.start ?? 0, end: chosen.at(-1)?.end ?? passage.body.length };
  let previous: WeighedUnit | undefined;
  for (const unit of chosen) {
    for (const word of unit.found) found.add(word);
    const opening = previous === undefined ? writer.paragraph : joint(previous, unit);
    writer.say(opening + asShown(unit), [support]);
    previous = unit;
  }
  return { found, words: chosen.reduce((sum, unit) => sum + wordCount(unit.text), 0) };
}

/** What stands before and after, nearest first and what speaks more of the question before the other, as long as there is room. */
function fill(units: WeighedUnit[], chosen: WeighedUnit[], fillTo: number): WeighedUnit[] {
  let [from, to] = [units.indexOf(chosen[0] as WeighedUnit), units.indexOf(chosen.at(-1) as WeighedUnit)];
  let words = chosen.reduce((sum, unit) => sum + wordCount(unit.text), 0);
  for (;;) {
    const [before, after] = [units[from - 1], units[to + 1]];
    const next = before && (!after || before.coverage > after.coverage) ? before : after;
    if (!next || words + wordCount(next.text) > fillTo) break;
    words += wordCount(next.text);
    if (next === before) from--;
    else to++;
  }
  return units.slice(from, to + 1);
}

/**
 * The best unit, then those next to it as long as they add something: neighbours keep the thought whole, and a sentence
 * that announces a list or an example brings it along.
 */
function chooseUnits(units: WeighedUnit[], found: ReadonlySet<string>): WeighedUnit[] {
  const best = units.reduce<number>((at, unit, i) => (unit.coverage > (units[at]?.coverage ?? -1) ? i : at), 0);
  let [from, to] = [best, best];
  let words = wordCount(units[best]?.text ?? '');
  const spoken = new Set([...found, ...(units[best]?.found ?? [])]);
  const take = (at: number): boolean => {
    const unit = units[at];
    if (!unit || words + wordCount(unit.text) > WORDS_MAX) return false;
    words += wordCount(unit.text);
    for (const word of unit.found) spoken.add(word);
    if (at < from) from = at;
    else to = at;
    return true;
  };
  // A pronoun or connective at the start points at the sentence before; an item belongs under its introduction.
  if (leansBack(units[from]) || units[from]?.kind === 'item' || units[from]?.kind === 'code') {
    let intro = from - 1;
    while (intro >= 0 && from - intro <= ITEMS_MAX && units[intro]?.kind === units[best]?.kind) intro--;
    if (units[intro]?.kind === 'sentence' && (units[intro]?.text.endsWith(':') || intro === from - 1)) for (let at = from - 1; at >= intro && take(at); at--);
  }
  for (let step = 0; step < 2; step++) {
    const next = units[to + 1];
    if (next?.kind !== 'sentence' || (gain([next], spoken) < GAIN_MIN && wordCount(units[best]?.text ?? '') > 12)) break;
    if (!take(to + 1)) break;
  }
  if (units[to]?.text.endsWith(':')) {
    const announced = to;
    while (to - announced < ITEMS_MAX && units[to + 1] && units[to + 1]?.kind !== 'sentence' && take(to + 1));
    // An announcement of something that does not fit is better left out, unless it is all there is.
    if (to === announced && to > from) to--;
  }
  return units.slice(from, to + 1);
}

/** The most of the question that one of the units would add to what has been spoken of, as a share of its own coverage. */
function gain(units: WeighedUnit[], spoken: ReadonlySet<string>): number {
  return Math.max(
    0,
    ...units.map((unit) => (unit.found.size === 0 ? 0 : (unit.coverage * [...unit.found].filter((word) => !spoken.has(word)).length) / unit.found.size)),
  );
}

const LEANS_BACK = /^(it|its|they|them|their|this|that|these|those|he|she|then|there|such|otherwise|instead|however|so|but|and|or)\b/i;

function leansBack(unit: WeighedUnit | undefined): boolean {
  return unit !== undefined && LEANS_BACK.test(plainText(unit.text));
}

function joint(before: WeighedUnit, unit: WeighedUnit): string {
  if (before.kind === 'code' || unit.kind === 'code') return '\n\n';
  if (before.kind === 'sentence' && unit.kind === 'sentence') return ' ';
  return before.kind === unit.kind ? '\n' : '\n\n';
}

/** A unit as it reads in an answer: soft line breaks closed, a table row as its cells. */
function asShown(unit: WeighedUnit): string {
  if (unit.kind === 'code') return unit.text;
  if (unit.kind === 'row') return `- ${plainText(unit.text)}`;
  return unit.kind === 'item' ? unit.text.replace(/\n(?!\s*(?:[-*+]|\d+[.)])\s)\s*/g, ' ') : unit.text.replace(/\s*\n\s*/g, ' ');
}

function wordCount(text: string): number {
  return text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu)?.length ?? 0;
}
