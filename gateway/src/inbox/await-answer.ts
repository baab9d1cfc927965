import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Transaction } from '@netia/db';
import type { Citation, Verdict } from '@netia/protocol';
import type { Live } from '../live/live.ts';
import type { ChannelEvent } from './channel-event.ts';

/** An answer as recorded, for a caller who waits for it. */
export interface StoredAnswer {
  content: string;
  citations: Citation[];
  verdict: Verdict;
  language: string | null;
  asksContact: boolean;
  /** The agent's first in this conversation. */
  isFirst: boolean;
}

/** How often the database is asked when nobody here says anything: the answer may be written by another process. */
const LOOK_EVERY_MS = 250;

/**
 * Waits for the recorded answer to a message that has been accepted, wherever it is being written.
 * @param deadline as Date.now() gives it.
 * @returns 'with_person' when it is left to a person, 'late' when the deadline passes.
 */
export async function awaitAnswer(
  { db, live }: { db: Database; live: Live },
  tenantId: string,
  event: ChannelEvent & { type: 'message' },
  deadline: number,
): Promise<StoredAnswer | 'with_person' | 'late'> {
  const ended = new AbortController();
  const conversation = await db.inTenant(tenantId, (tx) =>
    tx.row<{ id: string }>('SELECT id FROM conversations WHERE tenant_id = $1 AND session_id = $2', [tenantId, event.sessionId]),
  );
  if (!conversation) return 'late';
  let wake = () => {};
  const endLive = await live.subscribe(tenantId, conversation.id, ({ part }) => {
    if (part.type === 'answer-end') wake();
  });
  try {
    while (true) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const answer = await db.inTenant(tenantId, (tx) => findAnswer(tx, tenantId, conversation.id, event.externalId));
      if (answer) return answer;
      const left = deadline - Date.now();
      if (left <= 0) return 'late';
      await Promise.race([woken, pause(Math.min(left, LOOK_EVERY_MS), undefined, { signal: ended.signal }).catch(() => {})]);
    }
  } finally {
    ended.abort();
    endLive();
  }
}

type AnswerRow = {
  event_status: string;
  content: string | null;
  citations: Citation[] | null;
  verdict: Verdict | null;
  language: string | null;
  asks_contact: boolean | null;
  is_first: boolean;
};

async function findAnswer(tx: Transaction, tenantId: string, conversationId: string, externalId: string) {
  const row = await tx.row<AnswerRow>(
    `SELECT e.status AS event_status, a.content, a.citations, a.verdict, a.metadata->'receipt'->>'language' AS language,
       a.parts @> '[{"type":"lead-request"}]' AS asks_contact,
       NOT EXISTS (SELECT FROM messages b WHERE b.tenant_id = $1 AND b.conversation_id = $2 AND b.sender_type = 'ai' AND b.seq < a.seq) AS is_first
     FROM messages m JOIN inbox_events e ON e.tenant_id = m.tenant_id AND e.message_id = m.id
     LEFT JOIN messages a ON a.tenant_id = m.tenant_id AND a.conversation_id = m.conversation_id AND a.seq = m.answer_seq
     WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.external_id = $3`,
    [tenantId, conversationId, externalId],
  );
  if (!row || row.event_status === 'pending') return undefined;
  if (row.content === null || row.verdict === null) return 'with_person' as const;
  return {
    content: row.content,
    citations: row.citations ?? [],
    verdict: row.verdict,
    language: row.language,
    asksContact: row.asks_contact ?? false,
    isFirst: row.is_first,
  };
}
