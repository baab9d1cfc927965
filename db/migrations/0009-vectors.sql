-- Search by meaning, where an embedding model is configured: one vector per text and model. It stands beside the index of
-- words and does not replace it.
CREATE EXTENSION IF NOT EXISTS vector;

-- Keyed by what was embedded and not by the chunk: a text that is published again, or stands twice, is embedded once.
-- A vector is found only through a chunk that has its text, so what is withdrawn is out of reach at once.
CREATE TABLE chunk_vectors (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  model text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
  text_hash bytea NOT NULL CHECK (length(text_hash) = 32),
  dimensions integer NOT NULL GENERATED ALWAYS AS (vector_dims(embedding)) STORED,
  -- A bit per dimension: small enough to stand in the row, so that a large tenant's nearest are found without reading vectors.
  signs bit varying NOT NULL GENERATED ALWAYS AS (binary_quantize(embedding)) STORED,
  embedding vector NOT NULL,
  PRIMARY KEY (tenant_id, model, text_hash)
);
-- Kept out of the row and not compressed: figures do not compress, and a scan over `signs` must not carry them along.
ALTER TABLE chunk_vectors ALTER COLUMN embedding SET STORAGE EXTERNAL;

-- Of heading and body, as embedded. NULL: not looked at yet.
ALTER TABLE document_chunks ADD COLUMN text_hash bytea CHECK (length(text_hash) = 32);
CREATE INDEX document_chunks_text_hash ON document_chunks (tenant_id, text_hash);

ALTER TABLE knowledge_statistics
  -- The model whose vectors are searched. Another one's are made beside them, and take their place when all are there.
  ADD COLUMN embedding_model text,
  ADD COLUMN embedded_version bigint NOT NULL DEFAULT 0,
  -- Not before: somebody is at work on it, or has failed, or the day's budget is spent.
  ADD COLUMN embed_after timestamptz;

ALTER TABLE chunk_vectors ENABLE ROW LEVEL SECURITY;
ALTER TABLE chunk_vectors FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON chunk_vectors USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON chunk_vectors TO application_role;

GRANT SELECT (tenant_id, version, embedding_model, embedded_version, embed_after) ON knowledge_statistics TO directory_role;
CREATE POLICY directory_lookup ON knowledge_statistics FOR SELECT TO directory_role USING (true);

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- Tenants whose published texts have changed since they were embedded, or are embedded with another model.
CREATE FUNCTION find_tenants_to_embed(wanted_model text, most integer)
RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id FROM knowledge_statistics s
  WHERE (s.embedded_version <> s.version OR s.embedding_model IS DISTINCT FROM wanted_model) AND (s.embed_after IS NULL OR s.embed_after < now())
  ORDER BY s.embed_after NULLS FIRST LIMIT most
$$;
REVOKE ALL ON FUNCTION find_tenants_to_embed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_tenants_to_embed TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_tenants_to_embed TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
