-- Visitors whose own site has proven to us who they are; and where they have been.

-- external_id: the site's own name for them, out of its signed proof. Said by nobody else, so it alone makes a contact proven.
ALTER TABLE contacts ADD COLUMN external_id text CHECK (length(external_id) BETWEEN 1 AND 255);
ALTER TABLE contacts ADD CONSTRAINT contacts_proven CHECK (is_verified = (external_id IS NOT NULL));
-- NOT VALID: the old rows keep the narrower rule, and checking them again would hold up intake.
ALTER TABLE contacts DROP CONSTRAINT contacts_check;
ALTER TABLE contacts ADD CONSTRAINT contacts_check CHECK (num_nonnulls(email, phone, external_id) > 0) NOT VALID;
CREATE UNIQUE INDEX contacts_external_id ON contacts (tenant_id, external_id);
-- Whoever claims the address of a proven contact is somebody else until proven: both stand beside each other.
DROP INDEX contacts_email;
DROP INDEX contacts_phone;
CREATE UNIQUE INDEX contacts_email ON contacts (tenant_id, lower(email)) WHERE NOT is_verified;
CREATE UNIQUE INDEX contacts_phone ON contacts (tenant_id, phone) WHERE NOT is_verified;

-- Of everybody who is known: what else they wrote, and what they left open.
CREATE INDEX conversations_contact ON conversations (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

-- identity_hash: of whom the page said its visitor was when the session began; NULL for nobody. is_proven: by a signed proof.
ALTER TABLE widget_sessions
  ADD COLUMN identity_hash bytea CHECK (length(identity_hash) = 32),
  ADD COLUMN is_proven boolean NOT NULL DEFAULT false,
  ADD CHECK (identity_hash IS NOT NULL OR NOT is_proven);

ALTER TABLE channel_secrets DROP CONSTRAINT channel_secrets_purpose_check;
ALTER TABLE channel_secrets ADD CONSTRAINT channel_secrets_purpose_check CHECK (purpose IN ('crisp_hook_key', 'crisp_token',
  'tidio_flow_token', 'tidio_flow_secret', 'tidio_webhook_secret', 'tidio_client', 'widget_identity_secret')) NOT VALID;

ALTER TABLE tenant_configurations DROP CONSTRAINT tenant_configurations_config_type_check;
ALTER TABLE tenant_configurations ADD CONSTRAINT tenant_configurations_config_type_check CHECK (config_type IN ('widget', 'ai', 'leads',
  'handoff', 'hours', 'crisp', 'tidio', 'privacy', 'budget', 'identity')) NOT VALID;

-- pages: where the visitor was, [{url, at}], the latest last and the last 20 of them. Kept by a trigger, so that no channel
-- has to think of it.
ALTER TABLE conversations ADD COLUMN pages jsonb NOT NULL DEFAULT '[]';

CREATE FUNCTION note_page() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
  NEW.pages := (CASE WHEN jsonb_array_length(NEW.pages) >= 20 THEN NEW.pages - 0 ELSE NEW.pages END)
    || jsonb_build_array(jsonb_build_object('url', NEW.page_url, 'at', now()));
  RETURN NEW;
END
$$;
CREATE TRIGGER note_first_page BEFORE INSERT ON conversations FOR EACH ROW WHEN (NEW.page_url IS NOT NULL) EXECUTE FUNCTION note_page();
CREATE TRIGGER note_page BEFORE UPDATE OF page_url ON conversations FOR EACH ROW
  WHEN (NEW.page_url IS NOT NULL AND NEW.page_url IS DISTINCT FROM OLD.page_url) EXECUTE FUNCTION note_page();

-- A visitor who walks on to another page has not moved the conversation: the inbox keeps its order.
DROP TRIGGER touch_conversations ON conversations;
CREATE TRIGGER touch_conversations BEFORE UPDATE ON conversations FOR EACH ROW
  WHEN (NEW.page_url IS NULL OR NEW.page_url IS NOT DISTINCT FROM OLD.page_url OR NEW.last_seq <> OLD.last_seq) EXECUTE FUNCTION touch_updated_at();
