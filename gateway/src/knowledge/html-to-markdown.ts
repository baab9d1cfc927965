import TurndownService from 'turndown';
import { tables } from 'turndown-plugin-gfm';
import { DEPTH_MAX, depthOf } from './html-depth.ts';

const turndown = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
turndown.use(tables);
// Not what the page says: scripts, forms and the frame around the text.
turndown.remove(['script', 'style', 'noscript', 'template', 'iframe', 'form', 'button', 'nav', 'footer', 'aside']);
// An image says nothing that can be quoted; its alternative text may.
turndown.addRule('images', {
  filter: 'img',
  replacement: (_content, node) => (node as unknown as { getAttribute(name: string): string | null }).getAttribute('alt') ?? '',
});

/**
 * The text of an HTML page or fragment as Markdown, and its <title> or first <h1> where there is one. Of one that is nested
 * deeper than a person would, its words alone: what builds a tree of it would run out of stack, after a long while.
 */
export function htmlToMarkdown(html: string): { markdown: string; title: string | undefined } {
  const title = /<title(?:\s[^<>]{0,1000})?>([^<]{1,500})<\/title>/i.exec(html)?.[1] ?? /<h1(?:\s[^<>]{0,1000})?>([^<]{1,500})<\/h1>/i.exec(html)?.[1];
  const body = bodyOf(html);
  const markdown = depthOf(body) > DEPTH_MAX ? body.replace(/<[^<>]*>/g, ' ') : turndown.turndown(body);
  return { markdown, title: title?.trim() || undefined };
}

/** Between the tags of the body where there are any, else all but the head. In one pass: a page may be made of tags that never end. */
function bodyOf(html: string): string {
  const opening = /<body(?:\s[^<>]*)?>/i.exec(html);
  const end = html.toLowerCase().lastIndexOf('</body');
  if (opening && end > opening.index) return html.slice(opening.index + opening[0].length, end);
  const head = html.search(/<head[\s>]/i);
  const headEnd = head < 0 ? -1 : html.toLowerCase().indexOf('</head>', head);
  return headEnd < 0 ? html : html.slice(0, head) + html.slice(headEnd + '</head>'.length);
}
