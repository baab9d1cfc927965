import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeText } from '../../src/knowledge/analyze-text.ts';
import { detectLanguage } from '../../src/knowledge/languages.ts';
import { splitUnits } from '../../src/knowledge/parse-markdown.ts';
import { splitDocument } from '../../src/knowledge/split-document.ts';

describe('splitDocument', () => {
  it('cuts at headings and keeps the path to each passage', () => {
    const passages = splitDocument('# Shop\n\nHello.\n\n## Returns\n\nThirty days.\n\n### Abroad\n\nSixty days.\n\n## Shipping\n\nNine days.');
    expect(passages.map(({ titlePath, body }) => [titlePath, body])).toEqual([
      [['Shop'], 'Hello.'],
      [['Shop', 'Returns'], 'Thirty days.'],
      [['Shop', 'Returns', 'Abroad'], 'Sixty days.'],
      [['Shop', 'Shipping'], 'Nine days.'],
    ]);
  });

  it('keeps a list, a table and a block of code whole while they fit, and cuts between their parts when they do not', () => {
    const list = Array.from({ length: 60 }, (_, i) => `- item ${i} with a few words to it`).join('\n');
    const passages = splitDocument(`Before.\n\n${list}\n\n\`\`\`js\nconst a = 1;\n\nconst b = 2;\n\`\`\``);
    expect(passages.length).toBeGreaterThan(1);
    for (const { body } of passages) expect(body.length).toBeLessThanOrEqual(1_400);
    expect(passages.flatMap(({ body }) => body.match(/item \d+/g) ?? [])).toEqual(Array.from({ length: 60 }, (_, i) => `item ${i}`));
    expect(passages.some(({ body }) => body.includes('const a = 1;\n\nconst b = 2;'))).toBe(true);
  });

  it('loses no word of any text, and its spans are true', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.lorem({ maxCount: 30 }),
            fc.constantFrom('\n\n', '\n', '# Heading\n\n', '- item\n', '> quote\n', '| a | b |\n|---|---|\n| c | d |\n', '`code`', '你好世界。', 'مرحبا. '),
          ),
          { maxLength: 40 },
        ),
        (pieces) => {
          const text = pieces.join(' ');
          const passages = splitDocument(text);
          for (const { body, start, end } of passages) expect(text.slice(start, end)).toBe(body);
          const words = (some: string) => (some.match(/[\p{L}\p{N}]+/gu) ?? []).sort();
          const kept = words([...passages.map((passage) => passage.body), ...passages.flatMap((passage) => passage.titlePath)].join(' '));
          for (const word of new Set(words(text.replace(/# Heading|#/g, '')))) expect(kept).toContain(word);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes a megabyte without a break in linear time', () => {
    expect(splitDocument('x'.repeat(1_000_000)).every(({ body }) => body.length <= 1_400)).toBe(true);
  });
});

describe('splitUnits', () => {
  it('finds what can be quoted by itself', () => {
    const units = splitUnits('First. Second.\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode\n```');
    expect(units.map(({ kind, text }) => [kind, text])).toEqual([
      ['sentence', 'First.'],
      ['sentence', 'Second.'],
      ['item', '1. one'],
      ['item', '2. two'],
      ['row', '| c | d |'],
      ['code', '```\ncode\n```'],
    ]);
  });
});

describe('analyzeText', () => {
  it.each([
    ['en', 'The Prices of running shoes, PRICED again', ['price', 'run', 'shoe', 'price']],
    ['de', 'Die Lieferungen und die Lieferung', ['liefer', 'liefer']],
    ['fr', 'Les écoles et l’école', ['ecol', 'ecol']],
    ['zh', '退货政策', ['退', '退货', '货', '货政', '政', '政策', '策']],
    ['ar', 'الْمَدْرَسَةُ', analyzeText('المدرسة', 'ar')],
    ['none', 'ＡＢＣ x1', ['abc', 'x1']],
  ])('in %s reads %j alike however it is written', (language, text, expected) => {
    expect(analyzeText(text, language)).toEqual(expected);
  });
});

describe('detectLanguage', () => {
  it.each([
    ['How long do I have to return a thing that I bought?', 'en'],
    ['Wie lange habe ich Zeit, um etwas zurückzugeben, das ich gekauft habe?', 'de'],
    ['¿Cuánto tiempo tengo para devolver algo que he comprado?', 'es'],
    ['Combien de temps ai-je pour retourner ce que j’ai acheté ?', 'fr'],
    ['Quanto tempo ho per restituire qualcosa che ho comprato?', 'it'],
    ['كم من الوقت لدي لإرجاع شيء اشتريته؟', 'ar'],
    ['購入した商品を返品するまでどのくらい時間がありますか', 'ja'],
    ['我有多长时间可以退货', 'zh'],
  ])('%s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
