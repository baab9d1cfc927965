import type { Transaction } from '@netia/db';
import type { Numbers, NumbersRow } from '@netia/protocol';

/** Which conversations are counted: those that began in [from, to), on a channel, in a language. */
export interface NumbersQuery {
  from: Date;
  to: Date;
  channel?: string | undefined;
  /** ISO 639; of the visitor's browser. */
  language?: string | undefined;
}

export type NumbersBy = 'day' | 'channel' | 'language';

/** What a row stands for: the day it began (UTC), its channel, its language. */
const KEYS: Record<NumbersBy, string> = {
  day: "to_char(c.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
  channel: 'c.channel',
  language: "coalesce(lower(split_part(c.locale, '-', 1)), '')",
};
/** A conversation in which nothing has happened for so long is over. */
const OVER_AFTER = '24 hours';
const TOP = 10;

/**
 * What came of conversations. A conversation counts as resolved by the agent when a person had no part in it and its last
 * answer rests on the tenant's texts (a greeting does not): confirmed where the visitor said so (a thumb up on the last answer, or four of five at the end),
 * assumed where they said nothing and have not come back for a day. The two are never added up: one is known, the other hoped.
 */
export async function readNumbers(tx: Transaction, tenantId: string, by: NumbersBy, query: NumbersQuery): Promise<NumbersRow[]> {
  return tx.rows<NumbersRow>(
    `WITH counted AS (${COUNTED})
     SELECT k.key, count(*)::integer AS conversations, sum(questions)::integer AS questions, sum(answered)::integer AS answered, sum(abstained)::integer AS abstained,
       count(*) FILTER (WHERE had_person)::integer AS handed_over,
       count(*) FILTER (WHERE is_confirmed)::integer AS resolved_confirmed, count(*) FILTER (WHERE is_assumed)::integer AS resolved_assumed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY first_part_ms)::integer AS first_part_ms, sum(cost_micros)::bigint::float8 AS cost_micros,
       sum(leads)::integer AS leads, round(avg(rating), 2)::float8 AS rating
     FROM counted k GROUP BY k.key ORDER BY k.key`.replace('$KEY', KEYS[by]),
    valuesOf(tenantId, query),
  );
}

/** The same for all of them together, with the questions asked most. */
export async function readTotals(tx: Transaction, tenantId: string, query: NumbersQuery): Promise<Omit<Numbers, 'items' | 'budget'>> {
  const values = valuesOf(tenantId, query);
  const [total] = await tx.rows<NumbersRow>(
    `WITH counted AS (${COUNTED})
     SELECT 'all' AS key, count(*)::integer AS conversations, coalesce(sum(questions), 0)::integer AS questions, coalesce(sum(answered), 0)::integer AS answered,
       coalesce(sum(abstained), 0)::integer AS abstained, count(*) FILTER (WHERE had_person)::integer AS handed_over,
       count(*) FILTER (WHERE is_confirmed)::integer AS resolved_confirmed, count(*) FILTER (WHERE is_assumed)::integer AS resolved_assumed,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY first_part_ms)::integer AS first_part_ms, coalesce(sum(cost_micros), 0)::bigint::float8 AS cost_micros,
       coalesce(sum(leads), 0)::integer AS leads, round(avg(rating), 2)::float8 AS rating
     FROM counted`.replace('$KEY', "'all'"),
    values,
  );
  const questions = await tx.rows<{ question: string; asked: number; answered: number }>(
    `SELECT min(m.metadata->'receipt'->>'question') AS question, count(*)::integer AS asked, count(*) FILTER (WHERE m.verdict = 'answered')::integer AS answered
     FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
     WHERE m.tenant_id = $1 AND m.sender_type = 'ai' AND coalesce(m.metadata->'receipt'->>'question', '') <> '' AND ${CHOSEN}
     GROUP BY btrim(regexp_replace(lower(m.metadata->'receipt'->>'question'), '[^[:alnum:]]+', ' ', 'g')) ORDER BY asked DESC, question LIMIT ${TOP}`,
    values,
  );
  if (!total) throw new Error('a sum came back without a row');
  return { total, questions };
}

const CHOSEN = `c.channel <> 'cli' AND c.last_seq > 0 AND c.started_at >= $2 AND c.started_at < $3
  AND ($4::text IS NULL OR c.channel = $4) AND ($5::text IS NULL OR lower(split_part(c.locale, '-', 1)) = $5)`;

/** One row a conversation. Of its answers the last one decides whether it was resolved. */
const COUNTED = `
  SELECT $KEY AS key, c.rating, m.questions, m.answered, m.abstained, m.first_part_ms, m.cost_micros, l.leads,
    c.status = 'transferred' OR m.had_person AS had_person,
    NOT (c.status = 'transferred' OR m.had_person) AND m.is_answered_last AND (c.rating >= 4 OR (c.rating IS NULL AND m.last_feedback = 'up')) AS is_confirmed,
    NOT (c.status = 'transferred' OR m.had_person) AND m.is_answered_last AND c.rating IS NULL AND m.last_feedback IS NULL
      AND (c.status = 'ended' OR c.updated_at < now() - interval '${OVER_AFTER}') AS is_assumed
  FROM conversations c
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.sender_type = 'visitor') AS questions,
      count(*) FILTER (WHERE a.verdict = 'answered') AS answered, count(*) FILTER (WHERE a.verdict = 'abstained') AS abstained,
      bool_or(a.sender_type = 'agent' OR a.verdict = 'handed_over') AS had_person,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY (a.metadata->'receipt'->'ms'->>'first_part')::float8) AS first_part_ms,
      sum((a.metadata->'receipt'->>'cost_micros')::numeric) AS cost_micros,
      (array_agg(a.verdict = 'answered' AND a.citations <> '[]' ORDER BY a.seq DESC) FILTER (WHERE a.sender_type = 'ai'))[1] AS is_answered_last,
      (array_agg(a.feedback ORDER BY a.seq DESC) FILTER (WHERE a.sender_type = 'ai'))[1] AS last_feedback
    FROM messages a WHERE a.tenant_id = c.tenant_id AND a.conversation_id = c.id
  ) m
  CROSS JOIN LATERAL (SELECT count(*) AS leads FROM leads d WHERE d.tenant_id = c.tenant_id AND d.conversation_id = c.id) l
  WHERE c.tenant_id = $1 AND ${CHOSEN}`;

const valuesOf = (tenantId: string, { from, to, channel, language }: NumbersQuery) => [tenantId, from, to, channel ?? null, language ?? null];

/** How many calls to models were made today (UTC), for what the budget allows. */
export async function countModelCalls(tx: Transaction, tenantId: string): Promise<number> {
  const counted = await tx.row<{ n: number }>(
    "SELECT count(*)::integer AS n FROM usage_logs WHERE tenant_id = $1 AND created_at >= date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
    [tenantId],
  );
  return counted?.n ?? 0;
}
