-- Withdrawing a passage read every posting of each of its words: the planner did not look the passage up by its number. The
-- postings that go are named first, each by its whole key.
CREATE OR REPLACE FUNCTION index_removed_chunks() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  UPDATE knowledge_statistics s SET chunk_count = s.chunk_count - r.chunks, token_count = s.token_count - r.tokens, version = s.version + 1
  FROM (SELECT tenant_id, count(*) AS chunks, sum(token_count) AS tokens FROM removed GROUP BY tenant_id) r
  WHERE s.tenant_id = r.tenant_id;

  WITH gone AS MATERIALIZED (
    SELECT t.tenant_id, t.term_no, r.chunk_no FROM removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
    JOIN terms t ON t.tenant_id = r.tenant_id AND t.lexeme = l.lexeme
  )
  DELETE FROM postings p USING gone g WHERE p.tenant_id = g.tenant_id AND p.term_no = g.term_no AND p.chunk_no = g.chunk_no;

  UPDATE terms t SET document_frequency = t.document_frequency - gone.n
  FROM (SELECT r.tenant_id, l.lexeme, count(*) AS n FROM removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme) GROUP BY 1, 2) gone
  WHERE t.tenant_id = gone.tenant_id AND t.lexeme = gone.lexeme;

  DELETE FROM terms t USING removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
  WHERE t.tenant_id = r.tenant_id AND t.lexeme = l.lexeme AND t.document_frequency = 0;
  RETURN NULL;
END
$$;
