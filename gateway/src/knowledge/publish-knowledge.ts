import { createHash } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { analyzeText, countLexemes } from './analyze-text.ts';
import { htmlToMarkdown } from './html-to-markdown.ts';
import { detectLanguage } from './languages.ts';
import { type Passage, splitDocument } from './split-document.ts';
import { hasTooManyLines, LINES_MAX } from './tame-markdown.ts';

export type KnowledgeFormat = 'faq' | 'text' | 'markdown' | 'html';

/** An entry as its author gives it. For a FAQ pair the title is the question and the content the answer. */
export interface KnowledgeInput {
  format: KnowledgeFormat;
  title: string;
  content: string;
  url?: string | null | undefined;
  language?: string | null | undefined;
  category?: string | null | undefined;
  tags?: string[] | undefined;
  /** Internal: kept, searched by nobody who visits. */
  visibility?: 'shared' | 'internal' | undefined;
}

/** Where an entry comes from, if nobody typed it. */
export interface EntryOrigin {
  source_document_id: string;
  /** Its place among the entries of that document. */
  source_part: number;
}

/** What may be changed of an entry; what is left out stays. */
export type KnowledgeChange = { [Field in keyof KnowledgeInput]?: KnowledgeInput[Field] | undefined } & { is_active?: boolean | undefined };

export interface KnowledgeEntry {
  id: string;
  format: KnowledgeFormat;
  title: string;
  content: string;
  url: string | null;
  language: string | null;
  category: string | null;
  tags: string[];
  visibility: 'shared' | 'internal';
  version: number;
  is_active: boolean;
  /** Typed by somebody, not read from a source. */
  is_typed: boolean;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS =
  'id, format, title, content, url, language, category, tags, visibility, version, is_active, source_document_id IS NULL AS is_typed, created_at, updated_at';

/** A title counts three times: people name things in titles, and a question repeats the name (measured: +4 hit@1 on FAQs). */
const TITLE_WEIGHT = 3;

/**
 * Stores a new entry and publishes it. Text, index and statistics change in one transaction: a search sees either all
 * of it or nothing.
 */
export async function addKnowledge(tx: Transaction, tenantId: string, input: KnowledgeInput, origin?: EntryOrigin): Promise<KnowledgeEntry> {
  const entry = await tx.row<KnowledgeEntry>(
    `INSERT INTO knowledge_bases (tenant_id, content_type, format, title, content, url, language, category, tags, visibility, source_document_id, source_part)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING ${COLUMNS}`,
    [
      tenantId,
      input.format === 'faq' ? 'faq' : 'custom',
      input.format,
      input.title,
      input.content,
      input.url ?? null,
      input.language ?? null,
      input.category ?? null,
      input.tags ?? [],
      input.visibility ?? 'shared',
      origin?.source_document_id ?? null,
      origin?.source_part ?? 0,
    ],
  );
  if (!entry) throw new Error('the inserted knowledge entry did not come back');
  await publish(tx, tenantId, entry);
  return entry;
}

/** Replaces what is given of an entry; a change of text is a new version and is published at once. */
export async function changeKnowledge(tx: Transaction, tenantId: string, id: string, change: KnowledgeChange): Promise<KnowledgeEntry> {
  const before = await tx.row<KnowledgeEntry>(`SELECT ${COLUMNS} FROM knowledge_bases WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, [tenantId, id]);
  if (!before) throw noSuchEntry();
  const next = { ...before, ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) };
  const entry = await tx.row<KnowledgeEntry>(
    `UPDATE knowledge_bases SET format = $3, title = $4, content = $5, url = $6, language = $7, category = $8, tags = $9, is_active = $10, content_type = $11, visibility = $12
       WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
    [
      tenantId,
      id,
      next.format,
      next.title,
      next.content,
      next.url,
      next.language,
      next.category,
      next.tags,
      next.is_active,
      next.format === 'faq' ? 'faq' : 'custom',
      next.visibility,
    ],
  );
  if (!entry) throw new Error('the updated knowledge entry did not come back');
  if (entry.is_active) await publish(tx, tenantId, entry);
  else await withdraw(tx, tenantId, id);
  return entry;
}

/**
 * Deletes an entry with its versions and everything indexed from it.
 * @throws {AppError} not_found; conflict for one that a source brought, and would bring again.
 */
export async function removeKnowledge(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if (!(await showKnowledge(tx, tenantId, id)).is_typed) throw broughtAgain();
  await withdraw(tx, tenantId, id);
  if ((await tx.run('DELETE FROM knowledge_bases WHERE tenant_id = $1 AND id = $2', [tenantId, id])) === 0) throw noSuchEntry();
}

/**
 * Indexes the next entries anew, as the analyser reads them today: an index that an older one has made finds less. Version,
 * text and the date as of which it holds stay. Each call is one transaction; between two of them everything is found, some of
 * it by the old index.
 * @returns the last entry's id, to go on from; null when there is none left.
 */
export async function reindexKnowledge(tx: Transaction, tenantId: string, page: { after: string | null; limit: number }): Promise<string | null> {
  const entries = await tx.rows<KnowledgeEntry & { checked_at: string }>(
    `SELECT k.*, d.checked_at::text FROM (SELECT ${COLUMNS} FROM knowledge_bases WHERE tenant_id = $1 AND is_active AND ($2::uuid IS NULL OR id > $2)
       ORDER BY id LIMIT $3 FOR UPDATE) k
     JOIN documents d ON d.tenant_id = $1 AND d.knowledge_id = k.id ORDER BY k.id`,
    [tenantId, page.after, page.limit],
  );
  for (const entry of entries) {
    await publish(tx, tenantId, entry);
    await tx.run('UPDATE documents SET checked_at = $3 WHERE tenant_id = $1 AND knowledge_id = $2', [tenantId, entry.id, entry.checked_at]);
  }
  return entries.at(-1)?.id ?? null;
}

/** Which entries a list shows; what is left out narrows nothing. */
export interface KnowledgeFilter {
  category?: string | undefined;
  tag?: string | undefined;
  /** Of the published text. */
  language?: string | undefined;
  visibility?: 'shared' | 'internal' | undefined;
  /** Stands in title or text, in any case. */
  text?: string | undefined;
  /** Typed by somebody, not read from a source. */
  is_typed?: boolean | undefined;
}

/** Entries in the order they were made; pass the last id to go on. */
export async function listKnowledge(
  tx: Transaction,
  tenantId: string,
  page: { after: string | null; limit: number },
  filter: KnowledgeFilter = {},
): Promise<KnowledgeEntry[]> {
  return tx.rows<KnowledgeEntry>(
    `SELECT ${COLUMNS} FROM knowledge_bases k WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2)
       AND ($4::text IS NULL OR category = $4) AND ($5::text IS NULL OR $5 = ANY(tags)) AND ($6::text IS NULL OR visibility = $6)
       AND ($7::text IS NULL OR EXISTS (SELECT FROM documents d WHERE d.tenant_id = k.tenant_id AND d.knowledge_id = k.id AND d.language = $7))
       AND ($8::text IS NULL OR strpos(lower(title || E'\n' || content), lower($8)) > 0)
       AND ($9::boolean IS NULL OR (source_document_id IS NULL) = $9)
     ORDER BY id LIMIT $3`,
    [
      tenantId,
      page.after,
      page.limit,
      filter.category ?? null,
      filter.tag ?? null,
      filter.visibility ?? null,
      filter.language ?? null,
      filter.text ?? null,
      filter.is_typed ?? null,
    ],
  );
}

/** By question, the published FAQ entries, typed by somebody for visitors, that ask them in the same words; the latest of several. */
export async function findFaqs(tx: Transaction, tenantId: string, questions: string[]): Promise<Map<string, { id: string; content: string }>> {
  const found = await tx.rows<{ title: string; id: string; content: string }>(
    `SELECT DISTINCT ON (title) title, id, content FROM knowledge_bases
     WHERE tenant_id = $1 AND format = 'faq' AND is_active AND visibility = 'shared' AND source_document_id IS NULL AND title = ANY($2)
     ORDER BY title, id DESC`,
    [tenantId, questions],
  );
  return new Map(found.map(({ title, ...entry }) => [title, entry]));
}

/** The collections of a tenant: each category with how many entries are in it, by name; entries without one are under null. */
export async function listCategories(tx: Transaction, tenantId: string): Promise<{ category: string | null; entries: number }[]> {
  return tx.rows('SELECT category, count(*)::integer AS entries FROM knowledge_bases WHERE tenant_id = $1 GROUP BY category ORDER BY category NULLS LAST', [
    tenantId,
  ]);
}

/** Gives every entry and source of a category another name, or none; what answers are taken from follows only if the settings name it. @returns how many entries. */
export async function renameCategory(tx: Transaction, tenantId: string, from: string, to: string | null): Promise<number> {
  await tx.run('UPDATE knowledge_sources SET category = $3 WHERE tenant_id = $1 AND category = $2', [tenantId, from, to]);
  await tx.run("UPDATE source_choices SET choice = choice || jsonb_build_object('category', $3::text) WHERE tenant_id = $1 AND choice->>'category' = $2", [
    tenantId,
    from,
    to,
  ]);
  return tx.run('UPDATE knowledge_bases SET category = $3 WHERE tenant_id = $1 AND category = $2', [tenantId, from, to]);
}

export async function showKnowledge(tx: Transaction, tenantId: string, id: string): Promise<KnowledgeEntry> {
  const entry = await tx.row<KnowledgeEntry>(`SELECT ${COLUMNS} FROM knowledge_bases WHERE tenant_id = $1 AND id = $2`, [tenantId, id]);
  if (!entry) throw noSuchEntry();
  return entry;
}

export interface PublishedPassage {
  id: string;
  title_path: string[];
  body: string;
  language: string;
  /** Words it is indexed with, those of its headings three times. */
  token_count: number;
}

const PASSAGES_SHOWN = 500;

/** What a published text was cut into, in its order. @throws {AppError} not_found */
export async function listPassages(tx: Transaction, tenantId: string, id: string): Promise<PublishedPassage[]> {
  await showKnowledge(tx, tenantId, id);
  return tx.rows<PublishedPassage>(
    `SELECT c.id, c.title_path, c.body, c.language, c.token_count FROM documents d JOIN document_chunks c ON c.tenant_id = d.tenant_id AND c.document_id = d.id
     WHERE d.tenant_id = $1 AND d.knowledge_id = $2 ORDER BY c.ordinal LIMIT ${PASSAGES_SHOWN}`,
    [tenantId, id],
  );
}

export const broughtAgain = () =>
  new AppError(
    'conflict',
    'This was read from a website or file, and the next reading would bring it again. Withdraw it instead, which lasts, or remove the source.',
  );

function noSuchEntry(): AppError {
  return new AppError('not_found', 'There is no knowledge entry with this id.');
}

async function withdraw(tx: Transaction, tenantId: string, knowledgeId: string): Promise<void> {
  await tx.run('DELETE FROM document_chunks WHERE tenant_id = $1 AND document_id IN (SELECT id FROM documents WHERE tenant_id = $1 AND knowledge_id = $2)', [
    tenantId,
    knowledgeId,
  ]);
  await tx.run('DELETE FROM documents WHERE tenant_id = $1 AND knowledge_id = $2', [tenantId, knowledgeId]);
}

async function publish(tx: Transaction, tenantId: string, entry: KnowledgeEntry): Promise<void> {
  const { title, content, passages, language } = prepareEntry(entry);
  await withdraw(tx, tenantId, entry.id);
  const document = await tx.row<{ id: string }>(
    `INSERT INTO documents (tenant_id, knowledge_id, version, title, url, language, content, content_hash, visibility) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [tenantId, entry.id, entry.version, title, entry.url, language, content, createHash('sha256').update(content).digest(), entry.visibility],
  );
  if (!document) throw new Error('the inserted document did not come back');
  // Nobody searches it, and in the index it would take the places of what may be found.
  if (entry.visibility === 'internal') return;
  const chunks = passages.map((passage, ordinal) => {
    const heading = [title, ...passage.titlePath].join(' ');
    const headingLexemes = analyzeText(heading, language);
    const lexemes = [...Array.from({ length: TITLE_WEIGHT }, () => headingLexemes).flat(), ...analyzeText(passage.body, language)];
    const counts = [...countLexemes(lexemes)];
    return {
      ordinal,
      title_path: passage.titlePath,
      body: passage.body,
      span_start: passage.start,
      span_end: passage.end,
      token_count: lexemes.length,
      lexemes: counts.map(([lexeme]) => lexeme),
      frequencies: counts.map(([, n]) => n),
    };
  });
  await tx.run(
    `INSERT INTO document_chunks (tenant_id, document_id, language, ordinal, title_path, body, span_start, span_end, token_count, lexemes, frequencies)
     SELECT $1, $2, $3, c.ordinal, c.title_path, c.body, c.span_start, c.span_end, c.token_count, c.lexemes, c.frequencies
     FROM jsonb_to_recordset($4::jsonb) AS c(ordinal integer, title_path text[], body text, span_start integer, span_end integer, token_count integer, lexemes text[], frequencies integer[])`,
    [tenantId, document.id, language, JSON.stringify(chunks)],
  );
}

/**
 * The entry's canonical text and its passages.
 * @throws {AppError} invalid_request when there is no text in it.
 */
export function prepareEntry(entry: Pick<KnowledgeEntry, 'title' | 'content' | 'format' | 'language'>): {
  title: string;
  content: string;
  passages: Passage[];
  language: string;
} {
  let { title, content } = entry;
  if (entry.format === 'html') {
    const page = htmlToMarkdown(content);
    content = page.markdown;
    title ||= page.title ?? '';
  }
  if (hasTooManyLines(content)) throw new AppError('invalid_request', `There are more than ${LINES_MAX} lines in this entry. Split it.`);
  const passages = entry.format === 'faq' ? [{ titlePath: [], body: content, start: 0, end: content.length }] : splitDocument(content);
  if (passages.length === 0) throw new AppError('invalid_request', 'There is no text in this entry: give it at least one sentence.');
  title ||= passages[0]?.titlePath[0] ?? '';
  if (title && passages.every((passage) => passage.titlePath[0] === title)) {
    // A document that opens with its own title as heading would carry it twice in every path.
    for (const passage of passages) passage.titlePath = passage.titlePath.slice(1);
  }
  return { title, content, passages, language: entry.language ?? detectLanguage(`${title}\n${content}`) };
}
