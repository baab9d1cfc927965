import { randomBytes, randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { type HistoryMessage, type SessionRequest, type SessionResponse, sessionRequestSchema, sessionResponseSchema } from '@netia/protocol';
import { MESSAGE_COLUMNS, type MessageRow, unpackParts } from '../../conversations/answer-parts.ts';
import { saveProvenContact } from '../../conversations/proven-visitors.ts';
import { AppError } from '../../errors.ts';
import { publicRoute } from '../../http/route.ts';
import { hashSecret } from '../../tenants/api-keys.ts';
import type { Tenant } from '../../tenants/settings.ts';
import { proofRequired, readIdentity, type VisitorIdentity } from './visitor-identity.ts';
import type { WidgetParts } from './widget-parts.ts';

/** A conversation is taken up again within this; then it starts anew. */
const SESSION_DAYS = 30;
const HISTORY_MAX = 100;

/** POST /v1/widget/sessions: a token for one visitor and one conversation, new or resumed. */
export const widgetSessions = ({ db, tenants, channelSecrets, limits }: WidgetParts) =>
  publicRoute({
    method: 'post',
    path: '/v1/widget/sessions',
    summary: 'Begin or resume a conversation',
    tenantSource: 'website_id',
    body: sessionRequestSchema,
    response: sessionResponseSchema,
    handle: async ({ body, request, address }): Promise<SessionResponse> => {
      const tenant = await tenants.findByWebsite('widget', body.website_id);
      if (!tenant) throw new AppError('not_found', 'There is no website with this id. Copy the snippet again.');
      const origin = request.get('origin');
      requireAllowed(tenant, origin);
      const beginning = {
        ...body,
        origin,
        consent: requireConsent(tenant, body.agreed_to),
        identity: await readIdentity(body.identity, tenant, channelSecrets),
      };
      const { resume_token: token } = beginning;
      const resumed = token && (await db.inTenant(tenant.id, (tx) => resume(tx, tenant.id, token, beginning)));
      if (resumed) return resumed;
      await limits.countSession(tenant.id, address);
      return db.inTenant(tenant.id, (tx) => begin(tx, tenant, beginning));
    },
  });

function requireAllowed(tenant: Tenant, origin: string | undefined): void {
  // Requests without Origin do not come from a page; browsers cannot be made to leave it out of a POST.
  if (origin === undefined || tenant.allowed_origins.length === 0 || tenant.allowed_origins.includes(origin)) return;
  throw new AppError('origin_not_allowed', `The widget of this tenant may not be used on ${origin}. Add this origin to the allowed origins.`);
}

/**
 * Nothing of a visitor's is kept before they have agreed to what the tenant asks them to now; agreed to an earlier text is
 * not agreed to this one.
 * @returns the text they have agreed to; null where nobody is asked.
 */
function requireConsent(tenant: Tenant, agreedTo: string | undefined): string | null {
  const { consent } = tenant.settings.privacy;
  if (consent === '') return null;
  if (agreedTo !== consent) throw new AppError('consent_required', 'This site asks for your consent first. Reload the page, and agree to write.');
  return consent;
}

interface Beginning extends Omit<SessionRequest, 'identity'> {
  origin: string | undefined;
  /** The text they have agreed to; null where nobody is asked. */
  consent: string | null;
  identity: VisitorIdentity;
}

type Status = 'active' | 'ended' | 'transferred';

async function begin(tx: Transaction, tenant: Tenant, beginning: Beginning): Promise<SessionResponse> {
  const { consent, identity, page_url: pageUrl, locale } = beginning;
  // The conversation before its contact, as whoever erases them locks both.
  const left = await findLeftOpen(tx, tenant.id, identity);
  const contactId = identity.externalId === null ? null : await saveProvenContact(tx, tenant.id, identity.externalId, identity.facts);
  if (left) return goOn(tx, tenant.id, left, beginning, await openSession(tx, tenant.id, left.id, beginning));
  // What is proven completes a lead and makes none: a customer who is signed in and asks something is not a new one.
  const kept = contactId !== null ? { known: identity.facts } : tenant.settings.leads.is_enabled ? { facts: identity.facts } : {};
  const conversation = await tx.row<{ id: string; status: 'active' }>(
    `INSERT INTO conversations (tenant_id, session_id, channel, page_url, locale, metadata, consent_text, consented_at, contact_id)
     VALUES ($1, $2, 'widget', $3, $4, $5, $6, CASE WHEN $6::text IS NOT NULL THEN now() END, $7) RETURNING id, status`,
    [tenant.id, randomUUID(), pageUrl ?? null, locale ?? null, JSON.stringify(kept), consent, contactId],
  );
  if (!conversation) throw new Error('the inserted conversation did not come back');
  return { ...(await openSession(tx, tenant.id, conversation.id, beginning)), conversation: { ...conversation, messages: [], last_event_id: '0' } };
}

/**
 * What a proven visitor has left open elsewhere: on another device, or here before they signed out. Their proof is their key
 * to it, and to what they themselves have begun under one: that a conversation is put to their contact is not enough.
 */
async function findLeftOpen(tx: Transaction, tenantId: string, { externalId, hash }: VisitorIdentity): Promise<{ id: string; status: Status } | undefined> {
  if (externalId === null) return undefined;
  return tx.row(
    `SELECT c.id, c.status FROM conversations c JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
     WHERE c.tenant_id = $1 AND k.external_id = $2 AND c.channel = 'widget' AND c.status <> 'ended' AND c.last_seq > 0
       AND c.updated_at > now() - make_interval(days => $3)
       AND EXISTS (SELECT FROM widget_sessions s WHERE s.tenant_id = c.tenant_id AND s.conversation_id = c.id AND s.is_proven AND s.identity_hash = $4)
     ORDER BY c.updated_at DESC, c.id DESC LIMIT 1 FOR NO KEY UPDATE OF c`,
    [tenantId, externalId, SESSION_DAYS, hash],
  );
}

type Session = Pick<SessionResponse, 'token' | 'expires_at'>;

async function openSession(tx: Transaction, tenantId: string, conversationId: string, { origin, identity }: Beginning): Promise<Session> {
  const token = randomBytes(32).toString('base64url');
  const session = await tx.row<{ expires_at: Date }>(
    `INSERT INTO widget_sessions (tenant_id, conversation_id, token_hash, origin, expires_at, identity_hash, is_proven)
     SELECT $1, $2, $3, $4, now() + make_interval(days => $5), $6, $7
     -- Asked once more: what is remembered of the settings may be older than the moment from which everybody has to be proven.
     WHERE $7 OR NOT EXISTS (SELECT FROM tenant_configurations WHERE tenant_id = $1 AND config_type = 'identity' AND (config_data->>'is_required')::boolean)
     RETURNING expires_at`,
    [tenantId, conversationId, hashSecret(token), origin ?? null, SESSION_DAYS, identity.hash, identity.externalId !== null],
  );
  if (!session) throw proofRequired();
  return { token, expires_at: session.expires_at.toISOString() };
}

/**
 * The session's conversation with its messages, or undefined when the token is not good here, or another visitor's: then a
 * new one begins. Whoever signs out and in on a shared machine, or plants a token in somebody's browser, changes who the page
 * says its visitor is; a thread that is lost for it is the lesser evil than a stranger who reads it.
 */
async function resume(tx: Transaction, tenantId: string, token: string, beginning: Beginning): Promise<SessionResponse | undefined> {
  const { origin, identity } = beginning;
  const found = await tx.row<{ id: string; status: Status; expires_at: Date }>(
    `UPDATE widget_sessions s SET expires_at = now() + make_interval(days => $4) FROM conversations c
     WHERE s.tenant_id = $1 AND s.token_hash = $2 AND s.expires_at > now() AND ($3::text IS NULL OR s.origin IS NULL OR s.origin = $3)
       AND s.identity_hash IS NOT DISTINCT FROM $5
       AND c.tenant_id = $1 AND c.id = s.conversation_id
     RETURNING c.id, c.status, s.expires_at`,
    [tenantId, hashSecret(token), origin ?? null, SESSION_DAYS, identity.hash],
  );
  if (!found) return undefined;
  if (identity.externalId !== null) {
    await tx.run('SELECT FROM conversations WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE', [tenantId, found.id]);
    const contactId = await saveProvenContact(tx, tenantId, identity.externalId, identity.facts);
    // Erased at the moment in which it was made, it is another now.
    await tx.run('UPDATE conversations SET contact_id = $3 WHERE tenant_id = $1 AND id = $2 AND contact_id IS DISTINCT FROM $3', [
      tenantId,
      found.id,
      contactId,
    ]);
  }
  return goOn(tx, tenantId, found, beginning, { token, expires_at: found.expires_at.toISOString() });
}

/** Notes that the visitor is back, where, and what they have agreed to; and shows them what was said. */
async function goOn(
  tx: Transaction,
  tenantId: string,
  { id, status }: { id: string; status: Status },
  { consent, page_url: pageUrl }: Beginning,
  session: Session,
): Promise<SessionResponse> {
  if (pageUrl !== undefined)
    await tx.run('UPDATE conversations SET page_url = $3 WHERE tenant_id = $1 AND id = $2 AND page_url IS DISTINCT FROM $3', [tenantId, id, pageUrl]);
  if (consent !== null)
    await tx.run('UPDATE conversations SET consent_text = $3, consented_at = now() WHERE tenant_id = $1 AND id = $2 AND consent_text IS DISTINCT FROM $3', [
      tenantId,
      id,
      consent,
    ]);
  const rows = await tx.rows<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY seq DESC LIMIT ${HISTORY_MAX}`,
    [tenantId, id],
  );
  rows.reverse();
  return { ...session, conversation: { id, status, messages: rows.map(asHistory), last_event_id: rows.at(-1)?.seq ?? '0' } };
}

function asHistory(row: MessageRow): HistoryMessage {
  return {
    seq: Number(row.seq),
    message_id: row.id,
    sender_type: row.sender_type,
    text: row.content,
    file: row.file,
    client_message_id: row.sender_type === 'visitor' ? row.external_id : null,
    created_at: row.timestamp.toISOString(),
    ...(row.parts ? { parts: unpackParts(row.parts, row.content) } : {}),
    feedback: row.feedback,
  };
}
