import { randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { WEBHOOK_EVENTS } from '@netia/protocol';
import { crispSessionId, crispVisitorMessage, type LookAlike, makeLookAlikes, PIXEL, tidioPublicKey } from '@netia/testkit';
import { connectCrispWebsite } from '../../src/channels/crisp/connection.ts';
import { connectTidioProject } from '../../src/channels/tidio/connection.ts';
import { acceptEvent } from '../../src/inbox/accept-event.ts';
import { buryEvent } from '../../src/inbox/bury-event.ts';
import { invite } from '../../src/people/invitations.ts';
import { addSource } from '../../src/sources/sources.ts';
import { type TakenSource, takeSource } from '../../src/sources/take-source.ts';
import { SCOPES } from '../../src/tenants/api-keys.ts';
import { createShownSecret, keepSecret } from '../../src/tenants/channel-secrets.ts';
import { readTenant, type Tenant } from '../../src/tenants/settings.ts';
import { announce } from '../../src/webhooks/announce.ts';
import { addWebhookEndpoint } from '../../src/webhooks/endpoints.ts';
import { ConsoleClient } from './console-client.ts';
import type { TestGateway } from './gateway.ts';
import { seededRandom } from './seeded-random.ts';
import type { WidgetClient } from './widget-client.ts';

/** The seed of everything that is left to chance here. */
export const chance = seededRandom();

/** What has an id. Those that stand in paths have the path's name for them. */
export type IdKind =
  | 'knowledge'
  | 'sources'
  | 'documents'
  | 'conversations'
  | 'leads'
  | 'keys'
  | 'channels'
  | 'events'
  | 'chats'
  | 'sessions'
  | 'deliveries'
  | 'members'
  | 'invitations'
  | 'audit'
  | 'inbox'
  | 'canned-replies'
  | 'roles'
  | 'contacts'
  | 'messages'
  | 'files'
  | 'webhooks'
  | 'webhook-deliveries';

/** A tenant among others like it: every text of its own holds its canary. */
export interface Stranger extends LookAlike {
  tenant: Tenant;
  key: string;
  /** Its owner, signed in. */
  owner: ConsoleClient;
  invitationToken: string;
  visitor: WidgetClient;
  crispWebsite: string;
  tidioKey: string;
  hookKey: string;
  tidioSecret: string;
  flowToken: string;
  flowSecret: string;
  secretIds: string[];
  /** A source that is being read, as its reader holds it. */
  taken: TakenSource;
  ids: Record<IdKind, string[]>;
}

/** So many of what calls add are kept, the newest; the rest is tidied away, or lists grow until they are all that is measured. */
const KEPT = 40;
const CHATS = 3;
/** Events that were given up, for each round of calls to replay. */
const DEAD = 20;

/** Five of them, with knowledge, conversations in the widget and in Crisp, contacts, keys, secrets, things given up and things to send. */
export async function makeStrangers(gateway: TestGateway): Promise<Stranger[]> {
  const { a, b } = gateway.tenants;
  const { a: c, b: d } = await makeLookAlikes(gateway.deps.db);
  const { a: e } = await makeLookAlikes(gateway.deps.db);
  const strangers: Stranger[] = [];
  for (const tenant of [a, b, c, d, e]) strangers.push(await makeStranger(gateway, tenant));
  return strangers;
}

async function makeStranger(gateway: TestGateway, lookAlike: LookAlike): Promise<Stranger> {
  const { id, canary } = lookAlike;
  const { db, config } = gateway.deps;
  await gateway.settings(id, 'budget', { messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 });
  await gateway.settings(id, 'tidio', { answers_per_contact_per_hour: 1_000 });
  const knowledge = await gateway.know(
    id,
    ...Array.from({ length: 4 }, (_, i) => ({
      format: 'faq' as const,
      title: `What is the word of number ${i}?`,
      content: `The word of number ${i} is ${canary}.`,
      category: canary,
    })),
  );
  const visitor = await gateway.visitor(lookAlike);
  await visitor.ask(`What is the word of number 1? I am at ${canary.toLowerCase()}@mail.invalid`);
  await visitor.sendFile(PIXEL, `${canary}.png`);
  const [crispWebsite, tidioKey] = [randomUUID(), tidioPublicKey()];
  const tidioSecret = `whsec-${randomUUID()}`;
  const secrets = await gateway.inTenant(id, async (tx) => {
    await connectCrispWebsite(tx, id, crispWebsite);
    await connectTidioProject(tx, id, tidioKey);
    await keepSecret(tx, id, 'tidio_webhook_secret', tidioSecret, canary, config.secret);
    return {
      hookKey: (await createShownSecret(tx, id, 'crisp_hook_key')).secret,
      flowToken: (await createShownSecret(tx, id, 'tidio_flow_token')).secret,
      flowSecret: (await createShownSecret(tx, id, 'tidio_flow_secret')).secret,
      spare: (await createShownSecret(tx, id, 'crisp_hook_key')).id,
    };
  });
  const sessions = Array.from({ length: CHATS }, crispSessionId);
  const chats: string[] = [];
  for (const sessionId of sessions) {
    const event = {
      channel: 'crisp',
      type: 'message',
      sessionId,
      key: `${sessionId}:0`,
      externalId: '0',
      at: new Date(),
      messageType: 'text',
      text: canary,
    } as const;
    const accepted = await acceptEvent(db, id, event, {
      quietMinutes: 1,
      notice: { text: () => canary, leadFields: [] },
      planNotice: () => [],
      takesTurn: false,
    });
    if (accepted.conversationId) chats.push(accepted.conversationId);
  }
  const taken = await makeSource(gateway, lookAlike);
  const owner = await ConsoleClient.join(gateway, id, 'owner', `${canary.toLowerCase()}@people.invalid`);
  const ownerId = (await gateway.inTenant(id, (tx) => tx.row<{ user_id: string }>('SELECT user_id FROM members')))?.user_id ?? '';
  await ConsoleClient.join(gateway, id, 'agent', `agent-${canary.toLowerCase()}@people.invalid`);
  const invited = await gateway.inTenant(id, (tx) =>
    invite(tx, id, { email: `new-${canary.toLowerCase()}@people.invalid`, role: 'viewer', createdBy: canary }),
  );
  const key = await gateway.key(id, SCOPES, { rateLimit: 100_000 });
  const endpoint = await gateway.inTenant(id, (tx) =>
    addWebhookEndpoint(tx, id, config.secret, { url: `https://${canary.toLowerCase()}.invalid/`, events: [...WEBHOOK_EVENTS] }),
  );
  const rows = (sql: string) => gateway.inTenant(id, async (tx) => (await tx.rows<{ id: string }>(sql)).map((row) => row.id));
  const self: Stranger = {
    ...lookAlike,
    ...secrets,
    tenant: await gateway.inTenant(id, (tx) => readTenant(tx, id)),
    key,
    owner,
    invitationToken: invited.token,
    visitor,
    crispWebsite,
    tidioKey,
    tidioSecret,
    secretIds: await rows('SELECT id FROM channel_secrets'),
    taken,
    ids: {
      knowledge,
      sources: [taken.id],
      documents: await rows('SELECT id FROM source_documents'),
      conversations: [visitor.conversationId],
      leads: await rows('SELECT id FROM leads'),
      keys: await rows('SELECT id FROM api_keys'),
      channels: [secrets.spare],
      events: [],
      chats,
      sessions,
      deliveries: [],
      members: await gateway.inTenant(id, async (tx) =>
        (await tx.rows<{ user_id: string }>('SELECT user_id FROM members WHERE user_id <> $1', [ownerId])).map((row) => row.user_id),
      ),
      invitations: [invited.row.id],
      audit: [],
      inbox: chats,
      roles: await rows(`INSERT INTO own_roles (tenant_id, name, scopes) VALUES ('${id}', '${canary}', '{leads:read}') RETURNING id`),
      messages: await rows("SELECT id FROM messages WHERE sender_type = 'ai'"),
      files: await rows('SELECT id FROM visitor_files'),
      contacts: await rows('SELECT id FROM contacts'),
      webhooks: [endpoint.row.id],
      'webhook-deliveries': [],
      'canned-replies': await rows(`INSERT INTO canned_replies (tenant_id, shortcut, text) VALUES ('${id}', 'own', '${canary}') RETURNING id`),
    },
  };
  gateway.deps.tenants.forget(id);
  gateway.deps.channelSecrets.forget(id);
  await gateway.inTenant(id, (tx) => tidyUp(tx, self));
  return self;
}

/** A source with documents, taken to be read. */
async function makeSource(gateway: TestGateway, { id, canary }: LookAlike): Promise<TakenSource> {
  return gateway.inTenant(id, async (tx) => {
    const source = await addSource(tx, id, { kind: 'site', url: `https://${canary.toLowerCase()}.invalid/`, name: canary, category: canary });
    const taken = await takeSource(tx, id, source.id);
    if (!taken) throw new Error('the source was not due');
    await tx.run(
      "INSERT INTO source_documents (tenant_id, source_id, address, seen_in_run, reason) SELECT $1, $2, 'https://page.invalid/' || n || '/' || $3, 1, $3 FROM generate_series(1, 4) n",
      [id, source.id, canary],
    );
    return taken;
  });
}

/** Keeps what calls have added at a size that does not matter, and finds anew what came to have an id. */
export async function tidyUp(tx: Transaction, self: Stranger): Promise<void> {
  const { id, ids } = self;
  await tx.run('DELETE FROM knowledge_bases WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.knowledge]);
  await tx.run('DELETE FROM knowledge_sources WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.sources]);
  await tx.run('DELETE FROM source_documents WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.documents]);
  await tx.run('DELETE FROM api_keys WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.keys]);
  await tx.run('DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.webhooks]);
  await tx.run('DELETE FROM webhook_deliveries WHERE tenant_id = $1', [id]);
  await announce(tx, id, 'test', { word: self.canary });
  await tx.run('DELETE FROM canned_replies WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids['canned-replies']]);
  await tx.run('DELETE FROM conversation_notes WHERE tenant_id = $1', [id]);
  await tx.run('UPDATE members SET own_role_id = NULL WHERE tenant_id = $1', [id]);
  await tx.run('DELETE FROM own_roles WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.roles]);
  await tx.run('DELETE FROM passkeys WHERE user_id = ANY($1)', [ids.members]);
  await tx.run('DELETE FROM invitations WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, ids.invitations]);
  await tx.run('DELETE FROM user_sessions WHERE tenant_id = $1 AND user_id = ANY($2)', [id, ids.members]);
  await tx.run('DELETE FROM channel_secrets WHERE tenant_id = $1 AND NOT id = ANY($2)', [id, self.secretIds]);
  await tx.run("DELETE FROM conversations WHERE tenant_id = $1 AND channel <> 'widget' AND NOT id = ANY($2)", [id, ids.chats]);
  await tx.run('DELETE FROM messages WHERE tenant_id = $1 AND id IN (SELECT message_id FROM visitor_files WHERE NOT id = ANY($2))', [id, ids.files]);
  await tx.run('DELETE FROM unwanted_files WHERE tenant_id = $1', [id]);
  await tx.run(
    `DELETE FROM messages WHERE tenant_id = $1 AND id IN (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id ORDER BY seq DESC) AS place FROM messages WHERE tenant_id = $1) m WHERE place > $2)
       AND NOT EXISTS (SELECT FROM visitor_files f WHERE f.tenant_id = $1 AND f.message_id = messages.id)`,
    [id, KEPT],
  );
  for (const table of ['deliveries', 'inbox_events', 'idempotency_keys'] as const) {
    const column = table === 'inbox_events' ? 'received_at' : 'created_at';
    await tx.run(
      `DELETE FROM ${table} WHERE tenant_id = $1 AND ${column} < (SELECT ${column} FROM ${table} WHERE tenant_id = $1 ORDER BY ${column} DESC OFFSET $2 LIMIT 1)`,
      [id, KEPT],
    );
  }
  for (let n = 0; n < DEAD; n++) {
    const hook = crispVisitorMessage({ websiteId: self.crispWebsite, sessionId: ids.sessions[n % CHATS] as string, text: self.canary });
    await buryEvent(tx, id, { channel: 'crisp', key: `buried-${n}` }, hook, self.canary);
  }
  const rows = async (sql: string) => (await tx.rows<{ id: string }>(sql, [id])).map((row) => row.id);
  ids.events = await rows("SELECT id FROM inbox_events WHERE tenant_id = $1 AND status = 'dead' ORDER BY id DESC LIMIT 30");
  ids['webhook-deliveries'] = await rows('SELECT id FROM webhook_deliveries WHERE tenant_id = $1');
  ids.messages = await rows("SELECT id FROM messages WHERE tenant_id = $1 AND sender_type = 'ai' AND metadata ? 'receipt'");
  ids.deliveries = await rows('SELECT id FROM deliveries WHERE tenant_id = $1 ORDER BY id DESC LIMIT 5');
}
