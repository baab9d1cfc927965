-- What a tenant has written, and the index made from it.
--
-- knowledge_bases     the entry as its author left it        knowledge_versions  every earlier state of it
-- documents           its canonical text, which spans refer to   document_chunks   passages of that text
-- terms, postings     inverted index per tenant               knowledge_statistics  collection figures for BM25

CREATE TABLE knowledge_bases (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  content_type text NOT NULL CHECK (content_type IN ('faq', 'system_prompt', 'custom')),
  format text NOT NULL DEFAULT 'markdown' CHECK (format IN ('faq', 'text', 'markdown', 'html')),
  title text NOT NULL DEFAULT '' CHECK (length(title) <= 500),
  content text NOT NULL CHECK (length(content) BETWEEN 1 AND 2000000),
  url text CHECK (url ~ '^https?://'),
  language text CHECK (language ~ '^[a-z]{2,3}$'),
  category text,
  tags text[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE knowledge_versions (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  knowledge_id uuid NOT NULL,
  version integer NOT NULL,
  format text NOT NULL,
  title text NOT NULL,
  content text NOT NULL,
  url text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, knowledge_id, version),
  FOREIGN KEY (tenant_id, knowledge_id) REFERENCES knowledge_bases (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE documents (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  knowledge_id uuid NOT NULL,
  version integer NOT NULL,
  title text NOT NULL,
  url text,
  language text,
  -- Markdown; span_start and span_end of the chunks count UTF-16 units in it, as JavaScript does.
  content text NOT NULL,
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  visibility text NOT NULL DEFAULT 'shared' CHECK (visibility IN ('shared', 'internal')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- One published rendition per entry: publishing a version replaces the last one in the same transaction.
  UNIQUE (tenant_id, knowledge_id),
  FOREIGN KEY (tenant_id, knowledge_id) REFERENCES knowledge_bases (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE document_chunks (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  document_id uuid NOT NULL,
  -- A short name for postings: eight bytes instead of sixteen, in the largest table there is.
  chunk_no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  ordinal integer NOT NULL,
  title_path text[] NOT NULL DEFAULT '{}',
  body text NOT NULL,
  span_start integer NOT NULL,
  span_end integer NOT NULL CHECK (span_end >= span_start),
  language text NOT NULL,
  token_count integer NOT NULL CHECK (token_count >= 0),
  -- The analysed text: distinct lexemes and how often each occurs. Triggers keep terms and postings equal to these.
  lexemes text[] NOT NULL,
  frequencies integer[] NOT NULL CHECK (cardinality(frequencies) = cardinality(lexemes)),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, document_id, ordinal),
  FOREIGN KEY (tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE terms (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  lexeme text NOT NULL,
  term_no bigint GENERATED ALWAYS AS IDENTITY,
  -- In how many of the tenant's chunks the lexeme occurs.
  document_frequency integer NOT NULL CHECK (document_frequency >= 0),
  PRIMARY KEY (tenant_id, lexeme)
);

-- No foreign keys but the tenant's: the triggers below are the only writer, and a cascade per posting would need a
-- second index on the largest table.
CREATE TABLE postings (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  term_no bigint NOT NULL,
  chunk_no bigint NOT NULL,
  frequency integer NOT NULL,
  token_count integer NOT NULL,
  PRIMARY KEY (tenant_id, term_no, chunk_no) INCLUDE (frequency, token_count)
);

CREATE TABLE knowledge_statistics (
  tenant_id uuid PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  chunk_count bigint NOT NULL DEFAULT 0,
  token_count bigint NOT NULL DEFAULT 0,
  -- Languages that have been indexed; a question is read in each of them.
  languages text[] NOT NULL DEFAULT '{}',
  -- Grows with every published change; whatever is remembered about a tenant's knowledge carries it in its key.
  version bigint NOT NULL DEFAULT 0
);

CREATE FUNCTION keep_knowledge_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  INSERT INTO knowledge_versions (tenant_id, knowledge_id, version, format, title, content, url)
  VALUES (NEW.tenant_id, NEW.id, NEW.version, NEW.format, NEW.title, NEW.content, NEW.url);
  RETURN NULL;
END
$$;

CREATE FUNCTION count_knowledge_version() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER count_version BEFORE UPDATE ON knowledge_bases FOR EACH ROW
  WHEN ((OLD.content, OLD.title, OLD.format, OLD.url) IS DISTINCT FROM (NEW.content, NEW.title, NEW.format, NEW.url))
  EXECUTE FUNCTION count_knowledge_version();
CREATE TRIGGER keep_first_version AFTER INSERT ON knowledge_bases FOR EACH ROW EXECUTE FUNCTION keep_knowledge_version();
CREATE TRIGGER keep_next_version AFTER UPDATE ON knowledge_bases FOR EACH ROW
  WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION keep_knowledge_version();
CREATE TRIGGER touch_knowledge_bases BEFORE UPDATE ON knowledge_bases FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- The statistics row is locked first, by whoever changes a tenant's index: two publications of one tenant queue up
-- there instead of meeting on common words in different orders, which would be a deadlock.
CREATE FUNCTION index_added_chunks() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  INSERT INTO knowledge_statistics AS s (tenant_id, chunk_count, token_count, languages, version)
  SELECT tenant_id, count(*), sum(token_count), array_agg(DISTINCT language), 1 FROM added GROUP BY tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET chunk_count = s.chunk_count + excluded.chunk_count,
    token_count = s.token_count + excluded.token_count,
    languages = ARRAY(SELECT DISTINCT unnest(s.languages || excluded.languages) ORDER BY 1), version = s.version + 1;

  INSERT INTO terms AS t (tenant_id, lexeme, document_frequency)
  SELECT a.tenant_id, l.lexeme, count(*) FROM added a CROSS JOIN LATERAL unnest(a.lexemes) AS l(lexeme) GROUP BY 1, 2
  ON CONFLICT (tenant_id, lexeme) DO UPDATE SET document_frequency = t.document_frequency + excluded.document_frequency;

  INSERT INTO postings (tenant_id, term_no, chunk_no, frequency, token_count)
  SELECT a.tenant_id, t.term_no, a.chunk_no, l.frequency, a.token_count
  FROM added a CROSS JOIN LATERAL unnest(a.lexemes, a.frequencies) AS l(lexeme, frequency)
  JOIN terms t ON t.tenant_id = a.tenant_id AND t.lexeme = l.lexeme;
  RETURN NULL;
END
$$;

CREATE FUNCTION index_removed_chunks() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  UPDATE knowledge_statistics s SET chunk_count = s.chunk_count - r.chunks, token_count = s.token_count - r.tokens, version = s.version + 1
  FROM (SELECT tenant_id, count(*) AS chunks, sum(token_count) AS tokens FROM removed GROUP BY tenant_id) r
  WHERE s.tenant_id = r.tenant_id;

  DELETE FROM postings p USING removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
  JOIN terms t ON t.lexeme = l.lexeme
  WHERE t.tenant_id = r.tenant_id AND p.tenant_id = r.tenant_id AND p.term_no = t.term_no AND p.chunk_no = r.chunk_no;

  UPDATE terms t SET document_frequency = t.document_frequency - gone.n
  FROM (SELECT r.tenant_id, l.lexeme, count(*) AS n FROM removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme) GROUP BY 1, 2) gone
  WHERE t.tenant_id = gone.tenant_id AND t.lexeme = gone.lexeme;

  DELETE FROM terms t USING removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
  WHERE t.tenant_id = r.tenant_id AND t.lexeme = l.lexeme AND t.document_frequency = 0;
  RETURN NULL;
END
$$;

CREATE TRIGGER index_added AFTER INSERT ON document_chunks REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION index_added_chunks();
CREATE TRIGGER index_removed AFTER DELETE ON document_chunks REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION index_removed_chunks();
