-- Links for a new password, sent by mail. Kept where the person works first: a user without a tenant is seen by nobody.

CREATE TABLE password_resets (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES members (tenant_id, user_id) ON DELETE CASCADE
);
ALTER TABLE password_resets ENABLE ROW LEVEL SECURITY;
ALTER TABLE password_resets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON password_resets
  USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
CREATE POLICY directory_lookup ON password_resets FOR SELECT TO directory_role USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO application_role;
GRANT SELECT (tenant_id, user_id, token_hash, expires_at) ON password_resets TO directory_role;

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

CREATE FUNCTION find_password_reset(hash bytea) RETURNS TABLE (tenant_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT r.tenant_id, r.user_id FROM password_resets r WHERE r.token_hash = hash AND r.expires_at > now()
$$;
REVOKE ALL ON FUNCTION find_password_reset FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_password_reset TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_password_reset TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
