-- What a tenant's own systems are told of, as signed calls (Standard Webhooks).

-- is_active -> false: by the tenant, or by us (disabled_reason says why): the receiver said 410, or failed for days.
CREATE TABLE webhook_endpoints (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  url text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2000),
  events text[] NOT NULL,
  -- Sealed under NETIA_SECRET.
  secret text NOT NULL,
  -- The one before, which signs beside it until then, so that a receiver may change over in its own time.
  old_secret text,
  old_secret_until timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  disabled_reason text,
  -- Since when nothing has come through.
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE TRIGGER touch_webhook_endpoints BEFORE UPDATE ON webhook_endpoints FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- One call to be made to one endpoint; made in the transaction of what it tells of.
--
-- pending -> sent | dead (given up after the last try, or its endpoint was disabled); dead or sent -> pending (sent again by hand)
-- `attempts` counts the tries and is the fencing token of the one that is under way.
CREATE TABLE webhook_deliveries (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  endpoint_id uuid NOT NULL,
  event_type text NOT NULL,
  payload jsonb NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  -- What came of the last try: a status, or why there was none.
  last_status integer,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (tenant_id, endpoint_id, id DESC);

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['webhook_endpoints', 'webhook_deliveries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
  END LOOP;
END
$$;

GRANT SELECT (tenant_id, id, endpoint_id, status, due_at, lease_until) ON webhook_deliveries TO directory_role;
CREATE POLICY directory_lookup ON webhook_deliveries FOR SELECT TO directory_role USING (true);

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- The oldest call due of each endpoint to which none is under way: one that never answers keeps one place busy, not all.
CREATE FUNCTION find_due_webhooks(most integer)
RETURNS TABLE (tenant_id uuid, delivery_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT f.tenant_id, f.id FROM (
    SELECT DISTINCT ON (d.tenant_id, d.endpoint_id) d.tenant_id, d.id, d.due_at
    FROM webhook_deliveries d
    WHERE d.status = 'pending' AND d.due_at <= now()
      AND NOT EXISTS (SELECT FROM webhook_deliveries o WHERE o.tenant_id = d.tenant_id AND o.endpoint_id = d.endpoint_id AND o.status = 'pending' AND o.lease_until > now())
    ORDER BY d.tenant_id, d.endpoint_id, d.due_at, d.id
  ) f ORDER BY f.due_at LIMIT most
$$;
REVOKE ALL ON FUNCTION find_due_webhooks FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_due_webhooks TO application_role;
DO $$ BEGIN EXECUTE format('GRANT EXECUTE ON FUNCTION find_due_webhooks TO %I', session_user); END $$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
