import type { ComponentChildren } from 'preact';

/**
 * The little Markdown that answers use, as elements and never as HTML: paragraphs, lists, code, bold, emphasis, links.
 * Everything else stays the text it is. Works on a text that is still growing.
 */

/** Marks around a citation's number inside a text; characters of private use, which are taken out of what came from outside. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

/** The text of an answer with its citations marked; a run of segments on the same sources is marked once, at its end. */
export function markCitations(segments: { text: string; citations: number[] }[]): string {
  return segments
    .map(({ text, citations }, i) => {
      const clean = text.replace(/[\uE000\uE001]/g, '');
      const next = segments[i + 1];
      if (citations.length === 0 || (next && String(next.citations) === String(citations) && !next.text.startsWith('\n\n'))) return clean;
      const marks = citations.map((n) => `${OPEN}${n}${CLOSE}`).join('');
      const end = clean.search(/\s*$/);
      // Inside a code block a mark would be code; it goes behind the fence.
      return clean.trimEnd().endsWith('```') ? `${clean.trimEnd()}\n${marks}` : clean.slice(0, end) + marks + clean.slice(end);
    })
    .join('');
}

type Cite = (n: number) => ComponentChildren;

export function Markdown({ text, cite }: { text: string; cite: Cite }) {
  const blocks: ComponentChildren[] = [];
  // A fence that has not been closed yet is code to the end.
  const pieces = text.split(/^[ \t]*```[^\n]*\n?/m);
  pieces.forEach((piece, i) => {
    if (i % 2 === 1) blocks.push(<pre>{<code>{piece.replace(/\n$/, '')}</code>}</pre>);
    else for (const block of piece.split(/\n{2,}/)) if (block.trim()) blocks.push(...readBlock(block, cite));
  });
  return <>{blocks}</>;
}

const ITEM = /^\s*(?:[-*+•]|(\d+)[.)])\s+/;

function readBlock(block: string, cite: Cite): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let lines: string[] = [];
  let items: string[] = [];
  let isNumbered = false;
  const endLines = () => {
    if (lines.length > 0) out.push(<p>{lines.flatMap((line, i) => (i > 0 ? [<br />, ...readInline(line, cite)] : readInline(line, cite)))}</p>);
    lines = [];
  };
  const endItems = () => {
    const entries = items.map((item) => <li>{readInline(item, cite)}</li>);
    if (items.length > 0) out.push(isNumbered ? <ol>{entries}</ol> : <ul>{entries}</ul>);
    items = [];
  };
  for (const line of block.split('\n')) {
    const item = ITEM.exec(line);
    if (item) {
      endLines();
      if (items.length > 0 && isNumbered !== Boolean(item[1])) endItems();
      isNumbered = Boolean(item[1]);
      items.push(line.slice(item[0].length));
    } else if (items.length > 0 && (/^\s{2,}/.test(line) || /^\uE000/.test(line))) {
      items.push(`${items.pop()} ${line.trim()}`);
    } else if (line.trim()) {
      endItems();
      const heading = /^#{1,6}\s+(.*)/.exec(line);
      lines.push(heading ? `**${heading[1]}**` : line);
    }
  }
  endLines();
  endItems();
  return out;
}

const INLINE =
  /\\([!-/:-@[-`{-~])|`([^`]+)`|\*\*(.+?)\*\*|(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])|!?\[([^\]\n]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)[^)\n]*\)|(https?:\/\/[^\s<>"'\uE000]*[^\s<>"'\uE000.,;:!?)\]])|\uE000(\d+)\uE001/u;

function readInline(text: string, cite: Cite): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    if (match.index > 0) out.push(rest.slice(0, match.index));
    const [whole, escaped, code, bold, emphasis, label, target, address, n] = match;
    if (escaped !== undefined) out.push(escaped);
    else if (code !== undefined) out.push(<code>{code}</code>);
    else if (bold !== undefined) out.push(<strong>{readInline(bold, cite)}</strong>);
    else if (emphasis !== undefined) out.push(<em>{readInline(emphasis, cite)}</em>);
    // An image would be a request to wherever the text says: its words are shown, nothing is fetched.
    else if (label !== undefined) out.push(whole.startsWith('!') ? label : <Link to={target ?? ''}>{label || target}</Link>);
    else if (address !== undefined) out.push(<Link to={address}>{address}</Link>);
    else out.push(cite(Number(n)));
    rest = rest.slice(match.index + whole.length);
  }
  if (rest) out.push(rest);
  return out;
}

export function Link({ to, children }: { to: string; children: ComponentChildren }) {
  const url = safeUrl(to);
  return url ? (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ) : (
    <>{children}</>
  );
}

/** Web, mail and telephone links; anything else (javascript:, data:, a relative path) is no link at all. */
function safeUrl(text: string): string | null {
  try {
    const url = new URL(text);
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
