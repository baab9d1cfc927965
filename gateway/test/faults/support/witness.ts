import type { CrispMessage } from '@netia/testkit';
import type pg from 'pg';
import { codesIn, type SentEvent } from './webhook-sender.ts';

/** What the database says of a message that came in. */
export interface InboundRow {
  sessionId: string;
  fingerprint: number;
  /** In the order in which they were stored. */
  seq: number;
  answerSeq: number | null;
  eventStatus: string | null;
  reason: string | null;
}

/** What the database says of a message that went out. */
export interface OutboundRow {
  sessionId: string;
  fingerprint: number;
  /** The answer it is a piece of. */
  answerSeq: number | null;
}

export interface Ledger {
  inbound: readonly InboundRow[];
  outbound: readonly OutboundRow[];
}

export interface Verdict {
  /** Acknowledged, and no visible message answers it. */
  lost: string[];
  /** Answered by two answers, or by one that is visible twice. */
  twice: string[];
  /** Sent, acknowledged and stored before another of its conversation, and answered after it. */
  inverted: string[];
  /** Visible, and answers nothing that was asked there. */
  strays: string[];
  /** Left to people for a stated reason; the figure should be what the test has arranged. */
  left: string[];
  /** Taken in so long after they were written that they are for people to read, as accept-event.ts has it: long runs take longer than that. */
  late: number;
  /** Messages posted to the channel with a number that had been posted before. */
  repeats: number;
  visible: number;
  /** Visible messages whose own words say what they answer; of the others the database has to say it. */
  telling: number;
}

/** Reads what the database knows, past row security. */
export async function readLedger(pool: pg.Pool): Promise<Ledger> {
  const inbound = await pool.query<{
    session_id: string;
    external_id: string;
    seq: string;
    answer_seq: string | null;
    status: string | null;
    reason: string | null;
  }>(
    `SELECT c.session_id, m.external_id, m.seq, m.answer_seq, e.status, e.reason
     FROM messages m JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
     LEFT JOIN inbox_events e ON e.tenant_id = m.tenant_id AND e.message_id = m.id WHERE m.sender_type = 'visitor'`,
  );
  const outbound = await pool.query<{ session_id: string; fingerprint: string; seq: string | null }>(
    `SELECT c.session_id, d.fingerprint, a.seq FROM deliveries d
     JOIN conversations c ON c.tenant_id = d.tenant_id AND c.id = d.conversation_id
     LEFT JOIN messages a ON a.tenant_id = d.tenant_id AND a.id = d.message_id WHERE d.kind = 'message'`,
  );
  return {
    inbound: inbound.rows.map((row) => ({
      sessionId: row.session_id,
      fingerprint: Number(row.external_id),
      seq: Number(row.seq),
      answerSeq: row.answer_seq === null ? null : Number(row.answer_seq),
      eventStatus: row.status,
      reason: row.reason,
    })),
    outbound: outbound.rows.map((row) => ({
      sessionId: row.session_id,
      fingerprint: Number(row.fingerprint),
      answerSeq: row.seq === null ? null : Number(row.seq),
    })),
  };
}

/** Whether anything is still to be answered or sent. Undefined while the database is away. */
export async function countWaiting(pool: pg.Pool): Promise<number | undefined> {
  try {
    const { rows } = await pool.query<{ n: string }>(
      "SELECT (SELECT count(*) FROM inbox_events WHERE status = 'pending') + (SELECT count(*) FROM deliveries WHERE status = 'pending') AS n",
    );
    return Number(rows[0]?.n);
  } catch {
    return undefined;
  }
}

/** See LATE in inbox/accept-event.ts. */
const LATE_MS = 600_000;

/**
 * Judges by what the visitor saw. Which questions a visible message answers, its own words tell where a model wrote it;
 * a quotation of the sources does not tell, and there the database has to: the message's number leads to the answer, the
 * answer to what it answers. Whether anything is visible, and how often and in which order, the channel alone says.
 */
export function judge(events: readonly SentEvent[], visible: readonly CrispMessage[], ledger: Ledger): Verdict {
  const byCode = new Map(events.map((event) => [event.code, event]));
  const rowOf = new Map(ledger.inbound.map((row) => [`${row.sessionId} ${row.fingerprint}`, row]));
  const answerOf = new Map(ledger.outbound.map((row) => [row.fingerprint, row]));
  const askedBy = Map.groupBy(
    events.filter((event) => rowOf.get(keyOf(event))?.answerSeq != null),
    (event) => `${event.sessionId} ${rowOf.get(keyOf(event))?.answerSeq}`,
  );
  const verdict: Verdict = { lost: [], twice: [], inverted: [], strays: [], left: [], late: 0, repeats: 0, visible: visible.length, telling: 0 };

  /** For each event, the answers that are visible and where the first of them stands. */
  const answers = new Map<SentEvent, { names: Set<string>; place: number }>();
  const seen = new Map<number, number>();
  for (const [place, message] of visible.entries()) {
    const times = (seen.get(message.fingerprint) ?? 0) + 1;
    seen.set(message.fingerprint, times);
    const known = answerOf.get(message.fingerprint);
    const told = codesIn(String(message.content)).flatMap((code) => byCode.get(code) ?? []);
    const answered = told.length > 0 ? told : (askedBy.get(`${known?.sessionId} ${known?.answerSeq}`) ?? []);
    if (told.length > 0) verdict.telling++;
    if (answered.length === 0 || answered.some((event) => event.sessionId !== message.sessionId || event.websiteId !== message.websiteId))
      verdict.strays.push(`${message.fingerprint} in ${message.sessionId}: ${String(message.content).slice(0, 80)}`);
    if (times > 1) verdict.twice.push(`${message.fingerprint} is visible ${times} times in ${message.sessionId}`);
    // The pieces of one answer have one name.
    const name = known?.answerSeq == null ? `#${message.fingerprint}` : `answer ${known.answerSeq}`;
    for (const event of answered) {
      const answer = answers.get(event) ?? { names: new Set(), place };
      answer.names.add(name);
      answers.set(event, answer);
    }
  }
  verdict.repeats = visible.length - seen.size;

  for (const event of events) {
    const answer = answers.get(event);
    const row = rowOf.get(keyOf(event));
    if (answer && answer.names.size > 1) verdict.twice.push(`${describe(event)} by ${[...answer.names].join(' and ')}`);
    if (answer || event.acknowledgedAt === undefined) continue;
    if (row?.reason === 'came too late to be answered' && performance.timeOrigin + event.acknowledgedAt - event.saidAt > LATE_MS) verdict.late++;
    else if (row?.eventStatus === 'done' && row.reason) verdict.left.push(`${describe(event)}: ${row.reason}`);
    else verdict.lost.push(`${describe(event)}: ${row ? `${row.eventStatus ?? 'no event'}, ${row.reason ?? `answered as ${row.answerSeq}`}` : 'not stored'}`);
  }

  for (const ofOne of Map.groupBy(events, (event) => event.sessionId).values()) {
    for (const [i, earlier] of ofOne.entries()) {
      const first = answers.get(earlier);
      for (const later of ofOne.slice(i + 1)) {
        const second = answers.get(later);
        if (first && second && second.place < first.place && cameInOrder(earlier, later, rowOf))
          verdict.inverted.push(`${describe(earlier)} after ${describe(later)}`);
      }
    }
  }
  return verdict;
}

/**
 * Whether the sender could know that the earlier one was there first: acknowledged first, and not only because the later
 * one's acknowledgement got lost, to be given again when a retry was found to be stored already.
 */
function cameInOrder(earlier: SentEvent, later: SentEvent, rowOf: ReadonlyMap<string, InboundRow>): boolean {
  if (earlier.acknowledgedAt === undefined || later.acknowledgedAt === undefined || later.triedAt === undefined) return false;
  if (earlier.acknowledgedAt > later.acknowledgedAt) return false;
  if (earlier.acknowledgedAt <= later.triedAt) return true;
  const [first, second] = [rowOf.get(keyOf(earlier)), rowOf.get(keyOf(later))];
  return first === undefined || second === undefined || first.seq < second.seq;
}

const keyOf = (event: SentEvent) => `${event.sessionId} ${event.fingerprint}`;
const describe = (event: SentEvent) => `event ${event.index} (${event.code}) of ${event.sessionId}`;
