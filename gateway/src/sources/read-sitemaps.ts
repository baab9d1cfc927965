import type { Outbound } from '../outbound/outbound.ts';
import { OutboundFault } from '../outbound/outbound-fault.ts';
import { canonicalAddress } from './crawl/canonical-address.ts';
import { type ParsedSource, UnreadableSource } from './parsing/parsed-source.ts';
import type { ParserProcess } from './parsing/parser-process.ts';

/** Sitemaps may name sitemaps; these are all that are read. */
const SITEMAPS_MAX = 50;
const BYTES_MAX = 50 * 1024 * 1024;

export interface SitemapFault {
  /** missing: surely not there. no_sitemap: something else is there. failed: it could not be had or read this time. */
  kind: 'missing' | 'no_sitemap' | 'failed';
  /** For the tenant. */
  reason: string;
}

/** What is wanted of sitemaps. */
export interface SitemapWishes {
  pagesMax: number;
  /** Pages for which this is false do not count towards the most. */
  belongs(page: string): boolean;
  /** Awaited before each sitemap is asked for; what it throws ends the reading. */
  before(sitemap: string): Promise<void>;
}

/**
 * The pages that sitemaps name, in order and at most so many.
 * @returns with the faults of those that could not be read; the others count.
 */
export async function readSitemaps(
  sitemaps: string[],
  { pagesMax, belongs, before }: SitemapWishes,
  { outbound, parser }: { outbound: Outbound; parser: ParserProcess },
): Promise<{ pages: string[]; faults: SitemapFault[] }> {
  const waiting = [...sitemaps];
  const known = new Set(waiting);
  const pages = new Set<string>();
  const faults: SitemapFault[] = [];
  for (let read = 0; waiting.length > 0 && read < SITEMAPS_MAX && pages.size < pagesMax; read++) {
    const next = waiting.shift() as string;
    await before(next);
    const sitemap = await readOne(next, outbound, parser);
    if ('reason' in sitemap) {
      faults.push(sitemap);
      continue;
    }
    for (const page of sitemap.pages) {
      const address = canonicalAddress(page);
      if (address && pages.size < pagesMax && belongs(address)) pages.add(address);
    }
    for (const named of sitemap.sitemaps) if (!known.has(named) && known.size < SITEMAPS_MAX) waiting.push(named) && known.add(named);
  }
  return { pages: [...pages], faults };
}

async function readOne(address: string, outbound: Outbound, parser: ParserProcess): Promise<NonNullable<ParsedSource['sitemap']> | SitemapFault> {
  try {
    const { status, body } = await outbound.get(address, { maxBytes: BYTES_MAX, timeoutMs: 20_000 });
    if (status !== 200)
      return { kind: status === 404 || status === 410 ? 'missing' : 'failed', reason: `The sitemap cannot be had: the server answered with ${status}.` };
    const { sitemap } = await parser.parse({ kind: 'sitemap', bytes: body, name: 'sitemap' });
    return sitemap ?? { kind: 'no_sitemap', reason: 'This is not a sitemap: neither <urlset> nor <sitemapindex> is in it.' };
  } catch (error) {
    if (!(error instanceof OutboundFault || error instanceof UnreadableSource)) throw error;
    return { kind: 'failed', reason: error.message };
  }
}
