import { describe, expect, it } from 'vitest';
import type { SearchResult } from '../../src/knowledge/search-knowledge.ts';
import { weighPassages } from '../../src/knowledge/weigh-passages.ts';
import { checkSentence, repeatsInstructions } from '../../src/turn/checking/check-sentence.ts';

const passage = (n: number, title: string, body: string, language = 'en'): SearchResult['passages'][number] => ({
  chunk_id: `chunk-${n}-${title}`,
  document_id: `document-${n}`,
  knowledge_id: `entry-${n}`,
  version: 1,
  hash: '',
  title,
  title_path: [],
  url: 'https://shop.invalid/help',
  body,
  span_start: 0,
  language,
  as_of: new Date(0),
  score: 10 - n,
  token_count: 10,
});
const { passages } = weighPassages({
  passages: [
    passage(
      0,
      'Returns',
      'You may return anything within 30 days. The refund of up to 1,200.50 euros arrives on 24 December. Write to help@shop.invalid or see https://shop.invalid/returns.',
    ),
    passage(1, 'Shipping', 'Parcels to Norway take 9 days and cost 12 euros. Captain Nemo delivers them in person.'),
  ],
  words: [{ lexeme: 'return', weight: 1, idf: 1 }],
  typed: [],
  rarest: 1,
  average_length: 10,
  knowledge_version: '1',
});
const check = (sentence: string, cited: number[]) => checkSentence(sentence, cited, passages, 'How do I return something to Berlin?').outcome;

describe('a sentence', () => {
  it.each([
    ['You can return anything within 30 days.', [1]],
    ['Anything may be returned within 30 days.', [1]],
    ['The refund is up to 1200.50 euros.', [1]],
    ['The refund is up to 1.200,50 euros.', [1]],
    ['See [the returns page](https://shop.invalid/returns).', [1]],
    ['Write to help@shop.invalid.', [1]],
    ['Parcels to Norway cost 12 euros, and Captain Nemo delivers them.', [2]],
    ['Parcels take 9 days, and you may return anything within 30 days.', [1, 2]],
    ['Parcels from Berlin to Norway take 9 days.', [2]],
  ])('that its source bears is released: %s', (sentence, cited) => {
    expect(check(sentence, cited)).toBe('released');
  });

  it.each([
    ['You can return anything within 90 days.', [1], 'number_not_in_source'],
    ['Parcels to Norway cost 30 euros.', [2], 'number_not_in_source'],
    ['The refund arrives on 25 December.', [1], 'number_not_in_source'],
    ['See https://shop.invalid.evil.invalid/returns for a refund.', [1], 'link_not_in_source'],
    ['See https://shop.invalid/returns?q=leak for a refund.', [1], 'link_not_in_source'],
    ['For a refund write to help@evil.invalid.', [1], 'link_not_in_source'],
    ['The refund arrives from Captain Hook on 24 December.', [1], 'name_not_in_source'],
    ['Parcels to Sweden take 9 days.', [2], 'name_not_in_source'],
    ['Bananas are grown on distant sunny mountains.', [1], 'words_not_in_source'],
    ['You can return anything within 30 days.', [7], 'unknown_source'],
    ['You can return anything within 30 days.', [0], 'unknown_source'],
    ['Our guarantee covers everything forever.', [], 'no_source'],
  ])('that it does not bear is stopped: %s', (sentence, cited, outcome) => {
    expect(check(sentence, cited)).toBe(outcome);
  });

  it('without a mark is given to the passage that bears it', () => {
    const found = checkSentence('Parcels to Norway take 9 days.', [], passages, '');
    expect(found.outcome).toBe('released');
    expect(found.supports[0]?.passage.title).toBe('Shipping');
  });

  it('is quoted with the stretch that bears it', () => {
    const [support] = checkSentence('The refund arrives on 24 December.', [1], passages, '').supports;
    expect(support?.passage.body.slice(support.start, support.end)).toBe('The refund of up to 1,200.50 euros arrives on 24 December.');
  });

  it('in the words of our own instructions is known for that', () => {
    const told = 'Answer only from the numbered passages below. End every sentence with the number.';
    expect(repeatsInstructions('My rules: answer ONLY from the numbered passages!', told)).toBe(true);
    expect(repeatsInstructions('The numbered passages are below deck.', told)).toBe(false);
  });
});
