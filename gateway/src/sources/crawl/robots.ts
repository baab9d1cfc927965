import robotsModule from 'robots-parser';
import type { Outbound } from '../../outbound/outbound.ts';
import { OutboundFault, type OutboundFaultKind } from '../../outbound/outbound-fault.ts';

/** Its types describe it as a module of its bundler's kind; what is exported is the function itself. */
const robotsParser = robotsModule as unknown as typeof robotsModule.default;

export interface Robots {
  allows(address: string): boolean;
  /** Between two pages, in milliseconds. */
  pauseMs: number;
  sitemaps: string[];
  /** Why it cannot be known now what is allowed, in words for the tenant; null when it is known. */
  fault: string | null;
}

/** Redirected for ever or to what cannot be read: as good as missing. */
const LEADS_NOWHERE: ReadonlySet<OutboundFaultKind> = new Set(['too_many_redirects', 'bad_redirect']);
/** How a site names us in its robots.txt. */
export const ROBOT_NAME = 'NetiaBot';
/** Five pages a second, if the site does not wish for fewer. */
const PAUSE_MS = 200;
/** A site that wishes for more than this between two pages would never be read; it is asked for this much. */
const PAUSE_MAX_MS = 5_000;
/** RFC 9309 asks for 500 KiB at least; what is behind that is left. */
const BYTES_MAX = 512 * 1024;
const SERVER_FAILS = "The server of the site's robots.txt fails, so that nobody can know what may be read.";

/**
 * The rules of an address's origin (RFC 9309), and of no other: http and https of one host may have two. A robots.txt that is
 * missing allows all; one that cannot be had because the server fails or cannot be reached forbids all, for now.
 */
export async function readRobots(outbound: Outbound, site: string): Promise<Robots> {
  const address = new URL('/robots.txt', site).href;
  const fetched = await outbound.get(address, { maxBytes: BYTES_MAX, isCut: true, timeoutMs: 10_000 }).catch((error: unknown) => {
    if (error instanceof OutboundFault) return error;
    throw error;
  });
  if (fetched instanceof OutboundFault && !LEADS_NOWHERE.has(fetched.kind)) return unknownRobots(fetched.message);
  if (!(fetched instanceof OutboundFault) && fetched.status >= 500) return unknownRobots(SERVER_FAILS);
  const rules = robotsParser(address, fetched instanceof OutboundFault ? '' : wholeLines(fetched.body));
  const wished = (rules.getCrawlDelay(ROBOT_NAME) ?? 0) * 1_000;
  return {
    // Of a page of another origin it says neither yes nor no.
    allows: (page) => rules.isAllowed(page, ROBOT_NAME) === true,
    pauseMs: Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MS, wished)),
    sitemaps: rules.getSitemaps().filter((sitemap) => URL.canParse(sitemap)),
    fault: null,
  };
}

function unknownRobots(fault: string): Robots {
  return { allows: () => false, pauseMs: PAUSE_MS, sitemaps: [], fault };
}

/** A line that was cut in its middle may forbid more than the whole one, or less. */
function wholeLines(body: Buffer): string {
  const text = body.toString('utf8');
  return body.length < BYTES_MAX ? text : text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
}
