import type { Transaction } from '@netia/db';
import { addKnowledge, changeKnowledge, type KnowledgeEntry, type KnowledgeInput } from '../knowledge/publish-knowledge.ts';
import { partKey, readChoices } from '../knowledge/source-choices.ts';
import type { ParsedText } from './parsing/parsed-source.ts';

/** What the entries of a source are given besides their texts. */
export interface EntrySettings {
  url: string | null;
  language: string | null;
  category: string | null;
  tags: string[];
  visibility: 'shared' | 'internal';
}

type StoredEntry = Pick<KnowledgeEntry, 'id' | 'format' | 'title' | 'content' | 'url' | 'language' | 'category' | 'tags' | 'visibility'> & {
  source_part: number;
};

/** Some of a document's texts, by their places: from the first one up to the last one, which is not among them; without it, to the end. */
export interface Stretch {
  from: number;
  to?: number;
}

const ALL: Stretch = { from: 0 };
/** Of an entry, with the document as $2 and a stretch as $3 and $4. */
const IN_STRETCH = 'source_document_id = $2 AND source_part >= $3 AND ($4::integer IS NULL OR source_part < $4)';

/**
 * Makes the entries of one source document equal to its texts: new ones are published, changed ones published anew, the
 * rest withdrawn, all in the caller's transaction. What has not changed is noted as checked and keeps its version.
 * @param stretch nothing is done outside of it.
 */
export async function storeTexts(
  tx: Transaction,
  tenantId: string,
  documentId: string,
  texts: ParsedText[],
  settings: EntrySettings,
  stretch = ALL,
): Promise<void> {
  const { from, to } = stretch;
  const stored = await tx.rows<StoredEntry>(
    `SELECT id, format, title, content, url, language, category, tags, visibility, source_part FROM knowledge_bases WHERE tenant_id = $1 AND ${IN_STRETCH}`,
    [tenantId, documentId, from, to ?? null],
  );
  const byPart = new Map(stored.map((entry) => [entry.source_part, entry]));
  const choices = await readChoices(tx, tenantId, documentId);
  for (const [place, text] of texts.slice(from, to).entries()) {
    const part = from + place;
    const found = { ...settings, format: text.format, title: text.title, content: text.content, language: settings.language ?? text.language ?? null };
    const { is_active: isActive, ...choice } = choices.get(partKey(text, part)) ?? {};
    const wanted = { ...found, ...choice };
    const before = byPart.get(part);
    byPart.delete(part);
    if (!before) {
      const { id } = await addKnowledge(tx, tenantId, wanted, { source_document_id: documentId, source_part: part });
      if (isActive === false) await changeKnowledge(tx, tenantId, id, { is_active: false });
    } else if (!isSame(before, wanted)) await changeKnowledge(tx, tenantId, before.id, wanted);
  }
  await removeEntries(
    tx,
    tenantId,
    [...byPart.values()].map(({ id }) => id),
  );
  await noteChecked(tx, tenantId, documentId, stretch);
}

/** The texts were found unchanged: citations say as of now. */
export async function noteChecked(tx: Transaction, tenantId: string, documentId: string, { from, to } = ALL): Promise<void> {
  await tx.run(
    `UPDATE documents SET checked_at = now() WHERE tenant_id = $1 AND knowledge_id IN (SELECT id FROM knowledge_bases WHERE tenant_id = $1 AND ${IN_STRETCH})`,
    [tenantId, documentId, from, to ?? null],
  );
}

function isSame(entry: StoredEntry, wanted: KnowledgeInput): boolean {
  return (
    (['format', 'title', 'content', 'url', 'language', 'category', 'visibility'] as const).every((field) => entry[field] === (wanted[field] ?? null)) &&
    JSON.stringify(entry.tags) === JSON.stringify(wanted.tags ?? [])
  );
}

async function removeEntries(tx: Transaction, tenantId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(
    'DELETE FROM document_chunks WHERE tenant_id = $1 AND document_id IN (SELECT id FROM documents WHERE tenant_id = $1 AND knowledge_id = ANY($2))',
    [tenantId, ids],
  );
  await tx.run('DELETE FROM knowledge_bases WHERE tenant_id = $1 AND id = ANY($2)', [tenantId, ids]);
}
