-- A third of the time of publishing went into proving, posting by posting, that the tenant is there. The triggers on
-- document_chunks are the only writer, and the chunk's own foreign key proves it once; what the cascade did for a deleted
-- tenant is done by one statement.
ALTER TABLE postings DROP CONSTRAINT postings_tenant_id_fkey;

CREATE FUNCTION drop_postings_of_tenant() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  DELETE FROM postings WHERE tenant_id = OLD.id;
  RETURN OLD;
END
$$;
CREATE TRIGGER drop_postings BEFORE DELETE ON tenants FOR EACH ROW EXECUTE FUNCTION drop_postings_of_tenant();

-- The numbers of the words come from the statement that counts them, and postings go in by word: neighbours in the index.
CREATE OR REPLACE FUNCTION index_added_chunks() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  INSERT INTO knowledge_statistics AS s (tenant_id, chunk_count, token_count, languages, version)
  SELECT tenant_id, count(*), sum(token_count), array_agg(DISTINCT language), 1 FROM added GROUP BY tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET chunk_count = s.chunk_count + excluded.chunk_count,
    token_count = s.token_count + excluded.token_count,
    languages = ARRAY(SELECT DISTINCT unnest(s.languages || excluded.languages) ORDER BY 1), version = s.version + 1;

  WITH counted AS (
    INSERT INTO terms AS t (tenant_id, lexeme, document_frequency)
    SELECT a.tenant_id, l.lexeme, count(*) FROM added a CROSS JOIN LATERAL unnest(a.lexemes) AS l(lexeme) GROUP BY 1, 2
    ON CONFLICT (tenant_id, lexeme) DO UPDATE SET document_frequency = t.document_frequency + excluded.document_frequency
    RETURNING t.tenant_id, t.lexeme, t.term_no
  )
  INSERT INTO postings (tenant_id, term_no, chunk_no, frequency, token_count)
  SELECT a.tenant_id, t.term_no, a.chunk_no, l.frequency, a.token_count
  FROM added a CROSS JOIN LATERAL unnest(a.lexemes, a.frequencies) AS l(lexeme, frequency)
  JOIN counted t ON t.tenant_id = a.tenant_id AND t.lexeme = l.lexeme
  ORDER BY t.term_no, a.chunk_no;
  RETURN NULL;
END
$$;
