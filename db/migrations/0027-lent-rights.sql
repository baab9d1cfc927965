-- Whoever is let in for a time gives nobody a right that outlasts it: what a session may do has to tell.

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- As before, and whether it is for a time.
DROP FUNCTION find_user_session(bytea, interval);
CREATE FUNCTION find_user_session(hash bytea, idle interval)
RETURNS TABLE (tenant_id uuid, session_id uuid, user_id uuid, role text, own_scopes text[], is_for_a_time boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id, s.id, s.user_id, m.role, o.scopes, m.ends_at IS NOT NULL
  FROM user_sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  LEFT JOIN own_roles o ON o.tenant_id = m.tenant_id AND o.id = m.own_role_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_seen_at > now() - idle
    AND (m.ends_at IS NULL OR m.ends_at > now())
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;
REVOKE ALL ON FUNCTION find_user_session(bytea, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_user_session(bytea, interval) TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_user_session(bytea, interval) TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
