-- What is taken away, and when.

-- Kept whatever its age: a dispute that is not over. Whoever is asked to erase a visitor decides about it themselves.
ALTER TABLE conversations ADD COLUMN is_held boolean NOT NULL DEFAULT false;

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- Tenants that may have something to be taken away: all that work.
CREATE FUNCTION find_tenants_to_tidy()
RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT t.id FROM tenants t WHERE t.is_active ORDER BY t.id
$$;
REVOKE ALL ON FUNCTION find_tenants_to_tidy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_tenants_to_tidy TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_tenants_to_tidy TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
