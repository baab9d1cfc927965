-- A second factor beside the password: codes of an app (RFC 6238), each good once, and recovery codes, each good once.
ALTER TABLE users
  -- Sealed under NETIA_SECRET: the gateway has to read it, a copy of the database is not enough to make codes.
  ADD COLUMN totp_secret text,
  -- NULL: begun and not proven yet; nothing is asked for at sign-in.
  ADD COLUMN totp_confirmed_at timestamptz,
  -- The latest time step whose code was used; no code of it or before is taken again.
  ADD COLUMN totp_last_step bigint,
  -- SHA-256 of those that are left.
  ADD COLUMN recovery_hashes bytea[] NOT NULL DEFAULT '{}';
GRANT SELECT (totp_confirmed_at, totp_last_step, recovery_hashes), UPDATE (totp_secret, totp_confirmed_at, totp_last_step, recovery_hashes)
  ON users TO application_role;
GRANT SELECT (totp_secret, totp_confirmed_at) ON users TO directory_role;

CREATE FUNCTION find_second_factor(wanted uuid) RETURNS TABLE (sealed text, is_confirmed boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT u.totp_secret, u.totp_confirmed_at IS NOT NULL FROM users u WHERE u.id = wanted AND u.totp_secret IS NOT NULL
$$;

GRANT CREATE ON SCHEMA public TO directory_role;
REVOKE ALL ON FUNCTION find_second_factor(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_second_factor(uuid) TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_second_factor(uuid) TO %I', current_user); END $$;
ALTER FUNCTION find_second_factor(uuid) OWNER TO directory_role;
REVOKE CREATE ON SCHEMA public FROM directory_role;
