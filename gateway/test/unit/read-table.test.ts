import { describe, expect, it } from 'vitest';
import { readCsv, readXlsx } from '../../src/sources/parsing/read-table.ts';
import { makeXlsx } from '../support/make-files.ts';

const csv = (text: string, name = 'prices.csv') => readCsv(Buffer.from(text), name).texts;

describe('a table of questions', () => {
  it.each([
    ['English', 'Question,Answer'],
    ['English, the other way round', 'Answer,Question'],
    ['German', 'Frage;Antwort'],
    ['Spanish', 'Pregunta,Respuesta'],
    ['French', 'Question,Réponse'],
    ['Arabic', 'السؤال,الجواب'],
    ['Chinese', '问题,答案'],
    ['with more columns', 'Id,Question,Topic,Answer'],
    ['in capitals and with spaces', ' QUESTION , ANSWER '],
  ])('is a FAQ, entry by entry: %s', (_name, head) => {
    const sign = head.includes(';') ? ';' : ',';
    const cells: Record<string, string> = { id: '1', topic: 'x' };
    const line = (question: string, answer: string) =>
      head
        .split(sign)
        .map((name) => cells[name.trim().toLowerCase()] ?? (/^(answer|antwort|respuesta|réponse|الجواب|答案)$/i.test(name.trim()) ? answer : question))
        .join(sign);
    const texts = csv([head, line('When do you open?', 'At nine.'), line('Where are you?', 'By the sea.'), line('', 'No question.')].join('\n'));
    expect(texts).toEqual([
      { format: 'faq', title: 'When do you open?', content: 'At nine.' },
      { format: 'faq', title: 'Where are you?', content: 'By the sea.' },
    ]);
  });
});

describe('any other table', () => {
  it('is a list whose lines say what their figures are', () => {
    expect(csv('Country,Price,Days\nAustria,5.90,2\nItaly,,4\n')).toEqual([
      { format: 'markdown', title: 'prices', content: '- Austria · Price: 5.90 · Days: 2\n- Italy · Days: 4' },
    ]);
  });

  it.each([
    ['a comma', ','],
    ['a semicolon', ';'],
    ['a tab', '\t'],
    ['a bar', '|'],
  ])('is understood with %s between its cells', (_name, sign) => {
    expect(csv(['Country', 'Price'].join(sign).concat('\n', ['Austria', '5.90'].join(sign)))[0]?.content).toBe('- Austria · Price: 5.90');
  });

  it('may have quotes, line breaks in cells, a mark at its beginning and other line ends', () => {
    const [text] = csv('\uFEFFName,Note\r\n"Dough, sweet","He said ""fine""\nand left"\r\nBread,"5"" long"\r\n\r\n');
    expect(text?.content).toBe('- Dough, sweet · Note: He said "fine" and left\n- Bread · Note: 5" long');
  });

  it('may have lines that are longer or shorter than its head', () => {
    expect(csv('Country,Price\nAustria\nItaly,4,more\n')[0]?.content).toBe('- Austria\n- Italy · Price: 4 · more');
  });

  it('of one line has no head', () => {
    expect(csv('Austria,5.90')[0]?.content).toBe('- Austria · 5.90');
  });

  it.each([
    ['UTF-16, as Excel writes it', Buffer.from('\uFEFFStraße\tPreis\nGrößer Weg\t5 €\n', 'utf16le')],
    ['windows-1252, as Excel writes it', Buffer.from('Straße;Preis\nGrößer Weg;5 \x80\n', 'latin1')],
    ['UTF-8', Buffer.from('Straße;Preis\nGrößer Weg;5 €\n')],
  ])('is understood in %s', (_name, bytes) => {
    expect(readCsv(bytes, 'a.csv').texts[0]?.content).toBe('- Größer Weg · Preis: 5 €');
  });

  it.each([
    ['is empty', ''],
    ['has nothing but empty lines', '\n\n,,\n\n'],
    ['has a head only of empty cells', ',,,\n,,,\n'],
    ['has more lines than are read', 'a,b\n'.repeat(20_001)],
  ])('is refused with a reason when it %s', (_name, text) => {
    expect(() => csv(text)).toThrow(/rows/);
  });

  it('with an open quote is refused', () => {
    expect(() => csv(`a,b\n"${'x,'.repeat(1_000_000)}`)).toThrow('cannot be read as CSV');
  });
});

describe('a workbook', () => {
  it('is read sheet by sheet, with dates as dates', async () => {
    const file = makeXlsx({
      Prices: [
        ['Country', 'Price', 'From'],
        ['Austria', 5.9, new Date('2026-03-01')],
        ['Italy', 4, new Date('2026-12-24T18:30:00Z')],
      ],
      Questions: [
        ['Question', 'Answer'],
        ['When do you open?', 'At nine.'],
      ],
    });
    expect((await readXlsx(file, 'shop.xlsx')).texts).toEqual([
      { format: 'markdown', title: 'shop — Prices', content: '- Austria · Price: 5.9 · From: 2026-03-01\n- Italy · Price: 4 · From: 2026-12-24T18:30:00Z' },
      { format: 'faq', title: 'When do you open?', content: 'At nine.' },
    ]);
  });

  it('of one sheet is called as its file', async () => {
    expect(
      (
        await readXlsx(
          makeXlsx({
            Sheet1: [
              ['Country', 'Price'],
              ['Austria', 5.9],
            ],
          }),
          'prices.xlsx',
        )
      ).texts[0]?.title,
    ).toBe('prices');
  });

  it.each([
    ['without rows', makeXlsx({ Empty: [] })],
    ['that is none', Buffer.from('PK\x03\x04 nothing')],
    [
      'cut off',
      makeXlsx({
        A: [
          ['Country', 'Price'],
          ['Austria', 5.9],
        ],
      }).subarray(0, 600),
    ],
  ])('%s is refused with a reason', async (_name, file) => {
    await expect(readXlsx(file, 'a.xlsx')).rejects.toThrow(/no rows|damaged/);
  });
});
