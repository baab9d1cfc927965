import robotsModule from 'robots-parser';
import type { Outbound } from '../../outbound/outbound.ts';
import type { OutboundFault } from '../../outbound/outbound-fault.ts';

/** Its types describe it as a module of its bundler's kind; what is exported is the function itself. */
const robotsParser = robotsModule as unknown as typeof robotsModule.default;

export interface Robots {
  allows(address: string): boolean;
  /** Between two pages, in milliseconds. */
  pauseMs: number;
  sitemaps: string[];
  /** Its server fails: what it allows cannot be known now. */
  isUnknown: boolean;
}

/** How a site names us in its robots.txt. */
export const ROBOT_NAME = 'NetiaBot';
/** Five pages a second, if the site does not wish for fewer. */
const PAUSE_MS = 200;
/** A site that wishes for more than this between two pages would never be read; it is asked for this much. */
const PAUSE_MAX_MS = 5_000;
const BYTES_MAX = 512 * 1024;

/**
 * The site's rules (RFC 9309): a robots.txt that is missing allows all; one that cannot be had because the server fails
 * forbids all, for now: nothing is read, and nothing withdrawn.
 * @throws {OutboundFault} when the server cannot be reached at all.
 */
export async function readRobots(outbound: Outbound, site: string): Promise<Robots> {
  const address = new URL('/robots.txt', site).href;
  const { status, body } = await outbound.get(address, { maxBytes: BYTES_MAX, timeoutMs: 10_000 }).catch((error: OutboundFault) => {
    if (error.kind === 'too_large' || error.kind === 'too_many_redirects' || error.kind === 'bad_redirect') return { status: 404, body: Buffer.alloc(0) };
    throw error;
  });
  if (status >= 500) return { allows: () => false, pauseMs: PAUSE_MS, sitemaps: [], isUnknown: true };
  const rules = robotsParser(address, body.toString('utf8'));
  const wished = (rules.getCrawlDelay(ROBOT_NAME) ?? 0) * 1_000;
  return {
    allows: (page) => rules.isAllowed(page, ROBOT_NAME) !== false,
    pauseMs: Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MS, wished)),
    sitemaps: rules.getSitemaps().filter((sitemap) => URL.canParse(sitemap)),
    isUnknown: false,
  };
}
