import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { DEPTH_MAX, depthOf } from '../../knowledge/html-depth.ts';
import { htmlToMarkdown } from '../../knowledge/html-to-markdown.ts';
import { decodeText } from './decode-text.ts';
import { type PageFacts, type ParsedSource, UnreadableSource } from './parsed-source.ts';
import { withPlainTables } from './plain-tables.ts';

/** What surrounds the text on every page of a site. */
const AROUND =
  'nav, header, footer, aside, form, button, dialog, script, style, noscript, template, iframe, [role="navigation"], [aria-hidden="true"], [hidden]';
/** The main text as Readability sees it has to be this share of all there is. On a page of many small parts (prices, questions) it sees one of them. */
const MAIN_SHARE_MIN = 0.5;
const LINKS_MAX = 2_000;

/**
 * The text of a page as Markdown, without what surrounds it, and where the page leads.
 * @param address what links are relative to.
 * @param charset as the server says; it goes before what the page says of itself.
 */
export function readHtml(bytes: Uint8Array, address: string, charset?: string): ParsedSource {
  const html = decodeText(bytes, charset ?? saidCharset(bytes));
  if (depthOf(html) > DEPTH_MAX) throw new UnreadableSource(`The page is nested more than ${DEPTH_MAX} deep.`);
  const document = parsePage(html);
  const base = baseOf(document, address);
  const page = readFacts(document, base);
  const title = titleOf(document);
  const language = /^[a-z]{2,3}(?=-|$)/i.exec(document.documentElement.getAttribute('lang') ?? '')?.[0].toLowerCase();
  // Readability takes the document apart, so each reading has one of its own.
  const whole = mainByRole(withWholeLinks(document, base));
  const article = new Readability(withWholeLinks(parsePage(html), base) as unknown as ConstructorParameters<typeof Readability>[0], {
    charThreshold: 200,
  }).parse();
  const articleText = (article?.textContent ?? '').trim();
  const main = article?.content && articleText.length >= MAIN_SHARE_MIN * whole.text.length ? article.content : whole.html;
  const { markdown } = htmlToMarkdown(`<body>${withPlainTables(main)}</body>`);
  const content = markdown.trim();
  return { texts: content ? [{ format: 'markdown', title, content, language }] : [], page };
}

type PageDocument = ReturnType<typeof parseHTML>['document'];

/** HTML lets its authors leave out <html>, <head> and <body>; this parser does not put them back. */
function parsePage(html: string): PageDocument {
  const { document } = parseHTML(html);
  const root = document.documentElement as (typeof document)['documentElement'] | null;
  if (root?.localName === 'html' && root.children[0]?.localName === 'head' && root.children[1]?.localName === 'body') return document;
  const opening = /<html(\s[^<>]*)?>/i.exec(html)?.[0] ?? '<html>';
  const inner = html.replace(/<!doctype[^<>]*>|<\/?(html|head|body)(\s[^<>]*)?>/gi, '');
  const title = /<title[^<>]*>[^<]*<\/title>/i.exec(inner)?.[0] ?? '';
  return parseHTML(`<!doctype html>${opening}<head>${title}</head><body>${inner.replace(title, '')}</body></html>`).document;
}

function titleOf(document: PageDocument): string {
  const given = document.querySelector('meta[property="og:title"]')?.getAttribute('content') || document.querySelector('title')?.textContent || '';
  const heading = document.querySelector('h1')?.textContent ?? '';
  // "Shipping · Harbour Shop": the heading is the part that is about this page.
  const wanted = heading && given.includes(heading.trim()) ? heading : given || heading;
  return wanted.replace(/\s+/g, ' ').trim().slice(0, 500);
}

function mainByRole(document: PageDocument): { html: string; text: string } {
  const main = document.querySelector('main, [role="main"]') ?? document.body;
  for (const element of main.querySelectorAll(AROUND)) element.remove();
  return { html: main.innerHTML, text: (main.textContent ?? '').replace(/\s+/g, ' ').trim() };
}

function baseOf(document: PageDocument, address: string): string {
  return absolute(document.querySelector('base[href]')?.getAttribute('href'), address) ?? address;
}

/** A quoted link is read on another page than its own: relative ones would lead to nowhere there. What runs a script leads nowhere at all. */
function withWholeLinks(document: PageDocument, base: string): PageDocument {
  for (const anchor of document.querySelectorAll('a[href]')) {
    const href = anchor.getAttribute('href') ?? '';
    if (/^(mailto|tel):/i.test(href)) continue;
    const link = absolute(href, base);
    if (link) anchor.setAttribute('href', link);
    else anchor.removeAttribute('href');
  }
  return document;
}

function readFacts(document: PageDocument, base: string): PageFacts {
  const robots = [...document.querySelectorAll('meta[name="robots" i], meta[name="netia" i]')]
    .map((meta) => meta.getAttribute('content')?.toLowerCase() ?? '')
    .join(',');
  const links = new Set<string>();
  for (const anchor of document.querySelectorAll('a[href]')) {
    if (links.size >= LINKS_MAX) break;
    if (/\bnofollow\b/i.test(anchor.getAttribute('rel') ?? '')) continue;
    const link = absolute(anchor.getAttribute('href'), base);
    if (link) links.add(link);
  }
  return {
    links: [...links],
    canonical: absolute(document.querySelector('link[rel="canonical"]')?.getAttribute('href'), base),
    noindex: /\b(noindex|none)\b/.test(robots),
    nofollow: /\b(nofollow|none)\b/.test(robots),
  };
}

function absolute(href: string | null | undefined, base: string): string | undefined {
  if (!href || !URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}

function saidCharset(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 2_048));
  return /<meta[^>]+charset=["']?\s*([\w-]+)/i.exec(start)?.[1];
}
