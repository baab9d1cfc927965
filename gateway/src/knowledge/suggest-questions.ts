import type { Transaction } from '@netia/db';

/** So many are looked at: some of them turn out not to be answered by what they stand above. */
const LOOKED_AT = 24;

/**
 * What the tenant's own texts would be asked: questions that stand in them as they are, first those of FAQ pairs, then
 * headings that ask something, then other headings. Nothing is made up, so they are in the texts' language.
 */
export async function suggestQuestions(tx: Transaction, tenantId: string): Promise<{ question: string; knowledge_id: string }[]> {
  return tx.rows<{ question: string; knowledge_id: string }>(
    `SELECT question, knowledge_id FROM (
       SELECT DISTINCT ON (question) question, knowledge_id, place, chunk_no FROM (
         SELECT coalesce(c.title_path[cardinality(c.title_path)], d.title) AS question, d.knowledge_id, c.chunk_no,
           CASE WHEN k.format = 'faq' THEN 0 WHEN coalesce(c.title_path[cardinality(c.title_path)], d.title) ~ '[?？؟]' THEN 1 ELSE 2 END AS place
         FROM document_chunks c JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
         JOIN knowledge_bases k ON k.tenant_id = d.tenant_id AND k.id = d.knowledge_id
         WHERE c.tenant_id = $1 AND d.visibility = 'shared' AND length(c.body) > 60
       ) headings
       WHERE length(question) BETWEEN 6 AND 80
       ORDER BY question, place, chunk_no
     ) distinct_ones
     ORDER BY place, chunk_no LIMIT ${LOOKED_AT}`,
    [tenantId],
  );
}
