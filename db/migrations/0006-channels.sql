-- Chats that are not ours: what comes in from Crisp and Tidio, and what goes out to them.

-- held_until       a person is typing: no turn begins until then, unless they never send anything
-- returns_at       while transferred: from then on the next message is the agent's again. NULL: only when given back
-- owner_event_at   the channel's time of the last event that changed hands; what was sent earlier and comes later changes nothing
-- is_blocked       the business has blocked the visitor in the channel
-- removed_at       deleted in the channel: contents are gone, the row stays so that a late duplicate does not begin it anew
-- channel_origin   the way within the channel (Crisp: chat, email, urn:…), echoed in answers
ALTER TABLE conversations
  ADD COLUMN held_until timestamptz,
  ADD COLUMN returns_at timestamptz,
  ADD COLUMN owner_event_at timestamptz,
  ADD COLUMN is_blocked boolean NOT NULL DEFAULT false,
  ADD COLUMN removed_at timestamptz,
  ADD COLUMN channel_origin text;

-- Whether the Crisp plugin is installed on the tenant's website, as far as Crisp has said; and when it said so last.
ALTER TABLE tenants ADD COLUMN crisp_is_installed boolean NOT NULL DEFAULT true, ADD COLUMN crisp_installation_at timestamptz;

-- sent_at: the channel's own time of the message. Webhooks come in any order; transcripts and prompts follow this one.
-- NULL for the widget, whose messages come in the order of their seq. An answer takes the time of what it answers, so that
-- our clock never decides the order of somebody else's.
-- withdrawn: written, but a person was quicker; the visitor never saw it. (NOT VALID: the old rows keep the narrower rule,
-- and checking them again would hold up intake.)
ALTER TABLE messages ADD COLUMN sent_at timestamptz;
ALTER TABLE messages DROP CONSTRAINT messages_status_check;
ALTER TABLE messages ADD CONSTRAINT messages_status_check CHECK (status IN ('complete', 'partial', 'withdrawn')) NOT VALID;

-- payload: of an event that could not be applied, what came, so that it can be replayed. Empty otherwise.
-- attempts counts the turns taken for it, those that a killed process left behind included; failures those that ended in an
-- error, and only these speak against the event.
ALTER TABLE inbox_events ADD COLUMN payload jsonb, ADD COLUMN failures integer NOT NULL DEFAULT 0;
ALTER TABLE inbox_events ALTER COLUMN conversation_id DROP NOT NULL;
CREATE INDEX inbox_events_dead ON inbox_events (tenant_id, received_at) WHERE status = 'dead';

-- What is to be sent to a channel, in the order of `place` within a conversation: an answer's pieces, notes for operators,
-- changes of state, contact facts.
--
-- pending -> sent        pending -> withdrawn (a person was quicker)        pending -> dead (reason says why)
-- Taking one raises `claim`, its fencing token, which never goes down: only who took it last may say how it ended.
-- `attempts` counts the tries that may have arrived; one that the channel turned away for its pace is taken off again.
-- The fingerprint is our own number for it, fixed here before the first call, so that it can be looked up before a second.
CREATE TABLE deliveries (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  message_id uuid,
  channel text NOT NULL CHECK (channel IN ('crisp', 'tidio')),
  kind text NOT NULL CHECK (kind IN ('message', 'note', 'handoff', 'profile')),
  place bigint NOT NULL,
  -- Sent only while this is the conversation's epoch. NULL: whoever has the conversation.
  owner_epoch bigint,
  fingerprint bigint NOT NULL,
  payload jsonb NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'withdrawn', 'dead')),
  claim integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  -- The channel's name for it, where it gives one.
  external_id text,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, conversation_id, place),
  UNIQUE (tenant_id, channel, fingerprint),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE SET NULL (message_id)
);
CREATE INDEX deliveries_pending ON deliveries (tenant_id, conversation_id, place) WHERE status = 'pending';
CREATE INDEX deliveries_dead ON deliveries (tenant_id, created_at) WHERE status = 'dead';
CREATE INDEX deliveries_external_id ON deliveries (tenant_id, external_id) WHERE external_id IS NOT NULL;

-- Secrets shared with a channel. Those that callers show us are kept as hashes and name the tenant; those that we must use
-- ourselves are sealed under NETIA_SECRET. Several of one purpose may live side by side while they are being exchanged.
CREATE TABLE channel_secrets (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('crisp_hook_key', 'crisp_token', 'tidio_flow_token', 'tidio_flow_secret', 'tidio_webhook_secret', 'tidio_client')),
  secret_hash bytea UNIQUE CHECK (length(secret_hash) = 32),
  sealed text,
  -- Enough to recognise it in a list.
  hint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK (num_nonnulls(secret_hash, sealed) = 1)
);
CREATE INDEX channel_secrets_purpose ON channel_secrets (tenant_id, purpose);

DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['deliveries', 'channel_secrets'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()))', tenant_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO application_role', tenant_table);
  END LOOP;
END
$$;

GRANT SELECT (held_until) ON conversations TO directory_role;
GRANT SELECT (tenant_id, conversation_id, status, place, next_attempt_at, lease_until, created_at) ON deliveries TO directory_role;
GRANT SELECT (tenant_id, purpose, secret_hash) ON channel_secrets TO directory_role;
CREATE POLICY directory_lookup ON deliveries FOR SELECT TO directory_role USING (true);
CREATE POLICY directory_lookup ON channel_secrets FOR SELECT TO directory_role USING (true);

GRANT CREATE ON SCHEMA public TO directory_role;
SET LOCAL ROLE directory_role;

-- Conversations that wait for an answer nobody is working on. Tenants take turns: one with ten thousand waiting delays
-- its own visitors and nobody else's.
CREATE OR REPLACE FUNCTION find_waiting_conversations(waited interval, most integer)
RETURNS TABLE (tenant_id uuid, conversation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT w.tenant_id, w.conversation_id FROM (
    SELECT e.tenant_id, e.conversation_id, min(e.received_at) AS oldest,
      row_number() OVER (PARTITION BY e.tenant_id ORDER BY min(e.received_at)) AS place
    FROM inbox_events e JOIN conversations c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id
    WHERE e.status = 'pending' AND e.received_at < now() - waited AND c.status = 'active'
      AND (c.turn_lease_until IS NULL OR c.turn_lease_until < now()) AND (c.held_until IS NULL OR c.held_until < now())
    GROUP BY e.tenant_id, e.conversation_id
  ) w ORDER BY w.place, w.oldest LIMIT most
$$;

-- Conversations with something to send that nobody is sending; tenants take turns here too.
CREATE FUNCTION find_waiting_deliveries(most integer)
RETURNS TABLE (tenant_id uuid, conversation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT w.tenant_id, w.conversation_id FROM (
    SELECT f.tenant_id, f.conversation_id, f.next_attempt_at, row_number() OVER (PARTITION BY f.tenant_id ORDER BY f.next_attempt_at) AS place
    FROM (
      SELECT DISTINCT ON (d.tenant_id, d.conversation_id) d.tenant_id, d.conversation_id, d.next_attempt_at, d.lease_until
      FROM deliveries d WHERE d.status = 'pending' ORDER BY d.tenant_id, d.conversation_id, d.place
    ) f WHERE f.next_attempt_at <= now() AND (f.lease_until IS NULL OR f.lease_until < now())
  ) w ORDER BY w.place, w.next_attempt_at LIMIT most
$$;

-- Whose secret this is; unknown, inactive and suspended look alike.
CREATE FUNCTION find_channel_secret(wanted text, hash bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT s.tenant_id FROM channel_secrets s JOIN tenants t ON t.id = s.tenant_id
  WHERE s.secret_hash = hash AND s.purpose = wanted AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

-- Figures for /metrics, no content: what waits, for how long, and what was given up, coming in and going out. It follows inbox_backlog(),
-- which stays while processes of the version before may still call it.
CREATE FUNCTION backlog() RETURNS TABLE (queue text, waiting bigint, oldest_seconds double precision, dead bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_catalog
AS $$
  SELECT 'inbox', count(*) FILTER (WHERE e.status = 'pending'),
    coalesce(extract(epoch FROM now() - min(e.received_at) FILTER (WHERE e.status = 'pending')), 0), count(*) FILTER (WHERE e.status = 'dead')
  FROM inbox_events e WHERE e.status IN ('pending', 'dead')
  UNION ALL
  SELECT 'deliveries', count(*) FILTER (WHERE d.status = 'pending'),
    coalesce(extract(epoch FROM now() - min(d.created_at) FILTER (WHERE d.status = 'pending')), 0), count(*) FILTER (WHERE d.status = 'dead')
  FROM deliveries d WHERE d.status IN ('pending', 'dead')
$$;

DO $$
DECLARE
  lookup regprocedure;
BEGIN
  FOREACH lookup IN ARRAY ARRAY['find_waiting_deliveries(integer)', 'find_channel_secret(text, bytea)', 'backlog()']::regprocedure[] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO application_role', lookup);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', lookup, session_user);
  END LOOP;
END
$$;

RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM directory_role;
