import { describe, expect, it } from 'vitest';
import { slipsBetween } from '../../src/knowledge/slips-between.ts';

describe('slips of the finger between two words', () => {
  it.each([
    ['ferry', 'ferry', 0],
    ['fery', 'ferry', 1],
    ['ferrry', 'ferry', 1],
    ['fevry', 'ferry', 1],
    ['frery', 'ferry', 1],
    ['brekfsat', 'breakfast', 2],
    ['', 'ferry', 5],
    ['ذهاب', 'ذهب', 1],
    ['😀a', '😀b', 1],
  ])('%s, %s: %i', (a, b, slips) => {
    expect(slipsBetween(a, b)).toBe(slips);
    expect(slipsBetween(b, a)).toBe(slips);
  });
});
