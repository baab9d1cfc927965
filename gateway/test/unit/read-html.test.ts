import { describe, expect, it } from 'vitest';
import { UnreadableSource } from '../../src/sources/parsing/parsed-source.ts';
import { readHtml } from '../../src/sources/parsing/read-html.ts';

const ADDRESS = 'https://shop.example/help/returns?x=1';
const read = (html: string | Uint8Array, charset?: string) => readHtml(typeof html === 'string' ? Buffer.from(html) : html, ADDRESS, charset);
const page = (main: string, head = '<title>Returns · Harbour Shop</title>') =>
  `<!doctype html><html lang="en-GB"><head>${head}</head><body><header><a href="/">Harbour Shop</a></header><nav><a href="/menu">Menu entry</a></nav>
   <main><h1>Returns</h1>${main}</main><aside>Newsletter offer</aside><footer>All rights reserved <a href="/imprint">Imprint</a></footer><script>track()</script></body></html>`;
const LONG = 'You may send back what you do not like within thirty days, and we pay for the way back. '.repeat(6);

describe('the text of a page', () => {
  it('is its main part, without what stands around it', () => {
    const [text] = read(page(`<p>${LONG}</p>`)).texts;
    expect(text?.content).toContain('within thirty days');
    expect(text?.content).not.toMatch(/Menu entry|Newsletter|rights reserved|track\(\)/);
    expect([text?.title, text?.language, text?.format]).toEqual(['Returns', 'en', 'markdown']);
  });

  it.each([
    ['../returns', 'https://shop.example/returns'],
    ['?size=9', 'https://shop.example/help/shipping?size=9'],
    ['//other.example/x', 'https://other.example/x'],
    ['mailto:us@shop.example', 'mailto:us@shop.example'],
  ])('has a link to %s lead where it does on its page', (href, link) => {
    const bytes = Buffer.from(`<main><h1>Shipping</h1><p>How we ship, and what comes back, is said <a href="${href}">there</a>.</p></main>`);
    expect(readHtml(bytes, 'https://shop.example/help/shipping').texts[0]?.content).toContain(`[there](${link})`);
  });

  it('leads nowhere by what is no address', () => {
    const bytes = Buffer.from('<main><h1>Shipping</h1><p>How we ship is said <a href="javascript:alert(1)">there</a>.</p></main>');
    expect(readHtml(bytes, 'https://shop.example/help/shipping').texts[0]?.content).toContain('is said there.');
  });

  it('keeps tables, lists, headings and links as Markdown', () => {
    const [text] = read(
      page(
        `<p>${LONG}</p><h2>Costs</h2><table><tr><th>Country</th><th>Price</th></tr><tr><td>Austria</td><td>5.90 €</td></tr></table><ul><li>First take the label</li><li>Then the box</li></ul><p>See <a href="../contact">how to reach us</a>.</p>`,
      ),
    ).texts;
    expect(text?.content).toMatch(/## Costs/);
    expect(text?.content).toMatch(/\| Country \| Price \|/);
    expect(text?.content).toMatch(/\| Austria \| 5\.90 € \|/);
    expect(text?.content).toMatch(/[-*]\s+First take the label/);
    expect(text?.content).toContain('how to reach us');
  });

  it.each([
    [
      'without a head',
      '<table><tr><td>Boat</td><td>Seats</td><td>Price</td></tr><tr><td>Pedalo</td><td>4</td><td>9 €</td></tr></table>',
      '| Pedalo | 4 | 9 € |',
    ],
    ['of names and values', '<table><tr><td>Weight</td><td>5 kg</td></tr><tr><td>Colour</td><td>red</td></tr></table>', '- Weight: 5 kg\n- Colour: red'],
    ['of headings beside values', '<table><tr><th>Weight</th><td>5 kg</td></tr><tr><th>Colour</th><td>red</td></tr></table>', '- Weight: 5 kg\n- Colour: red'],
    [
      'with paragraphs and lists in its cells',
      '<table><tr><th>A</th><th>B</th></tr><tr><td><p>one</p><p>two</p></td><td><ul><li>x</li><li>y</li></ul></td></tr></table>',
      '| one two | x y |',
    ],
    [
      'with cells over several rows',
      '<table><tr><th>Zone</th><th>To</th><th>Price</th></tr><tr><td rowspan="2">EU</td><td>Italy</td><td>4</td></tr><tr><td>Spain</td><td>5</td></tr></table>',
      '| EU | Spain | 5 |',
    ],
    [
      'with cells over several columns',
      '<table><tr><th>Day</th><th>From</th><th>To</th></tr><tr><td>Sunday</td><td colspan="2">closed</td></tr></table>',
      '| Sunday | closed | closed |',
    ],
    ['with a bar in a cell', '<table><tr><th>A</th><th>B</th></tr><tr><td>x | y</td><td>z</td></tr></table>', '| x / y | z |'],
    [
      'that is a frame',
      '<table><tr><td><h2>Hours</h2><p>We open at nine.</p></td><td><p>Call us.</p></td></tr></table>',
      '## Hours\n\nWe open at nine.\n\nCall us.',
    ],
    ['in a table', '<table><tr><td><table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table></td></tr></table>', '| 1 | 2 |'],
    ['without rows', '<table></table><p>We open at nine.</p>', 'We open at nine.'],
  ])('has no table as HTML: one %s', (_name, table, expected) => {
    const content = read(`<html><body><main><p>${LONG}</p>${table}</main></body></html>`).texts[0]?.content.replace(/^-\s+/gm, '- ');
    expect(content).toContain(expected);
    expect(content).not.toMatch(/<\/?(table|td|tr|div)/);
  });

  it('of many small parts is all of them, and not the longest alone', () => {
    const questions = Array.from({ length: 12 }, (_, i) => `<section><h3>Question number ${i}?</h3><p>Answer number ${i} is short.</p></section>`).join('');
    const [text] = read(page(questions)).texts;
    for (let i = 0; i < 12; i++) expect(text?.content).toContain(`Answer number ${i} is short.`);
  });

  it('without <main> is what the body holds', () => {
    const [text] = read('<body><nav>Menu entry</nav><p>We open at nine.</p></body>').texts;
    expect(text?.content).toContain('We open at nine.');
    expect(text?.content).not.toContain('Menu entry');
  });

  it.each([
    ['all of them', '<!doctype html><title>Hours</title><meta name="robots" content="nofollow"><p>We open at nine.'],
    ['<body>', '<html lang="de"><head><title>Hours</title></head><p>We open at nine.</p></html>'],
    ['<head> and <body>', '<html lang="de"><title>Hours</title><p>We open at nine.</p></html>'],
    ['<head>', '<html lang="de"><title>Hours</title><body><p>We open at nine.</p></body></html>'],
    ['<html> and <head>', '<title>Hours</title><body><p>We open at nine.</p></body>'],
  ])('is read where the page leaves out %s, as HTML allows', (_name, html) => {
    const [text] = read(html).texts;
    expect([text?.title, text?.content, text?.language]).toEqual(['Hours', 'We open at nine.', html.includes('lang') ? 'de' : undefined]);
  });

  it.each(['', '   ', '<html></html>', '<body><script>x()</script></body>', '<img src=x>', '<!-- only a comment -->'])(
    'is nothing on an empty page: %j',
    (html) => {
      expect(read(html).texts.filter(({ content }) => /\w/.test(content))).toEqual([]);
    },
  );

  it('that is broken HTML is read as far as it goes', () => {
    const [text] = read(`<html><body><div><p>We open at <b>nine<p>and close at six</div></span></body><p>after the end`).texts;
    expect(text?.content).toMatch(/nine/);
    expect(text?.content).toMatch(/close at six/);
  });
});

describe('a title', () => {
  it.each([
    ['the heading, where the page is called after it', '<title>Returns · Harbour Shop</title>', 'Returns'],
    ["the page's own, where the heading is another", '<title>Sending back | Shop</title>', 'Sending back | Shop'],
    ['what it is shared as', '<meta property="og:title" content="Shared words"><title>Other</title>', 'Shared words'],
    ['the heading, where there is no other', '', 'Returns'],
  ])('is %s', (_name, head, expected) => {
    expect(read(page(`<p>${LONG}</p>`, head)).texts[0]?.title).toBe(expected);
  });

  it('is never longer than can be kept', () => {
    expect(read(page('<p>x</p>', `<title>${'long '.repeat(300)}</title>`)).texts[0]?.title.length).toBeLessThanOrEqual(500);
  });
});

describe('where a page leads', () => {
  const facts = (body: string, head = '') => read(`<html><head>${head}</head><body>${body}</body></html>`).page;

  it('is given as whole addresses, each once, also from menus', () => {
    const body =
      '<nav><a href="/menu">m</a></nav><a href="a">x</a><a href="./a">x</a><a href="//other.example/b">x</a><a href="?page=2">x</a><a href="#top">x</a><a>x</a>';
    expect(facts(body)?.links).toEqual([
      'https://shop.example/menu',
      'https://shop.example/help/a',
      'https://other.example/b',
      'https://shop.example/help/returns?page=2',
      'https://shop.example/help/returns?x=1#top',
    ]);
  });

  it('leaves out what is no page, and what it asks not to follow', () => {
    const body =
      '<a href="mailto:a@b">x</a><a href="javascript:x()">x</a><a href="tel:1">x</a><a href="http://[">x</a><a rel="external NoFollow" href="/ad">x</a>';
    expect(facts(body)?.links).toEqual([]);
  });

  it('begins at its base', () => {
    expect(facts('<a href="a">x</a>', '<base href="https://shop.example/docs/">')?.links).toEqual(['https://shop.example/docs/a']);
  });

  it('is remembered up to a limit', () => {
    expect(facts(Array.from({ length: 5_000 }, (_, i) => `<a href="/${i}">x</a>`).join(''))?.links).toHaveLength(2_000);
  });

  it('has its canonical address in it', () => {
    expect(facts('', '<link rel="canonical" href="/help/returns">')?.canonical).toBe('https://shop.example/help/returns');
    expect(facts('', '<link rel="canonical" href="mailto:x">')?.canonical).toBeUndefined();
  });

  it.each([
    ['<meta name="robots" content="noindex">', true, false],
    ['<meta name="ROBOTS" content="NoIndex, NoFollow">', true, true],
    ['<meta name="robots" content="none">', true, true],
    ['<meta name="robots" content="nofollow">', false, true],
    ['<meta name="netia" content="noindex">', true, false],
    ['<meta name="robots" content="index, follow, max-image-preview:large">', false, false],
    ['<meta name="googlebot" content="noindex">', false, false],
    ['<meta name="robots">', false, false],
    ['', false, false],
  ])('and whether it may be read: %s', (head, noindex, nofollow) => {
    expect(facts('', head)).toMatchObject({ noindex, nofollow });
  });
});

describe('the letters of a page', () => {
  const SENTENCE = 'Größe und Maße: für 5 € zurück';
  const html = (head: string) => `<html><head>${head}</head><body><p>${SENTENCE}</p></body></html>`;
  const latin = (text: string) => Buffer.from(text.replace('€', '\x80'), 'latin1');
  it.each<[string, Uint8Array, string?]>([
    ['UTF-8 that says nothing', Buffer.from(html(''))],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${html('')}`)],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${html('')}`, 'utf16le')],
    ['UTF-16 with a mark, the other way round', Buffer.from(`\uFEFF${html('')}`, 'utf16le').swap16()],
    ['windows-1252, as the page says', latin(html('<meta charset="windows-1252">'))],
    ['windows-1252, as the page says the long way', latin(html('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'))],
    ['windows-1252, as the server says', latin(html('')), 'iso-8859-1'],
    ['windows-1252 that nobody speaks of', latin(html(''))],
    ['UTF-8, as the server says against the page', Buffer.from(html('<meta charset="iso-8859-1">')), 'utf-8'],
    ['an encoding that nobody knows', Buffer.from(html('<meta charset="x-klingon">'))],
    ['UTF-16, as a page says that is none', Buffer.from(html('<meta charset="utf-16">'))],
  ])('are understood: %s', (_name, bytes, charset) => {
    expect(read(bytes, charset).texts[0]?.content).toContain(SENTENCE);
  });

  it('are understood where they are Japanese', () => {
    // "こんにちは" in Shift_JIS.
    const bytes = Buffer.concat([Buffer.from('<p>'), Buffer.from('82b182f182c982bf82cd', 'hex'), Buffer.from('</p>')]);
    expect(read(bytes, 'Shift_JIS').texts[0]?.content).toContain('こんにちは');
  });
});

describe('a page made to break what reads it', () => {
  it.each([
    ['nested a million deep', '<div>'.repeat(1_000_000)],
    ['nested 401 deep', `${'<div>'.repeat(401)}x${'</div>'.repeat(401)}`],
    ['nested by another element', '<b>'.repeat(100_000)],
    ['nested in SVG', `<svg>${'<g>'.repeat(10_000)}`],
  ])('is refused: %s', (_name, html) => {
    expect(() => read(html)).toThrow(UnreadableSource);
  });

  it('nested 390 deep is read', () => {
    expect(read(`${'<div>'.repeat(390)}We open at nine.${'</div>'.repeat(390)}`).texts[0]?.content).toContain('We open at nine.');
  });

  it.each([
    ['signs of the beginning of elements', '<a'.repeat(200_000)],
    ['an element without end', `<p ${'x'.repeat(1_000_000)}`],
    ['signs', '<'.repeat(20_000)],
    ['attributes', `<p ${'a=b '.repeat(100_000)}>x</p>`],
    ['tables', '<table><tr><td>'.repeat(100)],
    ['cells over everything', `<table>${'<tr>'.concat('<td colspan=9999 rowspan=9999>x</td>'.repeat(20)).repeat(200)}</table>`],
    ['entities', '&amp;'.repeat(10_000)],
    // Anything but read or refused would be minutes of work, which the test's own limit ends.
  ])('is read or refused: %s', (_name, html) => {
    let outcome: unknown;
    try {
      outcome = read(html).texts;
    } catch (error) {
      outcome = error;
    }
    expect(Array.isArray(outcome) || outcome instanceof UnreadableSource, String(outcome)).toBe(true);
  });
});
