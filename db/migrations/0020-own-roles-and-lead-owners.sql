-- Roles that a tenant makes for itself, and who sees to a lead.

CREATE TABLE own_roles (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- In the words of the API's scopes.
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CREATE TRIGGER touch_own_roles BEFORE UPDATE ON own_roles FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
ALTER TABLE own_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE own_roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON own_roles USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
CREATE POLICY directory_lookup ON own_roles FOR SELECT TO directory_role USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON own_roles TO application_role;
GRANT SELECT (tenant_id, id, scopes) ON own_roles TO directory_role;

ALTER TABLE members
  -- Takes the place of what the role may do. Its holder ranks as a viewer: whoever may change people may change them.
  ADD COLUMN own_role_id uuid,
  ADD FOREIGN KEY (tenant_id, own_role_id) REFERENCES own_roles (tenant_id, id) ON DELETE RESTRICT,
  ADD CHECK (own_role_id IS NULL OR role = 'viewer');
GRANT SELECT (own_role_id) ON members TO directory_role;

ALTER TABLE leads
  ADD COLUMN assigned_to uuid,
  ADD FOREIGN KEY (tenant_id, assigned_to) REFERENCES members (tenant_id, user_id) ON DELETE SET NULL (assigned_to);

-- As before, with what an own role may do; NULL where the role itself says it.
DROP FUNCTION find_user_session(bytea, interval);
CREATE FUNCTION find_user_session(hash bytea, idle interval)
RETURNS TABLE (tenant_id uuid, session_id uuid, user_id uuid, role text, own_scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id, s.id, s.user_id, m.role, o.scopes
  FROM user_sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  LEFT JOIN own_roles o ON o.tenant_id = m.tenant_id AND o.id = m.own_role_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_seen_at > now() - idle
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;
GRANT CREATE ON SCHEMA public TO directory_role;
REVOKE ALL ON FUNCTION find_user_session(bytea, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_user_session(bytea, interval) TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_user_session(bytea, interval) TO %I', current_user); END $$;
ALTER FUNCTION find_user_session(bytea, interval) OWNER TO directory_role;
REVOKE CREATE ON SCHEMA public FROM directory_role;
