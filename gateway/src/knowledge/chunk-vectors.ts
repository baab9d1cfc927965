import type { Transaction } from '@netia/db';

/** A text that has no vector of a model yet. */
export interface UnembeddedText {
  hash: Buffer;
  text: string;
  /** To go on behind it. */
  chunk_no: string;
}

/** The tenant's knowledge as it was when somebody began to embed it. */
export interface EmbeddingPass {
  version: string;
  /** The model whose vectors are searched meanwhile. */
  searched: string | null;
}

/** What is embedded of a chunk, in SQL: `d` the document, `c` the chunk. A heading says what its text is about. */
const EMBEDDED_TEXT = `d.title || E'\\n' || array_to_string(c.title_path, ' > ') || E'\\n' || c.body`;
/** Characters. Vendors take about 8,000 tokens, smaller models 512, and passages are far shorter; what is too long is cut by the embedder. */
const TEXT_MAX = 8_000;
/** How long a tenant is left to who took it, should that one have died. Renewed with every batch and piece. */
const LEASE = '2 minutes';

/** Takes a tenant to embed it. What is published later belongs to a later pass. @returns undefined when somebody else is at it, or nothing has changed. */
export async function takeToEmbed(tx: Transaction, tenantId: string, model: string): Promise<EmbeddingPass | undefined> {
  return tx.row<EmbeddingPass>(
    `UPDATE knowledge_statistics SET embed_after = now() + $3::interval
     WHERE tenant_id = $1 AND (embedded_version <> version OR embedding_model IS DISTINCT FROM $2) AND (embed_after IS NULL OR embed_after < now())
     RETURNING version, embedding_model AS searched`,
    [tenantId, model, LEASE],
  );
}

/**
 * Notes which text some of the passages have that were published since. Only some, because a database server gives a statement
 * ten seconds: all of a large tenant's at once would be broken off again and again. Those that somebody is withdrawing just now
 * are passed over, as waiting for each other would end one of the two; they belong to a later pass, or to none.
 * @returns how many; 0 when there are none left.
 */
export async function hashTexts(tx: Transaction, tenantId: string, limit: number): Promise<number> {
  return tx.run(
    `WITH piece AS MATERIALIZED (SELECT chunk_no FROM document_chunks WHERE tenant_id = $1 AND text_hash IS NULL LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE document_chunks c SET text_hash = sha256(convert_to(left(${EMBEDDED_TEXT}, ${TEXT_MAX}), 'UTF8'))
     FROM documents d WHERE c.tenant_id = $1 AND d.tenant_id = c.tenant_id AND d.id = c.document_id
       AND c.chunk_no IN (SELECT chunk_no FROM piece)`,
    [tenantId, limit],
  );
}

/** Some texts behind `after` that have no vector of the model, in order. */
export async function listUnembedded(tx: Transaction, tenantId: string, model: string, after: string, limit: number): Promise<UnembeddedText[]> {
  return tx.rows<UnembeddedText>(
    `SELECT c.text_hash AS hash, left(${EMBEDDED_TEXT}, ${TEXT_MAX}) AS text, c.chunk_no
     FROM document_chunks c JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
     WHERE c.tenant_id = $1 AND c.chunk_no > $3 AND c.text_hash IS NOT NULL
       AND NOT EXISTS (SELECT FROM chunk_vectors v WHERE v.tenant_id = $1 AND v.model = $2 AND v.text_hash = c.text_hash)
     ORDER BY c.chunk_no LIMIT $4`,
    [tenantId, model, after, limit],
  );
}

/** Stores the vectors of texts, and keeps the tenant for a while longer. */
export async function storeVectors(tx: Transaction, tenantId: string, model: string, vectors: { hash: Buffer; vector: number[] }[]): Promise<void> {
  await tx.run(
    `INSERT INTO chunk_vectors (tenant_id, model, text_hash, embedding) SELECT $1, $2, v.hash, v.vector::vector
     FROM unnest($3::bytea[], $4::text[]) AS v(hash, vector) ON CONFLICT DO NOTHING`,
    [tenantId, model, vectors.map(({ hash }) => hash), vectors.map(({ vector }) => JSON.stringify(vector))],
  );
  await keepLonger(tx, tenantId);
}

/** Keeps the tenant for a while longer. In a transaction of its own where passages are locked: who publishes locks this row before them. */
export async function keepLonger(tx: Transaction, tenantId: string): Promise<void> {
  await tx.run('UPDATE knowledge_statistics SET embed_after = now() + $2::interval WHERE tenant_id = $1', [tenantId, LEASE]);
}

/**
 * Puts the model's vectors in the place of all others, at once. The pass is not over by that: who takes the tenant up after a
 * crash finds no version embedded, and goes on to forget what is of no use any more.
 */
export async function switchModel(tx: Transaction, tenantId: string, model: string): Promise<void> {
  await tx.run('UPDATE knowledge_statistics SET embedding_model = $2, embedded_version = 0 WHERE tenant_id = $1', [tenantId, model]);
}

/**
 * Forgets some of the vectors of other models and of texts that are no longer there. Not all at once, for the reason given at
 * hashTexts. @returns how many; 0 when there are none left.
 */
export async function forgetVectors(tx: Transaction, tenantId: string, model: string, limit: number): Promise<number> {
  return tx.run(
    `DELETE FROM chunk_vectors WHERE tenant_id = $1 AND (model, text_hash) IN (SELECT v.model, v.text_hash FROM chunk_vectors v WHERE v.tenant_id = $1
       AND (v.model <> $2 OR NOT EXISTS (SELECT FROM document_chunks c WHERE c.tenant_id = $1 AND c.text_hash = v.text_hash)
         AND NOT EXISTS (SELECT FROM document_chunks c WHERE c.tenant_id = $1 AND c.text_hash IS NULL)) LIMIT $3)`,
    [tenantId, model, limit],
  );
}

/** The vectors are those of the texts as they were when the pass began. */
export async function finishEmbedding(tx: Transaction, tenantId: string, pass: EmbeddingPass): Promise<void> {
  await tx.run('UPDATE knowledge_statistics SET embedded_version = $2, embed_after = NULL WHERE tenant_id = $1', [tenantId, pass.version]);
}

/** Leaves the tenant alone for a while: the model fails, or the budget is spent. */
export async function postponeEmbedding(tx: Transaction, tenantId: string, seconds: number): Promise<void> {
  await tx.run('UPDATE knowledge_statistics SET embed_after = now() + make_interval(secs => $2) WHERE tenant_id = $1', [tenantId, seconds]);
}

/** The model whose vectors of the tenant's texts can be searched. */
export async function searchedModel(tx: Transaction, tenantId: string): Promise<string | null> {
  return (
    (await tx.row<{ embedding_model: string | null }>('SELECT embedding_model FROM knowledge_statistics WHERE tenant_id = $1', [tenantId]))?.embedding_model ??
    null
  );
}
