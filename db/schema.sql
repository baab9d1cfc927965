--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

--
-- Name: EXTENSION pg_trgm; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

--
-- Name: vector; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

--
-- Name: EXTENSION vector; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

--
-- Name: accept_channel_message(uuid, text, text, text, text, text, text, timestamp with time zone, text, text, jsonb, text, interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.accept_channel_message(tenant uuid, session text, via text, origin text, sent_as text, kind text, said text, said_at timestamp with time zone, key text, page text, known jsonb, with_person text, late interval) RETURNS TABLE(conversation_id uuid, is_waiting boolean)
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
#variable_conflict use_column
DECLARE
  held conversations%ROWTYPE;
  early jsonb;
  new_message uuid;
  settled text;
BEGIN
  INSERT INTO conversations AS c (tenant_id, session_id, channel, last_seq, channel_origin, page_url, metadata)
  VALUES (tenant, session, via, 1, origin, page, CASE WHEN known IS NULL THEN '{}' ELSE jsonb_build_object('known', known) END)
  ON CONFLICT (tenant_id, session_id) DO UPDATE SET last_seq = c.last_seq + 1, channel_origin = coalesce(origin, c.channel_origin),
    status = CASE WHEN c.status = 'ended' OR (c.status = 'transferred' AND c.returns_at <= now()) THEN 'active' ELSE c.status END,
    owner_epoch = c.owner_epoch + CASE WHEN c.status = 'transferred' AND c.returns_at <= now() THEN 1 ELSE 0 END,
    returns_at = CASE WHEN c.returns_at <= now() THEN NULL ELSE c.returns_at END,
    page_url = coalesce(page, c.page_url), ended_at = NULL,
    metadata = CASE WHEN known IS NULL THEN c.metadata ELSE jsonb_set(c.metadata, '{known}', coalesce(c.metadata->'known', '{}') || known) END
  RETURNING * INTO held;
  IF held.removed_at IS NOT NULL THEN
    RETURN;
  END IF;

  -- A change that came before its message.
  early := held.metadata->'early'->sent_as;
  INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, message_type, content, external_id, sent_at, metadata)
  VALUES (tenant, held.id, held.last_seq, 'user', 'visitor', kind, coalesce(early->>'text', said), sent_as, said_at,
    CASE WHEN early IS NULL THEN '{}' WHEN early ? 'removed' THEN '{"removed": true}' ELSE jsonb_build_object('edited_at', early->'at') END)
  ON CONFLICT (tenant_id, conversation_id, external_id) DO NOTHING
  RETURNING id INTO new_message;
  IF new_message IS NULL THEN
    RETURN;
  END IF;

  settled := CASE
    WHEN held.status = 'transferred' THEN with_person
    WHEN held.is_blocked THEN 'the visitor is blocked'
    WHEN early->>'removed' = 'true' THEN 'the message was deleted'
  END;
  -- Asked only about what is older than that: nearly nothing is.
  IF settled IS NULL AND said_at < now() - late AND EXISTS (
    SELECT FROM messages m WHERE m.tenant_id = tenant AND m.conversation_id = held.id AND m.sender_type = 'ai' AND m.sent_at > said_at) THEN
    settled := 'came too late to be answered';
  END IF;
  INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id, message_id, status, reason, finished_at)
  VALUES (tenant, via, key, held.id, new_message, CASE WHEN settled IS NULL THEN 'pending' ELSE 'done' END, settled, CASE WHEN settled IS NOT NULL THEN now() END);
  RETURN QUERY SELECT held.id, settled IS NULL;
END
$$;

--
-- Name: backlog(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.backlog() RETURNS TABLE(queue text, waiting bigint, oldest_seconds double precision, dead bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT 'inbox', count(*) FILTER (WHERE e.status = 'pending'),
    coalesce(extract(epoch FROM now() - min(e.received_at) FILTER (WHERE e.status = 'pending')), 0), count(*) FILTER (WHERE e.status = 'dead')
  FROM inbox_events e WHERE e.status IN ('pending', 'dead')
  UNION ALL
  SELECT 'deliveries', count(*) FILTER (WHERE d.status = 'pending'),
    coalesce(extract(epoch FROM now() - min(d.created_at) FILTER (WHERE d.status = 'pending')), 0), count(*) FILTER (WHERE d.status = 'dead')
  FROM deliveries d WHERE d.status IN ('pending', 'dead')
$$;

--
-- Name: count_knowledge_version(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.count_knowledge_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;

--
-- Name: current_tenant_id(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.current_tenant_id() RETURNS uuid
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  named text := current_setting('app.current_tenant_id', true);
BEGIN
  IF named ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN
    RETURN named::uuid;
  END IF;
  RETURN NULL;
END
$_$;

--
-- Name: drop_postings_of_tenant(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.drop_postings_of_tenant() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
BEGIN
  DELETE FROM postings WHERE tenant_id = OLD.id;
  RETURN OLD;
END
$$;

--
-- Name: find_api_key(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_api_key(hash bytea) RETURNS TABLE(tenant_id uuid, key_id uuid, scopes text[], rate_limit integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT k.tenant_id, k.id, k.scopes, k.rate_limit
  FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
  WHERE k.key_hash = hash AND k.is_active AND (k.expires_at IS NULL OR k.expires_at > now())
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

--
-- Name: find_channel_secret(text, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_channel_secret(wanted text, hash bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT s.tenant_id FROM channel_secrets s JOIN tenants t ON t.id = s.tenant_id
  WHERE s.secret_hash = hash AND s.purpose = wanted AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

--
-- Name: find_due_sources(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_due_sources(most integer) RETURNS TABLE(tenant_id uuid, source_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT d.tenant_id, d.id FROM (
    SELECT s.tenant_id, s.id, s.refresh_at, row_number() OVER (PARTITION BY s.tenant_id ORDER BY s.refresh_at) AS place
    FROM knowledge_sources s WHERE s.refresh_at <= now() AND (s.lease_until IS NULL OR s.lease_until < now())
  ) d ORDER BY d.place, d.refresh_at LIMIT most
$$;

--
-- Name: find_due_webhooks(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_due_webhooks(most integer) RETURNS TABLE(tenant_id uuid, delivery_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT f.tenant_id, f.id FROM (
    SELECT DISTINCT ON (d.tenant_id, d.endpoint_id) d.tenant_id, d.id, d.due_at
    FROM webhook_deliveries d
    WHERE d.status = 'pending' AND d.due_at <= now()
      AND NOT EXISTS (SELECT FROM webhook_deliveries o WHERE o.tenant_id = d.tenant_id AND o.endpoint_id = d.endpoint_id AND o.status = 'pending' AND o.lease_until > now())
    ORDER BY d.tenant_id, d.endpoint_id, d.due_at, d.id
  ) f ORDER BY f.due_at LIMIT most
$$;

--
-- Name: find_invitation(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_invitation(hash bytea) RETURNS TABLE(tenant_id uuid, invitation_id uuid, tenant_name text, email text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT i.tenant_id, i.id, t.name, i.email, i.role FROM invitations i JOIN tenants t ON t.id = i.tenant_id
  WHERE i.token_hash = hash AND i.expires_at > now() AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

--
-- Name: find_memberships(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_memberships(wanted uuid) RETURNS TABLE(tenant_id uuid, tenant_name text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT m.tenant_id, t.name, m.role FROM members m JOIN tenants t ON t.id = m.tenant_id
  WHERE m.user_id = wanted AND (m.ends_at IS NULL OR m.ends_at > now()) AND t.is_active AND t.subscription_status IN ('trial', 'active')
  ORDER BY m.created_at, m.tenant_id
$$;

--
-- Name: find_passkey(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_passkey(wanted text) RETURNS TABLE(user_id uuid, public_key bytea, counter bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT p.user_id, p.public_key, p.counter FROM passkeys p WHERE p.id = wanted
$$;

--
-- Name: find_password_reset(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_password_reset(hash bytea) RETURNS TABLE(tenant_id uuid, user_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT r.tenant_id, r.user_id FROM password_resets r WHERE r.token_hash = hash AND r.expires_at > now()
$$;

--
-- Name: find_second_factor(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_second_factor(wanted uuid) RETURNS TABLE(sealed text, is_confirmed boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT u.totp_secret, u.totp_confirmed_at IS NOT NULL FROM users u WHERE u.id = wanted AND u.totp_secret IS NOT NULL
$$;

--
-- Name: find_sign_in(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_sign_in(wanted text) RETURNS TABLE(user_id uuid, password_hash text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT u.id, u.password_hash FROM users u WHERE u.email = lower(wanted)
$$;

--
-- Name: find_tenant_by_website(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_tenant_by_website(website_channel text, website_id text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT t.id FROM tenants t
  WHERE t.is_active AND t.subscription_status IN ('trial', 'active')
    AND CASE website_channel
      WHEN 'widget' THEN t.widget_website_id = website_id
      WHEN 'crisp' THEN t.crisp_website_id = website_id
      WHEN 'tidio' THEN t.tidio_website_id = website_id
    END
$$;

--
-- Name: find_tenants_to_embed(text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_tenants_to_embed(wanted_model text, most integer) RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT s.tenant_id FROM knowledge_statistics s
  WHERE (s.embedded_version <> s.version OR s.embedding_model IS DISTINCT FROM wanted_model) AND (s.embed_after IS NULL OR s.embed_after < now())
  ORDER BY s.embed_after NULLS FIRST LIMIT most
$$;

--
-- Name: find_tenants_to_tidy(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_tenants_to_tidy() RETURNS TABLE(tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT t.id FROM tenants t WHERE t.is_active ORDER BY t.id
$$;

--
-- Name: find_user_session(bytea, interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_user_session(hash bytea, idle interval) RETURNS TABLE(tenant_id uuid, session_id uuid, user_id uuid, role text, own_scopes text[], is_for_a_time boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT s.tenant_id, s.id, s.user_id, m.role, o.scopes, m.ends_at IS NOT NULL
  FROM user_sessions s JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id JOIN tenants t ON t.id = s.tenant_id
  LEFT JOIN own_roles o ON o.tenant_id = m.tenant_id AND o.id = m.own_role_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND s.last_seen_at > now() - idle
    AND (m.ends_at IS NULL OR m.ends_at > now())
    AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

--
-- Name: find_waiting_conversations(interval, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_waiting_conversations(waited interval, most integer) RETURNS TABLE(tenant_id uuid, conversation_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
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

--
-- Name: find_waiting_deliveries(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_waiting_deliveries(most integer) RETURNS TABLE(tenant_id uuid, conversation_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT w.tenant_id, w.conversation_id FROM (
    SELECT f.tenant_id, f.conversation_id, f.next_attempt_at, row_number() OVER (PARTITION BY f.tenant_id ORDER BY f.next_attempt_at) AS place
    FROM (
      SELECT DISTINCT ON (d.tenant_id, d.conversation_id) d.tenant_id, d.conversation_id, d.next_attempt_at, d.lease_until
      FROM deliveries d WHERE d.status = 'pending' ORDER BY d.tenant_id, d.conversation_id, d.place
    ) f WHERE f.next_attempt_at <= now() AND (f.lease_until IS NULL OR f.lease_until < now())
  ) w ORDER BY w.place, w.next_attempt_at LIMIT most
$$;

--
-- Name: find_widget_session(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.find_widget_session(hash bytea) RETURNS TABLE(tenant_id uuid, session_id uuid, conversation_id uuid, visitor_id uuid, origin text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT s.tenant_id, s.id, s.conversation_id, s.visitor_id, s.origin
  FROM widget_sessions s JOIN tenants t ON t.id = s.tenant_id
  WHERE s.token_hash = hash AND s.expires_at > now() AND t.is_active AND t.subscription_status IN ('trial', 'active')
$$;

--
-- Name: inbox_backlog(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.inbox_backlog() RETURNS TABLE(waiting bigint, oldest_seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT count(*), coalesce(extract(epoch FROM now() - min(e.received_at)), 0) FROM inbox_events e WHERE e.status = 'pending'
$$;

--
-- Name: index_added_chunks(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.index_added_chunks() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    SET enable_nestloop TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  INSERT INTO knowledge_statistics AS s (tenant_id, chunk_count, token_count, languages, version)
  SELECT tenant_id, count(*), sum(token_count), array_agg(DISTINCT language), 1 FROM added GROUP BY tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET chunk_count = s.chunk_count + excluded.chunk_count,
    token_count = s.token_count + excluded.token_count,
    languages = ARRAY(SELECT DISTINCT unnest(s.languages || excluded.languages) ORDER BY 1), version = s.version + 1;

  WITH found AS MATERIALIZED (
    SELECT a.tenant_id, a.chunk_no, a.token_count, l.lexeme, l.frequency
    FROM added a CROSS JOIN LATERAL unnest(a.lexemes, a.frequencies) AS l(lexeme, frequency)
  ), counted AS (
    INSERT INTO terms AS t (tenant_id, lexeme, document_frequency)
    SELECT tenant_id, lexeme, count(*) FROM found GROUP BY 1, 2
    ON CONFLICT (tenant_id, lexeme) DO UPDATE SET document_frequency = t.document_frequency + excluded.document_frequency
    RETURNING t.tenant_id, t.lexeme, t.term_no
  )
  INSERT INTO postings (tenant_id, term_no, chunk_no, frequency, token_count)
  SELECT f.tenant_id, t.term_no, f.chunk_no, f.frequency, f.token_count
  FROM found f JOIN counted t ON t.tenant_id = f.tenant_id AND t.lexeme = f.lexeme
  ORDER BY t.term_no, f.chunk_no;
  RETURN NULL;
END
$$;

--
-- Name: index_removed_chunks(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.index_removed_chunks() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
BEGIN
  UPDATE knowledge_statistics s SET chunk_count = s.chunk_count - r.chunks, token_count = s.token_count - r.tokens, version = s.version + 1
  FROM (SELECT tenant_id, count(*) AS chunks, sum(token_count) AS tokens FROM removed GROUP BY tenant_id) r
  WHERE s.tenant_id = r.tenant_id;

  WITH gone AS MATERIALIZED (
    SELECT t.tenant_id, t.term_no, r.chunk_no FROM removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
    JOIN terms t ON t.tenant_id = r.tenant_id AND t.lexeme = l.lexeme
  )
  DELETE FROM postings p USING gone g WHERE p.tenant_id = g.tenant_id AND p.term_no = g.term_no AND p.chunk_no = g.chunk_no;

  UPDATE terms t SET document_frequency = t.document_frequency - gone.n
  FROM (SELECT r.tenant_id, l.lexeme, count(*) AS n FROM removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme) GROUP BY 1, 2) gone
  WHERE t.tenant_id = gone.tenant_id AND t.lexeme = gone.lexeme;

  DELETE FROM terms t USING removed r CROSS JOIN LATERAL unnest(r.lexemes) AS l(lexeme)
  WHERE t.tenant_id = r.tenant_id AND t.lexeme = l.lexeme AND t.document_frequency = 0;
  RETURN NULL;
END
$$;

--
-- Name: keep_knowledge_version(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_knowledge_version() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
BEGIN
  INSERT INTO knowledge_versions (tenant_id, knowledge_id, version, format, title, content, url)
  VALUES (NEW.tenant_id, NEW.id, NEW.version, NEW.format, NEW.title, NEW.content, NEW.url);
  DELETE FROM knowledge_versions WHERE tenant_id = NEW.tenant_id AND knowledge_id = NEW.id AND version <= NEW.version - 200;
  RETURN NULL;
END
$$;

--
-- Name: list_tenants(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.list_tenants() RETURNS TABLE(id uuid, slug text, name text, is_active boolean, widget_website_id text, created_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_catalog'
    AS $$
  SELECT t.id, t.slug, t.name, t.is_active, t.widget_website_id, t.created_at FROM tenants t ORDER BY t.created_at, t.id
$$;

--
-- Name: note_page(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_page() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  NEW.pages := (CASE WHEN jsonb_array_length(NEW.pages) >= 20 THEN NEW.pages - 0 ELSE NEW.pages END)
    || jsonb_build_array(jsonb_build_object('url', NEW.page_url, 'at', now()));
  RETURN NEW;
END
$$;

--
-- Name: note_unwanted_file(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.note_unwanted_file() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_catalog'
    AS $$
BEGIN
  -- With its tenant goes the list too.
  INSERT INTO unwanted_files (tenant_id, file_id) SELECT OLD.tenant_id, OLD.id WHERE EXISTS (SELECT FROM tenants t WHERE t.id = OLD.tenant_id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

--
-- Name: touch_updated_at(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

--
-- Name: uuid_v7(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.uuid_v7() RETURNS uuid
    LANGUAGE plpgsql PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  RETURN (lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid;
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    key_prefix text NOT NULL,
    key_hash bytea NOT NULL,
    name text NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    rate_limit integer DEFAULT 600 NOT NULL,
    created_by text,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT api_keys_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_keys_rate_limit_check CHECK (((rate_limit >= 1) AND (rate_limit <= 100000)))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

--
-- Name: audit_logs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_logs (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text,
    changes jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.audit_logs FORCE ROW LEVEL SECURITY;

--
-- Name: canned_replies; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.canned_replies (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    shortcut text NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT canned_replies_shortcut_check CHECK ((shortcut ~ '^[[:alnum:]_-]{1,40}$'::text)),
    CONSTRAINT canned_replies_text_check CHECK (((length(text) >= 1) AND (length(text) <= 10000)))
);

ALTER TABLE ONLY public.canned_replies FORCE ROW LEVEL SECURITY;

--
-- Name: channel_secrets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.channel_secrets (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    purpose text NOT NULL,
    secret_hash bytea,
    sealed text,
    hint text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_secrets_check CHECK ((num_nonnulls(secret_hash, sealed) = 1)),
    CONSTRAINT channel_secrets_secret_hash_check CHECK ((length(secret_hash) = 32))
);

ALTER TABLE ONLY public.channel_secrets FORCE ROW LEVEL SECURITY;

--
-- Name: chunk_vectors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.chunk_vectors (
    tenant_id uuid NOT NULL,
    model text NOT NULL,
    text_hash bytea NOT NULL,
    dimensions integer GENERATED ALWAYS AS (public.vector_dims(embedding)) STORED NOT NULL,
    signs bit varying GENERATED ALWAYS AS (public.binary_quantize(embedding)) STORED NOT NULL,
    embedding public.vector NOT NULL,
    CONSTRAINT chunk_vectors_model_check CHECK (((length(model) >= 1) AND (length(model) <= 200))),
    CONSTRAINT chunk_vectors_text_hash_check CHECK ((length(text_hash) = 32))
);

ALTER TABLE ONLY public.chunk_vectors FORCE ROW LEVEL SECURITY;

--
-- Name: contacts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contacts (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    email text,
    phone text,
    name text,
    company text,
    is_verified boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    external_id text,
    CONSTRAINT contacts_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
    CONSTRAINT contacts_proven CHECK ((is_verified = (external_id IS NOT NULL)))
);

ALTER TABLE ONLY public.contacts FORCE ROW LEVEL SECURITY;

--
-- Name: conversation_notes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_notes (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    actor text NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT conversation_notes_text_check CHECK (((length(text) >= 1) AND (length(text) <= 10000)))
);

ALTER TABLE ONLY public.conversation_notes FORCE ROW LEVEL SECURITY;

--
-- Name: conversation_reads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversation_reads (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE ONLY public.conversation_reads FORCE ROW LEVEL SECURITY;

--
-- Name: conversations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversations (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    session_id text NOT NULL,
    channel text NOT NULL,
    contact_id uuid,
    status text DEFAULT 'active'::text NOT NULL,
    owner_epoch bigint DEFAULT 0 NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    turn_seq bigint,
    turn_lease_until timestamp with time zone,
    page_url text,
    locale text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    held_until timestamp with time zone,
    returns_at timestamp with time zone,
    owner_event_at timestamp with time zone,
    is_blocked boolean DEFAULT false NOT NULL,
    removed_at timestamp with time zone,
    channel_origin text,
    assigned_to uuid,
    rating smallint,
    rating_comment text,
    is_held boolean DEFAULT false NOT NULL,
    consent_text text,
    consented_at timestamp with time zone,
    pages jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT conversations_channel_check CHECK ((channel = ANY (ARRAY['widget'::text, 'crisp'::text, 'tidio'::text, 'cli'::text]))),
    CONSTRAINT conversations_check CHECK (((consent_text IS NULL) = (consented_at IS NULL))),
    CONSTRAINT conversations_consent_text_check CHECK ((length(consent_text) <= 600)),
    CONSTRAINT conversations_rating_check CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT conversations_rating_comment_check CHECK ((length(rating_comment) <= 2000)),
    CONSTRAINT conversations_status_check CHECK ((status = ANY (ARRAY['active'::text, 'ended'::text, 'transferred'::text])))
);

ALTER TABLE ONLY public.conversations FORCE ROW LEVEL SECURITY;

--
-- Name: deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deliveries (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid,
    channel text NOT NULL,
    kind text NOT NULL,
    place bigint NOT NULL,
    owner_epoch bigint,
    fingerprint bigint NOT NULL,
    payload jsonb NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    claim integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    external_id text,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT deliveries_channel_check CHECK ((channel = ANY (ARRAY['crisp'::text, 'tidio'::text]))),
    CONSTRAINT deliveries_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'note'::text, 'handoff'::text, 'profile'::text]))),
    CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'withdrawn'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.deliveries FORCE ROW LEVEL SECURITY;

--
-- Name: document_chunks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_chunks (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    document_id uuid NOT NULL,
    chunk_no bigint NOT NULL,
    ordinal integer NOT NULL,
    title_path text[] DEFAULT '{}'::text[] NOT NULL,
    body text NOT NULL,
    span_start integer NOT NULL,
    span_end integer NOT NULL,
    language text NOT NULL,
    token_count integer NOT NULL,
    lexemes text[] NOT NULL,
    frequencies integer[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    text_hash bytea,
    CONSTRAINT document_chunks_check CHECK ((span_end >= span_start)),
    CONSTRAINT document_chunks_check1 CHECK ((cardinality(frequencies) = cardinality(lexemes))),
    CONSTRAINT document_chunks_text_hash_check CHECK ((length(text_hash) = 32)),
    CONSTRAINT document_chunks_token_count_check CHECK ((token_count >= 0))
);

ALTER TABLE ONLY public.document_chunks FORCE ROW LEVEL SECURITY;

--
-- Name: document_chunks_chunk_no_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.document_chunks ALTER COLUMN chunk_no ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.document_chunks_chunk_no_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.documents (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    knowledge_id uuid NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    url text,
    language text,
    content text NOT NULL,
    content_hash bytea NOT NULL,
    visibility text DEFAULT 'shared'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT documents_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT documents_visibility_check CHECK ((visibility = ANY (ARRAY['shared'::text, 'internal'::text])))
);

ALTER TABLE ONLY public.documents FORCE ROW LEVEL SECURITY;

--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    tenant_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response_body jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

--
-- Name: inbox_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbox_events (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    channel text NOT NULL,
    event_key text NOT NULL,
    conversation_id uuid,
    message_id uuid,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    reason text,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    payload jsonb,
    failures integer DEFAULT 0 NOT NULL,
    CONSTRAINT inbox_events_channel_check CHECK ((channel = ANY (ARRAY['widget'::text, 'crisp'::text, 'tidio'::text, 'cli'::text]))),
    CONSTRAINT inbox_events_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'done'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.inbox_events FORCE ROW LEVEL SECURITY;

--
-- Name: invitations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invitations (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    member_hours integer,
    CONSTRAINT invitations_email_check CHECK ((email = lower(email))),
    CONSTRAINT invitations_member_hours_check CHECK (((member_hours >= 1) AND (member_hours <= 8760))),
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'agent'::text, 'viewer'::text]))),
    CONSTRAINT invitations_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

--
-- Name: knowledge_bases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knowledge_bases (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    content_type text NOT NULL,
    format text DEFAULT 'markdown'::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    content text NOT NULL,
    url text,
    language text,
    category text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    source_document_id uuid,
    source_part integer DEFAULT 0 NOT NULL,
    visibility text DEFAULT 'shared'::text NOT NULL,
    CONSTRAINT knowledge_bases_content_check CHECK (((length(content) >= 1) AND (length(content) <= 2000000))),
    CONSTRAINT knowledge_bases_content_type_check CHECK ((content_type = ANY (ARRAY['faq'::text, 'system_prompt'::text, 'custom'::text]))),
    CONSTRAINT knowledge_bases_format_check CHECK ((format = ANY (ARRAY['faq'::text, 'text'::text, 'markdown'::text, 'html'::text]))),
    CONSTRAINT knowledge_bases_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT knowledge_bases_title_check CHECK ((length(title) <= 500)),
    CONSTRAINT knowledge_bases_url_check CHECK ((url ~ '^https?://'::text)),
    CONSTRAINT knowledge_bases_visibility_check CHECK ((visibility = ANY (ARRAY['shared'::text, 'internal'::text])))
);

ALTER TABLE ONLY public.knowledge_bases FORCE ROW LEVEL SECURITY;

--
-- Name: knowledge_drafts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knowledge_drafts (
    tenant_id uuid NOT NULL,
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    action text NOT NULL,
    knowledge_id uuid,
    entry jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_drafts_action_check CHECK ((action = ANY (ARRAY['add'::text, 'change'::text, 'remove'::text]))),
    CONSTRAINT knowledge_drafts_check CHECK (((action = 'add'::text) = (knowledge_id IS NULL)))
);

ALTER TABLE ONLY public.knowledge_drafts FORCE ROW LEVEL SECURITY;

--
-- Name: knowledge_sources; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knowledge_sources (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    url text,
    file_key text,
    file_size bigint,
    max_pages integer DEFAULT 500 NOT NULL,
    max_depth integer DEFAULT 5 NOT NULL,
    language text,
    category text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    visibility text DEFAULT 'shared'::text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    reason text,
    run integer DEFAULT 0 NOT NULL,
    refresh_hours integer,
    refresh_at timestamp with time zone DEFAULT now(),
    refreshed_at timestamp with time zone,
    claim integer DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT knowledge_sources_check CHECK ((((kind = 'file'::text) = (file_key IS NOT NULL)) AND ((kind = 'file'::text) = (url IS NULL)))),
    CONSTRAINT knowledge_sources_kind_check CHECK ((kind = ANY (ARRAY['file'::text, 'page'::text, 'sitemap'::text, 'site'::text]))),
    CONSTRAINT knowledge_sources_language_check CHECK ((language ~ '^[a-z]{2,3}$'::text)),
    CONSTRAINT knowledge_sources_max_depth_check CHECK (((max_depth >= 0) AND (max_depth <= 20))),
    CONSTRAINT knowledge_sources_max_pages_check CHECK (((max_pages >= 1) AND (max_pages <= 20000))),
    CONSTRAINT knowledge_sources_name_check CHECK (((length(name) >= 1) AND (length(name) <= 500))),
    CONSTRAINT knowledge_sources_refresh_hours_check CHECK (((refresh_hours >= 1) AND (refresh_hours <= 8760))),
    CONSTRAINT knowledge_sources_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'complete'::text, 'error'::text]))),
    CONSTRAINT knowledge_sources_url_check CHECK ((url ~ '^https?://'::text)),
    CONSTRAINT knowledge_sources_visibility_check CHECK ((visibility = ANY (ARRAY['shared'::text, 'internal'::text])))
);

ALTER TABLE ONLY public.knowledge_sources FORCE ROW LEVEL SECURITY;

--
-- Name: knowledge_statistics; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knowledge_statistics (
    tenant_id uuid NOT NULL,
    chunk_count bigint DEFAULT 0 NOT NULL,
    token_count bigint DEFAULT 0 NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    embedding_model text,
    embedded_version bigint DEFAULT 0 NOT NULL,
    embed_after timestamp with time zone
);

ALTER TABLE ONLY public.knowledge_statistics FORCE ROW LEVEL SECURITY;

--
-- Name: knowledge_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.knowledge_versions (
    tenant_id uuid NOT NULL,
    knowledge_id uuid NOT NULL,
    version integer NOT NULL,
    format text NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    url text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.knowledge_versions FORCE ROW LEVEL SECURITY;

--
-- Name: leads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.leads (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid,
    contact_id uuid NOT NULL,
    source_message_id uuid,
    intent text NOT NULL,
    contact_info jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    notes text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    assigned_to uuid,
    CONSTRAINT leads_intent_check CHECK ((intent = ANY (ARRAY['pricing'::text, 'demo'::text, 'support'::text, 'complaint'::text, 'hiring'::text, 'other'::text]))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['new'::text, 'contacted'::text, 'qualified'::text, 'converted'::text, 'lost'::text])))
);

ALTER TABLE ONLY public.leads FORCE ROW LEVEL SECURITY;

--
-- Name: members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.members (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    own_role_id uuid,
    ends_at timestamp with time zone,
    CONSTRAINT members_check CHECK (((own_role_id IS NULL) OR (role = 'viewer'::text))),
    CONSTRAINT members_check1 CHECK (((ends_at IS NULL) OR (role <> 'owner'::text))),
    CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'agent'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.members FORCE ROW LEVEL SECURITY;

--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    role text NOT NULL,
    sender_type text NOT NULL,
    message_type text DEFAULT 'text'::text NOT NULL,
    content text NOT NULL,
    "timestamp" timestamp with time zone DEFAULT now() NOT NULL,
    external_id text,
    answer_seq bigint,
    citations jsonb DEFAULT '[]'::jsonb NOT NULL,
    parts jsonb,
    verdict text,
    status text DEFAULT 'complete'::text NOT NULL,
    model text,
    tokens_in integer,
    tokens_out integer,
    feedback text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT messages_feedback_check CHECK ((feedback = ANY (ARRAY['up'::text, 'down'::text]))),
    CONSTRAINT messages_message_type_check CHECK ((message_type = ANY (ARRAY['text'::text, 'image'::text, 'audio'::text, 'file'::text]))),
    CONSTRAINT messages_role_check CHECK ((role = ANY (ARRAY['user'::text, 'assistant'::text, 'system'::text]))),
    CONSTRAINT messages_sender_type_check CHECK ((sender_type = ANY (ARRAY['visitor'::text, 'ai'::text, 'agent'::text]))),
    CONSTRAINT messages_verdict_check CHECK ((verdict = ANY (ARRAY['answered'::text, 'abstained'::text, 'handed_over'::text, 'refused'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: own_roles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.own_roles (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT own_roles_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

ALTER TABLE ONLY public.own_roles FORCE ROW LEVEL SECURITY;

--
-- Name: passkeys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.passkeys (
    id text NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    public_key bytea NOT NULL,
    counter bigint DEFAULT 0 NOT NULL,
    transports text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_id_check CHECK (((length(id) >= 16) AND (length(id) <= 1400))),
    CONSTRAINT passkeys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

ALTER TABLE ONLY public.passkeys FORCE ROW LEVEL SECURITY;

--
-- Name: password_resets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.password_resets (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT password_resets_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.password_resets FORCE ROW LEVEL SECURITY;

--
-- Name: postings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.postings (
    tenant_id uuid NOT NULL,
    term_no bigint NOT NULL,
    chunk_no bigint NOT NULL,
    frequency integer NOT NULL,
    token_count integer NOT NULL
);

ALTER TABLE ONLY public.postings FORCE ROW LEVEL SECURITY;

--
-- Name: source_choices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_choices (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    address text NOT NULL,
    part text NOT NULL,
    choice jsonb NOT NULL,
    CONSTRAINT source_choices_choice_check CHECK (((jsonb_typeof(choice) = 'object'::text) AND (choice <> '{}'::jsonb)))
);

ALTER TABLE ONLY public.source_choices FORCE ROW LEVEL SECURITY;

--
-- Name: source_documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_documents (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    place bigint NOT NULL,
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    address text NOT NULL,
    depth integer DEFAULT 0 NOT NULL,
    seen_in_run integer NOT NULL,
    read_in_run integer,
    status text DEFAULT 'pending'::text NOT NULL,
    reason text,
    failures integer DEFAULT 0 NOT NULL,
    links text[] DEFAULT '{}'::text[] NOT NULL,
    etag text,
    last_modified text,
    content_hash bytea,
    read_at timestamp with time zone,
    instead text,
    CONSTRAINT source_documents_address_check CHECK (((length(address) >= 1) AND (length(address) <= 2000))),
    CONSTRAINT source_documents_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT source_documents_instead_check CHECK (((length(instead) >= 1) AND (length(instead) <= 2000))),
    CONSTRAINT source_documents_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'complete'::text, 'left_out'::text, 'error'::text])))
);

ALTER TABLE ONLY public.source_documents FORCE ROW LEVEL SECURITY;

--
-- Name: source_documents_place_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.source_documents ALTER COLUMN place ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_documents_place_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: tenant_configurations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tenant_configurations (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    config_type text NOT NULL,
    config_data jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.tenant_configurations FORCE ROW LEVEL SECURITY;

--
-- Name: tenants; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tenants (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    subscription_status text DEFAULT 'trial'::text NOT NULL,
    subscription_plan text DEFAULT 'basic'::text NOT NULL,
    widget_website_id text DEFAULT (public.uuid_v7())::text NOT NULL,
    crisp_website_id text,
    tidio_website_id text,
    allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    enabled_modules text[] DEFAULT '{}'::text[] NOT NULL,
    trial_ends_at timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    crisp_is_installed boolean DEFAULT true NOT NULL,
    crisp_installation_at timestamp with time zone,
    site_url text,
    CONSTRAINT tenants_email_check CHECK (((length(email) >= 3) AND (length(email) <= 255))),
    CONSTRAINT tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT tenants_site_url_check CHECK (((site_url ~ '^https?://'::text) AND (length(site_url) <= 2000))),
    CONSTRAINT tenants_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
    CONSTRAINT tenants_subscription_plan_check CHECK ((subscription_plan = ANY (ARRAY['basic'::text, 'pro'::text, 'enterprise'::text]))),
    CONSTRAINT tenants_subscription_status_check CHECK ((subscription_status = ANY (ARRAY['trial'::text, 'active'::text, 'suspended'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;

--
-- Name: terms; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.terms (
    tenant_id uuid NOT NULL,
    lexeme text NOT NULL,
    term_no bigint NOT NULL,
    document_frequency integer NOT NULL,
    CONSTRAINT terms_document_frequency_check CHECK ((document_frequency >= 0))
);

ALTER TABLE ONLY public.terms FORCE ROW LEVEL SECURITY;

--
-- Name: terms_term_no_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.terms ALTER COLUMN term_no ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.terms_term_no_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: unwanted_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unwanted_files (
    tenant_id uuid NOT NULL,
    file_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.unwanted_files FORCE ROW LEVEL SECURITY;

--
-- Name: usage_logs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.usage_logs (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid,
    purpose text NOT NULL,
    model text NOT NULL,
    tokens_in integer NOT NULL,
    tokens_out integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT usage_logs_purpose_check CHECK ((purpose = ANY (ARRAY['answer'::text, 'rewrite'::text, 'lead'::text])))
);

ALTER TABLE ONLY public.usage_logs FORCE ROW LEVEL SECURITY;

--
-- Name: used_challenges; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.used_challenges (
    tenant_id uuid NOT NULL,
    challenge_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT used_challenges_challenge_hash_check CHECK ((length(challenge_hash) = 32))
);

ALTER TABLE ONLY public.used_challenges FORCE ROW LEVEL SECURITY;

--
-- Name: user_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_sessions (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT user_sessions_token_hash_check CHECK ((length(token_hash) = 32)),
    CONSTRAINT user_sessions_user_agent_check CHECK ((length(user_agent) <= 300))
);

ALTER TABLE ONLY public.user_sessions FORCE ROW LEVEL SECURITY;

--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    totp_secret text,
    totp_confirmed_at timestamp with time zone,
    totp_last_step bigint,
    recovery_hashes bytea[] DEFAULT '{}'::bytea[] NOT NULL,
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 255)))),
    CONSTRAINT users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

--
-- Name: visitor_files; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.visitor_files (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    message_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    byte_size integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT visitor_files_byte_size_check CHECK ((byte_size > 0)),
    CONSTRAINT visitor_files_media_type_check CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text, 'image/gif'::text, 'application/pdf'::text]))),
    CONSTRAINT visitor_files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

ALTER TABLE ONLY public.visitor_files FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_deliveries (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_type text NOT NULL,
    payload jsonb NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_until timestamp with time zone,
    last_status integer,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT webhook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'dead'::text])))
);

ALTER TABLE ONLY public.webhook_deliveries FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_endpoints; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_endpoints (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    old_secret text,
    old_secret_until timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    disabled_reason text,
    failing_since timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_endpoints_url_check CHECK (((url ~ '^https?://'::text) AND (length(url) <= 2000)))
);

ALTER TABLE ONLY public.webhook_endpoints FORCE ROW LEVEL SECURITY;

--
-- Name: widget_sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.widget_sessions (
    id uuid DEFAULT public.uuid_v7() NOT NULL,
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    visitor_id uuid DEFAULT public.uuid_v7() NOT NULL,
    token_hash bytea NOT NULL,
    origin text,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    identity_hash bytea,
    is_proven boolean DEFAULT false NOT NULL,
    CONSTRAINT widget_sessions_check CHECK (((identity_hash IS NOT NULL) OR (NOT is_proven))),
    CONSTRAINT widget_sessions_identity_hash_check CHECK ((length(identity_hash) = 32)),
    CONSTRAINT widget_sessions_token_hash_check CHECK ((length(token_hash) = 32))
);

ALTER TABLE ONLY public.widget_sessions FORCE ROW LEVEL SECURITY;

--
-- Name: api_keys api_keys_key_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: audit_logs audit_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: canned_replies canned_replies_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.canned_replies
    ADD CONSTRAINT canned_replies_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: canned_replies canned_replies_tenant_id_shortcut_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.canned_replies
    ADD CONSTRAINT canned_replies_tenant_id_shortcut_key UNIQUE (tenant_id, shortcut);

--
-- Name: channel_secrets channel_secrets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_secrets
    ADD CONSTRAINT channel_secrets_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: channel_secrets channel_secrets_purpose_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.channel_secrets
    ADD CONSTRAINT channel_secrets_purpose_check CHECK ((purpose = ANY (ARRAY['crisp_hook_key'::text, 'crisp_token'::text, 'tidio_flow_token'::text, 'tidio_flow_secret'::text, 'tidio_webhook_secret'::text, 'tidio_client'::text, 'widget_identity_secret'::text]))) NOT VALID;

--
-- Name: channel_secrets channel_secrets_secret_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_secrets
    ADD CONSTRAINT channel_secrets_secret_hash_key UNIQUE (secret_hash);

--
-- Name: chunk_vectors chunk_vectors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chunk_vectors
    ADD CONSTRAINT chunk_vectors_pkey PRIMARY KEY (tenant_id, model, text_hash);

--
-- Name: contacts contacts_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.contacts
    ADD CONSTRAINT contacts_check CHECK ((num_nonnulls(email, phone, external_id) > 0)) NOT VALID;

--
-- Name: contacts contacts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: conversation_notes conversation_notes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_notes
    ADD CONSTRAINT conversation_notes_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: conversation_reads conversation_reads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_pkey PRIMARY KEY (tenant_id, user_id, conversation_id);

--
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: conversations conversations_tenant_id_session_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_session_id_key UNIQUE (tenant_id, session_id);

--
-- Name: deliveries deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: deliveries deliveries_tenant_id_channel_fingerprint_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_channel_fingerprint_key UNIQUE (tenant_id, channel, fingerprint);

--
-- Name: deliveries deliveries_tenant_id_conversation_id_place_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_conversation_id_place_key UNIQUE (tenant_id, conversation_id, place);

--
-- Name: document_chunks document_chunks_chunk_no_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_chunk_no_key UNIQUE (chunk_no);

--
-- Name: document_chunks document_chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: document_chunks document_chunks_tenant_id_document_id_ordinal_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_tenant_id_document_id_ordinal_key UNIQUE (tenant_id, document_id, ordinal);

--
-- Name: documents documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: documents documents_tenant_id_knowledge_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_tenant_id_knowledge_id_key UNIQUE (tenant_id, knowledge_id);

--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, key);

--
-- Name: inbox_events inbox_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: inbox_events inbox_events_tenant_id_channel_event_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_tenant_id_channel_event_key_key UNIQUE (tenant_id, channel, event_key);

--
-- Name: invitations invitations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: invitations invitations_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_token_hash_key UNIQUE (token_hash);

--
-- Name: knowledge_bases knowledge_bases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: knowledge_drafts knowledge_drafts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_drafts
    ADD CONSTRAINT knowledge_drafts_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: knowledge_drafts knowledge_drafts_tenant_id_knowledge_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_drafts
    ADD CONSTRAINT knowledge_drafts_tenant_id_knowledge_id_key UNIQUE (tenant_id, knowledge_id);

--
-- Name: knowledge_sources knowledge_sources_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_sources
    ADD CONSTRAINT knowledge_sources_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: knowledge_statistics knowledge_statistics_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_statistics
    ADD CONSTRAINT knowledge_statistics_pkey PRIMARY KEY (tenant_id);

--
-- Name: knowledge_versions knowledge_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_versions
    ADD CONSTRAINT knowledge_versions_pkey PRIMARY KEY (tenant_id, knowledge_id, version);

--
-- Name: leads leads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: leads leads_tenant_id_contact_id_intent_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_contact_id_intent_key UNIQUE (tenant_id, contact_id, intent);

--
-- Name: members members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_pkey PRIMARY KEY (tenant_id, user_id);

--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: messages messages_status_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.messages
    ADD CONSTRAINT messages_status_check CHECK ((status = ANY (ARRAY['complete'::text, 'partial'::text, 'withdrawn'::text]))) NOT VALID;

--
-- Name: messages messages_tenant_id_conversation_id_seq_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_tenant_id_conversation_id_seq_key UNIQUE (tenant_id, conversation_id, seq);

--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);

--
-- Name: own_roles own_roles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.own_roles
    ADD CONSTRAINT own_roles_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: own_roles own_roles_tenant_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.own_roles
    ADD CONSTRAINT own_roles_tenant_id_name_key UNIQUE (tenant_id, name);

--
-- Name: passkeys passkeys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

--
-- Name: password_resets password_resets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_pkey PRIMARY KEY (tenant_id, user_id);

--
-- Name: password_resets password_resets_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_token_hash_key UNIQUE (token_hash);

--
-- Name: postings postings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT postings_pkey PRIMARY KEY (tenant_id, term_no, chunk_no) INCLUDE (frequency, token_count);

--
-- Name: source_choices source_choices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_choices
    ADD CONSTRAINT source_choices_pkey PRIMARY KEY (tenant_id, source_id, address, part);

--
-- Name: source_documents source_documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_documents
    ADD CONSTRAINT source_documents_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: source_documents source_documents_tenant_id_source_id_address_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_documents
    ADD CONSTRAINT source_documents_tenant_id_source_id_address_key UNIQUE (tenant_id, source_id, address);

--
-- Name: tenant_configurations tenant_configurations_config_type_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.tenant_configurations
    ADD CONSTRAINT tenant_configurations_config_type_check CHECK ((config_type = ANY (ARRAY['widget'::text, 'ai'::text, 'leads'::text, 'handoff'::text, 'hours'::text, 'crisp'::text, 'tidio'::text, 'privacy'::text, 'budget'::text, 'identity'::text]))) NOT VALID;

--
-- Name: tenant_configurations tenant_configurations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenant_configurations
    ADD CONSTRAINT tenant_configurations_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: tenant_configurations tenant_configurations_tenant_id_config_type_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenant_configurations
    ADD CONSTRAINT tenant_configurations_tenant_id_config_type_key UNIQUE (tenant_id, config_type);

--
-- Name: tenants tenants_crisp_website_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_crisp_website_id_key UNIQUE (crisp_website_id);

--
-- Name: tenants tenants_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_email_key UNIQUE (email);

--
-- Name: tenants tenants_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

--
-- Name: tenants tenants_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_slug_key UNIQUE (slug);

--
-- Name: tenants tenants_tidio_website_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_tidio_website_id_key UNIQUE (tidio_website_id);

--
-- Name: tenants tenants_widget_website_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_widget_website_id_key UNIQUE (widget_website_id);

--
-- Name: terms terms_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (tenant_id, lexeme);

--
-- Name: unwanted_files unwanted_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unwanted_files
    ADD CONSTRAINT unwanted_files_pkey PRIMARY KEY (tenant_id, file_id);

--
-- Name: usage_logs usage_logs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_logs
    ADD CONSTRAINT usage_logs_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: used_challenges used_challenges_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.used_challenges
    ADD CONSTRAINT used_challenges_pkey PRIMARY KEY (tenant_id, challenge_hash);

--
-- Name: user_sessions user_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: user_sessions user_sessions_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_token_hash_key UNIQUE (token_hash);

--
-- Name: users users_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

--
-- Name: visitor_files visitor_files_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visitor_files
    ADD CONSTRAINT visitor_files_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: visitor_files visitor_files_tenant_id_message_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visitor_files
    ADD CONSTRAINT visitor_files_tenant_id_message_id_key UNIQUE (tenant_id, message_id);

--
-- Name: webhook_deliveries webhook_deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: webhook_endpoints webhook_endpoints_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: widget_sessions widget_sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.widget_sessions
    ADD CONSTRAINT widget_sessions_pkey PRIMARY KEY (tenant_id, id);

--
-- Name: widget_sessions widget_sessions_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.widget_sessions
    ADD CONSTRAINT widget_sessions_token_hash_key UNIQUE (token_hash);

--
-- Name: channel_secrets_purpose; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX channel_secrets_purpose ON public.channel_secrets USING btree (tenant_id, purpose);

--
-- Name: contacts_email; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX contacts_email ON public.contacts USING btree (tenant_id, lower(email)) WHERE (NOT is_verified);

--
-- Name: contacts_external_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX contacts_external_id ON public.contacts USING btree (tenant_id, external_id);

--
-- Name: contacts_phone; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX contacts_phone ON public.contacts USING btree (tenant_id, phone) WHERE (NOT is_verified);

--
-- Name: conversation_notes_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversation_notes_conversation ON public.conversation_notes USING btree (tenant_id, conversation_id);

--
-- Name: conversation_reads_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversation_reads_conversation ON public.conversation_reads USING btree (tenant_id, conversation_id);

--
-- Name: conversations_contact; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_contact ON public.conversations USING btree (tenant_id, contact_id) WHERE (contact_id IS NOT NULL);

--
-- Name: conversations_recent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_recent ON public.conversations USING btree (tenant_id, created_at DESC, id DESC);

--
-- Name: deliveries_dead; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_dead ON public.deliveries USING btree (tenant_id, created_at) WHERE (status = 'dead'::text);

--
-- Name: deliveries_external_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_external_id ON public.deliveries USING btree (tenant_id, external_id) WHERE (external_id IS NOT NULL);

--
-- Name: deliveries_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX deliveries_pending ON public.deliveries USING btree (tenant_id, conversation_id, place) WHERE (status = 'pending'::text);

--
-- Name: document_chunks_text_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX document_chunks_text_hash ON public.document_chunks USING btree (tenant_id, text_hash);

--
-- Name: idempotency_keys_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (tenant_id, created_at);

--
-- Name: inbox_events_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_events_conversation ON public.inbox_events USING btree (tenant_id, conversation_id) WHERE (status = 'pending'::text);

--
-- Name: inbox_events_dead; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_events_dead ON public.inbox_events USING btree (tenant_id, received_at) WHERE (status = 'dead'::text);

--
-- Name: inbox_events_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX inbox_events_pending ON public.inbox_events USING btree (received_at) INCLUDE (tenant_id, conversation_id) WHERE (status = 'pending'::text);

--
-- Name: knowledge_bases_source; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX knowledge_bases_source ON public.knowledge_bases USING btree (tenant_id, source_document_id, source_part) WHERE (source_document_id IS NOT NULL);

--
-- Name: knowledge_sources_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX knowledge_sources_due ON public.knowledge_sources USING btree (refresh_at) WHERE (refresh_at IS NOT NULL);

--
-- Name: leads_recent; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX leads_recent ON public.leads USING btree (tenant_id, created_at DESC, id DESC);

--
-- Name: leads_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX leads_status ON public.leads USING btree (tenant_id, status);

--
-- Name: members_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX members_by_user ON public.members USING btree (user_id);

--
-- Name: messages_external_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX messages_external_id ON public.messages USING btree (tenant_id, conversation_id, external_id);

--
-- Name: passkeys_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX passkeys_by_user ON public.passkeys USING btree (user_id);

--
-- Name: source_documents_unread; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX source_documents_unread ON public.source_documents USING btree (tenant_id, source_id, seen_in_run, read_in_run);

--
-- Name: user_sessions_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX user_sessions_by_user ON public.user_sessions USING btree (tenant_id, user_id);

--
-- Name: visitor_files_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX visitor_files_conversation ON public.visitor_files USING btree (tenant_id, conversation_id);

--
-- Name: webhook_deliveries_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (due_at) WHERE (status = 'pending'::text);

--
-- Name: webhook_deliveries_endpoint; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_deliveries_endpoint ON public.webhook_deliveries USING btree (tenant_id, endpoint_id, id DESC);

--
-- Name: widget_sessions_conversation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX widget_sessions_conversation ON public.widget_sessions USING btree (tenant_id, conversation_id);

--
-- Name: knowledge_bases count_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER count_version BEFORE UPDATE ON public.knowledge_bases FOR EACH ROW WHEN (((((old.content IS DISTINCT FROM new.content) OR (old.title IS DISTINCT FROM new.title)) OR (old.format IS DISTINCT FROM new.format)) OR (old.url IS DISTINCT FROM new.url))) EXECUTE FUNCTION public.count_knowledge_version();

--
-- Name: tenants drop_postings; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER drop_postings BEFORE DELETE ON public.tenants FOR EACH ROW EXECUTE FUNCTION public.drop_postings_of_tenant();

--
-- Name: document_chunks index_added; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER index_added AFTER INSERT ON public.document_chunks REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.index_added_chunks();

--
-- Name: document_chunks index_removed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER index_removed AFTER DELETE ON public.document_chunks REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.index_removed_chunks();

--
-- Name: knowledge_bases keep_first_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_first_version AFTER INSERT ON public.knowledge_bases FOR EACH ROW EXECUTE FUNCTION public.keep_knowledge_version();

--
-- Name: knowledge_bases keep_next_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_next_version AFTER UPDATE ON public.knowledge_bases FOR EACH ROW WHEN ((old.version IS DISTINCT FROM new.version)) EXECUTE FUNCTION public.keep_knowledge_version();

--
-- Name: conversations note_first_page; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER note_first_page BEFORE INSERT ON public.conversations FOR EACH ROW WHEN ((new.page_url IS NOT NULL)) EXECUTE FUNCTION public.note_page();

--
-- Name: conversations note_page; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER note_page BEFORE UPDATE OF page_url ON public.conversations FOR EACH ROW WHEN (((new.page_url IS NOT NULL) AND (new.page_url IS DISTINCT FROM old.page_url))) EXECUTE FUNCTION public.note_page();

--
-- Name: visitor_files note_unwanted_file; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER note_unwanted_file AFTER DELETE ON public.visitor_files FOR EACH ROW EXECUTE FUNCTION public.note_unwanted_file();

--
-- Name: canned_replies touch_canned_replies; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_canned_replies BEFORE UPDATE ON public.canned_replies FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: contacts touch_contacts; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_contacts BEFORE UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: conversations touch_conversations; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_conversations BEFORE UPDATE ON public.conversations FOR EACH ROW WHEN (((new.page_url IS NULL) OR (NOT (new.page_url IS DISTINCT FROM old.page_url)) OR (new.last_seq <> old.last_seq))) EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: knowledge_bases touch_knowledge_bases; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_knowledge_bases BEFORE UPDATE ON public.knowledge_bases FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: knowledge_drafts touch_knowledge_drafts; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_knowledge_drafts BEFORE UPDATE ON public.knowledge_drafts FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: knowledge_sources touch_knowledge_sources; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_knowledge_sources BEFORE UPDATE ON public.knowledge_sources FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: leads touch_leads; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_leads BEFORE UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: members touch_members; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_members BEFORE UPDATE ON public.members FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: own_roles touch_own_roles; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_own_roles BEFORE UPDATE ON public.own_roles FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: tenant_configurations touch_tenant_configurations; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_tenant_configurations BEFORE UPDATE ON public.tenant_configurations FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: tenants touch_tenants; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_tenants BEFORE UPDATE ON public.tenants FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: users touch_users; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_users BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: webhook_endpoints touch_webhook_endpoints; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER touch_webhook_endpoints BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

--
-- Name: api_keys api_keys_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: audit_logs audit_logs_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: canned_replies canned_replies_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.canned_replies
    ADD CONSTRAINT canned_replies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: channel_secrets channel_secrets_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.channel_secrets
    ADD CONSTRAINT channel_secrets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: chunk_vectors chunk_vectors_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.chunk_vectors
    ADD CONSTRAINT chunk_vectors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: contacts contacts_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: conversation_notes conversation_notes_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_notes
    ADD CONSTRAINT conversation_notes_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: conversation_notes conversation_notes_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_notes
    ADD CONSTRAINT conversation_notes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: conversation_reads conversation_reads_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: conversation_reads conversation_reads_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: conversation_reads conversation_reads_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.members(tenant_id, user_id) ON DELETE CASCADE;

--
-- Name: conversations conversations_tenant_id_assigned_to_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_assigned_to_fkey FOREIGN KEY (tenant_id, assigned_to) REFERENCES public.members(tenant_id, user_id) ON DELETE SET NULL (assigned_to);

--
-- Name: conversations conversations_tenant_id_contact_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_contact_id_fkey FOREIGN KEY (tenant_id, contact_id) REFERENCES public.contacts(tenant_id, id) ON DELETE SET NULL (contact_id);

--
-- Name: conversations conversations_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: deliveries deliveries_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: deliveries deliveries_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: deliveries deliveries_tenant_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES public.messages(tenant_id, id) ON DELETE SET NULL (message_id);

--
-- Name: document_chunks document_chunks_tenant_id_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_tenant_id_document_id_fkey FOREIGN KEY (tenant_id, document_id) REFERENCES public.documents(tenant_id, id) ON DELETE CASCADE;

--
-- Name: document_chunks document_chunks_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_chunks
    ADD CONSTRAINT document_chunks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: documents documents_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: documents documents_tenant_id_knowledge_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.documents
    ADD CONSTRAINT documents_tenant_id_knowledge_id_fkey FOREIGN KEY (tenant_id, knowledge_id) REFERENCES public.knowledge_bases(tenant_id, id) ON DELETE CASCADE;

--
-- Name: idempotency_keys idempotency_keys_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: inbox_events inbox_events_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: inbox_events inbox_events_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: inbox_events inbox_events_tenant_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbox_events
    ADD CONSTRAINT inbox_events_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES public.messages(tenant_id, id) ON DELETE CASCADE;

--
-- Name: invitations invitations_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_bases knowledge_bases_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_bases knowledge_bases_tenant_id_source_document_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_bases
    ADD CONSTRAINT knowledge_bases_tenant_id_source_document_id_fkey FOREIGN KEY (tenant_id, source_document_id) REFERENCES public.source_documents(tenant_id, id) ON DELETE CASCADE;

--
-- Name: knowledge_drafts knowledge_drafts_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_drafts
    ADD CONSTRAINT knowledge_drafts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_drafts knowledge_drafts_tenant_id_knowledge_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_drafts
    ADD CONSTRAINT knowledge_drafts_tenant_id_knowledge_id_fkey FOREIGN KEY (tenant_id, knowledge_id) REFERENCES public.knowledge_bases(tenant_id, id) ON DELETE CASCADE;

--
-- Name: knowledge_sources knowledge_sources_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_sources
    ADD CONSTRAINT knowledge_sources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_statistics knowledge_statistics_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_statistics
    ADD CONSTRAINT knowledge_statistics_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_versions knowledge_versions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_versions
    ADD CONSTRAINT knowledge_versions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: knowledge_versions knowledge_versions_tenant_id_knowledge_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.knowledge_versions
    ADD CONSTRAINT knowledge_versions_tenant_id_knowledge_id_fkey FOREIGN KEY (tenant_id, knowledge_id) REFERENCES public.knowledge_bases(tenant_id, id) ON DELETE CASCADE;

--
-- Name: leads leads_tenant_id_assigned_to_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_assigned_to_fkey FOREIGN KEY (tenant_id, assigned_to) REFERENCES public.members(tenant_id, user_id) ON DELETE SET NULL (assigned_to);

--
-- Name: leads leads_tenant_id_contact_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_contact_id_fkey FOREIGN KEY (tenant_id, contact_id) REFERENCES public.contacts(tenant_id, id) ON DELETE CASCADE;

--
-- Name: leads leads_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE SET NULL (conversation_id);

--
-- Name: leads leads_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: leads leads_tenant_id_source_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_tenant_id_source_message_id_fkey FOREIGN KEY (tenant_id, source_message_id) REFERENCES public.messages(tenant_id, id) ON DELETE SET NULL (source_message_id);

--
-- Name: members members_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: members members_tenant_id_own_role_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_tenant_id_own_role_id_fkey FOREIGN KEY (tenant_id, own_role_id) REFERENCES public.own_roles(tenant_id, id) ON DELETE RESTRICT;

--
-- Name: members members_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.members
    ADD CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

--
-- Name: messages messages_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: messages messages_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: own_roles own_roles_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.own_roles
    ADD CONSTRAINT own_roles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: passkeys passkeys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

--
-- Name: password_resets password_resets_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: password_resets password_resets_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.members(tenant_id, user_id) ON DELETE CASCADE;

--
-- Name: source_choices source_choices_tenant_id_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_choices
    ADD CONSTRAINT source_choices_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES public.knowledge_sources(tenant_id, id) ON DELETE CASCADE;

--
-- Name: source_documents source_documents_tenant_id_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_documents
    ADD CONSTRAINT source_documents_tenant_id_source_id_fkey FOREIGN KEY (tenant_id, source_id) REFERENCES public.knowledge_sources(tenant_id, id) ON DELETE CASCADE;

--
-- Name: tenant_configurations tenant_configurations_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tenant_configurations
    ADD CONSTRAINT tenant_configurations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: terms terms_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.terms
    ADD CONSTRAINT terms_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: unwanted_files unwanted_files_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unwanted_files
    ADD CONSTRAINT unwanted_files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: usage_logs usage_logs_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_logs
    ADD CONSTRAINT usage_logs_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE SET NULL (conversation_id);

--
-- Name: usage_logs usage_logs_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_logs
    ADD CONSTRAINT usage_logs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: used_challenges used_challenges_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.used_challenges
    ADD CONSTRAINT used_challenges_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: user_sessions user_sessions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: user_sessions user_sessions_tenant_id_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT user_sessions_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.members(tenant_id, user_id) ON DELETE CASCADE;

--
-- Name: visitor_files visitor_files_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visitor_files
    ADD CONSTRAINT visitor_files_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: visitor_files visitor_files_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visitor_files
    ADD CONSTRAINT visitor_files_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: visitor_files visitor_files_tenant_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.visitor_files
    ADD CONSTRAINT visitor_files_tenant_id_message_id_fkey FOREIGN KEY (tenant_id, message_id) REFERENCES public.messages(tenant_id, id) ON DELETE CASCADE;

--
-- Name: webhook_deliveries webhook_deliveries_tenant_id_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.webhook_endpoints(tenant_id, id) ON DELETE CASCADE;

--
-- Name: webhook_deliveries webhook_deliveries_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: webhook_endpoints webhook_endpoints_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: widget_sessions widget_sessions_tenant_id_conversation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.widget_sessions
    ADD CONSTRAINT widget_sessions_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id) ON DELETE CASCADE;

--
-- Name: widget_sessions widget_sessions_tenant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.widget_sessions
    ADD CONSTRAINT widget_sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE;

--
-- Name: api_keys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: audit_logs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;

--
-- Name: canned_replies; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.canned_replies ENABLE ROW LEVEL SECURITY;

--
-- Name: channel_secrets; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.channel_secrets ENABLE ROW LEVEL SECURITY;

--
-- Name: chunk_vectors; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.chunk_vectors ENABLE ROW LEVEL SECURITY;

--
-- Name: contacts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;

--
-- Name: conversation_notes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.conversation_notes ENABLE ROW LEVEL SECURITY;

--
-- Name: conversation_reads; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.conversation_reads ENABLE ROW LEVEL SECURITY;

--
-- Name: conversations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

--
-- Name: deliveries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.api_keys FOR SELECT TO directory_role USING (true);

--
-- Name: channel_secrets directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.channel_secrets FOR SELECT TO directory_role USING (true);

--
-- Name: conversations directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.conversations FOR SELECT TO directory_role USING (true);

--
-- Name: deliveries directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.deliveries FOR SELECT TO directory_role USING (true);

--
-- Name: inbox_events directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.inbox_events FOR SELECT TO directory_role USING (true);

--
-- Name: invitations directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.invitations FOR SELECT TO directory_role USING (true);

--
-- Name: knowledge_sources directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.knowledge_sources FOR SELECT TO directory_role USING (true);

--
-- Name: knowledge_statistics directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.knowledge_statistics FOR SELECT TO directory_role USING (true);

--
-- Name: members directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.members FOR SELECT TO directory_role USING (true);

--
-- Name: own_roles directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.own_roles FOR SELECT TO directory_role USING (true);

--
-- Name: passkeys directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.passkeys FOR SELECT TO directory_role USING (true);

--
-- Name: password_resets directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.password_resets FOR SELECT TO directory_role USING (true);

--
-- Name: tenants directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.tenants FOR SELECT TO directory_role USING (true);

--
-- Name: user_sessions directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.user_sessions FOR SELECT TO directory_role USING (true);

--
-- Name: users directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.users FOR SELECT TO directory_role USING (true);

--
-- Name: webhook_deliveries directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.webhook_deliveries FOR SELECT TO directory_role USING (true);

--
-- Name: widget_sessions directory_lookup; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY directory_lookup ON public.widget_sessions FOR SELECT TO directory_role USING (true);

--
-- Name: document_chunks; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.document_chunks ENABLE ROW LEVEL SECURITY;

--
-- Name: documents; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;

--
-- Name: idempotency_keys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: inbox_events; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.inbox_events ENABLE ROW LEVEL SECURITY;

--
-- Name: invitations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

--
-- Name: knowledge_bases; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.knowledge_bases ENABLE ROW LEVEL SECURITY;

--
-- Name: knowledge_drafts; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.knowledge_drafts ENABLE ROW LEVEL SECURITY;

--
-- Name: knowledge_sources; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.knowledge_sources ENABLE ROW LEVEL SECURITY;

--
-- Name: knowledge_statistics; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.knowledge_statistics ENABLE ROW LEVEL SECURITY;

--
-- Name: knowledge_versions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.knowledge_versions ENABLE ROW LEVEL SECURITY;

--
-- Name: leads; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

--
-- Name: members; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

--
-- Name: messages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

--
-- Name: own_roles; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.own_roles ENABLE ROW LEVEL SECURITY;

--
-- Name: passkeys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.passkeys ENABLE ROW LEVEL SECURITY;

--
-- Name: password_resets; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.password_resets ENABLE ROW LEVEL SECURITY;

--
-- Name: postings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.postings ENABLE ROW LEVEL SECURITY;

--
-- Name: source_choices; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.source_choices ENABLE ROW LEVEL SECURITY;

--
-- Name: source_documents; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.source_documents ENABLE ROW LEVEL SECURITY;

--
-- Name: tenant_configurations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.tenant_configurations ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.api_keys USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: audit_logs tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.audit_logs USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: canned_replies tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.canned_replies USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: channel_secrets tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.channel_secrets USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: chunk_vectors tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.chunk_vectors USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: contacts tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.contacts USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: conversation_notes tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.conversation_notes USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: conversation_reads tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.conversation_reads USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: conversations tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.conversations USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: deliveries tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.deliveries USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: document_chunks tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.document_chunks USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: documents tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.documents USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: idempotency_keys tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.idempotency_keys USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: inbox_events tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.inbox_events USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: invitations tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.invitations USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: knowledge_bases tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.knowledge_bases USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: knowledge_drafts tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.knowledge_drafts USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: knowledge_sources tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.knowledge_sources USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: knowledge_statistics tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.knowledge_statistics USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: knowledge_versions tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.knowledge_versions USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: leads tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.leads USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: members tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.members USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: messages tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.messages USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: own_roles tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.own_roles USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: passkeys tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.passkeys USING ((EXISTS ( SELECT
   FROM public.members m
  WHERE ((m.user_id = passkeys.user_id) AND (m.tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)))))) WITH CHECK ((EXISTS ( SELECT
   FROM public.members m
  WHERE ((m.user_id = passkeys.user_id) AND (m.tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))))));

--
-- Name: password_resets tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.password_resets USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: postings tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.postings USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: source_choices tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.source_choices USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: source_documents tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.source_documents USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: tenant_configurations tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.tenant_configurations USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: tenants tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.tenants USING ((id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: terms tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.terms USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: unwanted_files tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.unwanted_files USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: usage_logs tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.usage_logs USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: used_challenges tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.used_challenges USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: user_sessions tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.user_sessions USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: users tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.users USING ((EXISTS ( SELECT
   FROM public.members m
  WHERE ((m.user_id = users.id) AND (m.tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)))))) WITH CHECK ((EXISTS ( SELECT
   FROM public.members m
  WHERE ((m.user_id = users.id) AND (m.tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))))));

--
-- Name: visitor_files tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.visitor_files USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: webhook_deliveries tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.webhook_deliveries USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: webhook_endpoints tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.webhook_endpoints USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: widget_sessions tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.widget_sessions USING ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id))) WITH CHECK ((tenant_id = ( SELECT public.current_tenant_id() AS current_tenant_id)));

--
-- Name: tenants; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

--
-- Name: terms; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.terms ENABLE ROW LEVEL SECURITY;

--
-- Name: unwanted_files; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.unwanted_files ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_logs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.usage_logs ENABLE ROW LEVEL SECURITY;

--
-- Name: used_challenges; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.used_challenges ENABLE ROW LEVEL SECURITY;

--
-- Name: user_sessions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.user_sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: users; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

--
-- Name: visitor_files; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.visitor_files ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_deliveries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_endpoints; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_endpoints ENABLE ROW LEVEL SECURITY;

--
-- Name: widget_sessions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.widget_sessions ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA public TO application_role;
GRANT USAGE ON SCHEMA public TO directory_role;

--
-- Name: FUNCTION accept_channel_message(tenant uuid, session text, via text, origin text, sent_as text, kind text, said text, said_at timestamp with time zone, key text, page text, known jsonb, with_person text, late interval); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.accept_channel_message(tenant uuid, session text, via text, origin text, sent_as text, kind text, said text, said_at timestamp with time zone, key text, page text, known jsonb, with_person text, late interval) FROM PUBLIC;
GRANT ALL ON FUNCTION public.accept_channel_message(tenant uuid, session text, via text, origin text, sent_as text, kind text, said text, said_at timestamp with time zone, key text, page text, known jsonb, with_person text, late interval) TO application_role;

--
-- Name: FUNCTION backlog(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.backlog() FROM PUBLIC;
GRANT ALL ON FUNCTION public.backlog() TO application_role;
GRANT ALL ON FUNCTION public.backlog() TO postgres;

--
-- Name: FUNCTION find_api_key(hash bytea); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_api_key(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_api_key(hash bytea) TO application_role;

--
-- Name: FUNCTION find_channel_secret(wanted text, hash bytea); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_channel_secret(wanted text, hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_channel_secret(wanted text, hash bytea) TO application_role;
GRANT ALL ON FUNCTION public.find_channel_secret(wanted text, hash bytea) TO postgres;

--
-- Name: FUNCTION find_due_sources(most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_due_sources(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_due_sources(most integer) TO application_role;
GRANT ALL ON FUNCTION public.find_due_sources(most integer) TO postgres;

--
-- Name: FUNCTION find_due_webhooks(most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_due_webhooks(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_due_webhooks(most integer) TO application_role;
GRANT ALL ON FUNCTION public.find_due_webhooks(most integer) TO postgres;

--
-- Name: FUNCTION find_invitation(hash bytea); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_invitation(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_invitation(hash bytea) TO application_role;

--
-- Name: FUNCTION find_memberships(wanted uuid); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_memberships(wanted uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_memberships(wanted uuid) TO application_role;

--
-- Name: FUNCTION find_passkey(wanted text); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_passkey(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_passkey(wanted text) TO application_role;

--
-- Name: FUNCTION find_password_reset(hash bytea); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_password_reset(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_password_reset(hash bytea) TO application_role;
GRANT ALL ON FUNCTION public.find_password_reset(hash bytea) TO postgres;

--
-- Name: FUNCTION find_second_factor(wanted uuid); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_second_factor(wanted uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_second_factor(wanted uuid) TO application_role;

--
-- Name: FUNCTION find_sign_in(wanted text); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_sign_in(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_sign_in(wanted text) TO application_role;

--
-- Name: FUNCTION find_tenant_by_website(website_channel text, website_id text); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_tenant_by_website(website_channel text, website_id text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_tenant_by_website(website_channel text, website_id text) TO application_role;

--
-- Name: FUNCTION find_tenants_to_embed(wanted_model text, most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_tenants_to_embed(wanted_model text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_tenants_to_embed(wanted_model text, most integer) TO application_role;
GRANT ALL ON FUNCTION public.find_tenants_to_embed(wanted_model text, most integer) TO postgres;

--
-- Name: FUNCTION find_tenants_to_tidy(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_tenants_to_tidy() FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_tenants_to_tidy() TO application_role;
GRANT ALL ON FUNCTION public.find_tenants_to_tidy() TO postgres;

--
-- Name: FUNCTION find_user_session(hash bytea, idle interval); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_user_session(hash bytea, idle interval) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_user_session(hash bytea, idle interval) TO application_role;
GRANT ALL ON FUNCTION public.find_user_session(hash bytea, idle interval) TO postgres;

--
-- Name: FUNCTION find_waiting_conversations(waited interval, most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_waiting_conversations(waited interval, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_waiting_conversations(waited interval, most integer) TO application_role;

--
-- Name: FUNCTION find_waiting_deliveries(most integer); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_waiting_deliveries(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_waiting_deliveries(most integer) TO application_role;
GRANT ALL ON FUNCTION public.find_waiting_deliveries(most integer) TO postgres;

--
-- Name: FUNCTION find_widget_session(hash bytea); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.find_widget_session(hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_widget_session(hash bytea) TO application_role;

--
-- Name: FUNCTION inbox_backlog(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.inbox_backlog() FROM PUBLIC;
GRANT ALL ON FUNCTION public.inbox_backlog() TO application_role;

--
-- Name: FUNCTION list_tenants(); Type: ACL; Schema: public; Owner: -
--

REVOKE ALL ON FUNCTION public.list_tenants() FROM PUBLIC;

--
-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO application_role;

--
-- Name: COLUMN api_keys.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.key_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(key_hash) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.scopes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(scopes) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.rate_limit; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(rate_limit) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.expires_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(expires_at) ON TABLE public.api_keys TO directory_role;

--
-- Name: COLUMN api_keys.is_active; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(is_active) ON TABLE public.api_keys TO directory_role;

--
-- Name: TABLE audit_logs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.audit_logs TO application_role;

--
-- Name: TABLE canned_replies; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.canned_replies TO application_role;

--
-- Name: TABLE channel_secrets; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.channel_secrets TO application_role;

--
-- Name: COLUMN channel_secrets.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.channel_secrets TO directory_role;

--
-- Name: COLUMN channel_secrets.purpose; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(purpose) ON TABLE public.channel_secrets TO directory_role;

--
-- Name: COLUMN channel_secrets.secret_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(secret_hash) ON TABLE public.channel_secrets TO directory_role;

--
-- Name: TABLE chunk_vectors; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chunk_vectors TO application_role;

--
-- Name: TABLE contacts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contacts TO application_role;

--
-- Name: TABLE conversation_notes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_notes TO application_role;

--
-- Name: TABLE conversation_reads; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_reads TO application_role;

--
-- Name: TABLE conversations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO application_role;

--
-- Name: COLUMN conversations.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.conversations TO directory_role;

--
-- Name: COLUMN conversations.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.conversations TO directory_role;

--
-- Name: COLUMN conversations.status; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(status) ON TABLE public.conversations TO directory_role;

--
-- Name: COLUMN conversations.turn_lease_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(turn_lease_until) ON TABLE public.conversations TO directory_role;

--
-- Name: COLUMN conversations.held_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(held_until) ON TABLE public.conversations TO directory_role;

--
-- Name: TABLE deliveries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deliveries TO application_role;

--
-- Name: COLUMN deliveries.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.conversation_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(conversation_id) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.place; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(place) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.status; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(status) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.next_attempt_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(next_attempt_at) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.lease_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(lease_until) ON TABLE public.deliveries TO directory_role;

--
-- Name: COLUMN deliveries.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.deliveries TO directory_role;

--
-- Name: TABLE document_chunks; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_chunks TO application_role;

--
-- Name: TABLE documents; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.documents TO application_role;

--
-- Name: TABLE idempotency_keys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO application_role;

--
-- Name: TABLE inbox_events; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox_events TO application_role;

--
-- Name: COLUMN inbox_events.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.inbox_events TO directory_role;

--
-- Name: COLUMN inbox_events.conversation_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(conversation_id) ON TABLE public.inbox_events TO directory_role;

--
-- Name: COLUMN inbox_events.status; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(status) ON TABLE public.inbox_events TO directory_role;

--
-- Name: COLUMN inbox_events.received_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(received_at) ON TABLE public.inbox_events TO directory_role;

--
-- Name: TABLE invitations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO application_role;

--
-- Name: COLUMN invitations.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.invitations TO directory_role;

--
-- Name: COLUMN invitations.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.invitations TO directory_role;

--
-- Name: COLUMN invitations.email; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(email) ON TABLE public.invitations TO directory_role;

--
-- Name: COLUMN invitations.role; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(role) ON TABLE public.invitations TO directory_role;

--
-- Name: COLUMN invitations.token_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(token_hash) ON TABLE public.invitations TO directory_role;

--
-- Name: COLUMN invitations.expires_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(expires_at) ON TABLE public.invitations TO directory_role;

--
-- Name: TABLE knowledge_bases; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_bases TO application_role;

--
-- Name: TABLE knowledge_drafts; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_drafts TO application_role;

--
-- Name: TABLE knowledge_sources; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_sources TO application_role;

--
-- Name: COLUMN knowledge_sources.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.knowledge_sources TO directory_role;

--
-- Name: COLUMN knowledge_sources.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.knowledge_sources TO directory_role;

--
-- Name: COLUMN knowledge_sources.refresh_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(refresh_at) ON TABLE public.knowledge_sources TO directory_role;

--
-- Name: COLUMN knowledge_sources.lease_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(lease_until) ON TABLE public.knowledge_sources TO directory_role;

--
-- Name: TABLE knowledge_statistics; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_statistics TO application_role;

--
-- Name: COLUMN knowledge_statistics.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.knowledge_statistics TO directory_role;

--
-- Name: COLUMN knowledge_statistics.version; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(version) ON TABLE public.knowledge_statistics TO directory_role;

--
-- Name: COLUMN knowledge_statistics.embedding_model; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(embedding_model) ON TABLE public.knowledge_statistics TO directory_role;

--
-- Name: COLUMN knowledge_statistics.embedded_version; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(embedded_version) ON TABLE public.knowledge_statistics TO directory_role;

--
-- Name: COLUMN knowledge_statistics.embed_after; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(embed_after) ON TABLE public.knowledge_statistics TO directory_role;

--
-- Name: TABLE knowledge_versions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.knowledge_versions TO application_role;

--
-- Name: TABLE leads; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO application_role;

--
-- Name: TABLE members; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.members TO application_role;

--
-- Name: COLUMN members.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.members TO directory_role;

--
-- Name: COLUMN members.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.members TO directory_role;

--
-- Name: COLUMN members.role; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(role) ON TABLE public.members TO directory_role;

--
-- Name: COLUMN members.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.members TO directory_role;

--
-- Name: COLUMN members.own_role_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(own_role_id) ON TABLE public.members TO directory_role;

--
-- Name: COLUMN members.ends_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(ends_at) ON TABLE public.members TO directory_role;

--
-- Name: TABLE messages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO application_role;

--
-- Name: TABLE own_roles; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.own_roles TO application_role;

--
-- Name: COLUMN own_roles.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.own_roles TO directory_role;

--
-- Name: COLUMN own_roles.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.own_roles TO directory_role;

--
-- Name: COLUMN own_roles.scopes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(scopes) ON TABLE public.own_roles TO directory_role;

--
-- Name: TABLE passkeys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE ON TABLE public.passkeys TO application_role;

--
-- Name: COLUMN passkeys.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.passkeys TO directory_role;

--
-- Name: COLUMN passkeys.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.passkeys TO directory_role;

--
-- Name: COLUMN passkeys.name; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(name) ON TABLE public.passkeys TO application_role;

--
-- Name: COLUMN passkeys.public_key; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(public_key) ON TABLE public.passkeys TO directory_role;

--
-- Name: COLUMN passkeys.counter; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(counter) ON TABLE public.passkeys TO application_role;
GRANT SELECT(counter) ON TABLE public.passkeys TO directory_role;

--
-- Name: COLUMN passkeys.last_used_at; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(last_used_at) ON TABLE public.passkeys TO application_role;

--
-- Name: TABLE password_resets; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.password_resets TO application_role;

--
-- Name: COLUMN password_resets.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.password_resets TO directory_role;

--
-- Name: COLUMN password_resets.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.password_resets TO directory_role;

--
-- Name: COLUMN password_resets.token_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(token_hash) ON TABLE public.password_resets TO directory_role;

--
-- Name: COLUMN password_resets.expires_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(expires_at) ON TABLE public.password_resets TO directory_role;

--
-- Name: TABLE postings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.postings TO application_role;

--
-- Name: TABLE source_choices; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source_choices TO application_role;

--
-- Name: TABLE source_documents; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source_documents TO application_role;

--
-- Name: TABLE tenant_configurations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_configurations TO application_role;

--
-- Name: TABLE tenants; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.tenants TO application_role;

--
-- Name: COLUMN tenants.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.slug; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(slug) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.name; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(name) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.subscription_status; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(subscription_status) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.widget_website_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(widget_website_id) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.crisp_website_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(crisp_website_id) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.tidio_website_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tidio_website_id) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.is_active; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(is_active) ON TABLE public.tenants TO directory_role;

--
-- Name: COLUMN tenants.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.tenants TO directory_role;

--
-- Name: TABLE terms; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.terms TO application_role;

--
-- Name: TABLE unwanted_files; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.unwanted_files TO application_role;

--
-- Name: TABLE usage_logs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_logs TO application_role;

--
-- Name: TABLE used_challenges; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.used_challenges TO application_role;

--
-- Name: TABLE user_sessions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_sessions TO application_role;

--
-- Name: COLUMN user_sessions.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN user_sessions.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN user_sessions.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN user_sessions.token_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(token_hash) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN user_sessions.last_seen_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(last_seen_at) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN user_sessions.expires_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(expires_at) ON TABLE public.user_sessions TO directory_role;

--
-- Name: COLUMN users.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id),INSERT(id) ON TABLE public.users TO application_role;
GRANT SELECT(id) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.email; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(email),INSERT(email) ON TABLE public.users TO application_role;
GRANT SELECT(email) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.name; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(name),INSERT(name),UPDATE(name) ON TABLE public.users TO application_role;
GRANT SELECT(name) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.password_hash; Type: ACL; Schema: public; Owner: -
--

GRANT INSERT(password_hash),UPDATE(password_hash) ON TABLE public.users TO application_role;
GRANT SELECT(password_hash) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.users TO application_role;

--
-- Name: COLUMN users.updated_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(updated_at) ON TABLE public.users TO application_role;

--
-- Name: COLUMN users.totp_secret; Type: ACL; Schema: public; Owner: -
--

GRANT UPDATE(totp_secret) ON TABLE public.users TO application_role;
GRANT SELECT(totp_secret) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.totp_confirmed_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(totp_confirmed_at),UPDATE(totp_confirmed_at) ON TABLE public.users TO application_role;
GRANT SELECT(totp_confirmed_at) ON TABLE public.users TO directory_role;

--
-- Name: COLUMN users.totp_last_step; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(totp_last_step),UPDATE(totp_last_step) ON TABLE public.users TO application_role;

--
-- Name: COLUMN users.recovery_hashes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(recovery_hashes),UPDATE(recovery_hashes) ON TABLE public.users TO application_role;

--
-- Name: TABLE visitor_files; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.visitor_files TO application_role;

--
-- Name: TABLE webhook_deliveries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_deliveries TO application_role;

--
-- Name: COLUMN webhook_deliveries.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: COLUMN webhook_deliveries.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: COLUMN webhook_deliveries.endpoint_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(endpoint_id) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: COLUMN webhook_deliveries.status; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(status) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: COLUMN webhook_deliveries.due_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(due_at) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: COLUMN webhook_deliveries.lease_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(lease_until) ON TABLE public.webhook_deliveries TO directory_role;

--
-- Name: TABLE webhook_endpoints; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_endpoints TO application_role;

--
-- Name: TABLE widget_sessions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.widget_sessions TO application_role;

--
-- Name: COLUMN widget_sessions.id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(id) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.tenant_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(tenant_id) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.conversation_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(conversation_id) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.visitor_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(visitor_id) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.token_hash; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(token_hash) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.origin; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(origin) ON TABLE public.widget_sessions TO directory_role;

--
-- Name: COLUMN widget_sessions.expires_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(expires_at) ON TABLE public.widget_sessions TO directory_role;

--
-- PostgreSQL database dump complete
--
