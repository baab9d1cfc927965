import type { Transaction } from '@netia/db';
import { JOIN_CHOICE } from '../knowledge/source-choices.ts';
import { canonicalAddress } from './crawl/canonical-address.ts';
import type { ParsedText } from './parsing/parsed-source.ts';
import { type SourceType, withdrawDocuments } from './sources.ts';
import { type EntrySettings, noteChecked, type Stretch, storeTexts } from './store-texts.ts';

/** A page takes under a minute, pauses and a robots.txt on its way included; who is silent for longer is gone. */
const LEASE_SECONDS = 120;
/** Runs taken up and left unfinished by five processes. */
const ATTEMPTS_MAX = 5;
/** Runs in a row in which a page may fail before its text is withdrawn. */
const FAILURES_MAX = 3;
const REASON_LENGTH = 500;
/**
 * Documents that a run may have for each page it may: a page, one that has moved to where that one is named as the original,
 * and that one. More are pages that name each other for ever.
 */
const DOCUMENTS_PER_PAGE = 3;

/** A source that this process reads now, for as long as nobody else has taken it. */
export interface TakenSource extends Omit<EntrySettings, 'url'> {
  id: string;
  tenantId: string;
  kind: SourceType;
  name: string;
  url: string | null;
  file_key: string | null;
  max_pages: number;
  max_depth: number;
  run: number;
  claim: number;
  /** The moment it was due at; another one by the end means that it was asked for again. */
  due: string;
}

/** Somebody else reads the source by now, or it was removed: nothing of what was read may be stored. */
export class SourceTaken extends Error {
  override name = 'SourceTaken';
}

/** Takes a source to read it; a run that was cut off goes on where it was. Undefined when there is nothing to do. */
export async function takeSource(tx: Transaction, tenantId: string, sourceId: string): Promise<TakenSource | undefined> {
  const taken = await tx.row<Omit<TakenSource, 'tenantId'> & { attempts: number }>(
    `UPDATE knowledge_sources SET claim = claim + 1, attempts = attempts + 1, lease_until = now() + make_interval(secs => $3), status = 'processing',
       run = CASE WHEN status = 'processing' THEN run ELSE run + 1 END
     WHERE tenant_id = $1 AND id = $2 AND refresh_at <= now() AND (lease_until IS NULL OR lease_until < now())
     RETURNING id, kind, name, url, file_key, max_pages, max_depth, language, category, tags, visibility, run, claim, refresh_at::text AS due, attempts`,
    [tenantId, sourceId, LEASE_SECONDS],
  );
  if (!taken) return undefined;
  const source = { ...taken, tenantId };
  if (taken.attempts <= ATTEMPTS_MAX) return source;
  await finishSource(tx, source, { status: 'error', reason: 'Reading it was cut off again and again. Refresh it to try once more.', isComplete: false });
  return undefined;
}

/**
 * Confirms that the source is still ours, and keeps it so. Locks it, so that nobody takes it before the caller's commit.
 * @returns its language and who may see it by now; both may have been changed since it was taken.
 */
export async function holdSource(tx: Transaction, { tenantId, id, claim }: TakenSource): Promise<Pick<TakenSource, 'language' | 'visibility'>> {
  const held = await tx.row<Pick<TakenSource, 'language' | 'visibility'>>(
    'UPDATE knowledge_sources SET lease_until = now() + make_interval(secs => $4) WHERE tenant_id = $1 AND id = $2 AND claim = $3 RETURNING language, visibility',
    [tenantId, id, claim, LEASE_SECONDS],
  );
  if (!held) throw new SourceTaken();
  return held;
}

/** How many more documents a run may have. What was found to be at another address has given its place to that one. */
const ROOM = `SELECT greatest(0, least($4 - count(*) FILTER (WHERE instead IS NULL OR read_in_run IS DISTINCT FROM $3), ${DOCUMENTS_PER_PAGE} * $4 - count(*))) AS n
  FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND seen_in_run = $3`;

/** Notes documents to be read, as many as the source may have. Known ones are met again. */
export async function noteFound(tx: Transaction, source: TakenSource, addresses: string[], depth: number): Promise<void> {
  await holdSource(tx, source);
  const unique = [...new Set(addresses)];
  if (unique.length === 0) return;
  // Those that were read before keep their place when there are more than may be.
  await tx.run(
    `WITH wanted AS (
       SELECT a.address FROM unnest($5::text[]) WITH ORDINALITY AS a(address, place)
       LEFT JOIN source_documents d ON d.tenant_id = $1 AND d.source_id = $2 AND d.address = a.address
       WHERE d.seen_in_run IS DISTINCT FROM $3
       ORDER BY (d.status = 'complete') DESC NULLS LAST, a.place LIMIT (${ROOM})
     )
     INSERT INTO source_documents AS d (tenant_id, source_id, address, depth, seen_in_run)
     SELECT $1, $2, address, $6, $3 FROM wanted
     ON CONFLICT (tenant_id, source_id, address) DO UPDATE SET seen_in_run = $3, depth = $6`,
    [source.tenantId, source.id, source.run, source.max_pages, unique, depth],
  );
}

/**
 * Meets known documents again that nothing may lead to in this run because what led to them cannot be had: those at some
 * addresses, or all that are published. They are asked themselves whether they are still there.
 */
export async function meetAgain(tx: Transaction, source: TakenSource, addresses?: string[]): Promise<void> {
  await holdSource(tx, source);
  await tx.run(
    `UPDATE source_documents SET seen_in_run = $3 WHERE tenant_id = $1 AND id IN (
       SELECT id FROM source_documents d WHERE tenant_id = $1 AND source_id = $2 AND seen_in_run < $3 AND depth <= $5
         AND CASE WHEN $6::text[] IS NULL THEN EXISTS (SELECT FROM knowledge_bases k WHERE k.tenant_id = $1 AND k.source_document_id = d.id)
           ELSE address = ANY($6) END
       ORDER BY depth, place LIMIT (${ROOM}))`,
    [source.tenantId, source.id, source.run, source.max_pages, source.max_depth, addresses ?? null],
  );
}

/** A document to read, with what is remembered of its last reading. */
export interface WaitingDocument {
  id: string;
  address: string;
  depth: number;
  etag: string | null;
  last_modified: string | null;
  content_hash: Buffer | null;
  links: string[];
  instead: string | null;
  /** Its texts are published as the source's settings want them now. */
  has_text: boolean;
  /** It was never read to its end: what is published of it is the beginning of a reading that was cut off. */
  is_new: boolean;
  failures: number;
}

/** The next document of this run, nearest to the beginning first. */
export async function nextDocument(tx: Transaction, source: TakenSource): Promise<WaitingDocument | undefined> {
  return tx.row<WaitingDocument>(
    `SELECT id, address, depth, etag, last_modified, content_hash, links, instead, failures, status = 'pending' AS is_new,
       EXISTS (SELECT FROM knowledge_bases k ${JOIN_CHOICE} WHERE k.tenant_id = $1 AND k.source_document_id = d.id
         AND k.visibility = coalesce(c.choice->>'visibility', $4)
         AND k.category IS NOT DISTINCT FROM CASE WHEN c.choice ? 'category' THEN c.choice->>'category' ELSE $5::text END
         AND (k.tags = $6::text[] OR c.choice ? 'tags') AND ($7::text IS NULL OR k.language = $7 OR c.choice ? 'language')) AS has_text
     FROM source_documents d WHERE tenant_id = $1 AND source_id = $2 AND seen_in_run = $3 AND read_in_run IS DISTINCT FROM $3
     ORDER BY depth, place LIMIT 1`,
    [source.tenantId, source.id, source.run, source.visibility, source.category, source.tags, source.language],
  );
}

/** What came of reading a document. */
export type Reading =
  | {
      outcome: 'read';
      texts: ParsedText[];
      /** As many of the texts, from the first one on, are stored already; 0 unless given. */
      stored?: number;
      links: string[];
      etag: string | null;
      lastModified: string | null;
      hash: Buffer;
    }
  | { outcome: 'unchanged'; links: string[] }
  /** instead: the address within the source that its text is found at. */
  | { outcome: 'left_out'; reason: string; links: string[]; instead?: string | undefined }
  /** There is nothing any more, surely. */
  | { outcome: 'gone'; reason: string }
  /** It could not be had this time. */
  | { outcome: 'failed'; reason: string };

/**
 * Stores a stretch of a new document's texts before its reading is stored.
 * @throws {SourceTaken}
 */
export async function storeStretch(
  tx: Transaction,
  source: TakenSource,
  document: WaitingDocument,
  texts: ParsedText[],
  stretch: Stretch,
  pageUrl: string | null,
): Promise<void> {
  const { visibility } = await holdSource(tx, source);
  await storeTexts(tx, source.tenantId, document.id, texts, { ...source, visibility, url: pageUrl }, stretch);
}

/**
 * Stores what came of a document, in one transaction with what it changes in the knowledge. Texts of a source that has been
 * made internal meanwhile are so from the first moment; all else that was changed waits for the next reading.
 */
export async function storeReading(tx: Transaction, source: TakenSource, document: WaitingDocument, reading: Reading, pageUrl: string | null): Promise<void> {
  const { language, visibility } = await holdSource(tx, source);
  const { tenantId } = source;
  if (reading.outcome === 'read')
    await storeTexts(tx, tenantId, document.id, reading.texts, { ...source, visibility, url: pageUrl }, { from: reading.stored ?? 0 });
  else if (reading.outcome === 'unchanged') await noteChecked(tx, tenantId, document.id);
  else if (reading.outcome !== 'failed' || document.is_new) await withdrawDocuments(tx, tenantId, 'SELECT $2::uuid', [document.id]);
  const remembered = rememberedOf(document, reading);
  // What was read for another language than the source has by now is read anew the next time, changed or not.
  await settle(tx, source, document, reading, language === source.language ? remembered : { ...remembered, ...UNREAD });
  // Only what was read to its end shows that reading the source brings nobody down.
  await tx.run('UPDATE knowledge_sources SET attempts = 1 WHERE tenant_id = $1 AND id = $2', [tenantId, source.id]);
  if (reading.outcome === 'failed') await meetAgain(tx, source, [...(document.instead ? [document.instead] : []), ...document.links]);
  // As near to the beginning as what it stands for.
  if (reading.outcome === 'left_out' && reading.instead) await noteFound(tx, source, [reading.instead], document.depth);
  if ('links' in reading && document.depth < source.max_depth) await noteFound(tx, source, reading.links, document.depth + 1);
}

async function settle(tx: Transaction, source: TakenSource, document: WaitingDocument, reading: Reading, remembered: Remembered): Promise<void> {
  const { etag, last_modified, content_hash, links, instead } = remembered;
  await tx.run(
    `UPDATE source_documents SET status = $3, reason = $4, read_in_run = $5, read_at = now(), failures = $6, etag = $7, last_modified = $8,
       content_hash = $9, links = $10, instead = $11 WHERE tenant_id = $1 AND id = $2`,
    [
      source.tenantId,
      document.id,
      STATUSES[reading.outcome],
      'reason' in reading ? reading.reason.slice(0, REASON_LENGTH) : null,
      source.run,
      reading.outcome === 'failed' ? document.failures + 1 : 0,
      etag,
      last_modified,
      content_hash,
      links,
      instead,
    ],
  );
}

const STATUSES = { read: 'complete', unchanged: 'complete', left_out: 'left_out', gone: 'error', failed: 'error' } as const;

type Remembered = Pick<WaitingDocument, 'etag' | 'last_modified' | 'content_hash' | 'links' | 'instead'>;
const UNREAD = { etag: null, last_modified: null, content_hash: null };
const NOTHING: Remembered = { ...UNREAD, links: [], instead: null };

/** What the next reading has to know of this one. */
function rememberedOf(document: WaitingDocument, reading: Reading): Remembered {
  switch (reading.outcome) {
    case 'read':
      return { etag: reading.etag, last_modified: reading.lastModified, content_hash: reading.hash, links: reading.links, instead: null };
    case 'unchanged':
      return document;
    case 'left_out':
      return { ...NOTHING, links: reading.links, instead: reading.instead ?? null };
    case 'gone':
      return NOTHING;
    case 'failed':
      return { ...NOTHING, links: document.links, instead: document.instead };
  }
}

/** Whether another document of the source has the very same bytes: a print version, a second address. */
export async function findCopy(tx: Transaction, source: TakenSource, document: WaitingDocument, hash: Buffer): Promise<string | undefined> {
  const copy = await tx.row<{ address: string }>(
    `SELECT address FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND content_hash = $3 AND id <> $4 AND status = 'complete' AND seen_in_run = $5 LIMIT 1`,
    [source.tenantId, source.id, hash, document.id, source.run],
  );
  return copy?.address;
}

export interface SourceEnd {
  status: 'complete' | 'error';
  reason: string | null;
  /** All there is was met: what was not met, or failed too often, is withdrawn. Otherwise it was down, and keeps what it had. */
  isComplete: boolean;
}

/** The run is over. */
export async function finishSource(tx: Transaction, source: TakenSource, end: SourceEnd): Promise<void> {
  await holdSource(tx, source);
  const { tenantId, id, run } = source;
  if (end.isComplete) {
    const lost = 'SELECT id FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND (seen_in_run < $3 OR failures >= $4)';
    await withdrawDocuments(tx, tenantId, lost, [id, run, FAILURES_MAX]);
    await tx.run('DELETE FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND seen_in_run < $3', [tenantId, id, run]);
  } else {
    // That a page could not be had says nothing of it when nothing could.
    await tx.run('UPDATE source_documents SET failures = 0 WHERE tenant_id = $1 AND source_id = $2 AND failures > 0', [tenantId, id]);
  }
  await tx.run(
    `UPDATE knowledge_sources SET status = $4, reason = $5, lease_until = NULL, attempts = 0, refreshed_at = now(),
       refresh_at = CASE WHEN refresh_at <> $6::timestamptz THEN refresh_at WHEN refresh_hours IS NOT NULL THEN now() + make_interval(hours => refresh_hours) END
     WHERE tenant_id = $1 AND id = $2 AND claim = $3`,
    [tenantId, id, source.claim, end.status, end.reason?.slice(0, REASON_LENGTH) ?? null, source.due],
  );
}

/** How many documents of this run are what. */
export async function countDocuments(
  tx: Transaction,
  source: TakenSource,
): Promise<{ complete: number; failed: number; left_out: number; first_reason: string | null }> {
  const counts = await tx.row<{ complete: number; failed: number; left_out: number; first_reason: string | null }>(
    `SELECT count(*) FILTER (WHERE status = 'complete')::integer AS complete, count(*) FILTER (WHERE status = 'error')::integer AS failed,
       count(*) FILTER (WHERE status = 'left_out')::integer AS left_out,
       (array_agg(reason ORDER BY depth, place) FILTER (WHERE reason IS NOT NULL))[1] AS first_reason
     FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND seen_in_run = $3`,
    [source.tenantId, source.id, source.run],
  );
  return counts ?? { complete: 0, failed: 0, left_out: 0, first_reason: null };
}

/** Where a source begins. */
export function seedOf(source: TakenSource): string[] {
  const seed = source.url && (source.kind === 'sitemap' ? undefined : canonicalAddress(source.url));
  return seed ? [seed] : [];
}
