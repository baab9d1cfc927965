import { describe, expect, it } from 'vitest';
import { writtenWords } from '../../src/knowledge/analyze-text.ts';
import { type ComparedText, compareTexts, spacedWords, type TypedWord } from '../../src/knowledge/compare-texts.ts';

const compare = (words: TypedWord[], texts: ComparedText[]) =>
  compareTexts(
    words,
    texts.map(({ heading, body }) => ({ heading: spacedWords(heading), body: spacedWords(body) })),
  );
const typed = (question: string, idf = 3): TypedWord[] => question.split(' ').map((word) => ({ word, weight: 1, idf }));
const best = (question: string, texts: { heading: string; body: string }[], by: 'grams' | 'stretch' | 'heading') => {
  const likeness = compare(typed(question), texts);
  return likeness.indexOf(likeness.toSorted((a, b) => b[by] - a[by])[0] as (typeof likeness)[number]);
};

describe('texts compared with a question letter by letter', () => {
  it('see other endings, compounds and slips of the finger, which whole words do not', () => {
    const texts = [
      { heading: '', body: 'Our cancellation fee is ten euros.' },
      { heading: '', body: 'The canteen is open at noon.' },
    ];
    expect(best('cancelling', texts, 'grams')).toBe(0);
    expect(best('cancelation', texts, 'grams')).toBe(0);
    expect(
      best(
        'Stornogebühren',
        [
          { heading: '', body: 'Die Gebühr für ein Storno' },
          { heading: '', body: 'Storchennest' },
        ],
        'grams',
      ),
    ).toBe(0);
  });

  it('prefer words that stand together to the same words far apart', () => {
    const filler = 'and then again there is much more to be said about many other things here '.repeat(4);
    const texts = [
      { heading: '', body: `free ${filler} parking ${filler} hotel` },
      { heading: '', body: `${filler} hotel free parking ${filler}` },
    ];
    expect(best('free hotel parking', texts, 'stretch')).toBe(1);
  });

  it('see pairs of characters that stand together, in scripts without spaces', () => {
    const words = writtenWords('東京の人口').map((word) => ({ word, weight: 1, idf: 3 }));
    const [apart, together] = compare(words, [
      { heading: '', body: '人は京都の口から東へ行く。' },
      { heading: '', body: '現在、東京の人口は千四百万人である。' },
    ]);
    expect(together?.stretch).toBe(1);
    expect(apart?.stretch).toBeLessThan(0.5);
  });

  it('tell a heading that asks the same from one that has the same words and more', () => {
    const texts = [
      { heading: 'How do I close an account that I opened for a friend abroad?', body: 'x' },
      { heading: 'How do I close my account?', body: 'x' },
    ];
    expect(best('how can I close my account', texts, 'heading')).toBe(1);
  });

  it('give shares between none and all: none for nothing in common, all for the question itself', () => {
    const [same, none] = compare(typed('shipping to norway'), [
      { heading: 'Shipping to Norway', body: '' },
      { heading: '', body: 'قطة' },
    ]);
    expect(same).toMatchObject({ stretch: 1, heading: 1 });
    expect(none).toEqual({ grams: 0, reached: 0, stretch: 0, heading: 0 });
    expect(same?.reached).toBeGreaterThan(0.5);
    expect(same?.reached).toBeLessThanOrEqual(1);
  });

  it('count words of earlier turns by their weight', () => {
    const words = [...typed('how long'), { word: 'norway', weight: 0.3, idf: 3 }];
    const [norway, other] = compare(words, [
      { heading: '', body: 'how long norway' },
      { heading: '', body: 'how long iceland' },
    ]);
    expect(norway?.stretch).toBeGreaterThan(other?.stretch ?? 1);
  });

  it('bear nothing to compare', () => {
    expect(compare([], [{ heading: 'a', body: 'b' }])).toEqual([{ grams: 0, reached: 0, stretch: 0, heading: 0 }]);
    expect(compare(typed('question'), [])).toEqual([]);
  });
});
