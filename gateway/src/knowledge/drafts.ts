import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import { addKnowledge, broughtAgain, type KnowledgeChange, type KnowledgeInput, prepareEntry, removeKnowledge, showKnowledge } from './publish-knowledge.ts';
import { editKnowledge } from './source-choices.ts';

/** What is to be published. */
export type DraftInput =
  | { action: 'add'; entry: KnowledgeInput }
  | { action: 'change'; knowledge_id: string; entry: KnowledgeChange }
  | { action: 'remove'; knowledge_id: string };

export interface Draft {
  id: string;
  action: DraftInput['action'];
  knowledge_id: string | null;
  entry: Partial<KnowledgeInput> & KnowledgeChange;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, action, knowledge_id, entry, created_at, updated_at';
/** More would hold the tenant's index for too long when they are published at once. */
const DRAFTS_MAX = 2_000;

/**
 * Keeps what is to be published; a later draft of the same entry takes the place of the earlier one.
 * @throws {AppError} not_found for an entry that is not there; invalid_request for one that could not be published, or when there are too many.
 */
export async function saveDraft(tx: Transaction, tenantId: string, input: DraftInput): Promise<Draft> {
  const entry = 'entry' in input ? input.entry : {};
  const before = 'knowledge_id' in input ? await showKnowledge(tx, tenantId, input.knowledge_id) : undefined;
  // Better refused now than when all is to be published.
  if (input.action === 'remove' && !before?.is_typed) throw broughtAgain();
  if (input.action !== 'remove')
    prepareEntry({ title: '', content: '', format: 'text', ...before, ...withoutGaps(entry), language: entry.language ?? before?.language ?? null });
  const draft = await tx.row<Draft>(
    `INSERT INTO knowledge_drafts (tenant_id, action, knowledge_id, entry)
     SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM knowledge_drafts WHERE tenant_id = $1) < $5
     ON CONFLICT (tenant_id, knowledge_id) DO UPDATE SET action = excluded.action, entry = excluded.entry RETURNING ${COLUMNS}`,
    [tenantId, input.action, 'knowledge_id' in input ? input.knowledge_id : null, JSON.stringify(entry), DRAFTS_MAX],
  );
  if (!draft) throw new AppError('invalid_request', `There are ${DRAFTS_MAX} drafts already. Publish or remove some first.`);
  return draft;
}

/** In the order they were made; pass the last id to go on. */
export async function listDrafts(tx: Transaction, tenantId: string, page: { after: string | null; limit: number }): Promise<Draft[]> {
  return tx.rows<Draft>(`SELECT ${COLUMNS} FROM knowledge_drafts WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`, [
    tenantId,
    page.after,
    page.limit,
  ]);
}

/** @throws {AppError} not_found */
export async function dropDraft(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if ((await tx.run('DELETE FROM knowledge_drafts WHERE tenant_id = $1 AND id = $2', [tenantId, id])) === 0)
    throw new AppError('not_found', 'There is no draft with this id.');
}

/** Publishes every draft, in the order they were made. A visitor is answered from all of it or from nothing of it. @returns how many. */
export async function publishDrafts(tx: Transaction, tenantId: string): Promise<number> {
  const drafts = await tx.rows<Draft>(`SELECT ${COLUMNS} FROM knowledge_drafts WHERE tenant_id = $1 ORDER BY id FOR UPDATE`, [tenantId]);
  for (const { action, knowledge_id, entry } of drafts) {
    if (knowledge_id === null) await addKnowledge(tx, tenantId, entry as KnowledgeInput);
    else if (action === 'change') await editKnowledge(tx, tenantId, knowledge_id, entry);
    else await removeKnowledge(tx, tenantId, knowledge_id);
  }
  await tx.run('DELETE FROM knowledge_drafts WHERE tenant_id = $1 AND id = ANY($2)', [tenantId, drafts.map(({ id }) => id)]);
  return drafts.length;
}

/**
 * Runs `work` in the knowledge as it would be with every draft published, and leaves nothing of that behind. Whoever publishes
 * something meanwhile waits; who asks does not, and is answered from what is published.
 */
export async function withDraftsPublished<Result>(tx: Transaction, tenantId: string, work: () => Promise<Result>): Promise<Result> {
  await tx.run('SAVEPOINT before_drafts');
  try {
    await publishDrafts(tx, tenantId);
    return await work();
  } finally {
    await tx.run('ROLLBACK TO SAVEPOINT before_drafts');
  }
}

function withoutGaps(entry: KnowledgeChange): Partial<KnowledgeInput> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}
