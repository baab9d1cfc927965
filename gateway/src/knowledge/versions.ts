import type { Transaction } from '@netia/db';
import { createTwoFilesPatch } from 'diff';
import { AppError } from '../errors.ts';
import { changeKnowledge, type KnowledgeEntry, type KnowledgeFormat, showKnowledge } from './publish-knowledge.ts';

/** A state that an entry was published in. */
export interface KnowledgeVersion {
  version: number;
  title: string;
  format: KnowledgeFormat;
  content: string;
  url: string | null;
  created_at: Date;
}

/** As many as are kept (0030). */
const VERSIONS_MAX = 200;

/** Newest first. @throws {AppError} not_found */
export async function listVersions(tx: Transaction, tenantId: string, id: string): Promise<KnowledgeVersion[]> {
  await showKnowledge(tx, tenantId, id);
  return tx.rows<KnowledgeVersion>(
    'SELECT version, title, format, content, url, created_at FROM knowledge_versions WHERE tenant_id = $1 AND knowledge_id = $2 ORDER BY version DESC LIMIT $3',
    [tenantId, id, VERSIONS_MAX],
  );
}

/** From that version to the present state, line by line. @throws {AppError} not_found */
export async function diffSince(tx: Transaction, tenantId: string, id: string, version: number): Promise<string> {
  const [now, then] = [await showKnowledge(tx, tenantId, id), await findVersion(tx, tenantId, id, version)];
  const asText = ({ title, content }: { title: string; content: string }) => `${title}\n\n${content}\n`;
  return createTwoFilesPatch(`version ${then.version}`, `version ${now.version}`, asText(then), asText(now));
}

/** Publishes an old state as the newest version; those between stay. @throws {AppError} not_found */
export async function restoreVersion(tx: Transaction, tenantId: string, id: string, version: number): Promise<KnowledgeEntry> {
  const { title, content, url, format } = await findVersion(tx, tenantId, id, version);
  return changeKnowledge(tx, tenantId, id, { title, content, url, format });
}

async function findVersion(tx: Transaction, tenantId: string, id: string, version: number): Promise<KnowledgeVersion> {
  const found = await tx.row<KnowledgeVersion>(
    'SELECT version, title, format, content, url, created_at FROM knowledge_versions WHERE tenant_id = $1 AND knowledge_id = $2 AND version = $3',
    [tenantId, id, version],
  );
  if (!found) throw new AppError('not_found', 'There is no such version of this entry.');
  return found;
}
