import { createHash } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { AppError } from '../errors.ts';
import type { Receipt } from '../turn/turn.ts';
import { type KnowledgeFormat, prepareEntry } from './publish-knowledge.ts';

/** A passage that an answer was written from, as it then was. */
export interface ReplayedPassage {
  title: string;
  version: number;
  /** The text, letter by letter; null when the entry has been deleted with its versions, or this one is too old to be kept. */
  body: string | null;
  /** Visitors may still be answered from these very words. */
  is_published: boolean;
}

export interface Replay {
  question: string;
  /** What was said. */
  answer: string;
  verdict: string;
  /** Nothing has been published since: the same question finds the same passages. */
  is_same_knowledge: boolean;
  passages: ReplayedPassage[];
}

/**
 * What an answer was written from, put together again from the versions that its receipt names, however the texts have
 * changed since. Each is proved by its hash.
 * @throws {AppError} not_found when there is no answer of this id, or it has no receipt.
 */
export async function replayReceipt(tx: Transaction, tenantId: string, messageId: string): Promise<Replay> {
  const answer = await tx.row<{ content: string; verdict: string; receipt: Receipt | null; version: string | null }>(
    `SELECT m.content, m.verdict, m.metadata->'receipt' AS receipt, s.version FROM messages m LEFT JOIN knowledge_statistics s ON s.tenant_id = m.tenant_id
     WHERE m.tenant_id = $1 AND m.id = $2 AND m.sender_type = 'ai'`,
    [tenantId, messageId],
  );
  if (!answer?.receipt) throw new AppError('not_found', 'There is no answer of the agent with this id.');
  const { question, passages, knowledge_version } = answer.receipt;
  const replayed: ReplayedPassage[] = [];
  for (const { knowledge_id, version, hash } of passages) {
    const then = await tx.row<{ title: string; content: string; format: KnowledgeFormat; is_published: boolean }>(
      `SELECT v.title, v.content, v.format, EXISTS (
         SELECT FROM documents d JOIN document_chunks c ON c.tenant_id = d.tenant_id AND c.document_id = d.id
         WHERE d.tenant_id = $1 AND d.knowledge_id = v.knowledge_id AND encode(sha256(convert_to(c.body, 'UTF8')), 'hex') = $4) AS is_published
       FROM knowledge_versions v WHERE v.tenant_id = $1 AND v.knowledge_id = $2 AND v.version = $3`,
      [tenantId, knowledge_id, version, hash],
    );
    const bodies = then ? prepareEntry({ ...then, language: null }).passages.map(({ body }) => body) : [];
    const body = bodies.find((text) => createHash('sha256').update(text).digest('hex') === hash) ?? null;
    replayed.push({ title: then?.title ?? '', version, body, is_published: then?.is_published ?? false });
  }
  return { question, answer: answer.content, verdict: answer.verdict, is_same_knowledge: answer.version === knowledge_version, passages: replayed };
}
