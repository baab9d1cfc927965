import type { Transaction } from '@netia/db';
import type { PlannedDelivery } from '../deliveries/planned-delivery.ts';
import { storeDeliveries } from '../deliveries/store-deliveries.ts';
import type { TurnOutcome } from '../turn/turn.ts';
import { announce } from '../webhooks/announce.ts';
import { packParts } from './answer-parts.ts';
import { saveLead } from './save-lead.ts';
import type { TurnLease } from './turn-lease.ts';

/**
 * The conversation changed hands, another worker has it, or a message has come in that was sent before those answered:
 * nothing was recorded.
 */
export class TurnRefused extends Error {
  override name = 'TurnRefused';
}

/**
 * Records an answer and all that follows from it in one commit: message, citations, usage, lead, hand-over, deliveries,
 * events done, lease given back.
 * @param planned what the conversation's channel is to be sent; nothing in the widget, which has seen it all.
 * @throws {TurnRefused} when the fencing token or the owner epoch has moved.
 */
export async function recordTurn(
  tx: Transaction,
  tenantId: string,
  conversationId: string,
  lease: TurnLease,
  messageId: string,
  outcome: TurnOutcome,
  planned: readonly PlannedDelivery[] = [],
  quietMinutes: number | null = null,
): Promise<void> {
  const last = lease.waiting.at(-1);
  const facts = { ...lease.facts, ...outcome.facts };
  const { intent } = outcome;
  const kept = await tx.run(
    `UPDATE conversations SET turn_lease_until = NULL,
       status = CASE WHEN $5 THEN 'transferred' ELSE status END,
       owner_epoch = owner_epoch + CASE WHEN $5 THEN 1 ELSE 0 END,
       returns_at = CASE WHEN $5 THEN now() + make_interval(mins => $8) ELSE returns_at END,
       metadata = metadata || $6
     WHERE tenant_id = $1 AND id = $2 AND turn_seq = $3 AND owner_epoch = $4 AND turn_lease_until IS NOT NULL
       AND NOT EXISTS (
         SELECT FROM inbox_events e JOIN messages m ON m.tenant_id = e.tenant_id AND m.id = e.message_id
         WHERE $7::timestamptz IS NOT NULL AND e.tenant_id = $1 AND e.conversation_id = $2 AND e.status = 'pending' AND m.answer_seq IS DISTINCT FROM $3 AND m.sent_at < $7)`,
    [
      tenantId,
      conversationId,
      lease.seq,
      lease.ownerEpoch,
      outcome.wantsPerson,
      JSON.stringify({
        ...(Object.keys(facts).length ? { facts } : {}),
        ...(outcome.leadFields.length ? { lead_requested: true } : {}),
        ...(intent === 'other' ? {} : { intent }),
      }),
      last?.sentAt ?? null,
      quietMinutes,
    ],
  );
  if (kept === 0) throw new TurnRefused();
  const answer = outcome.uses.filter((use) => use.purpose === 'answer');
  await tx.run(
    `WITH answer AS (
       INSERT INTO messages (id, tenant_id, conversation_id, seq, role, sender_type, content, citations, parts, verdict, status, model, tokens_in, tokens_out, metadata, sent_at)
       VALUES ($1, $2, $3, $4, 'assistant', 'ai', $5, $6, $7, $8, $9, $10, $11, $12, $13, $15)
     ), used AS (
       INSERT INTO usage_logs (tenant_id, conversation_id, purpose, model, tokens_in, tokens_out)
       SELECT $2, $3, u.purpose, u.model, u."tokensIn", u."tokensOut" FROM jsonb_to_recordset($14) AS u(purpose text, model text, "tokensIn" integer, "tokensOut" integer)
     )
     UPDATE inbox_events e SET status = 'done', finished_at = now()
     FROM messages m WHERE e.tenant_id = $2 AND e.conversation_id = $3 AND e.status = 'pending' AND m.tenant_id = $2 AND m.id = e.message_id AND m.answer_seq = $4`,
    [
      messageId,
      tenantId,
      conversationId,
      lease.seq,
      outcome.content,
      JSON.stringify(outcome.citations),
      JSON.stringify(packParts(outcome.parts)),
      outcome.verdict,
      outcome.status,
      outcome.model,
      answer.reduce((sum, use) => sum + use.tokensIn, 0),
      answer.reduce((sum, use) => sum + use.tokensOut, 0),
      JSON.stringify({ receipt: outcome.receipt }),
      JSON.stringify(outcome.uses),
      last?.sentAt ?? null,
    ],
  );
  await storeDeliveries(tx, tenantId, conversationId, { seq: lease.seq, messageId }, planned);
  if (outcome.wantsPerson) await announce(tx, tenantId, 'conversation.handed_over', { conversation_id: conversationId });
  if (outcome.verdict === 'abstained' && outcome.receipt.question.trim() !== '')
    await announce(tx, tenantId, 'question.unanswered', { conversation_id: conversationId, message_id: messageId });
  // What only the channel knows makes no lead by itself; with a wish to buy or to complain it is somebody to call back.
  const known = { ...lease.knownFacts, ...facts };
  if (facts.email || facts.phone || (intent !== 'other' && (known.email || known.phone)))
    await saveLead(tx, tenantId, { conversationId, facts: known, intent: intent === 'other' ? null : intent, sourceSeq: last?.seq ?? null });
}
