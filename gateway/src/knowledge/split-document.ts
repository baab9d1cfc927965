import type { Nodes } from 'mdast';
import { parseMarkdown, placeOf, wordsOf } from './parse-markdown.ts';
import { splitSentences } from './split-sentences.ts';

/** A passage of a document: its headings, its words, and where they stand in the document's text (UTF-16 units). */
export interface Passage {
  titlePath: string[];
  body: string;
  start: number;
  end: number;
}

/** Passages are filled up to this; about 150 words: one thought, and a dozen fit into a prompt. */
const LENGTH_WANTED = 900;
/** A single block (a long paragraph, list or table) is cut apart beyond this. */
const LENGTH_MAX = 1_400;

/**
 * Cuts a Markdown document into passages along its own structure: never across a heading, between blocks where it can
 * be, inside a block (between list items, table rows, sentences) only where the block alone is too long.
 */
export function splitDocument(markdown: string): Passage[] {
  const passages: Passage[] = [];
  const path: { depth: number; words: string }[] = [];
  let open: { start: number; end: number } | undefined;

  const close = () => {
    if (open && markdown.slice(open.start, open.end).trim()) {
      passages.push({ titlePath: path.map((heading) => heading.words), body: markdown.slice(open.start, open.end), start: open.start, end: open.end });
    }
    open = undefined;
  };
  const add = (piece: { start: number; end: number }) => {
    if (open && piece.end - open.start > LENGTH_WANTED) close();
    if (open) open.end = piece.end;
    else open = { ...piece };
  };

  for (const block of parseMarkdown(markdown).children) {
    if (block.type === 'heading') {
      close();
      while (path.length && (path.at(-1)?.depth ?? 0) >= block.depth) path.pop();
      path.push({ depth: block.depth, words: wordsOf(block) });
    } else {
      for (const piece of piecesOf(block, markdown)) add(piece);
    }
  }
  close();
  return passages;
}

function* piecesOf(block: Nodes, markdown: string): Generator<{ start: number; end: number }> {
  const place = placeOf(block);
  if (place.end - place.start <= LENGTH_MAX) {
    yield place;
  } else if ('children' in block && ['list', 'table', 'blockquote', 'listItem'].includes(block.type)) {
    for (const child of block.children) yield* piecesOf(child, markdown);
  } else {
    const text = markdown.slice(place.start, place.end);
    for (const sentence of splitSentences(text)) {
      // A "sentence" without an end (minified code, a base64 blob) is cut by length.
      for (let at = sentence.start; at < sentence.end; at += LENGTH_MAX) {
        yield { start: place.start + at, end: place.start + Math.min(at + LENGTH_MAX, sentence.end) };
      }
    }
  }
}
