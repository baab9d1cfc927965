import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeText } from '../../src/knowledge/analyze-text.ts';
import { detectLanguage, withoutQuestionWords } from '../../src/knowledge/languages.ts';
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

describe('a word is found in its other forms', () => {
  it.each([
    ['ko', '배송은', '배송'],
    ['pl', 'zwrotów', 'zwroty'],
    ['cs', 'doručení', 'doručením'],
    ['el', 'παράδοσης', 'παράδοση'],
    ['bg', 'доставката', 'доставки'],
    ['uk', 'доставку', 'доставка'],
    ['sr', 'достава', 'dostave'],
    ['ro', 'livrarea', 'livrare'],
    ['hu', 'szállítást', 'szállítás'],
    ['hi', 'किताबों', 'किताब'],
    ['fa', 'كتابي', 'کتابی'],
  ])('in %s: %s and %s', (language, one, other) => {
    expect(analyzeText(one, language)).toEqual(expect.arrayContaining(analyzeText(other, language)));
  });
});

describe('withoutQuestionWords', () => {
  it.each([
    ['zh', 'JAXR是什么？', 'jaxr'],
    ['zh', '《宇宙奇兵》在台湾台播出的时间？', undefined],
    ['zh', '为什么？', undefined],
    ['ja', 'バヤズィト1世の母親は、誰か?', 'バヤズィト1世の母親は、'],
    ['ko', '배송은 얼마나 걸리나요?', '배송은'],
    ['en', 'What is it?', undefined],
  ])('of a question in %s, %s, leaves what it is about', (language, question, about) => {
    const rest = withoutQuestionWords(question, language);
    if (about === undefined) expect(rest).toBe(question);
    else expect(rest.toLowerCase()).toContain(about);
    expect(rest).not.toMatch(about === undefined ? /$^/ : /什么|誰|얼마나/);
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
    ['반품은 며칠 안에 할 수 있나요?', 'ko'],
    ['Ile mam czasu na zwrot tego, co kupiłem?', 'pl'],
    ['Kolik mám času na vrácení zboží, které jsem koupil?', 'cs'],
    ['Cât timp am la dispoziție pentru a returna ceva ce am cumpărat?', 'ro'],
    ['Mennyi időm van arra, hogy visszaküldjem, amit vettem?', 'hu'],
    ['Berapa lama saya bisa mengembalikan barang yang sudah saya beli?', 'id'],
    ['Колико времена имам да вратим оно што сам купио?', 'sr'],
    ['Koliko vremena imam da vratim ono što sam kupio?', 'sr'],
    ['Скільки часу в мене є, щоб повернути те, що я купив?', 'uk'],
    ['Колко време имам, за да върна нещо, което съм купил?', 'bg'],
    ['Сколько у меня есть времени, чтобы вернуть купленное?', 'ru'],
    ['Πόσο χρόνο έχω για να επιστρέψω κάτι που αγόρασα;', 'el'],
    ['मैंने जो खरीदा है उसे वापस करने के लिए मेरे पास कितना समय है?', 'hi'],
    ['برای پس دادن چیزی که خریده‌ام چقدر وقت دارم؟', 'fa'],
  ])('%s', (text, language) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
