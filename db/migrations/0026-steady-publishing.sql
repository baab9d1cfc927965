-- On a database that was never analyzed, as the embedded one never is, publishing took ten times as long: the planner guessed
-- few words and joined each with each. The pairs of passage and word are made first, apart, so that the join beside them can be
-- told not to: a LATERAL is a nested loop itself, and one that must be hides the cost of one that need not. What is forbidden and
-- has to be done all the same looks dear; a server would compile the statement each time for it, which takes longer than it.
CREATE OR REPLACE FUNCTION index_added_chunks() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
SET enable_nestloop = off
SET jit = off
AS $$
BEGIN
  INSERT INTO knowledge_statistics AS s (tenant_id, chunk_count, token_count, languages, version)
  SELECT tenant_id, count(*), sum(token_count), array_agg(DISTINCT language), 1 FROM added GROUP BY tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET chunk_count = s.chunk_count + excluded.chunk_count,
    token_count = s.token_count + excluded.token_count,
    languages = ARRAY(SELECT DISTINCT unnest(s.languages || excluded.languages) ORDER BY 1), version = s.version + 1;

  WITH found AS MATERIALIZED (
    SELECT a.tenant_id, a.chunk_no, a.token_count, l.lexeme, l.frequency
    FROM added a CROSS JOIN LATERAL unnest(a.lexemes, a.frequencies) AS l(lexeme, frequency)
  ), counted AS (
    INSERT INTO terms AS t (tenant_id, lexeme, document_frequency)
    SELECT tenant_id, lexeme, count(*) FROM found GROUP BY 1, 2
    ON CONFLICT (tenant_id, lexeme) DO UPDATE SET document_frequency = t.document_frequency + excluded.document_frequency
    RETURNING t.tenant_id, t.lexeme, t.term_no
  )
  INSERT INTO postings (tenant_id, term_no, chunk_no, frequency, token_count)
  SELECT f.tenant_id, t.term_no, f.chunk_no, f.frequency, f.token_count
  FROM found f JOIN counted t ON t.tenant_id = f.tenant_id AND t.lexeme = f.lexeme
  ORDER BY t.term_no, f.chunk_no;
  RETURN NULL;
END
$$;
