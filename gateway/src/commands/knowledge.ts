import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { Database, Transaction } from '@netia/db';
import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { createOutbound, createReading, openFiles } from '../deps.ts';
import { AppError } from '../errors.ts';
import { fileKey } from '../files/file-store.ts';
import { type Draft, listDrafts, publishDrafts, saveDraft } from '../knowledge/drafts.ts';
import {
  addKnowledge,
  type KnowledgeEntry,
  type KnowledgeFormat,
  type KnowledgeInput,
  listKnowledge,
  reindexKnowledge,
  removeKnowledge,
} from '../knowledge/publish-knowledge.ts';
import { createLog } from '../log.ts';
import { addSource, listSources, type NewSource, refreshSource, removeSource, type Source, showSource } from '../sources/sources.ts';
import { storableText } from '../storable-text.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

const FORMATS: Record<string, KnowledgeFormat> = { '.md': 'markdown', '.markdown': 'markdown', '.html': 'html', '.htm': 'html', '.txt': 'text' };
const pairSchema = z.object({ question: z.string().min(1), answer: z.string().min(1), url: z.string().optional() });

/** Files that are read by the parser process, and stay sources. */
const SOURCE_FILES = /\.(pdf|docx|xlsx|csv|tsv)$/i;

interface AddOptions {
  tenant: string;
  question?: string;
  answer?: string;
  url?: string;
  format?: KnowledgeFormat;
  /** What an address is; a page without it. */
  kind?: 'page' | 'site' | 'sitemap';
  maxPages?: number;
  refreshHours?: number;
  /** Kept until `knowledge publish` instead of published. */
  draft?: boolean;
}

export async function addCommand(given: string[], options: AddOptions): Promise<void> {
  const addresses = given.filter((one) => /^https?:\/\//i.test(one));
  const files = given.filter((one) => !addresses.includes(one));
  const entries = [...readPair(options), ...files.filter((file) => !SOURCE_FILES.test(file)).flatMap((file) => readEntries(file, options))];
  const sources = files.filter((file) => SOURCE_FILES.test(file));
  if (entries.length + sources.length + addresses.length === 0) throw new AppError('invalid_request', 'Give files or addresses, or --question and --answer.');
  if (options.draft && sources.length + addresses.length > 0)
    throw new AppError('invalid_request', '--draft is for texts and FAQ pairs; files that are parsed, pages and sites are published as they are read.');
  await withDatabase(async (db, config) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    if (options.draft) return keepDrafts(db, tenant, entries);
    await publishEntries(db, tenant, entries);
    for (const url of addresses) {
      const limits = { max_pages: options.maxPages, refresh_hours: options.refreshHours };
      await readSource(db, config, tenant.id, { kind: options.kind ?? 'page', url, ...limits });
    }
    for (const file of sources) await readSource(db, config, tenant.id, await keepFile(config, tenant.id, file));
  });
}

async function publishEntries(db: Database, tenant: { id: string; slug: string }, entries: KnowledgeInput[]): Promise<void> {
  if (entries.length === 0) return;
  const bar = new SingleBar({ format: 'publishing |{bar}| {value}/{total}', hideCursor: true, noTTYOutput: false });
  if (entries.length > 1) bar.start(entries.length, 0);
  try {
    for (const entry of entries) {
      await db.inTenant(tenant.id, (tx) => addKnowledge(tx, tenant.id, entry));
      bar.increment();
    }
  } finally {
    bar.stop();
  }
  print(`Published ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} for ${tenant.slug}.`);
}

/** In one transaction: with one that could not be published none is kept. */
async function keepDrafts(db: Database, tenant: { id: string; slug: string }, entries: KnowledgeInput[]): Promise<void> {
  await db.inTenant(tenant.id, async (tx) => {
    for (const entry of entries) await saveDraft(tx, tenant.id, { action: 'add', entry });
  });
  print(`Kept ${entries.length} ${entries.length === 1 ? 'draft' : 'drafts'} for ${tenant.slug}; \`netia knowledge publish\` publishes them.`);
}

export async function draftsCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await forEachPage<Draft>(
      (page) => db.inTenant(tenant.id, (tx) => listDrafts(tx, tenant.id, page)),
      ({ id, action, knowledge_id, entry }) =>
        print(`${id}  ${action.padEnd(6)} ${knowledge_id ?? ''} ${(entry.title || entry.content || '').slice(0, 60).replace(/\s+/g, ' ')}`),
    );
  });
}

/** Entries in one transaction: for so long nobody else publishes for the tenant. */
const REINDEXED_AT_ONCE = 20;

export async function reindexCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    const reindexAfter = (after: string | null) => db.inTenant(tenant.id, (tx) => reindexKnowledge(tx, tenant.id, { after, limit: REINDEXED_AT_ONCE }));
    let last = await reindexAfter(null);
    while (last !== null) last = await reindexAfter(last);
    print(`Indexed what ${tenant.slug} has published anew.`);
  });
}

async function keepFile(config: Config, tenantId: string, file: string): Promise<NewSource> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new AppError('invalid_request', `Cannot read ${file}.`);
  }
  const key = fileKey(tenantId, randomUUID());
  await openFiles(config).put(key, bytes);
  return { kind: 'file', name: basename(file), file_key: key, file_size: bytes.length };
}

/** Reads a new source to its end, here and now. */
async function readSource(db: Database, config: Config, tenantId: string, source: NewSource): Promise<void> {
  const { id } = await db.inTenant(tenantId, (tx) => addSource(tx, tenantId, source));
  await readNow(db, config, tenantId, id);
}

async function readNow(db: Database, config: Config, tenantId: string, id: string): Promise<void> {
  const reading = createReading(createOutbound(config), db, openFiles(config), createLog('warn'));
  const bar = new SingleBar({ format: 'reading |{bar}| {value}/{total}', hideCursor: true, noTTYOutput: false });
  const show = () => db.inTenant(tenantId, (tx) => showSource(tx, tenantId, id));
  bar.start(1, 0);
  const watch = setInterval(() => {
    const draw = ({ progress: { found, complete, left_out, failed } }: Source) => {
      bar.setTotal(Math.max(1, found));
      bar.update(complete + left_out + failed);
    };
    void show().then(draw, () => {});
  }, 500);
  try {
    await reading.read(tenantId, id);
  } finally {
    clearInterval(watch);
    bar.stop();
    await reading.stop();
  }
  print(describe(await show()));
}

const LISTED_AT_ONCE = 200;

async function forEachPage<Row extends { id: string }>(read: (page: { after: string | null; limit: number }) => Promise<Row[]>, show: (row: Row) => void) {
  for (let after: string | null = null; ; ) {
    const rows: Row[] = await read({ after, limit: LISTED_AT_ONCE });
    for (const row of rows) show(row);
    if (rows.length < LISTED_AT_ONCE) return;
    after = rows.at(-1)?.id ?? null;
  }
}

function describe({ id, name, url, status, reason, progress }: Source): string {
  const counts = [`${progress.complete} read`, progress.left_out > 0 && `${progress.left_out} left out`, progress.failed > 0 && `${progress.failed} failed`];
  return `${id}  ${status.padEnd(10)} ${url ?? name}  (${counts.filter(Boolean).join(', ')})${reason ? `: ${reason}` : ''}`;
}

export async function sourcesCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await forEachPage<Source>(
      (page) => db.inTenant(tenant.id, (tx) => listSources(tx, tenant.id, page)),
      (source) => print(describe(source)),
    );
  });
}

export async function refreshCommand(id: string, options: { tenant: string }): Promise<void> {
  requireId(id);
  await withDatabase(async (db, config) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await db.inTenant(tenant.id, (tx) => refreshSource(tx, tenant.id, id));
    await readNow(db, config, tenant.id, id);
  });
}

export async function listCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await forEachPage<KnowledgeEntry>(
      (page) => db.inTenant(tenant.id, (tx) => listKnowledge(tx, tenant.id, page)),
      (entry) =>
        print(
          `${entry.id}  v${String(entry.version).padEnd(3)} ${entry.is_active ? 'published' : 'withdrawn'} ${entry.format.padEnd(8)} ${entry.title || entry.content.slice(0, 60).replace(/\s+/g, ' ')}`,
        ),
    );
  });
}

export async function removeCommand(id: string, options: { tenant: string }): Promise<void> {
  requireId(id);
  await withDatabase(async (db, config) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    const file = await db.inTenant(tenant.id, (tx) => removeEither(tx, tenant.id, id));
    if (file) await openFiles(config).remove(file);
    print('Removed.');
  });
}

/** An entry, or a source with all its entries. @returns the source's file. */
async function removeEither(tx: Transaction, tenantId: string, id: string): Promise<string | null> {
  try {
    return (await removeSource(tx, tenantId, id)).file_key;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    await removeKnowledge(tx, tenantId, id);
    return null;
  }
}

function requireId(id: string): void {
  if (!z.uuid().safeParse(id).success) throw new AppError('invalid_request', 'Give the id as `netia knowledge list` or `netia knowledge sources` shows it.');
}

function readPair({ question, answer, url }: AddOptions): KnowledgeInput[] {
  if (question === undefined && answer === undefined) return [];
  if (!question || !answer) throw new AppError('invalid_request', 'A FAQ pair needs both --question and --answer.');
  return [{ format: 'faq', title: question, content: answer, url }];
}

function readEntries(file: string, options: AddOptions): KnowledgeInput[] {
  let text: string;
  try {
    text = storableText(readFileSync(file, 'utf8'));
  } catch {
    throw new AppError('invalid_request', `Cannot read ${file}.`);
  }
  const ending = extname(file).toLowerCase();
  if (ending === '.json' || ending === '.jsonl') return readPairs(file, text, ending);
  const format = options.format ?? FORMATS[ending];
  if (!format) throw new AppError('invalid_request', `${file}: the ending says nothing of its format. Give --format text, markdown or html.`);
  const heading = format === 'markdown' ? /^#\s+(.+)$/m.exec(text)?.[1]?.trim() : undefined;
  return [{ format, title: heading ?? (format === 'html' ? '' : basename(file, ending)), content: text, url: options.url }];
}

function readPairs(file: string, text: string, ending: string): KnowledgeInput[] {
  try {
    const raw: unknown =
      ending === '.json'
        ? JSON.parse(text)
        : text
            .split('\n')
            .filter((line) => line.trim())
            .map((line) => JSON.parse(line) as unknown);
    return z
      .array(pairSchema)
      .parse(raw)
      .map((pair) => ({ format: 'faq', title: pair.question, content: pair.answer, url: pair.url }));
  } catch (cause) {
    throw new AppError('invalid_request', `${file}: each entry must be {"question": "…", "answer": "…"}.`, { cause });
  }
}

export async function publishCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    const published = await db.inTenant(tenant.id, (tx) => publishDrafts(tx, tenant.id));
    print(published === 0 ? 'There are no drafts.' : `Published ${published} ${published === 1 ? 'draft' : 'drafts'}.`);
  });
}
