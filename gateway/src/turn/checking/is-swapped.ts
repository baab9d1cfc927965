import { factStands } from './fact-stands.ts';
import { findNames } from './find-names.ts';
import { measureOf } from './measure-of.ts';
import type { Source } from './read-source.ts';
import { readStatements, type Statement, wordsOf } from './read-statements.ts';
import { isAmong } from './word-stands.ts';

/** Verbs that announce a fact of whatever subject. */
const ANNOUNCES =
  /^(?:costs?|price|prices|pay|pays|take|takes|last|lasts|charg|start|end|kost|kostet|betrag|betragt|dau|dauert|preis|cuest|cost|tard|dur|precio|cout|prend|prix|prezz|dura)$/;

type Words = Pick<Statement, 'lexemes' | 'facts'>;

/** A fact or name whose place in the source says what it is said of. */
interface Anchor {
  kind: string;
  lexemes: ReadonlySet<string>;
  isIn: (other: Statement) => boolean;
  isRival: (other: Statement) => boolean;
}

/**
 * Whether a fact or name was moved to another subject: what the sentence says around it stands around another fact of its
 * kind, and nothing speaks for the place where it does stand. "Express costs 4.90" where standard does.
 */
export function isSwapped(said: string, source: Source): boolean {
  return readStatements([{ text: said, kind: 'sentence' }], source.language).some((statement) =>
    anchorsOf(statement, source.language).some((anchor) => {
      const homes = source.statements.filter(anchor.isIn);
      const rivals = source.statements.filter(anchor.isRival);
      return (
        homes.length > 0 &&
        (homes.every((home) => rivals.some((rival) => speaksFor(statement, rival, home, anchor, source.heading))) ||
          homes.every((home) => hasOtherSubject(statement, home, source.statements)))
      );
    }),
  );
}

function anchorsOf(statement: Statement, language: string): Anchor[] {
  const anchors: Anchor[] = statement.facts
    .filter(({ isWeak }) => !isWeak)
    .map((fact) => ({
      kind: fact.kind,
      lexemes: new Set(),
      // The unit may stand in another sentence than the number.
      isIn: (other) =>
        factStands(fact, other.facts) ||
        other.facts.some(({ kind, unit, values }) => kind === fact.kind && unit === '' && values.some((value) => fact.values.includes(value))),
      isRival: (other) =>
        !factStands(fact, other.facts) &&
        other.facts.some(({ kind, unit, isWeak }) => !isWeak && kind === fact.kind && measureOf(unit) === measureOf(fact.unit)),
    }));
  // German nouns all look like names.
  const names = language === 'de' ? [] : findNames(statement.text, language).map(({ text }) => new Set(wordsOf(text, language)));
  for (const [i, name] of names.entries()) {
    const next = [...(names[i + 1] ?? [])];
    // "Amira Haddad" is one name.
    if (statement.text.toLowerCase().includes([...name, ...next].join(' '))) for (const lexeme of next) name.add(lexeme);
  }
  for (const lexemes of names) {
    const speaksOf = (other: Statement, name: ReadonlySet<string>) => [...name].every((lexeme) => other.lexemes.has(lexeme));
    anchors.push({
      kind: 'name',
      lexemes,
      isIn: (other) => speaksOf(other, lexemes),
      isRival: (other) =>
        !speaksOf(other, lexemes) && findNames(other.text, language).some((name) => !speaksOf(statement, new Set(wordsOf(name.text, language)))),
    });
  }
  return anchors;
}

/** Whether a statement speaks of what another sentence is about, and not of what the sentence is about that has its fact. */
function hasOtherSubject(statement: Words, home: Statement, all: Statement[]): boolean {
  const { subject, lexemes } = home.sentence;
  if (!subject || isAmong(subject, statement.lexemes)) return false;
  return all.some(({ sentence: other }) => other.subject !== undefined && isAmong(other.subject, statement.lexemes) && !isAmong(other.subject, lexemes));
}

/**
 * Whether a statement's words and other facts speak for `rival` rather than for `home`: some stand only there, and either
 * none only here or, within one sentence whose parts share their verb, all that is proper to the rival and not all that is
 * proper to the home.
 */
function speaksFor(statement: Words, rival: Statement, home: Statement, anchor: Anchor, heading: ReadonlySet<string>): boolean {
  const words = [...statement.lexemes].filter((lexeme) => !heading.has(lexeme) && !anchor.lexemes.has(lexeme) && !ANNOUNCES.test(lexeme));
  const facts = statement.facts.filter((fact) => fact.kind !== anchor.kind);
  const only = (here: Statement, there: Statement) =>
    words.filter((lexeme) => isAmong(lexeme, here.lexemes) && !isAmong(lexeme, there.lexemes)).length +
    facts.filter((fact) => factStands(fact, here.facts) && !factStands(fact, there.facts)).length;
  if (only(rival, home) === 0) return false;
  if (only(home, rival) === 0) return true;
  const isSaid = (here: Statement, there: Statement) =>
    [...here.lexemes].every((lexeme) => isAmong(lexeme, there.lexemes) || isAmong(lexeme, statement.lexemes)) &&
    here.facts.every((fact) => fact.isWeak || fact.kind === anchor.kind || factStands(fact, there.facts) || factStands(fact, statement.facts));
  return rival.sentence === home.sentence && isSaid(rival, home) && !isSaid(home, rival);
}
