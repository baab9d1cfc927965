import type { Citation } from '@netia/protocol';
import { describe, expect, it } from 'vitest';
import { bareWords, plainText, writeAnswer } from '../../tidio-bridge/plain-text.ts';

const citation = (more: Partial<Citation>): Citation => ({
  n: 1,
  title: 'Delivery and returns',
  title_path: ['Delivery and returns', 'Delivery'],
  url: 'https://shop.invalid/delivery',
  quote: '',
  document_id: 'd',
  chunk_id: 'c',
  span: { start: 0, end: 0 },
  as_of: '',
  ...more,
});

describe('an answer in a window that shows marks as they are', () => {
  it.each([
    ['Plain words, 2 * 3 = 6 and a_name_here.', 'Plain words, 2 * 3 = 6 and a_name_here.'],
    ['**Bold** and *slanted* and `code`.', 'Bold and slanted and code.'],
    ['# Heading\n\nText', 'Heading\n\nText'],
    ['1. One\n2. Two\n\n- a\n- b', '1. One\n2. Two\n\n- a\n- b'],
    ['* a\n* b', '* a\n* b'],
    ['See [the page](https://shop.invalid/a).', 'See the page (https://shop.invalid/a).'],
    ['[https://shop.invalid/a](https://shop.invalid/a)', 'https://shop.invalid/a'],
    ['[click](javascript:alert) or [mail](mailto:a@b.invalid)', 'click or mail'],
    ['![a cup](https://shop.invalid/cup.png)', 'a cup (https://shop.invalid/cup.png)'],
    ['يكلف الكيس **11 يورو**.', 'يكلف الكيس 11 يورو.'],
  ])('%j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });

  it('has its sources below it, each with its number, and only addresses of the web', () => {
    expect(
      writeAnswer('It costs **4.50**.', [
        citation({}),
        citation({ n: 2, title: 'Visit', title_path: ['Visit'], url: 'ftp://x' }),
        citation({ n: 3, url: null }),
      ]),
    ).toBe('It costs 4.50.\n\n[1] Delivery and returns – Delivery https://shop.invalid/delivery\n[2] Visit\n[3] Delivery and returns – Delivery');
    expect(writeAnswer('Hello!', [])).toBe('Hello!');
    expect(writeAnswer('', [])).toBe('');
  });
});

describe('our own words', () => {
  it.each([
    'It costs € 4.50.\n\n[1] Delivery https://a.invalid',
    '<p>It costs &euro; 4.50.<br>\n[1] Delivery <a href="https://a.invalid">https://a.invalid</a></p>',
    ' It  costs € 4.50. [1] Delivery https://a.invalid ',
  ])('are known as %j', (text) => {
    expect(bareWords(text)).toBe('Itcosts4501Deliveryhttpsainvalid');
  });

  it('are not what a person writes', () => {
    expect(bareWords('It costs € 4.50, and I am Tomek.')).not.toBe(bareWords('It costs € 4.50.'));
  });

  // Found in time that grows with the square of the text, each of these would take minutes: the test's own limit is the check.
  it.each(['<', '[', '*', '`', '&#', '![]('])('are found in a text made to be slow of %j', (piece) => {
    expect(bareWords(piece.repeat(20_000))).toBeTypeOf('string');
    expect(plainText(piece.repeat(2_000))).toBeTypeOf('string');
  });
});
