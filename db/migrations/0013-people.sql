-- Who works at a tenant's desk.
--
-- users          a person with one password, whichever tenants they work for   members       a user's role at a tenant
-- user_sessions  a browser signed in at one tenant                            invitations   a link that makes somebody a member

-- The one table without a tenant: a person may belong to several. Seen from within a tenant are its own members only; a
-- password's hash is seen by nobody but find_sign_in().
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  email text NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 255),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  -- Argon2id, in the PHC format: parameters and salt stand in it.
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE members (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  -- Checked at the end of the transaction: a user is only visible, and so only writable, where they are a member.
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE user_sessions (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  -- As the browser calls itself, for the list of sessions.
  user_agent text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 300),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  -- However busy it is, it ends here.
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  -- Who is no member any more is signed in no more.
  FOREIGN KEY (tenant_id, user_id) REFERENCES members (tenant_id, user_id) ON DELETE CASCADE
);
CREATE INDEX user_sessions_by_user ON user_sessions (tenant_id, user_id);

CREATE TABLE invitations (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  -- Empty in the link that an operator hands to the first owner, who fills it in.
  email text NOT NULL DEFAULT '' CHECK (email = lower(email)),
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE TRIGGER touch_users BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER touch_members BEFORE UPDATE ON members FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON users
  USING (EXISTS (SELECT FROM members m WHERE m.user_id = users.id AND m.tenant_id = (SELECT current_tenant_id())))
  WITH CHECK (EXISTS (SELECT FROM members m WHERE m.user_id = users.id AND m.tenant_id = (SELECT current_tenant_id())));
GRANT SELECT (id, email, name, created_at, updated_at), INSERT (id, email, name, password_hash), UPDATE (name, password_hash) ON users TO application_role;

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['members', 'user_sessions', 'invitations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format(
      'CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))',
      tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
    EXECUTE format('CREATE POLICY directory_lookup ON %I FOR SELECT TO directory_role USING (true)', tenant_table);
  END LOOP;
END
$$;
CREATE POLICY directory_lookup ON users FOR SELECT TO directory_role USING (true);
GRANT SELECT (id, email, name, password_hash) ON users TO directory_role;
GRANT SELECT (tenant_id, user_id, role, created_at) ON members TO directory_role;
GRANT SELECT (tenant_id, id, user_id, token_hash, last_seen_at, expires_at) ON user_sessions TO directory_role;
GRANT SELECT (tenant_id, id, email, role, token_hash, expires_at) ON invitations TO directory_role;

-- What a password is checked with; no row for an address that nobody has.
CREATE FUNCTION find_sign_in(wanted text) RETURNS TABLE (user_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT u.id, u.password_hash FROM users u WHERE u.email = lower(wanted)
$$;

-- The tenants somebody works for, the first they joined first.
CREATE FUNCTION find_memberships(wanted uuid) RETURNS TABLE (tenant_id uuid, tenant_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT m.tenant_id, t.name, m.role FROM members m JOIN tenants t ON t.id = m.tenant_id
  WHERE m.user_id = wanted AND t.is_active AND t.subscription_status IN ('trial', 'active') ORDER BY m.created_at, m.tenant_id
$$;

-- Whose session a browser's cookie is: unexpired, used within the time it may rest, of a member of a working tenant.
CREATE FUNCTION find_user_session(hash bytea, idle interval)
RETURNS TABLE (tenant_id uuid, session_id uuid, user_id uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id, s.id, s.user_id, m.role
  FROM user_sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_seen_at > now() - idle
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

CREATE FUNCTION find_invitation(hash bytea)
RETURNS TABLE (tenant_id uuid, invitation_id uuid, tenant_name text, email text, role text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT i.tenant_id, i.id, t.name, i.email, i.role FROM invitations i JOIN tenants t ON t.id = i.tenant_id
  WHERE i.token_hash = hash AND i.expires_at > now() AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

GRANT CREATE ON SCHEMA public TO directory_role;
DO $$
DECLARE
  lookup regprocedure;
BEGIN
  FOREACH lookup IN ARRAY ARRAY['find_sign_in(text)', 'find_memberships(uuid)', 'find_user_session(bytea, interval)', 'find_invitation(bytea)']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO application_role', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', lookup, current_user);
    EXECUTE format('ALTER FUNCTION %s OWNER TO directory_role', lookup);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM directory_role;
