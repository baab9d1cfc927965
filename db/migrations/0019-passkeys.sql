-- Signing in with a key that the device keeps (WebAuthn), in the place of password and code.

-- Like users without a tenant; seen from within a tenant are those of its members. Whose key it is that somebody signs in
-- with is found by find_passkey() only.
CREATE TABLE passkeys (
  -- The credential's own id, base64url.
  id text PRIMARY KEY CHECK (length(id) BETWEEN 16 AND 1400),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  public_key bytea NOT NULL,
  -- Grows with each use where the device counts; one that does not grow was copied.
  counter bigint NOT NULL DEFAULT 0,
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON passkeys
  USING (EXISTS (SELECT FROM members m WHERE m.user_id = passkeys.user_id AND m.tenant_id = (SELECT current_tenant_id())))
  WITH CHECK (EXISTS (SELECT FROM members m WHERE m.user_id = passkeys.user_id AND m.tenant_id = (SELECT current_tenant_id())));
CREATE POLICY directory_lookup ON passkeys FOR SELECT TO directory_role USING (true);
GRANT SELECT, INSERT, DELETE, UPDATE (name, counter, last_used_at) ON passkeys TO application_role;
GRANT SELECT (id, user_id, public_key, counter) ON passkeys TO directory_role;

-- Challenges that were answered. They are made without a row (signed, with an end of their own), and noted here when they are
-- used up: a second answer to the same one finds it.
CREATE TABLE used_challenges (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  challenge_hash bytea NOT NULL CHECK (length(challenge_hash) = 32),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, challenge_hash)
);
ALTER TABLE used_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE used_challenges FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON used_challenges USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));
GRANT SELECT, INSERT, UPDATE, DELETE ON used_challenges TO application_role;

CREATE FUNCTION find_passkey(wanted text) RETURNS TABLE (user_id uuid, public_key bytea, counter bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT p.user_id, p.public_key, p.counter FROM passkeys p WHERE p.id = wanted
$$;

GRANT CREATE ON SCHEMA public TO directory_role;
REVOKE ALL ON FUNCTION find_passkey(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_passkey(text) TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_passkey(text) TO %I', current_user); END $$;
ALTER FUNCTION find_passkey(text) OWNER TO directory_role;
REVOKE CREATE ON SCHEMA public FROM directory_role;
