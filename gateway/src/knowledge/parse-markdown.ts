import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { toString as textOf } from 'mdast-util-to-string';
import { gfmTable } from 'micromark-extension-gfm-table';
import { type Span, splitSentences } from './split-sentences.ts';
import { tameMarkdown } from './tame-markdown.ts';

export function parseMarkdown(markdown: string): Root {
  return fromMarkdown(tameMarkdown(markdown), { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
}

/** Where a node stands in its text, in UTF-16 units. */
export function placeOf(node: Nodes): { start: number; end: number } {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}

/** A heading's or paragraph's words without its Markdown. */
export function wordsOf(node: Nodes): string {
  return textOf(node).replace(/\s+/g, ' ').trim();
}

/** What can be quoted by itself: a sentence, a list item, a table row, a block of code. */
export interface Unit extends Span {
  kind: 'sentence' | 'item' | 'row' | 'code';
}

/** The quotable units of a passage, in order. Links and emphasis stay inside them, as written. */
export function splitUnits(markdown: string): Unit[] {
  const units: Unit[] = [];
  const cut = (node: Nodes, kind: Unit['kind']) => {
    const { start, end } = placeOf(node);
    units.push({ kind, start, end, text: markdown.slice(start, end) });
  };
  const walk = (node: Nodes): void => {
    switch (node.type) {
      case 'paragraph': {
        const place = placeOf(node);
        for (const s of splitSentences(markdown.slice(place.start, place.end))) {
          units.push({ kind: 'sentence', text: s.text, start: place.start + s.start, end: place.start + s.end });
        }
        break;
      }
      case 'listItem':
        cut(node, 'item');
        break;
      case 'table': {
        // The names of the columns say nothing by themselves.
        const [head, ...rows] = node.children;
        for (const row of rows.length > 0 || !head ? rows : [head]) cut(row, 'row');
        break;
      }
      case 'code':
        cut(node, 'code');
        break;
      case 'heading':
      case 'html':
      case 'thematicBreak':
        break;
      default:
        if ('children' in node) for (const child of node.children) walk(child);
    }
  };
  walk(parseMarkdown(markdown));
  return units;
}
