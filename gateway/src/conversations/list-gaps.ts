import type { Transaction } from '@netia/db';
import { analyzeText } from '../knowledge/analyze-text.ts';
import { detectLanguage } from '../knowledge/languages.ts';
import { findFacts } from '../turn/find-lead.ts';

/** Questions that ask the same, as far as their words tell, and that the agent could not answer, or answered unsurely. */
export interface Gap {
  /** Each wording once, the latest first. */
  questions: string[];
  /** How often, in all wordings. */
  asked: number;
  last_asked_at: Date;
  /** Of these answered, but hardly more surely than the bar, or the visitor said that it did not help. */
  unsure: number;
  /** A conversation in which it was asked, the latest. */
  conversation_id: string;
  /** What a person said next in one of them, the latest: most likely the answer. Empty: nobody has. */
  proposal: string;
}

/** So far back one looks, in days, and over so many answers at most. */
const DAYS = 30;
const READ_MAX = 1_000;
/** Two questions are one when they share so much of the words that either has. */
const SAME_FROM = 0.5;
const WORDINGS_MAX = 10;
/** So little above the bar an answer is looked at as a gap. */
export const UNSURE_WITHIN = 0.05;

/** What visitors asked and the agent could not answer lately, what was asked most first. */
export async function listGaps(tx: Transaction, tenantId: string): Promise<Gap[]> {
  const asked = await tx.rows<{ question: string; conversation_id: string; at: Date; is_unsure: boolean; reply: string | null }>(
    `SELECT metadata->'receipt'->>'question' AS question, conversation_id, timestamp AS at, verdict = 'answered' AS is_unsure,
       (SELECT p.content FROM messages p WHERE p.tenant_id = m.tenant_id AND p.conversation_id = m.conversation_id AND p.seq > m.seq AND p.sender_type = 'agent'
         AND NOT EXISTS (SELECT FROM messages b WHERE b.tenant_id = m.tenant_id AND b.conversation_id = m.conversation_id AND b.seq > m.seq AND b.seq < p.seq AND b.sender_type = 'ai' AND b.verdict = 'answered')
         ORDER BY p.seq LIMIT 1) AS reply
     FROM messages m
     WHERE tenant_id = $1 AND sender_type = 'ai' AND timestamp > now() - make_interval(days => $2)
       AND (verdict = 'abstained' OR (verdict = 'answered' AND (feedback = 'down'
         OR (feedback IS NULL AND (metadata->'receipt'->>'confidence')::float8 < (metadata->'receipt'->>'threshold')::float8 + ${UNSURE_WITHIN}))))
       AND coalesce(metadata->'receipt'->>'question', '') <> ''
     ORDER BY timestamp DESC LIMIT $3`,
    [tenantId, DAYS, READ_MAX],
  );
  const gaps: (Gap & { words: Set<string> })[] = [];
  for (const { question, conversation_id, at, is_unsure, reply } of asked) {
    // A gap becomes an entry, which every visitor may read: who the one was who asked has no place in it.
    if (Object.keys(findFacts(question)).length > 0) continue;
    const words = new Set(analyzeText(question, detectLanguage(question)));
    const same = gaps.find((gap) => share(words, gap.words) >= SAME_FROM);
    if (!same) gaps.push({ questions: [question], asked: 1, unsure: Number(is_unsure), last_asked_at: at, conversation_id, proposal: reply ?? '', words });
    else {
      same.asked++;
      same.unsure += Number(is_unsure);
      same.proposal ||= reply ?? '';
      if (same.questions.length < WORDINGS_MAX && !same.questions.includes(question)) same.questions.push(question);
    }
  }
  return gaps.sort((a, b) => b.asked - a.asked || b.last_asked_at.getTime() - a.last_asked_at.getTime()).map(({ words: _, ...gap }) => gap);
}

/** What two sets share of what either has. Of questions without a word of their own nothing can be said. */
function share(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
