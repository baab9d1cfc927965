import { createHash } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { type Database, isPassing } from '@netia/db';
import { AppError } from '../errors.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Log } from '../log.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { repeatedly } from '../repeatedly.ts';
import { type Robots, readRobots } from './crawl/robots.ts';
import { detectKind } from './detect-kind.ts';
import { namedPages } from './named-pages.ts';
import { UnreadableSource } from './parsing/parsed-source.ts';
import type { ParserProcess } from './parsing/parser-process.ts';
import { readPage } from './read-page.ts';
import {
  countDocuments,
  findCopy,
  finishSource,
  holdSource,
  meetAgain,
  nextDocument,
  noteFound,
  type Reading,
  type SourceEnd,
  SourceTaken,
  seedOf,
  storeReading,
  storeStretch,
  type TakenSource,
  takeSource,
  type WaitingDocument,
} from './take-source.ts';

export interface ReadingParts {
  db: Database;
  log: Log;
  files: FileStore;
  outbound: Outbound;
  parser: ParserProcess;
}

const SWEEP_EVERY_MS = 2_000;
/** Sources that one process reads at the same time; most of the time is spent waiting between two pages of a site. */
const AT_ONCE = 4;
/** Texts of a new table that are stored in one transaction: about a fifth of a second on an embedded database. */
const PIECE = 25;

/**
 * Reads sources into the knowledge: files, pages, sitemaps, sites. What a source still has to be read is kept in the
 * database, page by page, so that another process goes on where one has ended, and one bad page stops nothing.
 */
export class ReadingSources {
  readonly #parts: ReadingParts;
  readonly #running = new Map<string, Promise<void>>();
  /** When the next page of a host may be asked for, whoever's source it is. */
  readonly #hosts = new Map<string, number>();
  readonly #stop = new AbortController();
  #endSweep = () => {};

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** Looks every two seconds for sources that are due. */
  startSweep(): void {
    this.#endSweep = repeatedly(SWEEP_EVERY_MS, this.#parts.log, () => this.#sweepOnce());
  }

  async #sweepOnce(): Promise<void> {
    const room = AT_ONCE - this.#running.size;
    if (room <= 0 || this.#stop.signal.aborted) return;
    const { db, log } = this.#parts;
    const due = await db.inDirectory((tx) => tx.rows<{ tenant_id: string; source_id: string }>('SELECT * FROM find_due_sources($1)', [room]));
    for (const { tenant_id, source_id } of due) {
      if (this.#running.has(source_id)) continue;
      const reading = this.read(tenant_id, source_id)
        .catch((error) => log.warn({ tenant: tenant_id, source: source_id, err: error }, 'a source could not be taken; it is tried again'))
        .finally(() => this.#running.delete(source_id));
      this.#running.set(source_id, reading);
    }
  }

  /** Reads a source that is due, to its end. Returns at once when there is nothing to do, or another process has it. */
  async read(tenantId: string, sourceId: string): Promise<void> {
    const { db, log } = this.#parts;
    const source = await db.inTenant(tenantId, (tx) => takeSource(tx, tenantId, sourceId));
    if (!source) return;
    try {
      const end = source.kind === 'file' ? await this.#readFile(source) : await this.#readPages(source);
      if (end && !this.#stop.signal.aborted) await db.inTenant(tenantId, (tx) => finishSource(tx, source, end));
    } catch (error) {
      // Its lease runs out, and it is taken up again where it was.
      if (error instanceof SourceTaken || this.#stop.signal.aborted) return;
      log.warn({ tenant: tenantId, source: sourceId, err: error }, 'reading a source was broken off; it is taken up again');
      if (!isPassing(error))
        await db
          .inTenant(tenantId, (tx) => finishSource(tx, source, { status: 'error', reason: 'A fault of ours; it is in the log.', isComplete: false }))
          .catch(() => {});
    }
  }

  /** Breaks off what is being read; another process goes on with it once the leases have run out. */
  async stop(): Promise<void> {
    this.#endSweep();
    this.#stop.abort();
    // What waits for a page or for the parser fails by this, and is not stored.
    this.#parts.parser.close();
    await this.#parts.outbound.close();
    await Promise.allSettled(this.#running.values());
    this.#parts.parser.close();
  }

  /** @returns undefined when it was broken off. */
  async #readFile(source: TakenSource): Promise<SourceEnd | undefined> {
    const { db, files, parser } = this.#parts;
    const inTenant = <T>(work: Parameters<typeof db.inTenant<T>>[1]) => db.inTenant(source.tenantId, work);
    await inTenant((tx) => noteFound(tx, source, [source.name], 0));
    const document = await inTenant((tx) => nextDocument(tx, source));
    if (!document) return { status: 'complete', reason: null, isComplete: true };
    let reading: Reading;
    try {
      const bytes = await files.get(source.file_key ?? '');
      const { texts } = await parser.parse({ kind: await detectKind(source.name, bytes), bytes, name: source.name });
      if (texts.length === 0) throw new UnreadableSource('There is no text in it.');
      reading = { outcome: 'read', texts, links: [], etag: null, lastModified: null, hash: createHash('sha256').update(bytes).digest() };
    } catch (error) {
      if (!(error instanceof UnreadableSource)) throw error;
      reading = { outcome: 'gone', reason: error.message };
    }
    if (this.#stop.signal.aborted) return undefined;
    const stored = await this.#store(source, document, reading, null);
    return 'reason' in stored ? { status: 'error', reason: stored.reason, isComplete: true } : { status: 'complete', reason: null, isComplete: true };
  }

  /** @returns undefined when it was broken off. */
  async #readPages(source: TakenSource): Promise<SourceEnd | undefined> {
    const { db } = this.#parts;
    const inTenant = <T>(work: Parameters<typeof db.inTenant<T>>[1]) => db.inTenant(source.tenantId, work);
    const begun = await this.#begin(source);
    if ('status' in begun) return begun;
    const robotsOf = (address: string) => this.#robotsOf(address, begun.robots);
    for (;;) {
      const document = await inTenant((tx) => nextDocument(tx, source));
      if (!document) break;
      await this.#waitFor(new URL(document.address).host, (await robotsOf(document.address)).pauseMs);
      if (this.#stop.signal.aborted) return undefined;
      const reading = await readPage(source, document, { ...this.#parts, robotsOf });
      if (this.#stop.signal.aborted) return undefined;
      await this.#store(source, document, reading, document.address);
    }
    const counts = await inTenant((tx) => countDocuments(tx, source));
    // A site that could not be read at all keeps what it had: it is down, not empty. A page by itself is lost like any other.
    if (counts.complete === 0)
      return {
        status: 'error',
        reason: counts.first_reason ?? begun.fault ?? 'Nothing was found that could be read.',
        isComplete: source.kind === 'page',
      };
    return { status: 'complete', reason: begun.fault ?? (counts.failed > 0 ? `${counts.failed} could not be read.` : null), isComplete: true };
  }

  /** Stores what came of a document. One whose text cannot be published is left out by itself. @returns what was stored. */
  async #store(source: TakenSource, document: WaitingDocument, reading: Reading, pageUrl: string | null): Promise<Reading> {
    const { db, log } = this.#parts;
    const store = (what: Reading) =>
      db.inTenant(source.tenantId, async (tx) => {
        const copy = what.outcome === 'read' ? await findCopy(tx, source, document, what.hash) : undefined;
        const stored: Reading = copy && 'links' in what ? { outcome: 'left_out', reason: `It is a copy of ${copy}.`, links: what.links } : what;
        await storeReading(tx, source, document, stored, pageUrl);
        return stored;
      });
    try {
      return await store(await this.#storeBeginning(source, document, reading, pageUrl));
    } catch (error) {
      if (reading.outcome !== 'read' || error instanceof SourceTaken || isPassing(error) || this.#stop.signal.aborted) throw error;
      if (error instanceof AppError) return store({ outcome: 'left_out', reason: error.message, links: reading.links });
      log.warn({ tenant: source.tenantId, source: source.id, document: document.id, err: error }, 'what a source has brought could not be stored');
      return store({ outcome: 'failed', reason: 'A fault of ours; it is in the log.' });
    }
  }

  /**
   * Stores all but the last texts of a table that was never read before, piece by piece: an embedded database has one connection,
   * and whoever else wants it waits for the end of a transaction. Visitors find a beginning meanwhile, and nothing older that it
   * could contradict. Who reads the table again after a crash finds what is there already and goes on. What was read before is
   * changed in one transaction, however long, so that it is never half old and half new.
   * @returns the reading, with what is left to be stored.
   */
  async #storeBeginning(source: TakenSource, document: WaitingDocument, reading: Reading, pageUrl: string | null): Promise<Reading> {
    if (reading.outcome !== 'read' || !document.is_new) return reading;
    let stored = 0;
    for (; stored + PIECE < reading.texts.length; stored += PIECE) {
      this.#stop.signal.throwIfAborted();
      const stretch = { from: stored, to: stored + PIECE };
      await this.#parts.db.inTenant(source.tenantId, (tx) => storeStretch(tx, source, document, reading.texts, stretch, pageUrl));
      // An embedded database answers within the same turn of the event loop: nobody else's request would even arrive.
      await nextTurn();
    }
    return { ...reading, stored };
  }

  /** The site's rules and the first addresses, with the reason why there may be more of these. */
  async #begin(source: TakenSource): Promise<{ robots: Map<string, Robots>; fault: string | null } | SourceEnd> {
    const { db, outbound } = this.#parts;
    const rules = await readRobots(outbound, source.url ?? '');
    // Down, not empty: it keeps what it had.
    if (rules.fault !== null) return { status: 'error', reason: rules.fault, isComplete: false };
    const before = async (sitemap: string) => {
      // Fifty of them may take longer than a source is ours without a sign of life.
      await db.inTenant(source.tenantId, (tx) => holdSource(tx, source));
      await this.#waitFor(new URL(sitemap).host, rules.pauseMs);
      this.#stop.signal.throwIfAborted();
    };
    const { pages, fault } = await namedPages(source, rules, { ...this.#parts, before });
    if (source.kind === 'sitemap' && pages.length === 0 && fault !== null) return { status: 'error', reason: fault, isComplete: false };
    await db.inTenant(source.tenantId, async (tx) => {
      // What a sitemap has named before may still be there; each page is asked itself, and comes before new ones.
      if (fault !== null) await meetAgain(tx, source);
      await noteFound(tx, source, [...seedOf(source), ...pages], 0);
    });
    return { robots: new Map([[new URL(source.url ?? '').origin, rules]]), fault };
  }

  /** Of the page's own origin: a sitemap may name several hosts, and a site given with http may be found at https. */
  async #robotsOf(address: string, known: Map<string, Robots>): Promise<Robots> {
    const { origin } = new URL(address);
    const robots = known.get(origin) ?? (await readRobots(this.#parts.outbound, address));
    known.set(origin, robots);
    return robots;
  }

  async #waitFor(host: string, pauseMs: number): Promise<void> {
    const now = Date.now();
    const at = Math.max(now, this.#hosts.get(host) ?? 0);
    this.#hosts.set(host, at + pauseMs);
    if (at > now) await pause(at - now, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}
