-- What was said, by whom, and what came of it.

CREATE TABLE contacts (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  email text,
  -- E.164
  phone text,
  name text,
  company text,
  -- Said in a chat, proven by nobody.
  is_verified boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK (email IS NOT NULL OR phone IS NOT NULL)
);
CREATE UNIQUE INDEX contacts_email ON contacts (tenant_id, lower(email));
CREATE UNIQUE INDEX contacts_phone ON contacts (tenant_id, phone);

-- One conversation with one visitor, on one channel.
--
-- status     active -> transferred (a person has it) -> active; active or transferred -> ended
-- A turn is the bot's work on one answer. Starting one takes the lease and draws the next seq, which is at once the
-- answer's place in the conversation and its fencing token: only the turn whose seq is still turn_seq may record.
-- owner_epoch moves whenever the conversation changes hands; an answer begun under an older epoch is refused.
CREATE TABLE conversations (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  session_id text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('widget', 'crisp', 'tidio', 'cli')),
  contact_id uuid,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'ended', 'transferred')),
  owner_epoch bigint NOT NULL DEFAULT 0,
  last_seq bigint NOT NULL DEFAULT 0,
  turn_seq bigint,
  turn_lease_until timestamptz,
  page_url text,
  locale text,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  metadata jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE SET NULL (contact_id)
);
CREATE INDEX conversations_recent ON conversations (tenant_id, created_at DESC, id DESC);

-- A visitor's hold on one conversation: 256 random bits in the visitor's browser, only their hash here.
CREATE TABLE widget_sessions (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  visitor_id uuid NOT NULL DEFAULT uuid_v7(),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  origin text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX widget_sessions_conversation ON widget_sessions (tenant_id, conversation_id);

CREATE TABLE messages (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  role text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  sender_type text NOT NULL CHECK (sender_type IN ('visitor', 'ai', 'agent')),
  message_type text NOT NULL DEFAULT 'text' CHECK (message_type IN ('text', 'image', 'audio', 'file')),
  content text NOT NULL,
  timestamp timestamptz NOT NULL DEFAULT now(),
  -- The sender's own id: the widget's client_message_id, a channel's fingerprint.
  external_id text,
  -- Of a visitor's message: the seq of the answer that takes it up. Several messages may share one answer.
  answer_seq bigint,
  -- Of an answer: what it rests on, the parts it was shown in (texts left out, they are in content), and its receipt.
  citations jsonb NOT NULL DEFAULT '[]',
  parts jsonb,
  verdict text CHECK (verdict IN ('answered', 'abstained', 'handed_over', 'refused', 'failed')),
  status text NOT NULL DEFAULT 'complete' CHECK (status IN ('complete', 'partial')),
  model text,
  tokens_in integer,
  tokens_out integer,
  feedback text CHECK (feedback IN ('up', 'down')),
  metadata jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, conversation_id, seq),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX messages_external_id ON messages (tenant_id, conversation_id, external_id);

-- Everything that came in, accepted once under the sender's own name for it.
--
-- pending -> done (answered, or rightly left alone)        pending -> dead (given up, reason says why)
CREATE TABLE inbox_events (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  channel text NOT NULL CHECK (channel IN ('widget', 'crisp', 'tidio', 'cli')),
  event_key text NOT NULL,
  conversation_id uuid NOT NULL,
  message_id uuid,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  reason text,
  received_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, event_key),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX inbox_events_pending ON inbox_events (received_at) INCLUDE (tenant_id, conversation_id) WHERE status = 'pending';
CREATE INDEX inbox_events_conversation ON inbox_events (tenant_id, conversation_id) WHERE status = 'pending';

CREATE TABLE leads (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid,
  contact_id uuid NOT NULL,
  source_message_id uuid,
  intent text NOT NULL CHECK (intent IN ('pricing', 'demo', 'support', 'complaint', 'hiring', 'other')),
  contact_info jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'contacted', 'qualified', 'converted', 'lost')),
  notes text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, contact_id, intent),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE SET NULL (conversation_id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, source_message_id) REFERENCES messages (tenant_id, id) ON DELETE SET NULL (source_message_id)
);
CREATE INDEX leads_recent ON leads (tenant_id, created_at DESC, id DESC);
CREATE INDEX leads_status ON leads (tenant_id, status);

-- One row per model call that cost something.
CREATE TABLE usage_logs (
  id uuid NOT NULL DEFAULT uuid_v7(),
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  conversation_id uuid,
  purpose text NOT NULL CHECK (purpose IN ('answer', 'rewrite', 'lead')),
  model text NOT NULL,
  tokens_in integer NOT NULL,
  tokens_out integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE SET NULL (conversation_id)
);

CREATE TRIGGER touch_contacts BEFORE UPDATE ON contacts FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER touch_conversations BEFORE UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER touch_leads BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
