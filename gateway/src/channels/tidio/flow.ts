import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { transferToPerson } from '../../conversations/owner.ts';
import { AppError } from '../../errors.ts';
import { publicRoute } from '../../http/route.ts';
import { awaitAnswer, type StoredAnswer } from '../../inbox/await-answer.ts';
import type { ChannelEvent } from '../../inbox/channel-event.ts';
import type { Tenant } from '../../tenants/settings.ts';
import { handoffText } from '../../turn/handoff-text.ts';
import { type Phrases, phrasesFor } from '../../turn/phrases.ts';
import { splitText, writeAnswer, writeText } from '../answer-text.ts';
import { contactSession } from './ids.ts';
import { contactFacts } from './read-event.ts';
import { type FlowCall, readFlowCall } from './read-flow-call.ts';
import type { TidioParts } from './tidio-parts.ts';

/** A contact property, which the reply is mapped to, holds a thousand characters. */
const REPLY_MAX = 900;
/** Ends what had to be cut. */
const CUT = ' …';
/** The same words from the same contact within this time are the same call again: Flows may run twice. */
const REPEAT_MS = 10_000;

/** Flat, and all texts: a Flow maps and compares nothing else. */
const flowReplySchema = z.object({ reply: z.string(), handoff: z.enum(['yes', 'no']), status: z.enum(['ok', 'handoff', 'fallback', 'test', 'limit']) });
type FlowReply = z.infer<typeof flowReplySchema>;

/**
 * POST /webhooks/tidio/flow/:flowToken: what a visitor writes in Tidio's live chat, as a Flow's "API call", and its answer
 * in the same call. Tidio has no other way to answer there. Token and header secret are changed independently.
 */
export const tidioFlow = (parts: TidioParts) =>
  publicRoute({
    method: 'post',
    path: '/webhooks/tidio/flow/:flowToken',
    summary: 'A Tidio Flow\'s "API call", answered within the call',
    tenantSource: 'flow_token',
    params: z.object({ flowToken: z.string().max(200) }),
    takesRaw: true,
    response: flowReplySchema,
    handle: async ({ raw, params, request, address }): Promise<FlowReply> => {
      const tenant = await authenticate(parts, params.flowToken, request.get('x-flow-token') ?? /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1]);
      if (!tenant) {
        parts.metrics.webhooks.inc({ channel: 'tidio', outcome: 'refused' });
        await parts.limits.countBadCredentials(address);
        throw new AppError('unauthorized', 'The address or the token of this Flow is not valid. Copy both again.');
      }
      return answerFlow(parts, tenant, readFlowCall(raw, request.get('content-type')));
    },
  });

async function authenticate({ channelSecrets, tenants }: TidioParts, token: string, secret: string | undefined): Promise<Tenant | undefined> {
  const tenantId = await channelSecrets.findTenant('tidio_flow_token', token);
  if (!tenantId || !secret || (await channelSecrets.findTenant('tidio_flow_secret', secret)) !== tenantId) return undefined;
  return tenants.get(tenantId);
}

async function answerFlow(parts: TidioParts, tenant: Tenant, call: FlowCall): Promise<FlowReply> {
  const { settings } = tenant;
  const phrases = phrasesFor(settings.widget.language);
  if (call.isTest) return { reply: 'Connection works. Variables are filled in only in a real chat.', handoff: 'no', status: 'test' };
  if (call.message === '') return { reply: phrases.textOnly, handoff: 'no', status: 'ok' };
  const deadline = Date.now() + settings.tidio.flow_seconds * 1_000;
  try {
    // Who calls without a contact cannot be told apart: for all of them together what one address may send.
    if (call.contactId) await parts.limits.countFlowCall(tenant.id, call.contactId, settings.tidio.answers_per_contact_per_hour);
    else await parts.limits.countFlowCall(tenant.id, 'anybody', settings.budget.messages_per_address_per_hour);
  } catch (error) {
    if (error instanceof AppError && error.code === 'rate_limited')
      return { reply: handoffText(settings, new Date(), settings.widget.language), handoff: 'yes', status: 'limit' };
    throw error;
  }
  const event = await asEvent(parts, tenant.id, call);
  const accepted = await parts.intake.take(tenant, event, call);
  if (accepted === 'buried') return { reply: fallbackText(tenant, phrases), handoff: 'yes', status: 'fallback' };
  const answer = await awaitAnswer(parts, tenant.id, event, deadline);
  if (answer === 'with_person') return { reply: handoffText(settings, new Date(), settings.widget.language), handoff: 'yes', status: 'handoff' };
  if (answer === 'late') return fallBack(parts, tenant, event, phrases);
  return asReply(answer, phrasesFor(answer.language, settings.widget.language), settings.tidio.introduces_itself);
}

/**
 * A contact's chat; without a contact the call stands alone. The same words again within seconds, with nothing said in
 * between, are the same message: a Flow may run twice, even at the same moment.
 */
async function asEvent({ db }: TidioParts, tenantId: string, call: FlowCall): Promise<ChannelEvent & { type: 'message' }> {
  const at = new Date();
  const sessionId = call.contactId ? contactSession(call.contactId) : `tidio:nobody:${randomUUID()}`;
  const last = await db.inTenant(tenantId, (tx) =>
    tx.row<{ seq: string; external_id: string; content: string; sent_at: Date }>(
      `SELECT m.seq, m.external_id, m.content, m.sent_at FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
       WHERE c.tenant_id = $1 AND c.session_id = $2 AND m.sender_type = 'visitor' ORDER BY m.seq DESC LIMIT 1`,
      [tenantId, sessionId],
    ),
  );
  const isRepeated = last?.content === call.message && at.getTime() - last.sent_at.getTime() < REPEAT_MS;
  const known = contactFacts(call);
  const hash = createHash('sha256').update(call.message).digest('hex').slice(0, 32);
  // Two at the same moment see the same last message and so make the same name; the second finds the first.
  const externalId = isRepeated ? last.external_id : `flow:${last?.seq ?? 0}:${hash}`;
  return {
    channel: 'tidio',
    type: 'message',
    sessionId,
    at,
    key: `${sessionId}:${externalId}`,
    externalId,
    messageType: 'text',
    text: call.message,
    ...(call.pageUrl ? { pageUrl: call.pageUrl } : {}),
    ...(Object.keys(known).length > 0 ? { known } : {}),
  };
}

/** No answer in time: a Flow cannot show one later, so a person takes over and what is still being written is refused. */
async function fallBack({ db, live, log }: TidioParts, tenant: Tenant, event: ChannelEvent, phrases: Phrases): Promise<FlowReply> {
  const text = fallbackText(tenant, phrases);
  log.warn({ tenant: tenant.id }, 'a Flow got the fallback: no answer in time');
  await db.inTenant(tenant.id, async (tx) => {
    const conversation = await tx.row<{ id: string }>('SELECT id FROM conversations WHERE tenant_id = $1 AND session_id = $2', [tenant.id, event.sessionId]);
    if (!conversation) return;
    const placed = await transferToPerson(tx, tenant.id, conversation.id, {
      text: () => text,
      leadFields: [],
      quietMinutes: tenant.settings.tidio.quiet_minutes,
    });
    for (const part of placed) live.publish(tenant.id, conversation.id, part);
  });
  return { reply: text, handoff: 'yes', status: 'fallback' };
}

const fallbackText = (tenant: Tenant, phrases: Phrases) => tenant.settings.tidio.fallback || `${phrases.failed} ${phrases.askContact}`;

/** What has to be cut is the answer's own text: the source below it and the question for an address stay. */
function asReply(answer: StoredAnswer, phrases: Phrases, introducesItself: boolean): FlowReply {
  const words = writeText('plain', answer.content);
  const body = answer.isFirst && introducesItself ? `${phrases.isAi}\n\n${words}` : words;
  const below =
    writeAnswer('plain', answer.content, answer.citations, phrases.sources).slice(words.length) + (answer.asksContact ? `\n\n${phrases.askContact}` : '');
  // Sources with endless addresses give way to the answer.
  const tail = below.length <= REPLY_MAX / 2 ? below : '';
  const [reply = '', more] = splitText(body, REPLY_MAX - tail.length - CUT.length);
  const wantsPerson = answer.verdict === 'handed_over';
  return { reply: (more ? reply + CUT : reply) + tail, handoff: wantsPerson ? 'yes' : 'no', status: wantsPerson ? 'handoff' : 'ok' };
}
