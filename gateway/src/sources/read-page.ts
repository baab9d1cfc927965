import { createHash } from 'node:crypto';
import type { Fetched, Outbound } from '../outbound/outbound.ts';
import { OutboundFault } from '../outbound/outbound-fault.ts';
import { canonicalAddress, isWithin } from './crawl/canonical-address.ts';
import type { Robots } from './crawl/robots.ts';
import { type ParsedSource, type SourceKind, UnreadableSource } from './parsing/parsed-source.ts';
import type { ParserProcess } from './parsing/parser-process.ts';
import type { Reading, TakenSource, WaitingDocument } from './take-source.ts';

/** After inflation. A page of text is a hundred times smaller. */
export const PAGE_BYTES_MAX = 5 * 1024 * 1024;
export const PAGE_MS = 20_000;
/** Links that are remembered of a page, for when it has not changed. */
const LINKS_MAX = 500;

const KINDS: Record<string, SourceKind> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/plain': 'text',
  'text/markdown': 'markdown',
  'application/pdf': 'pdf',
};

const FORBIDDEN = "The site's robots.txt asks that it is not read.";

/**
 * Fetches and reads one page of a source. Never throws for what a site does; that is an outcome.
 * @param means robotsOf: the rules of an address's origin.
 */
export async function readPage(
  source: TakenSource,
  document: WaitingDocument,
  means: { outbound: Outbound; parser: ParserProcess; robotsOf: (address: string) => Promise<Robots> },
): Promise<Reading> {
  const robots = await means.robotsOf(document.address);
  if (robots.fault !== null) return { outcome: 'failed', reason: robots.fault };
  if (!robots.allows(document.address)) return { outcome: 'left_out', reason: FORBIDDEN, links: [] };
  const mayFollow = async (url: string) => (await means.robotsOf(url)).allows(url);
  let page: Fetched;
  try {
    page = await means.outbound.get(document.address, { maxBytes: PAGE_BYTES_MAX, timeoutMs: PAGE_MS, headers: conditions(document), mayFollow });
  } catch (error) {
    if (error instanceof OutboundFault) return { outcome: 'failed', reason: error.message };
    throw error;
  }
  return page.notFollowed === undefined ? judge(source, document, page, means.parser) : judgeUnfollowed(source, document, page.notFollowed, means.robotsOf);
}

/** What a page is that leads to where we may not go. */
async function judgeUnfollowed(source: TakenSource, document: WaitingDocument, to: string, robotsOf: (address: string) => Promise<Robots>): Promise<Reading> {
  const { fault } = await robotsOf(to);
  if (fault !== null) return { outcome: 'failed', reason: fault };
  // Another spelling of the page itself; any other page is left out by itself.
  if (canonicalAddress(to) === document.address) return { outcome: 'left_out', reason: FORBIDDEN, links: [] };
  return movedTo(source, to);
}

/** Asked only of what is published as it should be: otherwise the text is needed. */
function conditions(document: WaitingDocument): Record<string, string> {
  if (!document.has_text) return {};
  return {
    ...(document.etag ? { 'if-none-match': document.etag } : {}),
    ...(document.last_modified ? { 'if-modified-since': document.last_modified } : {}),
  };
}

async function judge(source: TakenSource, document: WaitingDocument, page: Fetched, parser: ParserProcess): Promise<Reading> {
  if (page.status === 404 || page.status === 410) return { outcome: 'gone', reason: `The page is not there (${page.status}).` };
  if (page.status === 401 || page.status === 403) return { outcome: 'failed', reason: `The page is not open to us (${page.status}).` };
  if (page.status !== 304 && (page.status < 200 || page.status > 299)) return { outcome: 'failed', reason: `The server answered with ${page.status}.` };

  if (canonicalAddress(page.url) !== document.address) return movedTo(source, page.url);
  // After the address: "not modified" may be said of where it has moved to.
  if (page.status === 304) return { outcome: 'unchanged', links: document.links };
  const hash = createHash('sha256').update(page.body).digest();
  if (document.has_text && document.content_hash?.equals(hash)) return { outcome: 'unchanged', links: document.links };

  const [type = '', ...parameters] = (page.headers.get('content-type') ?? 'text/html').split(';');
  const contentType = type.trim().toLowerCase();
  const kind = KINDS[contentType];
  if (!kind) return { outcome: 'left_out', reason: `It is no text (${contentType}).`, links: [] };
  const charset = /charset\s*=\s*["']?([\w.:-]+)/i.exec(parameters.join(';'))?.[1];
  return parsePage(source, document, page, { kind, hash, charset }, parser);
}

function movedTo(source: TakenSource, url: string): Reading {
  const landed = canonicalAddress(url);
  return { outcome: 'left_out', reason: `It has moved to ${landed ?? url}.`, links: [], instead: landed && belongs(source, landed) ? landed : undefined };
}

async function parsePage(
  source: TakenSource,
  document: WaitingDocument,
  page: Fetched,
  { kind, hash, charset }: { kind: SourceKind; hash: Buffer; charset: string | undefined },
  parser: ParserProcess,
): Promise<Reading> {
  let parsed: ParsedSource;
  try {
    parsed = await parser.parse({ kind, bytes: page.body, name: kind === 'html' ? page.url : fileNameOf(page.url), charset });
  } catch (error) {
    if (error instanceof UnreadableSource) return { outcome: 'failed', reason: error.message };
    throw error;
  }
  const facts = parsed.page;
  const links = facts && !facts.nofollow && source.kind !== 'page' ? followed(source, facts.links) : [];
  if (facts?.noindex || asksNotToBeRead(page)) return { outcome: 'left_out', reason: 'The page asks not to be read (noindex).', links };
  const canonical = facts?.canonical && canonicalAddress(facts.canonical);
  if (canonical && canonical !== document.address && belongs(source, canonical) && source.kind !== 'page')
    return { outcome: 'left_out', reason: `It is a copy of ${canonical}.`, links, instead: canonical };
  if (parsed.texts.length === 0) return { outcome: 'left_out', reason: 'There is no text on it.', links };
  return { outcome: 'read', texts: parsed.texts, links, etag: page.headers.get('etag'), lastModified: page.headers.get('last-modified'), hash };
}

/** What a page says in its headers, where there is no HTML to say it in. Rules for another robot by name are left to it. */
function asksNotToBeRead({ headers }: Fetched): boolean {
  return (headers.get('x-robots-tag') ?? '').split(',').some((rule) => /^\s*(netiabot:\s*)?(noindex|none)\s*$/i.test(rule));
}

function fileNameOf(url: string): string {
  const { pathname, host } = new URL(url);
  const name = pathname.split('/').at(-1) || host;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function belongs(source: TakenSource, address: string): boolean {
  return source.kind === 'sitemap' || (source.url !== null && isWithin(address, source.url)) || source.kind === 'page';
}

/** Of a sitemap, only what is in it. */
function followed(source: TakenSource, links: string[]): string[] {
  if (source.kind !== 'site') return [];
  const within = links.map(canonicalAddress).filter((link): link is string => link !== undefined && source.url !== null && isWithin(link, source.url));
  return [...new Set(within)].slice(0, LINKS_MAX);
}
