-- What a tenant has decided of single entries that a source brought: not to be shown to visitors, withdrawn, filed elsewhere.
-- It outlives the entry, which goes when its page is away and comes back with it: what was hidden must not be shown again
-- because a server hiccuped.
CREATE TABLE source_choices (
  tenant_id uuid NOT NULL,
  source_id uuid NOT NULL,
  address text NOT NULL,
  -- Which of the document's entries: the hash of a question, because rows of a table move; else its place, as '#0'.
  part text NOT NULL,
  -- Only what was decided: any of visibility, is_active, category, tags, language.
  choice jsonb NOT NULL CHECK (jsonb_typeof(choice) = 'object' AND choice <> '{}'),
  PRIMARY KEY (tenant_id, source_id, address, part),
  FOREIGN KEY (tenant_id, source_id) REFERENCES knowledge_sources (tenant_id, id) ON DELETE CASCADE
);

ALTER TABLE source_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE source_choices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON source_choices USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON source_choices TO application_role;
