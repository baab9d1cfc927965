-- What a tenant means to publish but has not yet: nothing here is searched. Publishing applies all of it in one transaction.
CREATE TABLE knowledge_drafts (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id uuid NOT NULL DEFAULT uuid_v7(),
  action text NOT NULL CHECK (action IN ('add', 'change', 'remove')),
  -- The entry it changes or removes; NULL for one that is to be added.
  knowledge_id uuid,
  -- What is to be stored of it, as the API takes it.
  entry jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  -- One draft of an entry: a later one takes the place of an earlier one.
  UNIQUE (tenant_id, knowledge_id),
  FOREIGN KEY (tenant_id, knowledge_id) REFERENCES knowledge_bases (tenant_id, id) ON DELETE CASCADE,
  CHECK ((action = 'add') = (knowledge_id IS NULL))
);
CREATE TRIGGER touch_knowledge_drafts BEFORE UPDATE ON knowledge_drafts FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

ALTER TABLE knowledge_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE knowledge_drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON knowledge_drafts USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON knowledge_drafts TO application_role;
