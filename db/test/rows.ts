import { randomBytes, randomUUID } from 'node:crypto';

/**
 * One valid row of every tenant table, for the matrix: what to insert for a tenant, given rows that were made before.
 * A table without an entry here fails the catalogue test.
 */
export interface RowMaker {
  insert: (tenantId: string, made: Record<string, { id?: string }>) => { sql: string; values: unknown[] };
  /** A harmless change of any row. */
  update: string;
}

const hash = () => randomBytes(32);

/** In an order in which each row finds those it refers to. */
export const ROWS: Record<string, RowMaker> = {
  tenants: {
    insert: (id) => ({
      sql: 'INSERT INTO tenants (id, slug, name, email) VALUES ($1, $2, $3, $4) RETURNING id',
      values: [id, `t-${id}`, 'T', `${id}@t.invalid`],
    }),
    update: "name = 'changed'",
  },
  api_keys: {
    insert: (tenant) => ({
      sql: "INSERT INTO api_keys (tenant_id, key_prefix, key_hash, name) VALUES ($1, 'nk_', $2, 'k') RETURNING id",
      values: [tenant, hash()],
    }),
    update: "name = 'changed'",
  },
  tenant_configurations: {
    insert: (tenant) => ({
      sql: "INSERT INTO tenant_configurations (tenant_id, config_type, config_data) VALUES ($1, 'ai', '{}') RETURNING id",
      values: [tenant],
    }),
    update: 'config_data = \'{"a":1}\'',
  },
  audit_logs: {
    insert: (tenant) => ({ sql: "INSERT INTO audit_logs (tenant_id, actor, action, resource_type) VALUES ($1, 'a', 'b', 'c') RETURNING id", values: [tenant] }),
    update: "action = 'changed'",
  },
  own_roles: {
    insert: (tenant) => ({
      sql: "INSERT INTO own_roles (tenant_id, name, scopes) VALUES ($1, $2, '{leads:read}') RETURNING id",
      values: [tenant, randomUUID()],
    }),
    update: "scopes = '{}'",
  },
  members: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO members (tenant_id, user_id, role) VALUES ($1, $2, 'agent') RETURNING user_id AS id",
      values: [tenant, made['users']?.id],
    }),
    update: "role = 'viewer'",
  },
  user_sessions: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO user_sessions (tenant_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '1 day') RETURNING id",
      values: [tenant, made['members']?.id, hash()],
    }),
    update: "user_agent = 'changed'",
  },
  password_resets: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO password_resets (tenant_id, user_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '1 hour') RETURNING user_id AS id",
      values: [tenant, made['members']?.id, hash()],
    }),
    update: 'expires_at = now()',
  },
  used_challenges: {
    insert: (tenant) => ({
      sql: "INSERT INTO used_challenges (tenant_id, challenge_hash, expires_at) VALUES ($1, $2, now()) RETURNING encode(challenge_hash, 'hex') AS id",
      values: [tenant, hash()],
    }),
    update: 'expires_at = now()',
  },
  invitations: {
    insert: (tenant) => ({
      sql: "INSERT INTO invitations (tenant_id, role, token_hash, created_by, expires_at) VALUES ($1, 'agent', $2, 'test', now() + interval '1 day') RETURNING id",
      values: [tenant, hash()],
    }),
    update: "created_by = 'changed'",
  },
  idempotency_keys: {
    insert: (tenant) => ({ sql: 'INSERT INTO idempotency_keys (tenant_id, key, request_hash) VALUES ($1, $2, $3)', values: [tenant, randomUUID(), hash()] }),
    update: "response_body = '{}'",
  },
  knowledge_sources: {
    insert: (tenant) => ({
      sql: "INSERT INTO knowledge_sources (tenant_id, kind, name, url) VALUES ($1, 'page', 'A page', 'https://page.invalid/') RETURNING id",
      values: [tenant],
    }),
    update: "name = 'changed'",
  },
  source_documents: {
    insert: (tenant, made) => ({
      sql: 'INSERT INTO source_documents (tenant_id, source_id, address, seen_in_run) VALUES ($1, $2, $3, 1) RETURNING id',
      values: [tenant, made['knowledge_sources']?.id, `https://page.invalid/${randomUUID()}`],
    }),
    update: "reason = 'changed'",
  },
  source_choices: {
    insert: (tenant, made) => ({
      sql: `INSERT INTO source_choices (tenant_id, source_id, address, part, choice) VALUES ($1, $2, 'https://page.invalid/', $3, '{"is_active": false}')`,
      values: [tenant, made['knowledge_sources']?.id, randomUUID()],
    }),
    update: "part = part || 'changed'",
  },
  knowledge_bases: {
    insert: (tenant) => ({
      sql: "INSERT INTO knowledge_bases (tenant_id, content_type, content) VALUES ($1, 'custom', 'text') RETURNING id",
      values: [tenant],
    }),
    update: "category = 'changed'",
  },
  knowledge_versions: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO knowledge_versions (tenant_id, knowledge_id, version, format, title, content) VALUES ($1, $2, 99, 'text', '', 'x')",
      values: [tenant, made['knowledge_bases']?.id],
    }),
    update: "title = 'changed'",
  },
  documents: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO documents (tenant_id, knowledge_id, version, title, content, content_hash) VALUES ($1, $2, 1, 't', 'x', $3) RETURNING id",
      values: [tenant, made['knowledge_bases']?.id, hash()],
    }),
    update: "title = 'changed'",
  },
  document_chunks: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO document_chunks (tenant_id, document_id, ordinal, body, span_start, span_end, language, token_count, lexemes, frequencies) VALUES ($1, $2, 0, 'x', 0, 1, 'en', 1, ARRAY['x'], ARRAY[1]) RETURNING id",
      values: [tenant, made['documents']?.id],
    }),
    update: "body = 'changed'",
  },
  chunk_vectors: {
    insert: (tenant) => ({
      sql: "INSERT INTO chunk_vectors (tenant_id, model, text_hash, embedding) VALUES ($1, 'a-model', $2, '[1,-1]')",
      values: [tenant, hash()],
    }),
    update: "embedding = '[1,1]'",
  },
  knowledge_drafts: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO knowledge_drafts (tenant_id, action, knowledge_id) VALUES ($1, 'remove', $2) ON CONFLICT (tenant_id, knowledge_id) DO UPDATE SET entry = '{}' RETURNING id",
      values: [tenant, made['knowledge_bases']?.id],
    }),
    update: 'entry = \'{"title":"changed"}\'',
  },
  terms: {
    insert: (tenant) => ({ sql: 'INSERT INTO terms (tenant_id, lexeme, document_frequency) VALUES ($1, $2, 1)', values: [tenant, randomUUID()] }),
    update: 'document_frequency = 2',
  },
  postings: {
    insert: (tenant) => ({
      sql: 'INSERT INTO postings (tenant_id, term_no, chunk_no, frequency, token_count) VALUES ($1, 1000000, $2, 1, 1)',
      values: [tenant, Math.floor(Math.random() * 1e9)],
    }),
    update: 'frequency = 2',
  },
  knowledge_statistics: {
    insert: (tenant) => ({
      sql: 'INSERT INTO knowledge_statistics (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO UPDATE SET version = knowledge_statistics.version + 1',
      values: [tenant],
    }),
    update: 'version = version + 1',
  },
  contacts: {
    insert: (tenant) => ({ sql: 'INSERT INTO contacts (tenant_id, email) VALUES ($1, $2) RETURNING id', values: [tenant, `${randomUUID()}@c.invalid`] }),
    update: "name = 'changed'",
  },
  conversations: {
    insert: (tenant) => ({
      sql: "INSERT INTO conversations (tenant_id, session_id, channel) VALUES ($1, $2, 'widget') RETURNING id",
      values: [tenant, randomUUID()],
    }),
    update: "locale = 'de'",
  },
  widget_sessions: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO widget_sessions (tenant_id, conversation_id, token_hash, expires_at) VALUES ($1, $2, $3, now() + interval '1 day') RETURNING id",
      values: [tenant, made['conversations']?.id, hash()],
    }),
    update: "origin = 'https://changed.invalid'",
  },
  messages: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content) VALUES ($1, $2, $3, 'user', 'visitor', 'x') RETURNING id",
      values: [tenant, made['conversations']?.id, Math.floor(Math.random() * 1e12)],
    }),
    update: "feedback = 'up'",
  },
  visitor_files: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO visitor_files (tenant_id, conversation_id, message_id, name, media_type, byte_size) VALUES ($1, $2, $3, 'a.png', 'image/png', 9) RETURNING id",
      values: [tenant, made['conversations']?.id, made['messages']?.id],
    }),
    update: "name = 'changed.png'",
  },
  unwanted_files: {
    insert: (tenant) => ({ sql: 'INSERT INTO unwanted_files (tenant_id, file_id) VALUES ($1, $2) RETURNING file_id AS id', values: [tenant, randomUUID()] }),
    update: 'created_at = now()',
  },
  inbox_events: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id) VALUES ($1, 'widget', $2, $3) RETURNING id",
      values: [tenant, randomUUID(), made['conversations']?.id],
    }),
    update: "reason = 'changed'",
  },
  leads: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO leads (tenant_id, contact_id, intent) VALUES ($1, $2, 'other') ON CONFLICT (tenant_id, contact_id, intent) DO UPDATE SET notes = 'again' RETURNING id",
      values: [tenant, made['contacts']?.id],
    }),
    update: "notes = 'changed'",
  },
  conversation_notes: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO conversation_notes (tenant_id, conversation_id, actor, text) VALUES ($1, $2, 'test', 'a note') RETURNING id",
      values: [tenant, made['conversations']?.id],
    }),
    update: "text = 'changed'",
  },
  canned_replies: {
    insert: (tenant) => ({
      sql: "INSERT INTO canned_replies (tenant_id, shortcut, text) VALUES ($1, $2, 'an answer') RETURNING id",
      values: [tenant, randomUUID()],
    }),
    update: "text = 'changed'",
  },
  conversation_reads: {
    insert: (tenant, made) => ({
      sql: 'INSERT INTO conversation_reads (tenant_id, user_id, conversation_id, seq) VALUES ($1, $2, $3, 1) ON CONFLICT (tenant_id, user_id, conversation_id) DO UPDATE SET seq = 2 RETURNING conversation_id AS id',
      values: [tenant, made['members']?.id, made['conversations']?.id],
    }),
    update: 'seq = 3',
  },
  webhook_endpoints: {
    insert: (tenant) => ({
      sql: "INSERT INTO webhook_endpoints (tenant_id, url, events, secret) VALUES ($1, 'https://t.invalid/', '{test}', 's') RETURNING id",
      values: [tenant],
    }),
    update: 'is_active = false',
  },
  webhook_deliveries: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO webhook_deliveries (tenant_id, endpoint_id, event_type, payload) VALUES ($1, $2, 'test', '{}') RETURNING id",
      values: [tenant, made['webhook_endpoints']?.id],
    }),
    update: 'attempts = 1',
  },
  usage_logs: {
    insert: (tenant) => ({
      sql: "INSERT INTO usage_logs (tenant_id, purpose, model, tokens_in, tokens_out) VALUES ($1, 'answer', 'm', 1, 1) RETURNING id",
      values: [tenant],
    }),
    update: 'tokens_in = 2',
  },
  deliveries: {
    insert: (tenant, made) => ({
      sql: "INSERT INTO deliveries (tenant_id, conversation_id, channel, kind, place, fingerprint, payload) VALUES ($1, $2, 'crisp', 'message', $3, $3, '{}') RETURNING id",
      values: [tenant, made['conversations']?.id, Math.floor(Math.random() * 1e12)],
    }),
    update: "reason = 'changed'",
  },
  channel_secrets: {
    insert: (tenant) => ({
      sql: "INSERT INTO channel_secrets (tenant_id, purpose, secret_hash, hint) VALUES ($1, 'crisp_hook_key', $2, 'abcd') RETURNING id",
      values: [tenant, hash()],
    }),
    update: "hint = 'changed'",
  },
};

/** What application_role may not do at all, in any tenant. */
export const WRITTEN_ONCE: Record<string, ('update' | 'delete')[]> = { audit_logs: ['update', 'delete'], tenants: ['delete'] };
