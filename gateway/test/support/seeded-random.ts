/** Chance that can be repeated: TEST_SEED gives the same run again. Print the seed with whatever fails. */
export interface SeededRandom {
  readonly seed: number;
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from 0 up to but not including `below`. */
  below(below: number): number;
  pick<T>(list: readonly T[]): T;
}

export function seededRandom(seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000)): SeededRandom {
  // mulberry32: whole numbers of 32 bits only, so nothing is lost to rounding and no short circle is entered.
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (most: number) => Math.floor(next() * most);
  return { seed, next, below, pick: <T>(list: readonly T[]) => list[below(list.length)] as T };
}
