-- One policy per tenant table, forced on the owner too; grants; and the look-ups that run before a tenant is known.
-- A later table repeats the three statements of this loop in its own migration; the catalogue test fails if it forgets.
DO $$
DECLARE
  tenant_table record;
BEGIN
  FOR tenant_table IN
    SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS has_tenant_id
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations'
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table.relname);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table.relname);
    -- The sub-select is planned once per statement; a bare call would be made for every row.
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I USING (%2$I = (SELECT current_tenant_id())) WITH CHECK (%2$I = (SELECT current_tenant_id()))',
      tenant_table.relname, CASE WHEN tenant_table.has_tenant_id THEN 'tenant_id' ELSE 'id' END);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table.relname);
  END LOOP;
END
$$;
-- What is written once stays: an audit trail that the writer can edit is none.
REVOKE UPDATE, DELETE ON audit_logs FROM application_role;
REVOKE DELETE ON tenants FROM application_role;

-- What directory_role may read: columns, not tables.
GRANT SELECT (id, slug, name, is_active, subscription_status, widget_website_id, crisp_website_id, tidio_website_id, created_at) ON tenants TO directory_role;
GRANT SELECT (tenant_id, id, conversation_id, visitor_id, token_hash, origin, expires_at) ON widget_sessions TO directory_role;
GRANT SELECT (tenant_id, id, key_hash, scopes, rate_limit, expires_at, is_active) ON api_keys TO directory_role;
GRANT SELECT (tenant_id, conversation_id, status, received_at) ON inbox_events TO directory_role;
GRANT SELECT (tenant_id, id, status, turn_lease_until) ON conversations TO directory_role;
CREATE POLICY directory_lookup ON tenants FOR SELECT TO directory_role USING (true);
CREATE POLICY directory_lookup ON widget_sessions FOR SELECT TO directory_role USING (true);
CREATE POLICY directory_lookup ON api_keys FOR SELECT TO directory_role USING (true);
CREATE POLICY directory_lookup ON inbox_events FOR SELECT TO directory_role USING (true);
CREATE POLICY directory_lookup ON conversations FOR SELECT TO directory_role USING (true);

-- Which tenant a website id belongs to; no row for unknown, inactive, suspended and cancelled alike.
CREATE FUNCTION find_tenant_by_website(website_channel text, website_id text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT t.id FROM tenants t
  WHERE t.is_active AND t.subscription_status IN ('trial', 'active')
    AND CASE website_channel
      WHEN 'widget' THEN t.widget_website_id = website_id
      WHEN 'crisp' THEN t.crisp_website_id = website_id
      WHEN 'tidio' THEN t.tidio_website_id = website_id
    END
$$;

CREATE FUNCTION find_widget_session(hash bytea)
RETURNS TABLE (tenant_id uuid, session_id uuid, conversation_id uuid, visitor_id uuid, origin text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id, s.id, s.conversation_id, s.visitor_id, s.origin
  FROM widget_sessions s JOIN tenants t ON t.id = s.tenant_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

CREATE FUNCTION find_api_key(hash bytea)
RETURNS TABLE (tenant_id uuid, key_id uuid, scopes text[], rate_limit integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT k.tenant_id, k.id, k.scopes, k.rate_limit
  FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
  WHERE k.key_hash = hash AND k.is_active AND (k.expires_at IS NULL OR k.expires_at > now())
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

-- Conversations that wait for an answer nobody is working on: what a crash left behind.
CREATE FUNCTION find_waiting_conversations(waited interval, most integer)
RETURNS TABLE (tenant_id uuid, conversation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT e.tenant_id, e.conversation_id
  FROM inbox_events e JOIN conversations c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id
  WHERE e.status = 'pending' AND e.received_at < now() - waited AND (c.turn_lease_until IS NULL OR c.turn_lease_until < now())
  GROUP BY e.tenant_id, e.conversation_id ORDER BY min(e.received_at) LIMIT most
$$;

-- How many messages wait for an answer, and for how long the oldest has; figures for /metrics, no content.
CREATE FUNCTION inbox_backlog() RETURNS TABLE (waiting bigint, oldest_seconds double precision)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT count(*), coalesce(extract(epoch FROM now() - min(e.received_at)), 0) FROM inbox_events e WHERE e.status = 'pending'
$$;

-- For the operator's command line only: application_role may not call it.
CREATE FUNCTION list_tenants() RETURNS TABLE (id uuid, slug text, name text, is_active boolean, widget_website_id text, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT t.id, t.slug, t.name, t.is_active, t.widget_website_id, t.created_at FROM tenants t ORDER BY t.created_at, t.id
$$;

GRANT CREATE ON SCHEMA public TO directory_role;
DO $$
DECLARE
  lookup regprocedure;
BEGIN
  FOREACH lookup IN ARRAY ARRAY['find_tenant_by_website(text, text)', 'find_widget_session(bytea)', 'find_api_key(bytea)',
    'find_waiting_conversations(interval, integer)', 'inbox_backlog()', 'list_tenants()']::regprocedure[]
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', lookup);
    IF lookup <> 'list_tenants()'::regprocedure THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO application_role', lookup);
    END IF;
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', lookup, current_user);
    EXECUTE format('ALTER FUNCTION %s OWNER TO directory_role', lookup);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM directory_role;
