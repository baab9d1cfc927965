-- Somebody who works here for a stated time: a helper from outside, or whoever runs the installation, let in by the tenant.

ALTER TABLE invitations ADD COLUMN member_hours integer CHECK (member_hours BETWEEN 1 AND 8760);
ALTER TABLE members
  ADD COLUMN ends_at timestamptz,
  -- A tenant must not run out of owners by the clock.
  ADD CHECK (ends_at IS NULL OR role <> 'owner');
GRANT SELECT (ends_at) ON members TO directory_role;

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- As before, without those whose time is over.
CREATE OR REPLACE FUNCTION find_memberships(wanted uuid) RETURNS TABLE (tenant_id uuid, tenant_name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT m.tenant_id, t.name, m.role FROM members m JOIN tenants t ON t.id = m.tenant_id
  WHERE m.user_id = wanted AND (m.ends_at IS NULL OR m.ends_at > now()) AND t.is_active AND t.subscription_status IN ('trial', 'active')
  ORDER BY m.created_at, m.tenant_id
$$;

CREATE OR REPLACE FUNCTION find_user_session(hash bytea, idle interval)
RETURNS TABLE (tenant_id uuid, session_id uuid, user_id uuid, role text, own_scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id, s.id, s.user_id, m.role, o.scopes
  FROM user_sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  LEFT JOIN own_roles o ON o.tenant_id = m.tenant_id AND o.id = m.own_role_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_seen_at > now() - idle
    AND (m.ends_at IS NULL OR m.ends_at > now())
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
