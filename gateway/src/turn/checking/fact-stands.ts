import { type Fact, readFacts } from './read-facts.ts';

/** Numbers up to this one are written in letters or digits as it comes. */
const SMALL = 20;

/** Whether a fact stands among those of the source: as the same thing, and with the same unit where both say one. */
export function factStands(fact: Fact, source: Fact[]): boolean {
  const has = (kind: Fact['kind'], fits: (value: string, other: Fact) => boolean) =>
    source.some((other) => other.kind === kind && other.values.some((value) => fits(value, other)));
  const isSame = (value: string) => fact.values.includes(value);
  const [value = ''] = fact.values;
  switch (fact.kind) {
    case 'link': {
      const digits = value.replace(/\D/g, '').replace(/^0+/, '');
      if (/^[+\d\s()-]+$/.test(value)) return has('phone', (other) => other === digits);
      // A host alone is where all its pages are.
      return has('link', (other) => isSame(other) || (!value.includes('/') && !other.includes('@') && other.split('/')[0] === value));
    }
    case 'phone':
      return has('phone', (other) => sameEnd(other, value)) || has('number', (other) => other.length >= 6 && sameEnd(other, value));
    case 'month':
      return has('month', isSame) || has('date', (other) => isSame(other.split('-')[0] ?? ''));
    case 'time':
      return has('time', isSame) || has('number', (other, { unit }) => unit === '' && fact.values.includes(String(Number(other) * 60)));
    case 'number': {
      // The source's own "ninety" is not copied as 90: a model told to copy numbers only does so with small ones.
      const isCopied = (other: Fact) => !other.isWord || fact.isWord === true || Number(value) <= SMALL;
      const fitsUnit = (unit: string) => unit === fact.unit || fact.unit === '' || (unit === '' && source.some((other) => other.unit === fact.unit));
      return (
        has('number', (other, said) => isSame(other) && isCopied(said) && fitsUnit(said.unit)) ||
        (fact.unit === '' &&
          (has('time', (other) => isSame(String(Number(other) / 60))) || has('date', (other) => isSame(other.split('-')[1] ?? '')) || has('phone', isSame)))
      );
    }
    default:
      return has(fact.kind, isSame);
  }
}

/** Telephone numbers are one with and without the prefix of their country. */
function sameEnd(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}

/** Whether two clauses state a fact in common. */
export function hasFactOf(clause: string, other: string, language: string): boolean {
  const there = readFacts(other, [language]);
  return readFacts(clause, [language]).some((fact) => !fact.isWeak && factStands(fact, there));
}
