-- Files that visitors send: what they are. Their bytes are in the file store, under tenant and id.

CREATE TABLE visitor_files (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  message_id uuid NOT NULL,
  -- As shown and as it is saved under; its ending is that of what it is, whatever the sender called it.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
  -- By the first bytes, never by the sender's word.
  media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf')),
  byte_size integer NOT NULL CHECK (byte_size > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, message_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX visitor_files_conversation ON visitor_files (tenant_id, conversation_id);

-- Bytes in the file store that no row speaks of any more. Written with the row's end, so that a process that dies between the
-- two leaves nothing of a visitor's behind.
CREATE TABLE unwanted_files (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  file_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, file_id)
);

CREATE FUNCTION note_unwanted_file() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_catalog
AS $$
BEGIN
  -- With its tenant goes the list too.
  INSERT INTO unwanted_files (tenant_id, file_id) SELECT OLD.tenant_id, OLD.id WHERE EXISTS (SELECT FROM tenants t WHERE t.id = OLD.tenant_id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_unwanted_file AFTER DELETE ON visitor_files FOR EACH ROW EXECUTE FUNCTION note_unwanted_file();

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['visitor_files', 'unwanted_files'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))',
      tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
  END LOOP;
END
$$;
