-- Where knowledge comes from when nobody types it: files, pages, sitemaps, whole sites. Each becomes entries in
-- knowledge_bases, which are published, versioned and withdrawn like those that were typed.

-- pending -> processing -> complete | error (reason says why, in words for the tenant); and again when refresh_at comes
-- Working on one raises `claim`, its fencing token: only who took it last may store what it brought.
CREATE TABLE knowledge_sources (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('file', 'page', 'sitemap', 'site')),
  -- A file's name, or the title of what lies behind the address.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
  url text CHECK (url ~ '^https?://'),
  -- Of a file: its name in the file store, and its bytes.
  file_key text,
  file_size bigint,
  max_pages integer NOT NULL DEFAULT 500 CHECK (max_pages BETWEEN 1 AND 20000),
  max_depth integer NOT NULL DEFAULT 5 CHECK (max_depth BETWEEN 0 AND 20),
  -- What its entries are given.
  language text CHECK (language ~ '^[a-z]{2,3}$'),
  category text,
  tags text[] NOT NULL DEFAULT '{}',
  visibility text NOT NULL DEFAULT 'shared' CHECK (visibility IN ('shared', 'internal')),
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'complete', 'error')),
  reason text,
  -- Counts the refreshes; what a run does not meet any more is withdrawn at its end.
  run integer NOT NULL DEFAULT 0,
  -- NULL: only when asked.
  refresh_hours integer CHECK (refresh_hours BETWEEN 1 AND 8760),
  refresh_at timestamptz DEFAULT now(),
  refreshed_at timestamptz,
  claim integer NOT NULL DEFAULT 0,
  lease_until timestamptz,
  -- Runs taken up that nobody finished, after which it is given up: it may be what brings the processes down.
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK ((kind = 'file') = (file_key IS NOT NULL) AND (kind = 'file') = (url IS NULL))
);
CREATE INDEX knowledge_sources_due ON knowledge_sources (refresh_at) WHERE refresh_at IS NOT NULL;
CREATE TRIGGER touch_knowledge_sources BEFORE UPDATE ON knowledge_sources FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- What a source has: pages by their canonical address; of a file, its parts. It is also what is still to be fetched, so
-- that a crawl goes on where a crash has left it.
CREATE TABLE source_documents (
  id uuid NOT NULL DEFAULT uuid_v7(),
  -- The order in which they were found; ids of one moment have none.
  place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  tenant_id uuid NOT NULL,
  source_id uuid NOT NULL,
  address text NOT NULL CHECK (length(address) BETWEEN 1 AND 2000),
  depth integer NOT NULL DEFAULT 0,
  -- The run that met it last, and the run that read it last.
  seen_in_run integer NOT NULL,
  read_in_run integer,
  -- left_out: there, but not to be read: noindex, a copy of another page, no text.
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'complete', 'left_out', 'error')),
  reason text,
  -- Runs in a row in which it could not be read. Its text stays published for a while: a shop does not forget because a server hiccups.
  failures integer NOT NULL DEFAULT 0,
  -- Where it leads, within the source: what has not changed is not parsed again, but what it leads to is still there.
  links text[] NOT NULL DEFAULT '{}',
  etag text,
  last_modified text,
  content_hash bytea CHECK (length(content_hash) = 32),
  read_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, source_id, address),
  FOREIGN KEY (tenant_id, source_id) REFERENCES knowledge_sources (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX source_documents_unread ON source_documents (tenant_id, source_id, seen_in_run, read_in_run);

ALTER TABLE knowledge_bases
  ADD COLUMN source_document_id uuid,
  -- Several entries of one source document (the rows of a table of questions) are told apart by this.
  ADD COLUMN source_part integer NOT NULL DEFAULT 0,
  ADD COLUMN visibility text NOT NULL DEFAULT 'shared' CHECK (visibility IN ('shared', 'internal')),
  ADD FOREIGN KEY (tenant_id, source_document_id) REFERENCES source_documents (tenant_id, id) ON DELETE CASCADE;
CREATE UNIQUE INDEX knowledge_bases_source ON knowledge_bases (tenant_id, source_document_id, source_part) WHERE source_document_id IS NOT NULL;

-- When the text was last found unchanged at its source; a citation says as of when it holds.
ALTER TABLE documents ADD COLUMN checked_at timestamptz NOT NULL DEFAULT now();

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['knowledge_sources', 'source_documents'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
  END LOOP;
END
$$;

GRANT SELECT (tenant_id, id, refresh_at, lease_until) ON knowledge_sources TO directory_role;
CREATE POLICY directory_lookup ON knowledge_sources FOR SELECT TO directory_role USING (true);

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- Sources to be read that nobody is reading; tenants take turns.
CREATE FUNCTION find_due_sources(most integer)
RETURNS TABLE (tenant_id uuid, source_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT d.tenant_id, d.id FROM (
    SELECT s.tenant_id, s.id, s.refresh_at, row_number() OVER (PARTITION BY s.tenant_id ORDER BY s.refresh_at) AS place
    FROM knowledge_sources s WHERE s.refresh_at <= now() AND (s.lease_until IS NULL OR s.lease_until < now())
  ) d ORDER BY d.place, d.refresh_at LIMIT most
$$;
REVOKE ALL ON FUNCTION find_due_sources FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_due_sources TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_due_sources TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
