import TurndownService from 'turndown';
import { tables } from 'turndown-plugin-gfm';

const turndown = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
turndown.use(tables);
// Not what the page says: scripts, forms and the frame around the text.
turndown.remove(['script', 'style', 'noscript', 'template', 'iframe', 'form', 'button', 'nav', 'footer', 'aside']);
// An image says nothing that can be quoted; its alternative text may.
turndown.addRule('images', {
  filter: 'img',
  replacement: (_content, node) => (node as unknown as { getAttribute(name: string): string | null }).getAttribute('alt') ?? '',
});

/** The text of an HTML page or fragment as Markdown, and its <title> or first <h1> where there is one. */
export function htmlToMarkdown(html: string): { markdown: string; title: string | undefined } {
  const title = /<title[^>]*>([^<]{1,500})<\/title>/i.exec(html)?.[1] ?? /<h1[^>]*>([^<]{1,500})<\/h1>/i.exec(html)?.[1];
  const body = /<body[^>]*>([\s\S]*)<\/body>/i.exec(html)?.[1] ?? html.replace(/<head[\s\S]*?<\/head>/i, '');
  return { markdown: turndown.turndown(body), title: title?.trim() || undefined };
}
