import type { Outbound } from '../outbound/outbound.ts';
import { isWithin } from './crawl/canonical-address.ts';
import type { Robots } from './crawl/robots.ts';
import type { ParserProcess } from './parsing/parser-process.ts';
import { readSitemaps } from './read-sitemaps.ts';
import type { TakenSource } from './take-source.ts';

/**
 * The pages that the sitemaps of a source name, and that belong to it.
 * @param means before: awaited before each sitemap is asked for.
 * @returns with the reason why there may be more of them; null when these are all.
 */
export async function namedPages(
  source: TakenSource,
  rules: Robots,
  means: { outbound: Outbound; parser: ParserProcess; before: (sitemap: string) => Promise<void> },
): Promise<{ pages: string[]; fault: string | null }> {
  const url = source.url ?? '';
  if (source.kind === 'page') return { pages: [], fault: null };
  const wishes = { pagesMax: source.max_pages, belongs: (page: string) => source.kind === 'sitemap' || isWithin(page, url), before: means.before };
  if (source.kind === 'sitemap') {
    const { pages, faults } = await readSitemaps([url], wishes, means);
    return { pages, fault: faults[0]?.reason ?? null };
  }
  const isGuess = rules.sitemaps.length === 0;
  const { pages, faults } = await readSitemaps(isGuess ? [new URL('/sitemap.xml', url).href] : rules.sitemaps, wishes, means);
  // A help that most sites have. That there is none is no fault, and many a site has a page for every address.
  const fault = faults.find(({ kind }) => kind === 'failed' || (kind === 'no_sitemap' && !isGuess));
  return { pages, fault: fault?.reason ?? null };
}
