import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { SingleBar } from 'cli-progress';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import {
  addKnowledge,
  type KnowledgeEntry,
  type KnowledgeFormat,
  type KnowledgeInput,
  listKnowledge,
  removeKnowledge,
} from '../knowledge/publish-knowledge.ts';
import { storableText } from '../storable-text.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

const FORMATS: Record<string, KnowledgeFormat> = { '.md': 'markdown', '.markdown': 'markdown', '.html': 'html', '.htm': 'html', '.txt': 'text' };
const pairSchema = z.object({ question: z.string().min(1), answer: z.string().min(1), url: z.string().optional() });

interface AddOptions {
  tenant: string;
  question?: string;
  answer?: string;
  url?: string;
  format?: KnowledgeFormat;
}

export async function addCommand(files: string[], options: AddOptions): Promise<void> {
  const entries = [...readPair(options), ...files.flatMap((file) => readEntries(file, options))];
  if (entries.length === 0) throw new AppError('invalid_request', 'Give files, or --question and --answer.');
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
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
  });
}

export async function listCommand(options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    for (let after: string | null = null; ; ) {
      const page = { after, limit: 200 };
      const entries: KnowledgeEntry[] = await db.inTenant(tenant.id, (tx) => listKnowledge(tx, tenant.id, page));
      for (const entry of entries)
        print(
          `${entry.id}  v${String(entry.version).padEnd(3)} ${entry.is_active ? 'published' : 'withdrawn'} ${entry.format.padEnd(8)} ${entry.title || entry.content.slice(0, 60).replace(/\s+/g, ' ')}`,
        );
      if (entries.length < 200) break;
      after = entries.at(-1)?.id ?? null;
    }
  });
}

export async function removeCommand(id: string, options: { tenant: string }): Promise<void> {
  if (!z.uuid().safeParse(id).success) throw new AppError('invalid_request', 'Give the id as `netia knowledge list` shows it.');
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await db.inTenant(tenant.id, (tx) => removeKnowledge(tx, tenant.id, id));
    print('Removed.');
  });
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
