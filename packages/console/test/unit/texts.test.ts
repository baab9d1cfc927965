import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knowledge } from '../../src/texts/en/knowledge.tsx';
import { start } from '../../src/texts/en/start.tsx';
import { chooseLanguage } from '../../src/texts/language.ts';
import { wordsIn } from '../support/words-in.ts';

const SOURCES = join(import.meta.dirname, '../../src');
/** What looks like words and is none: names of keys and classes, a selector, and the code that people put on their pages. */
const NO_WORDS: Record<string, string[]> = {
  'api/client.ts': ['Refused'],
  'api/use-shortcuts.ts': ['input, textarea, select, [contenteditable], dialog'],
  'pages/Inbox.tsx': ['j, k'],
  'pages/site/Snippet.tsx': [
    '<script async src="',
    "const script = document.createElement('script');",
    "\\n  return () => window.Netia?.('destroy');\\n}, []);",
  ],
};

test('every word that the console says is in texts/, where it can be translated', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: SOURCES, exclude: ['texts/**', 'pages/settings/proof-code.ts'] }).sort();
  const found = files.flatMap((file) =>
    wordsIn(file, readFileSync(join(SOURCES, file), 'utf8'))
      .filter(({ words }) => !NO_WORDS[file]?.includes(words))
      .map(({ line, words }) => `packages/console/src/${file}:${line} says “${words}”`),
  );
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(40);
});

test.each([
  ['text of JSX', '<p>\n  Read it\n</p>', 2],
  ['text between elements', '<p><b>{name}</b> is read</p>', 1],
  ['a string as a child', "<p>{isRead ? 'read' : t.waiting}</p>", 1],
  ['a string behind a condition', "<p>{isRead && ' · read'}</p>", 1],
  ['words around a value', `<p>{\`\${count} read\`}</p>`, 1],
  ['a string that a child function returns', "<ul>{rows.map((row) => row.name ?? 'nobody')}</ul>", 1],
  ['a table within a child', "<p>{{ pending: 'waiting' }[status]}</p>", 1],
  ['an attribute that is heard', '<nav aria-label="menu" />', 1],
  ['an attribute that is shown', '<input placeholder="search" />', 1],
  ['a prop of our own', "<Field label={isNew ? 'name' : t.name} />", 1],
  ['a hint of our own', '<Field hint="shown once" />', 1],
  ['a question', `confirm(\`remove \${name}?\`)`, 1],
  ['an error', "new Error('gone')", 1],
  ['a table of names', "const NAMES = {\n  new: 'New',\n}", 2],
  ['a list of pairs', "const VIEWS = [['mine', 'seen by me']]", 1],
])('%s is found', (_what, source, line) => {
  expect(wordsIn('Planted.tsx', source).map((found) => found.line)).toEqual([line]);
});

test('what is for the browser or the API is left alone', () => {
  const source = `
    import { Field } from './Field.tsx';
    const Page = later(async () => (await import('./pages/Page.tsx')).Page);
    type View = 'List of all' | 'Board';
    const at = await call('GET', '/v1/admin/leads', { status: 'new' });
    <form class="card wide" onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.reset()}>
      <Field label={t.name} name="name" autocomplete="off" /> · {number(3)} {status === 'ended' ? t.ended : t.by['day']}
    </form>;`;
  expect(wordsIn('Planted.tsx', source)).toEqual([]);
});

test.each([
  [['en-GB', 'de'], 'en', 'en-GB'],
  [['de-AT', 'EN-us'], 'en', 'EN-us'],
  [['ja'], 'en', 'en'],
  [[], 'en', 'en'],
])('a browser in %j is spoken to in %s, with dates as in %s', (tags, language, locale) => {
  expect(chooseLanguage(tags)).toEqual({ language, locale });
});

test('one of something is not said as several', () => {
  expect([start.ready(1), start.ready(2)]).toEqual(['One text is ready to answer from.', '2 texts are ready to answer from.']);
  expect([knowledge.passages.wordsIndexed(1), knowledge.passages.wordsIndexed(0)]).toEqual(['one word indexed', '0 words indexed']);
});
