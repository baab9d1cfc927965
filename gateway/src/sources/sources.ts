import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { changeKnowledge } from '../knowledge/publish-knowledge.ts';
import { forgetSameVisibility, JOIN_CHOICE } from '../knowledge/source-choices.ts';

export type SourceType = 'file' | 'page' | 'sitemap' | 'site';
export type SourceStatus = 'pending' | 'processing' | 'complete' | 'error';

/** What may be chosen for a source; what its entries are given is the same for all of them. */
export interface SourceSettings {
  name?: string | undefined;
  max_pages?: number | undefined;
  max_depth?: number | undefined;
  language?: string | null | undefined;
  category?: string | null | undefined;
  tags?: string[] | undefined;
  visibility?: 'shared' | 'internal' | undefined;
  /** How often it is read again; null: only when asked. */
  refresh_hours?: number | null | undefined;
}

export type NewSource = SourceSettings &
  ({ kind: 'page' | 'sitemap' | 'site'; url: string } | { kind: 'file'; name: string; file_key: string; file_size: number });

export interface Source {
  id: string;
  kind: SourceType;
  name: string;
  url: string | null;
  file_size: number | null;
  max_pages: number;
  max_depth: number;
  language: string | null;
  category: string | null;
  tags: string[];
  visibility: 'shared' | 'internal';
  status: SourceStatus;
  /** Why it ended in an error, or what was left out; for the tenant. */
  reason: string | null;
  refresh_hours: number | null;
  refresh_at: Date | null;
  refreshed_at: Date | null;
  created_at: Date;
  /** Documents of the run that is going on, or of the last one. */
  progress: { found: number; complete: number; left_out: number; failed: number };
}

const COLUMNS = `s.id, s.kind, s.name, s.url, s.file_size::integer, s.max_pages, s.max_depth, s.language, s.category, s.tags, s.visibility, s.status, s.reason,
  s.refresh_hours, s.refresh_at, s.refreshed_at, s.created_at,
  (SELECT jsonb_build_object('found', count(*), 'complete', count(*) FILTER (WHERE d.status = 'complete'), 'left_out', count(*) FILTER (WHERE d.status = 'left_out'),
     'failed', count(*) FILTER (WHERE d.status = 'error'))
   FROM source_documents d WHERE d.tenant_id = s.tenant_id AND d.source_id = s.id AND d.seen_in_run = s.run) AS progress`;

const FILE_KEY_OF = 'SELECT file_key FROM knowledge_sources WHERE tenant_id = $1 AND id = $2';

/** Keeps a source to be read as soon as a worker has time. */
export async function addSource(tx: Transaction, tenantId: string, source: NewSource): Promise<Source> {
  const isFile = source.kind === 'file';
  const added = await tx.row<{ id: string }>(
    `INSERT INTO knowledge_sources (tenant_id, kind, name, url, file_key, file_size, max_pages, max_depth, language, category, tags, visibility, refresh_hours)
     VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, 500), coalesce($8, 5), $9, $10, coalesce($11::text[], '{}'), coalesce($12, 'shared'), $13) RETURNING id`,
    [
      tenantId,
      source.kind,
      source.name || (isFile ? 'file' : source.url),
      isFile ? null : source.url,
      isFile ? source.file_key : null,
      isFile ? source.file_size : null,
      source.max_pages ?? null,
      source.max_depth ?? null,
      source.language ?? null,
      source.category ?? null,
      source.tags ?? null,
      source.visibility ?? null,
      source.refresh_hours ?? null,
    ],
  );
  if (!added) throw new Error('the inserted source did not come back');
  return showSource(tx, tenantId, added.id);
}

/** @throws {AppError} not_found */
export async function showSource(tx: Transaction, tenantId: string, id: string): Promise<Source> {
  const source = await tx.row<Source>(`SELECT ${COLUMNS} FROM knowledge_sources s WHERE s.tenant_id = $1 AND s.id = $2`, [tenantId, id]);
  if (!source) throw noSuchSource();
  return source;
}

/** In the order they were added; pass the last id to go on. */
export async function listSources(tx: Transaction, tenantId: string, page: { after: string | null; limit: number }): Promise<Source[]> {
  return tx.rows<Source>(`SELECT ${COLUMNS} FROM knowledge_sources s WHERE s.tenant_id = $1 AND ($2::uuid IS NULL OR s.id > $2) ORDER BY s.id LIMIT $3`, [
    tenantId,
    page.after,
    page.limit,
  ]);
}

/** Changes what is given; what its entries are given changes with the next reading, which begins at once. Who may see them changes now. */
export async function changeSource(tx: Transaction, tenantId: string, id: string, change: SourceSettings): Promise<Source> {
  if (change.language !== undefined) await forgetOtherLanguage(tx, tenantId, id, change.language);
  const changed = await tx.run(
    `UPDATE knowledge_sources SET name = coalesce($3, name), max_pages = coalesce($4, max_pages), max_depth = coalesce($5, max_depth),
       language = CASE WHEN $6 THEN $7 ELSE language END, category = CASE WHEN $8 THEN $9 ELSE category END, tags = coalesce($10, tags),
       visibility = coalesce($11, visibility), refresh_hours = CASE WHEN $12 THEN $13::integer ELSE refresh_hours END, refresh_at = now()
     WHERE tenant_id = $1 AND id = $2`,
    [
      tenantId,
      id,
      change.name ?? null,
      change.max_pages ?? null,
      change.max_depth ?? null,
      change.language !== undefined,
      change.language ?? null,
      change.category !== undefined,
      change.category ?? null,
      change.tags ?? null,
      change.visibility ?? null,
      change.refresh_hours !== undefined,
      change.refresh_hours ?? null,
    ],
  );
  if (changed === 0) throw noSuchSource();
  if (change.visibility) await showTo(tx, tenantId, id, change.visibility);
  return showSource(tx, tenantId, id);
}

/** When its language changes, its pages are read anew also where they have not changed: of a text alone nobody can tell whether its language was named or detected. */
async function forgetOtherLanguage(tx: Transaction, tenantId: string, sourceId: string, language: string | null): Promise<void> {
  await tx.run(
    `UPDATE source_documents SET etag = NULL, last_modified = NULL, content_hash = NULL WHERE tenant_id = $1 AND source_id = $2
       AND EXISTS (SELECT FROM knowledge_sources s WHERE s.tenant_id = $1 AND s.id = $2 AND s.language IS DISTINCT FROM $3 FOR UPDATE)`,
    [tenantId, sourceId, language],
  );
}

/** Publishes its entries anew, but for those of which it was decided singly: what nobody may see is not in the index. */
async function showTo(tx: Transaction, tenantId: string, sourceId: string, visibility: 'shared' | 'internal'): Promise<void> {
  await forgetSameVisibility(tx, tenantId, sourceId, visibility);
  const entries = await tx.rows<{ id: string }>(
    `SELECT k.id FROM knowledge_bases k JOIN source_documents d ON d.tenant_id = k.tenant_id AND d.id = k.source_document_id ${JOIN_CHOICE}
     WHERE k.tenant_id = $1 AND d.source_id = $2 AND k.visibility <> coalesce(c.choice->>'visibility', $3) ORDER BY k.id`,
    [tenantId, sourceId, visibility],
  );
  for (const { id } of entries) await changeKnowledge(tx, tenantId, id, { visibility });
}

/** Has it read again now, also what gave an error. */
export async function refreshSource(tx: Transaction, tenantId: string, id: string): Promise<Source> {
  if ((await tx.run('UPDATE knowledge_sources SET refresh_at = now(), attempts = 0 WHERE tenant_id = $1 AND id = $2', [tenantId, id])) === 0)
    throw noSuchSource();
  return showSource(tx, tenantId, id);
}

/** Withdraws all that came from it, at once. @returns its file, to be removed after the commit. */
export async function removeSource(tx: Transaction, tenantId: string, id: string): Promise<{ file_key: string | null }> {
  const source = await tx.row<{ file_key: string | null }>(FILE_KEY_OF, [tenantId, id]);
  if (!source) throw noSuchSource();
  await withdrawDocuments(tx, tenantId, 'SELECT id FROM source_documents WHERE tenant_id = $1 AND source_id = $2', [id]);
  await tx.run('DELETE FROM knowledge_sources WHERE tenant_id = $1 AND id = $2', [tenantId, id]);
  return source;
}

/**
 * Takes the texts of source documents out of the knowledge, in one statement a table: the cascades of foreign keys would
 * reckon the index anew for each.
 * @param which a SELECT of their ids, with the tenant as $1 and `values` from $2 on.
 */
export async function withdrawDocuments(tx: Transaction, tenantId: string, which: string, values: unknown[]): Promise<void> {
  const entries = `SELECT id FROM knowledge_bases WHERE tenant_id = $1 AND source_document_id IN (${which})`;
  const all = [tenantId, ...values];
  // A site of twenty thousand pages takes minutes, and half of it must not stay. An embedded database has no limit, and no way to keep one.
  await tx.run("SELECT set_config('statement_timeout', '10min', true) WHERE current_setting('statement_timeout') <> '0'");
  await tx.run(
    `DELETE FROM document_chunks WHERE tenant_id = $1 AND document_id IN (SELECT id FROM documents WHERE tenant_id = $1 AND knowledge_id IN (${entries}))`,
    all,
  );
  await tx.run(`DELETE FROM knowledge_bases WHERE tenant_id = $1 AND source_document_id IN (${which})`, all);
}

export interface SourceDocument {
  id: string;
  address: string;
  depth: number;
  status: 'pending' | 'complete' | 'left_out' | 'error';
  reason: string | null;
  read_at: Date | null;
}

/** What a source has brought, in the order it was found. */
export async function listSourceDocuments(
  tx: Transaction,
  tenantId: string,
  sourceId: string,
  page: { after: string | null; limit: number; status?: string | undefined },
): Promise<SourceDocument[]> {
  return tx.rows<SourceDocument>(
    `SELECT id, address, depth, status, reason, read_at FROM source_documents
     WHERE tenant_id = $1 AND source_id = $2 AND ($5::text IS NULL OR status = $5)
       AND ($3::uuid IS NULL OR place > (SELECT place FROM source_documents WHERE tenant_id = $1 AND source_id = $2 AND id = $3))
     ORDER BY place LIMIT $4`,
    [tenantId, sourceId, page.after, page.limit, page.status ?? null],
  );
}

function noSuchSource(): AppError {
  return new AppError('not_found', 'There is no source with this id.');
}
