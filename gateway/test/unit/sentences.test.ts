import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/knowledge/split-sentences.ts';
import { readSentences } from '../../src/turn/read-sentences.ts';

describe('splitSentences', () => {
  it.each([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    ['Mr. Smith came at 3 p.m. to the St. James hall. He left.', ['Mr. Smith came at 3 p.m. to the St. James hall.', 'He left.']],
    ['It costs 3.50 euros. Version 1.2.3 is out.', ['It costs 3.50 euros.', 'Version 1.2.3 is out.']],
    ['今日は晴れ。明日は雨。', ['今日は晴れ。', '明日は雨。']],
    ['هل هذا مجاني؟ نعم.', ['هل هذا مجاني؟', 'نعم.']],
    ['Quay 4\nHarbour Street\nOpen daily', ['Quay 4', 'Harbour Street', 'Open daily']],
    [
      `${'A line that was full when it broke, because its editor wraps at seventy'}\nso it goes on. And ends.`,
      ['A line that was full when it broke, because its editor wraps at seventy\nso it goes on.', 'And ends.'],
    ],
    ['...', []],
    ['', []],
  ])('%j', (text, expected) => {
    expect(splitSentences(text).map((sentence) => sentence.text)).toEqual(expected);
  });

  it('gives each sentence its place in the text', () => {
    const text = '  First one.  Second\n\n- third ';
    for (const sentence of splitSentences(text)) expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
  });
});

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function read(text: string, size: number) {
  const found = [];
  for await (const sentence of readSentences(inPieces(text, size))) found.push(sentence);
  return found;
}

describe('readSentences', () => {
  const text = 'Returns are free [1]. You have 30 days [1, 2].\n- Bring it back [3]\n- Or post it. [3] Dr. Who pays 3.50 euros [2]!';
  const whole = [
    { text: 'Returns are free.', cited: [1] },
    { text: ' You have 30 days.', cited: [1, 2] },
    { text: '\n- Bring it back', cited: [3] },
    { text: '\n- Or post it.', cited: [3] },
    { text: ' Dr. Who pays 3.50 euros!', cited: [2] },
  ];
  it.each([1, 2, 3, 5, 8, 200])('finds the same sentences and sources in pieces of %d characters', async (size) => {
    const found = await read(text, size);
    expect(found.map(({ text: sentence, cited }) => ({ text: sentence.trim(), cited }))).toEqual(
      whole.map(({ text: sentence, cited }) => ({ text: sentence.trim(), cited })),
    );
  });

  it('leaves no mark in the text, and loses nothing else', async () => {
    const found = await read(text, 4);
    expect(
      found
        .map((sentence) => sentence.text)
        .join('')
        .replace(/\s+/g, ' '),
    ).toBe(text.replace(/\s*\[[\d, ]+\]/g, '').replace(/\s+/g, ' '));
  });

  it('does not show what a broken stream left unfinished', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'Whole [1]. Half a sen';
      throw new Error('cut');
    }
    const found: string[] = [];
    await expect(async () => {
      for await (const sentence of readSentences(broken())) found.push(sentence.text);
    }).rejects.toThrow('cut');
    expect(found).toEqual(['Whole.']);
  });
});
