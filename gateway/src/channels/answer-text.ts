import type { Citation } from '@netia/protocol';
import type { Nodes, Parents, PhrasingContent, RootContent } from 'mdast';
import { parseMarkdown } from '../knowledge/parse-markdown.ts';

/** How a chat that is not ours writes what Markdown says. Text nodes come through `text` alone, so nothing else can smuggle marks in. */
interface Style {
  text(value: string): string;
  strong(inner: string): string;
  emphasis(inner: string): string;
  code(value: string): string;
  codeBlock(value: string): string;
  link(label: string, url: string): string;
  heading(inner: string): string;
  paragraph(inner: string): string;
  item(inner: string, number: number | null): string;
  list(items: string[], isOrdered: boolean): string;
  quote(inner: string): string;
  lineBreak: string;
  blockJoint: string;
  /** Goes over the whole once more: what was left out between two texts makes them neighbours. */
  finish(whole: string): string;
}

/**
 * Bold is ** and never __, which Crisp underlines; `${…}` is Crisp's own extension (players, buttons) and is broken up.
 * Without square brackets no text can become a link, an image or a definition, however it was escaped before.
 */
const CRISP: Style = {
  text: (value) => value.replace(/__/g, '_ _').replace(/\[/g, '(').replace(/\]/g, ')'),
  strong: (inner) => `**${inner}**`,
  emphasis: (inner) => `*${inner}*`,
  code: (value) => `\`${value.replace(/`/g, "'")}\``,
  codeBlock: (value) => `\`\`\`\n${value.replace(/`{3,}/g, "'''")}\n\`\`\``,
  link: (label, url) => {
    const target = url.replace(/[{}]/g, encodeURIComponent);
    return label === url ? target : `[${label.replace(/[[\]]/g, '')}](${target})`;
  },
  heading: (inner) => `**${inner}**`,
  paragraph: (inner) => inner,
  item: (inner, number) => `${number === null ? '*' : `${number}.`} ${inner}`,
  list: (items) => items.join('\n'),
  quote: (inner) => inner.replace(/^/gm, '> '),
  lineBreak: '\n',
  blockJoint: '\n\n',
  finish: (whole) =>
    whole
      .replace(/\$(?=\{)/g, '$ ')
      .replace(/!(?=\[)/g, '! ')
      .replace(/<(?=[a-z/!?])/gi, '< '),
};

/** For places that show text as it is: no marks at all, links by their address. */
const PLAIN: Style = {
  ...CRISP,
  text: (value) => value,
  strong: (inner) => inner,
  emphasis: (inner) => inner,
  code: (value) => value,
  codeBlock: (value) => value,
  link: (label, url) => (label === url || label === url.replace(/^mailto:|^tel:/, '') ? label : `${label} (${url.replace(/^mailto:|^tel:/, '')})`),
  heading: (inner) => inner,
  item: (inner, number) => `${number === null ? '-' : `${number}.`} ${inner}`,
  quote: (inner) => inner,
  finish: (whole) => whole,
};

const HTML: Style = {
  text: escapeHtml,
  strong: (inner) => `<strong>${inner}</strong>`,
  emphasis: (inner) => `<em>${inner}</em>`,
  code: (value) => `<code>${escapeHtml(value)}</code>`,
  codeBlock: (value) => `<pre>${escapeHtml(value)}</pre>`,
  link: (label, url) => `<a href="${escapeHtml(url)}">${label}</a>`,
  heading: (inner) => `<p><strong>${inner}</strong></p>`,
  paragraph: (inner) => `<p>${inner}</p>`,
  item: (inner) => `<li>${inner}</li>`,
  list: (items, isOrdered) => (isOrdered ? `<ol>${items.join('')}</ol>` : `<ul>${items.join('')}</ul>`),
  quote: (inner) => `<blockquote>${inner}</blockquote>`,
  lineBreak: '<br>',
  blockJoint: '',
  finish: (whole) => whole,
};

const STYLES = { crisp: CRISP, plain: PLAIN, html: HTML };
export type TextStyle = keyof typeof STYLES;

/** An answer with its sources below it, as the channel writes, cut so that both fit into so many characters. Images and raw HTML are left out, links but http(s), mailto and tel are shown by their label. */
export function writeAnswer(style: TextStyle, content: string, citations: readonly Citation[], sourcesWord: string): string {
  const marks = STYLES[style];
  const body = writeText(style, content);
  const sources = [...new Set(citations.map((citation) => writeSource(marks, citation)))];
  if (sources.length === 0) return body;
  const line = `${marks.text(sourcesWord)} ${sources.join(marks.text(' · '))}`;
  return marks.finish(`${body}${marks.blockJoint}${marks.paragraph(line)}`);
}

/** Markdown as the channel writes it. */
export function writeText(style: TextStyle, markdown: string): string {
  const marks = STYLES[style];
  return marks.finish(writeBlocks(marks, parseMarkdown(markdown).children));
}

function writeSource(marks: Style, { title, title_path, url }: Citation): string {
  const label = marks.text([title, title_path.at(-1)].filter((part, i, all) => part && all.indexOf(part) === i).join(' – ') || 'source');
  return url && isShowable(url) ? marks.link(label, url) : label;
}

function isShowable(url: string): boolean {
  return /^(https?:\/\/|mailto:|tel:)[^\s()<>"]+$/i.test(url);
}

function writeBlocks(marks: Style, nodes: readonly RootContent[]): string {
  return nodes
    .map((node) => writeBlock(marks, node))
    .filter((block) => block !== '')
    .join(marks.blockJoint);
}

function writeBlock(marks: Style, node: RootContent): string {
  switch (node.type) {
    case 'paragraph':
      return marks.paragraph(writeInline(marks, node.children));
    case 'heading':
      return marks.heading(writeInline(marks, node.children));
    case 'list':
      return marks.list(
        node.children.map((item, i) => marks.item(writeItem(marks, item), node.ordered ? (node.start ?? 1) + i : null)),
        node.ordered ?? false,
      );
    case 'code':
      return marks.codeBlock(node.value);
    case 'blockquote':
      return marks.quote(writeBlocks(marks, node.children));
    case 'table':
      // Few chats draw tables; one line a row can be read in all of them.
      return marks.paragraph(node.children.map((row) => row.children.map((cell) => writeInline(marks, cell.children)).join(' | ')).join(marks.lineBreak));
    case 'html':
    case 'definition':
    case 'thematicBreak':
      return '';
    default:
      return 'children' in node ? writeInline(marks, (node as Parents).children as PhrasingContent[]) : '';
  }
}

/** An item's paragraphs on its own line, lists within it below. */
function writeItem(marks: Style, item: { children: RootContent[] }): string {
  return item.children
    .map((child) => (child.type === 'paragraph' ? writeInline(marks, child.children) : writeBlock(marks, child)))
    .filter((part) => part !== '')
    .join(marks.lineBreak);
}

function writeInline(marks: Style, nodes: readonly PhrasingContent[]): string {
  return nodes.map((node) => writeSpan(marks, node)).join('');
}

function writeSpan(marks: Style, node: Nodes): string {
  switch (node.type) {
    case 'text':
      return marks.text(node.value);
    case 'strong':
      return marks.strong(writeInline(marks, node.children));
    case 'emphasis':
      return marks.emphasis(writeInline(marks, node.children));
    case 'inlineCode':
      return marks.code(node.value);
    case 'link': {
      const label = writeInline(marks, node.children);
      return isShowable(node.url) ? marks.link(label, node.url) : label;
    }
    case 'image':
      return marks.text(node.alt ?? '');
    case 'break':
      return marks.lineBreak;
    default:
      return 'children' in node ? writeInline(marks, node.children as PhrasingContent[]) : '';
  }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Cuts a text into pieces of at most so many characters: at paragraph ends, else at line ends, sentence ends, blanks, and at last anywhere. */
export function splitText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > max) {
    const head = rest.slice(0, max);
    const at = ['\n\n', '\n', '. ', ' '].map((joint) => head.lastIndexOf(joint)).find((found) => found > max / 3) ?? -1;
    // Never between the halves of a character outside the basic plane.
    const cut = at > 0 ? at + 1 : /[\uD800-\uDBFF]$/.test(head) ? max - 1 : max;
    pieces.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest ? [...pieces, rest] : pieces;
}
