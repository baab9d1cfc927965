import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { htmlToMarkdown } from '../../src/knowledge/html-to-markdown.ts';
import { splitUnits } from '../../src/knowledge/parse-markdown.ts';
import { splitDocument } from '../../src/knowledge/split-document.ts';
import { hasTooManyLines, tameMarkdown } from '../../src/knowledge/tame-markdown.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GUIDES = readdirSync(join(ROOT, 'docs/guides')).filter((name) => name.endsWith('.md'));

/** F-1 in what a text alone can do: each of these took its parser minutes, or all of its stack. */
const BOMBS: [what: string, text: string][] = [
  ['quotes in quotes', '>'.repeat(40_000)],
  ['lists in lists', '- '.repeat(40_000)],
  ['numbers in numbers', '1) '.repeat(40_000)],
  ['lists in lists, line by line', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n')],
  ['emphasis that never ends', 'a* '.repeat(50_000)],
  ['links that never end', '[a]('.repeat(30_000)],
  ['images that never end', '!['.repeat(30_000)],
  ['code that never ends', 'a``'.repeat(30_000)],
];

describe('a text made to break its parser', () => {
  it.each(BOMBS)('of %s is cut like any other, and quoted as it is', (_what, bomb) => {
    const text = `${bomb} Words.`;
    const passages = splitDocument(text);
    expect(passages.length).toBeGreaterThan(0);
    for (const { body, start, end } of passages) expect(text.slice(start, end)).toBe(body);
    for (const unit of splitUnits(text)) expect(text.slice(unit.start, unit.end)).toBe(unit.text);
  });

  it.each(['<title', '<head', '<body', '<body>', '<h1 a', '<div>', '<b>', '<table><tr><td>', '<a ', '<!--'])('of %s is read as HTML', (tag) => {
    expect(htmlToMarkdown(`<p>Before.</p>${tag.repeat(50_000)}`).markdown).toContain('Before.');
  });

  it('of more lines than are worth cutting is told by them, and a long table is not', () => {
    expect(hasTooManyLines('a\n\n'.repeat(20_001))).toBe(true);
    expect(hasTooManyLines('a\n\n'.repeat(20_000))).toBe(false);
    expect(hasTooManyLines('| a | b |\n'.repeat(40_000))).toBe(false);
  });
});

describe('a text that people write', () => {
  it.each(GUIDES)('as in docs/guides/%s comes back as it is', (name) => {
    const text = readFileSync(join(ROOT, 'docs/guides', name), 'utf8');
    expect(tameMarkdown(text)).toBe(text);
  });

  it('keeps lists, quotes and code where a paragraph has more marks than anybody writes', () => {
    const many = '*a* '.repeat(400);
    const text = `> ${many}\n\n- one ${many}\n- two\n\n\`\`\`\n${many}\n\`\`\`\n`;
    expect(splitUnits(text).map(({ kind }) => kind)).toEqual(['sentence', 'item', 'item', 'code']);
  });
});
