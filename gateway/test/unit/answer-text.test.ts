import type { Citation } from '@netia/protocol';
import { HOSTILE_PAYLOADS } from '@netia/testkit/hostile-payloads';
import { POISONED_SOURCES } from '@netia/testkit/poisoned-sources';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { splitText, type TextStyle, writeAnswer, writeText } from '../../src/channels/answer-text.ts';

const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
const STYLES = ['crisp', 'html', 'plain'] as const;
const ADDRESS = /^(https?:\/\/|mailto:|tel:)/i;
const citation = (title: string, url: string | null = null): Citation => ({ title, title_path: [], url }) as unknown as Citation;

/** What a reader of Markdown finds in a text of ours, that it should not: the witness for what we send to Crisp. */
function marksIn(text: string): string[] {
  const found = [...(text.match(/\$\{|!\[/g) ?? [])];
  const walk = (node: Nodes): void => {
    if (node.type === 'image' || node.type === 'imageReference' || node.type === 'html') found.push(node.type);
    if ((node.type === 'link' || node.type === 'definition') && !ADDRESS.test(node.url)) found.push(`${node.type} ${node.url}`);
    if ('children' in node) for (const child of node.children) walk(child);
  };
  walk(fromMarkdown(text));
  return found;
}

/** The same for HTML: what is no tag of ours with no attribute of ours. */
function tagsIn(html: string): string[] {
  const tags = html.match(/<[^>]*>?/g) ?? [];
  const ours = /^<(\/?(p|strong|em|code|pre|ul|ol|li|blockquote|a)|br|a href="(https?:&?[^"<>]*|https?:\/\/[^"<>]*|mailto:[^"<>]*|tel:[^"<>]*)")>$/i;
  return [...tags.filter((tag) => !ours.test(tag)), ...(html.replace(/<[^>]*>/g, '').match(/[<>"']/g) ?? [])];
}

function wordsOf(node: Nodes): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(wordsOf).join(' ') : 'alt' in node ? (node.alt ?? '') : '';
}

function faultsIn(style: TextStyle, markdown: string): string[] {
  const text = writeText(style, markdown);
  const withSource = writeAnswer(style, 'Yes.', [citation(markdown.slice(0, 200)), citation(markdown.slice(0, 200), 'https://shop.example/a')], 'Source:');
  if (style === 'crisp') return [...marksIn(text), ...marksIn(withSource)];
  if (style === 'html') return [...tagsIn(text), ...tagsIn(withSource)];
  // Shown as it is: nothing in it is a mark. What was a link to elsewhere has lost its address, unless it stood there as a word.
  const schemes = /(javascript|data|vbscript|file|blob|intent):/gi;
  return (text.match(schemes) ?? []).slice((wordsOf(fromMarkdown(markdown)).match(schemes) ?? []).length);
}

describe('Markdown in the form of Crisp', () => {
  it.each([
    ['bold', '**a** and __b__', '**a** and **b**'],
    ['italics', '*a* and _b_', '*a* and *b*'],
    ['both', '***a***', '***a***'],
    ['underlines are none', 'snake__case', 'snake_ _case'],
    ['a heading', '## Returns\n\nFree.', '**Returns**\n\nFree.'],
    ['code', 'Type `npm "x"`.', 'Type `npm "x"`.'],
    ['a block of code', '```js\nlet a = b[0];\n```', '```\nlet a = b[0];\n```'],
    ['a list', '- a\n- b', '* a\n* b'],
    ['a numbered list', '3. a\n4. b', '3. a\n4. b'],
    ['a list in a list', '- a\n  - b\n    1. c\n- d', '* a\n* b\n1. c\n* d'],
    ['a quote', '> a\n>\n> b', '> a\n> \n> b'],
    ['a line break', 'a  \nb', 'a\nb'],
    ['a table', '| Order | State |\n| --- | --- |\n| 7731 | **sent** |', 'Order | State\n7731 | **sent**'],
    ['a link', '[our *page*](https://shop.example/a?b=c)', '[our *page*](https://shop.example/a?b=c)'],
    ['a link as itself', '<https://shop.example/a>', 'https://shop.example/a'],
    ['a link to elsewhere', '[x](javascript:alert(1)) [y](data:text/html,z) [z](//shop.example) [v](vbscript:a)', 'x y z v'],
    ['a link of mail and telephone', '[us](mailto:help@shop.example) [us](tel:+4755501234)', '[us](mailto:help@shop.example) [us](tel:+4755501234)'],
    ['an image', 'a ![a chart](https://canary.invalid/p.png) b', 'a a chart b'],
    ['raw HTML', 'a <b>b</b> <img src=x onerror=alert(1)>\n\n<div>c</div>\n\nd', 'a b \n\nd'],
    ['a rule', 'a\n\n---\n\nb', 'a\n\nb'],
    ["Crisp's own marks", `\\\${youtube}[label](https://shop.example/v)`, '$ {youtube}[label](https://shop.example/v)'],
  ])('%s', (_name, markdown, expected) => {
    expect(writeText('crisp', markdown)).toBe(expected);
  });

  // Each of these came out live once: escapes, entities and dropped parts join what stood apart.
  it.each([
    ['an escaped bang before a link', 'Look\\![x](https://canary.invalid/p.png)'],
    ['a bang, a dropped tag, a link', '!<b></b>[x](https://canary.invalid/p.png)'],
    ['an escaped image', '\\!\\[x\\](https://canary.invalid/p.png)'],
    ['an escaped link', '\\[click\\](javascript:alert(1))'],
    ['a link of entities', '&#91;x&#93;(javascript:alert(1))'],
    ['a link around a dropped tag', '\\[x\\]<!-- -->(javascript:alert(1))'],
    ['a definition', '\\[x\\]: javascript:alert(1)\n\n[x]'],
    ['a dollar, a dropped tag, a brace', '$<!-- -->{youtube}[l](id)'],
    ['a dollar of an entity', '&#36;{youtube}[l](id)'],
    ['a dollar before a dropped image', '$![][x]{youtube}\n\n[x]: https://canary.invalid'],
    ['a brace in an address', `[x](https://shop.example/\${youtube})`],
    ['a brace in a bare address', `<https://shop.example/\${youtube}>`],
    ['HTML of entities', '&lt;img src=x onerror=alert(1)&gt;'],
    ['HTML around a dropped tag', '&lt;<!-- -->img src=x onerror=alert(1)>'],
    ['a fence within a fence', '````\n```\n[x](javascript:alert(1)) <img src=x>\n````'],
    ['a backtick in code', '`` a`[x](javascript:alert(1))`b ``'],
    ['an alt text full of marks', `![\${a} \\![x\\](https://canary.invalid)](https://x.y/z)`],
    ['an address that closes its bracket', '[a](<https://shop.example/?a=)[x](javascript:alert(1)>)'],
  ])('holds no mark that was smuggled in: %s', (_name, markdown) => {
    expect(faultsIn('crisp', markdown)).toEqual([]);
    expect(faultsIn('html', markdown)).toEqual([]);
  });

  it('says so when there is one: the witness is not blind', () => {
    expect(marksIn('![x](https://a.b/c)')).toContain('image');
    expect(marksIn('[x](javascript:a)')).toEqual(['link javascript:a']);
    expect(marksIn(`\${x} <b>`)).toEqual(['${', 'html']);
    expect(tagsIn('<p onclick="a">x</p>')).toEqual(['<p onclick="a">']);
    expect(tagsIn('<a href="javascript:a">x</a>')).toHaveLength(1);
    expect(tagsIn('<p>a < b</p>').length).toBeGreaterThan(0);
  });
});

describe('the hostile texts', () => {
  const texts = [...HOSTILE_PAYLOADS, ...POISONED_SOURCES].map(({ name, text }) => [name, text] as const);
  it('are all there', () => {
    expect([HOSTILE_PAYLOADS.length, POISONED_SOURCES.length]).toEqual([150, 60]);
  });

  it.each(STYLES)('leave no mark of theirs in the style %s', (style) => {
    const faults = texts.flatMap(([name, text]) => faultsIn(style, text).map((fault) => `${name}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it(`leave none when they are mixed (TEST_SEED=${seed})`, () => {
    const pieces = [
      '!',
      '[',
      ']',
      '(',
      ')',
      '$',
      '{',
      '}',
      '<',
      '>',
      '`',
      '\\',
      '&#91;',
      '&#33;',
      '<!-- -->',
      '<b>',
      'https://a.b/c',
      'javascript:x',
      'img src=x',
      ' ',
      '\n',
      '\n\n',
      'x',
      '_',
      '*',
      ':',
      '> ',
      '- ',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (chosen) => {
        const markdown = chosen.join('');
        expect([markdown, ...faultsIn('crisp', markdown), ...faultsIn('html', markdown)]).toEqual([markdown]);
      }),
      { seed, numRuns: 1_500 },
    );
  });
});

describe('Markdown as HTML and as plain text', () => {
  it.each([
    ['marks', '**a** & *b* `c<d`', '<p><strong>a</strong> &#38; <em>b</em> <code>c&#60;d</code></p>', 'a & b c<d'],
    ['quotes', `"a" 'b'`, '<p>&#34;a&#34; &#39;b&#39;</p>', `"a" 'b'`],
    ['a link', '[x & y](https://shop.example/?a=1&b="2")', '<p>x &#38; y</p>', 'x & y'],
    [
      'a link with two words',
      '[x](https://shop.example/?a=1&b=2)',
      '<p><a href="https://shop.example/?a=1&#38;b=2">x</a></p>',
      'x (https://shop.example/?a=1&b=2)',
    ],
    ['a mail address', '<help@shop.example>', '<p><a href="mailto:help@shop.example">help@shop.example</a></p>', 'help@shop.example'],
    ['a list', '- a\n- b\n  - c', '<ul><li>a</li><li>b<br><ul><li>c</li></ul></li></ul>', '- a\n- b\n- c'],
    ['a numbered list', '1. a\n2. b', '<ol><li>a</li><li>b</li></ol>', '1. a\n2. b'],
    ['a table', '| A | B |\n| - | - |\n| 1 | <i>2</i> |', '<p>A | B<br>1 | 2</p>', 'A | B\n1 | 2'],
    ['code', '```\na < b\n```', '<pre>a &#60; b</pre>', 'a < b'],
    ['a quote', '> a', '<blockquote><p>a</p></blockquote>', 'a'],
  ])('%s', (_name, markdown, html, plain) => {
    expect(writeText('html', markdown)).toBe(html);
    expect(writeText('plain', markdown)).toBe(plain);
  });
});

describe('the sources', () => {
  it('stand below the answer, each once, with the address where there is one', () => {
    const sources = [
      citation('Delivery', 'https://shop.example/d'),
      citation('Delivery', 'https://shop.example/d'),
      citation('Returns'),
      citation('', 'javascript:alert(1)'),
    ];
    expect(writeAnswer('crisp', 'Yes.', sources, 'Sources:')).toBe('Yes.\n\nSources: [Delivery](https://shop.example/d) · Returns · source');
    expect(writeAnswer('html', 'Yes.', sources, 'Sources:')).toBe(
      '<p>Yes.</p><p>Sources: <a href="https://shop.example/d">Delivery</a> · Returns · source</p>',
    );
    expect(writeAnswer('plain', 'Yes.', sources, 'Sources:')).toBe('Yes.\n\nSources: Delivery (https://shop.example/d) · Returns · source');
    expect(writeAnswer('crisp', 'Yes.', [], 'Sources:')).toBe('Yes.');
  });

  it('name the section too, unless it is the title', () => {
    const source = { title: 'Delivery', title_path: ['Delivery', 'Norway'], url: null } as unknown as Citation;
    expect(writeAnswer('plain', 'Yes.', [source], 'Source:')).toBe('Yes.\n\nSource: Delivery – Norway');
    expect(writeAnswer('plain', 'Yes.', [{ ...source, title_path: ['Delivery'] }], 'Source:')).toBe('Yes.\n\nSource: Delivery');
  });
});

describe('a long text', () => {
  it.each([
    ['ends a piece at a paragraph', `${'a'.repeat(50)}\n\n${'b'.repeat(60)}`, 100, ['a'.repeat(50), 'b'.repeat(60)]],
    ['rather than at a line', `${'a'.repeat(40)}\n\n${'b'.repeat(20)}\n${'c'.repeat(60)}`, 100, ['a'.repeat(40), `${'b'.repeat(20)}\n${'c'.repeat(60)}`]],
    ['else at a line', `${'a'.repeat(50)}\n${'b'.repeat(60)}`, 100, ['a'.repeat(50), 'b'.repeat(60)]],
    ['else at a sentence', `${'a'.repeat(50)}. ${'b'.repeat(30)} ${'c'.repeat(60)}`, 100, [`${'a'.repeat(50)}.`, `${'b'.repeat(30)} ${'c'.repeat(60)}`]],
    ['else at a blank', `${'a'.repeat(50)} ${'b'.repeat(60)}`, 100, ['a'.repeat(50), 'b'.repeat(60)]],
    ['else anywhere', 'a'.repeat(150), 100, ['a'.repeat(100), 'a'.repeat(50)]],
    ['that fits is left whole', 'a'.repeat(100), 100, ['a'.repeat(100)]],
    ['of nothing is nothing', ' \n ', 100, []],
    ['never cuts a character in two', `${'a'.repeat(99)}😀😀`, 100, ['a'.repeat(99), '😀😀']],
  ])('%s', (_name, text, max, expected) => {
    expect(splitText(text, max)).toEqual(expected);
  });

  it(`is all there in pieces that are not too long, whatever it holds (TEST_SEED=${seed})`, () => {
    const pieces = fc.constantFrom('word', 'longerword', ' ', '. ', '\n', '\n\n', '😀', 'é', '👩‍👩‍👧', 'x'.repeat(70));
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 80 }), fc.integer({ min: 50, max: 120 }), (chosen, max) => {
        const text = chosen.join('');
        const split = splitText(text, max);
        expect(split.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        for (const piece of split) {
          expect(piece.length).toBeLessThanOrEqual(max);
          expect(piece).not.toBe('');
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});
