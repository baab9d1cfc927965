-- What a tenant's people add to conversations: whose each is, what they note of it, the answers they give again and again,
-- and how far each of them has read.

ALTER TABLE conversations
  -- The colleague who sees to it. Says nothing of who may write: that is `status`.
  ADD COLUMN assigned_to uuid,
  -- The visitor's own word at the end, from 1 to 5.
  ADD COLUMN rating smallint CHECK (rating BETWEEN 1 AND 5),
  ADD COLUMN rating_comment text CHECK (length(rating_comment) <= 2000),
  ADD FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, user_id) ON DELETE SET NULL (assigned_to);

-- Never shown to visitors and never part of a prompt.
CREATE TABLE conversation_notes (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  -- As in audit_logs: user:ID or key:ID. Whoever wrote it may have gone since.
  actor text NOT NULL,
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_notes_conversation ON conversation_notes (tenant_id, conversation_id);

CREATE TABLE canned_replies (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  -- What is typed behind a slash to find it.
  shortcut text NOT NULL CHECK (shortcut ~ '^[[:alnum:]_-]{1,40}$'),
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, shortcut)
);
CREATE TRIGGER touch_canned_replies BEFORE UPDATE ON canned_replies FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- Up to which message a person has read a conversation; no row: nothing of it.
CREATE TABLE conversation_reads (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant_id, user_id, conversation_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES members (tenant_id, user_id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_reads_conversation ON conversation_reads (tenant_id, conversation_id);

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['conversation_notes', 'canned_replies', 'conversation_reads'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))',
      tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
  END LOOP;
END
$$;
