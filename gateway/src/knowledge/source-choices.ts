import { createHash } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { changeKnowledge, type KnowledgeChange, type KnowledgeEntry } from './publish-knowledge.ts';

/** What the tenant has decided of an entry that a source brought; what is left out is the source's to say. */
export type SourceChoice = Partial<Pick<KnowledgeEntry, 'visibility' | 'is_active' | 'category' | 'tags' | 'language'>>;

const FIELDS = ['visibility', 'is_active', 'category', 'tags', 'language'] as const;

/** As partKey() below, of an entry `k`. */
const PART_OF_ENTRY = "CASE WHEN k.format = 'faq' THEN md5(k.title) ELSE '#' || k.source_part END";

/** Joins to an entry `k` of a source document `d` what was decided of it, as `c`. */
export const JOIN_CHOICE = `LEFT JOIN source_choices c ON c.tenant_id = k.tenant_id AND c.source_id = d.source_id AND c.address = d.address AND c.part = ${PART_OF_ENTRY}`;

/** Which of a document's entries is meant: a question by its words, because the rows of a table move; else by its place. */
export const partKey = (text: { format: string; title: string }, part: number): string =>
  text.format === 'faq' ? createHash('md5').update(text.title).digest('hex') : `#${part}`;

/** As changeKnowledge, by whoever the knowledge is of: what they decide of an entry that a source brought holds when it is read again. */
export async function editKnowledge(tx: Transaction, tenantId: string, id: string, change: KnowledgeChange): Promise<KnowledgeEntry> {
  await keepChoice(tx, tenantId, id, change);
  return changeKnowledge(tx, tenantId, id, change);
}

/**
 * Remembers what a change decides of an entry, before it is made: the next reading of its source would else undo it, and
 * show visitors what was taken from them. What is set back to what the source says is decided no longer.
 */
async function keepChoice(tx: Transaction, tenantId: string, id: string, change: KnowledgeChange): Promise<void> {
  const known = await tx.row<{
    source_id: string;
    address: string;
    part: string;
    entry: Required<SourceChoice>;
    source: SourceChoice;
    choice: SourceChoice | null;
  }>(
    `SELECT d.source_id, d.address, ${PART_OF_ENTRY} AS part, c.choice,
       jsonb_build_object('visibility', k.visibility, 'is_active', k.is_active, 'category', k.category, 'tags', k.tags, 'language', k.language) AS entry,
       jsonb_build_object('visibility', s.visibility, 'is_active', true, 'category', s.category, 'tags', s.tags, 'language', s.language) AS source
     FROM knowledge_bases k JOIN source_documents d ON d.tenant_id = k.tenant_id AND d.id = k.source_document_id
     JOIN knowledge_sources s ON s.tenant_id = d.tenant_id AND s.id = d.source_id ${JOIN_CHOICE}
     WHERE k.tenant_id = $1 AND k.id = $2`,
    [tenantId, id],
  );
  if (!known) return;
  const choice: Record<string, unknown> = { ...known.choice };
  for (const field of FIELDS) {
    const wanted = change[field];
    // Forms send all that they show.
    if (wanted === undefined || isEqual(wanted, known.entry[field])) continue;
    if (isEqual(wanted, known.source[field])) delete choice[field];
    else choice[field] = wanted;
  }
  const key = [tenantId, known.source_id, known.address, known.part];
  if (Object.keys(choice).length === 0) await tx.run('DELETE FROM source_choices WHERE tenant_id = $1 AND source_id = $2 AND address = $3 AND part = $4', key);
  else
    await tx.run(
      `INSERT INTO source_choices (tenant_id, source_id, address, part, choice) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, source_id, address, part) DO UPDATE SET choice = excluded.choice`,
      [...key, JSON.stringify(choice)],
    );
}

/** What was decided of a document's entries, by partKey. */
export async function readChoices(tx: Transaction, tenantId: string, documentId: string): Promise<Map<string, SourceChoice>> {
  const choices = await tx.rows<{ part: string; choice: SourceChoice }>(
    `SELECT c.part, c.choice FROM source_documents d JOIN source_choices c ON c.tenant_id = d.tenant_id AND c.source_id = d.source_id AND c.address = d.address
     WHERE d.tenant_id = $1 AND d.id = $2`,
    [tenantId, documentId],
  );
  return new Map(choices.map(({ part, choice }) => [part, choice]));
}

/** Forgets what a source says of all its entries from now on: who set it for the source meant them too when it is set to something else later. */
export async function forgetSameVisibility(tx: Transaction, tenantId: string, sourceId: string, visibility: 'shared' | 'internal'): Promise<void> {
  const same = [tenantId, sourceId, JSON.stringify({ visibility })];
  await tx.run('DELETE FROM source_choices WHERE tenant_id = $1 AND source_id = $2 AND choice = $3::jsonb', same);
  await tx.run("UPDATE source_choices SET choice = choice - 'visibility' WHERE tenant_id = $1 AND source_id = $2 AND choice @> $3::jsonb", same);
}

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
