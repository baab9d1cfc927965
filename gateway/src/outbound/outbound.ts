import { Agent, fetch, type Response } from 'undici';
import { OutboundFault } from './outbound-fault.ts';
import { type AllowedNetworks, guardedLookup, isReachable, type ResolveName } from './public-address.ts';

export interface Fetched {
  /** 200-599; redirects have been followed, as far as they may be. */
  status: number;
  /** Where the redirects ended. */
  url: string;
  headers: Headers | Response['headers'];
  /** Inflated. Empty unless the status is 2xx. */
  body: Buffer;
  /** Where the last redirect leads to, if it may not be followed. */
  notFollowed?: string;
}

export interface FetchOptions {
  headers?: Record<string, string>;
  /** Longest body after inflation, in bytes. */
  maxBytes: number;
  /** A longer body is cut there and not refused: for what is of use also without its end. */
  isCut?: boolean;
  /** For all of it, redirects and body included. */
  timeoutMs: number;
  /** Awaited before each redirect is followed: where it leads to is not asked for unless it may be. What it throws ends all. */
  mayFollow?: (url: string) => Promise<boolean>;
}

const REDIRECTS_MAX = 3;
const CONNECT_MS = 5_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The one way to addresses that tenants name: http and https, to the public internet and to networks the operator allows.
 * Checked at every hop is the address that is connected to, whatever its name said before.
 */
export class Outbound {
  readonly #allowed: AllowedNetworks;
  readonly #agent: Agent;
  readonly #userAgent: string;

  /**
   * @param userAgent how it calls itself, with an address where a webmaster can read what it is.
   * @param resolve what names mean; the system's answer unless given.
   */
  constructor(allowed: AllowedNetworks, userAgent: string, resolve?: ResolveName) {
    this.#allowed = allowed;
    this.#userAgent = userAgent;
    this.#agent = new Agent({
      connect: { lookup: guardedLookup(allowed, resolve), timeout: CONNECT_MS },
      connections: 4,
      pipelining: 1,
      maxHeaderSize: 32_768,
    });
  }

  /** @throws {OutboundFault} */
  async get(url: string, options: FetchOptions): Promise<Fetched> {
    const signal = AbortSignal.timeout(options.timeoutMs);
    let at = this.#checked(url);
    for (let hop = 0; ; hop++) {
      const response = await this.#ask(at, options, signal);
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
      if (location === null) return { status: response.status, url: at.href, headers: response.headers, body: await readBody(response, options, signal) };
      await response.body?.cancel();
      if (hop === REDIRECTS_MAX) throw new OutboundFault('too_many_redirects');
      const next = this.#redirected(at, location);
      if (options.mayFollow && !(await options.mayFollow(next.href)))
        return { status: response.status, url: at.href, headers: response.headers, body: Buffer.alloc(0), notFollowed: next.href };
      at = next;
    }
  }

  /** Sends a body. Redirects are not followed: what answers is what was named. @throws {OutboundFault} */
  async post(url: string, options: Omit<FetchOptions, 'maxBytes' | 'isCut' | 'mayFollow'> & { body: string }): Promise<Fetched> {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const at = this.#checked(url);
    const response = await this.#ask(at, options, signal);
    // Nothing in it is of use, and a body that is too long is no failure.
    await response.body?.cancel();
    return { status: response.status, url: at.href, headers: response.headers, body: Buffer.alloc(0) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(url: URL, options: Omit<FetchOptions, 'maxBytes' | 'isCut' | 'mayFollow'> & { body?: string }, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(url, {
        dispatcher: this.#agent,
        redirect: 'manual',
        signal,
        ...(options.body === undefined ? {} : { method: 'POST', body: options.body }),
        headers: {
          'user-agent': this.#userAgent,
          accept: 'text/html,application/xhtml+xml,application/pdf,text/plain,application/xml;q=0.8',
          ...options.headers,
        },
      });
    } catch (error) {
      throw faultOf(error, signal);
    }
  }

  #redirected(from: URL, location: string): URL {
    if (!URL.canParse(location, from.href)) throw new OutboundFault('bad_redirect');
    const next = new URL(location, from.href);
    // From plain to encrypted is how half the web is found; never the other way, and to nothing else.
    if (next.protocol !== from.protocol && next.protocol !== 'https:') throw new OutboundFault('bad_redirect');
    return this.#checked(next.href);
  }

  /** The WHATWG parser has already read decimal, octal, hexadecimal and full-width forms of an address. */
  #checked(url: string): URL {
    if (!URL.canParse(url)) throw new OutboundFault('not_an_address');
    const parsed = new URL(url);
    const port = Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80));
    const isUsual = port === 80 || port === 443 || port >= 1_024;
    if (!/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password || !isUsual) throw new OutboundFault('not_an_address');
    // A literal address is connected to without a look-up.
    const literal = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    if (/^[\d.]+$|:/.test(literal) && !isReachable(literal, this.#allowed)) throw new OutboundFault('not_public');
    return parsed;
  }
}

/** Counts what has been inflated: a megabyte on the wire may be ten gigabytes here. */
async function readBody(response: Response, { maxBytes, isCut }: FetchOptions, signal: AbortSignal): Promise<Buffer> {
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    return Buffer.alloc(0);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes && !isCut) throw new OutboundFault('too_large');
      chunks.push(chunk);
      if (length > maxBytes) break;
    }
  } catch (error) {
    throw faultOf(error, signal);
  }
  return Buffer.concat(chunks, Math.min(length, maxBytes));
}

function faultOf(error: unknown, signal: AbortSignal): OutboundFault {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause instanceof OutboundFault) return cause;
  const isSlow = signal.aborted || /timeout/i.test((error as { cause?: { code?: string } }).cause?.code ?? '');
  return new OutboundFault(isSlow ? 'too_slow' : 'unreachable', { cause: error });
}
