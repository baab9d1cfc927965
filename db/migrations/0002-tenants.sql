-- Who we work for: tenants, their keys and their settings.

CREATE TABLE tenants (
  id uuid PRIMARY KEY DEFAULT uuid_v7(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 255),
  subscription_status text NOT NULL DEFAULT 'trial' CHECK (subscription_status IN ('trial', 'active', 'suspended', 'cancelled')),
  subscription_plan text NOT NULL DEFAULT 'basic' CHECK (subscription_plan IN ('basic', 'pro', 'enterprise')),
  widget_website_id text NOT NULL UNIQUE DEFAULT uuid_v7()::text,
  crisp_website_id text UNIQUE,
  tidio_website_id text UNIQUE,
  -- Origins the widget may be used from ("https://shop.example"). Empty: any; a browser check, no proof of who asks.
  allowed_origins text[] NOT NULL DEFAULT '{}',
  enabled_modules text[] NOT NULL DEFAULT '{}',
  trial_ends_at timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  -- The first characters of the key, enough to recognise it in a list; the key itself is shown once and never kept.
  key_prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  scopes text[] NOT NULL DEFAULT '{}',
  rate_limit integer NOT NULL DEFAULT 600 CHECK (rate_limit BETWEEN 1 AND 100000),
  created_by text,
  expires_at timestamptz,
  last_used_at timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE tenant_configurations (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  config_type text NOT NULL CHECK (config_type IN ('widget', 'ai', 'leads', 'handoff', 'hours', 'crisp', 'tidio', 'privacy', 'budget')),
  config_data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, config_type)
);

-- Who changed what, written in the transaction of the change.
CREATE TABLE audit_logs (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  actor text NOT NULL,
  action text NOT NULL,
  resource_type text NOT NULL,
  resource_id text,
  changes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

-- The reply given to a POST with an Idempotency-Key, so that a retry repeats the reply and not the work.
-- response_body is a JSON string, sealed under NETIA_SECRET: one of the replies is a new API key.
CREATE TABLE idempotency_keys (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash bytea NOT NULL,
  response_body jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (tenant_id, created_at);

CREATE TRIGGER touch_tenants BEFORE UPDATE ON tenants FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER touch_tenant_configurations BEFORE UPDATE ON tenant_configurations FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
