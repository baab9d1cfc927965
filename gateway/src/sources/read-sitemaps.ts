import type { Outbound } from '../outbound/outbound.ts';
import { OutboundFault } from '../outbound/outbound-fault.ts';
import { canonicalAddress } from './crawl/canonical-address.ts';
import { UnreadableSource } from './parsing/parsed-source.ts';
import type { ParserProcess } from './parsing/parser-process.ts';

/** Sitemaps may name sitemaps; these are all that are read. */
const SITEMAPS_MAX = 50;
const BYTES_MAX = 50 * 1024 * 1024;

/**
 * The pages that sitemaps name, in order and at most so many.
 * @returns with the first fault; those that could be read count.
 */
export async function readSitemaps(
  sitemaps: string[],
  pagesMax: number,
  { outbound, parser }: { outbound: Outbound; parser: ParserProcess },
): Promise<{ pages: string[]; fault: string | null }> {
  const waiting = [...sitemaps];
  const known = new Set(waiting);
  const pages = new Set<string>();
  let fault: string | null = null;
  for (let read = 0; waiting.length > 0 && read < SITEMAPS_MAX && pages.size < pagesMax; read++) {
    try {
      const { status, body } = await outbound.get(waiting.shift() as string, { maxBytes: BYTES_MAX, timeoutMs: 20_000 });
      if (status !== 200) throw new UnreadableSource(`The sitemap cannot be had: the server answered with ${status}.`);
      const { sitemap } = await parser.parse({ kind: 'sitemap', bytes: body, name: 'sitemap' });
      for (const page of sitemap?.pages ?? []) {
        const address = canonicalAddress(page);
        if (address && pages.size < pagesMax) pages.add(address);
      }
      for (const next of sitemap?.sitemaps ?? []) if (!known.has(next) && known.size < SITEMAPS_MAX) waiting.push(next) && known.add(next);
    } catch (error) {
      if (!(error instanceof OutboundFault || error instanceof UnreadableSource)) throw error;
      fault ??= error.message;
    }
  }
  return { pages: [...pages], fault };
}
