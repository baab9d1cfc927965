-- Roles, and the functions every later table leans on.
--
-- application_role  what the gateway becomes inside each transaction: not an owner, no BYPASSRLS, no TRUNCATE.
-- directory_role    owns the few SECURITY DEFINER look-ups that must work before the tenant is known. It reads
--                   through policies of its own instead of BYPASSRLS, because managed Postgres rarely grants that.
--
-- Roles belong to the cluster, not to the database, so a second database (or a migration running beside this one)
-- may have made them already: both ways of losing that race are caught.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['application_role', 'directory_role'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF NOT pg_has_role(current_user, wanted, 'SET') THEN
      EXECUTE format('GRANT %I TO current_user', wanted);
    END IF;
  END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO application_role, directory_role;

-- Similar words, for mistyped questions.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, then random bits. New rows land at the right edge
-- of their index. PostgreSQL 18 has uuidv7(); 17 has not, and one name must serve both.
CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
SET search_path = pg_catalog
AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(random_hex, 14))::uuid
  FROM (SELECT replace(gen_random_uuid()::text, '-', '')) AS source(random_hex)
$$;

-- The tenant of the running transaction, or NULL. Unset, empty and malformed all mean "no tenant": a cast error would
-- tell a caller more than an empty result, and after a local setting ends Postgres leaves '' behind, not NULL.
CREATE FUNCTION current_tenant_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog
AS $$
  SELECT CASE
    WHEN current_setting('app.current_tenant_id', true) ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
    THEN current_setting('app.current_tenant_id', true)::uuid
  END
$$;

CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
