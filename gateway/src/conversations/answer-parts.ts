import type { AnswerPart, ConversationPart, MessagePart, SentFile } from '@netia/protocol';
import { FILE_OF_MESSAGE } from './visitor-files.ts';

/** A part with its place: `<seq>.<index>` for the parts of an answer, `<seq>` for a message. */
export interface PlacedPart {
  id: string;
  part: ConversationPart;
}

/** An answer's parts as stored: texts are left out, they stand in the message's content. */
type StoredPart = Exclude<AnswerPart, { type: 'answer-delta' }> | { type: 'answer-delta'; length: number; citations: number[] };

/** For the `parts` column: one copy of the text per answer, so that what is shown again cannot differ from what is stored. */
export function packParts(parts: AnswerPart[]): StoredPart[] {
  return parts.map((part) => (part.type === 'answer-delta' ? { type: part.type, length: part.text.length, citations: part.citations } : part));
}

export function unpackParts(parts: StoredPart[], content: string): AnswerPart[] {
  let at = 0;
  return parts.map((part) => {
    if (part.type !== 'answer-delta') return part;
    const text = content.slice(at, at + part.length);
    at += part.length;
    return { type: part.type, text, citations: part.citations };
  });
}

/** A stored message as clients read it from rows. */
export interface MessageRow {
  id: string;
  seq: string;
  sender_type: 'visitor' | 'ai' | 'agent';
  content: string;
  external_id: string | null;
  timestamp: Date;
  parts: StoredPart[] | null;
  feedback: 'up' | 'down' | null;
  file: SentFile | null;
}

export const MESSAGE_COLUMNS = `id, seq, sender_type, content, external_id, timestamp, parts, feedback, ${FILE_OF_MESSAGE} AS file`;

/** The parts a stored message was, or would have been, streamed as. */
export function placeParts(row: MessageRow): PlacedPart[] {
  if (row.sender_type === 'ai') return unpackParts(row.parts ?? [], row.content).map((part, index) => ({ id: `${row.seq}.${index}`, part }));
  return [{ id: row.seq, part: messagePart(row, row.sender_type) }];
}

function messagePart(row: MessageRow, sender: 'visitor' | 'agent'): MessagePart {
  return {
    type: 'message',
    seq: Number(row.seq),
    message_id: row.id,
    sender_type: sender,
    text: row.content,
    file: row.file,
    client_message_id: sender === 'visitor' ? row.external_id : null,
    created_at: row.timestamp.toISOString(),
  };
}

/** A place as two numbers, or undefined when it is none. A message's own place comes after everything before its seq. */
export function readPlace(id: string): { seq: number; index: number } | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(id);
  return match ? { seq: Number(match[1]), index: match[2] === undefined ? Number.MAX_SAFE_INTEGER : Number(match[2]) } : undefined;
}

/** Whether `id` comes after `than`. */
export function isAfter(id: string, than: { seq: number; index: number }): boolean {
  const place = readPlace(id);
  return place !== undefined && (place.seq > than.seq || (place.seq === than.seq && place.index > than.index));
}

/**
 * Whether a part is the one to show after `last`, was shown already, or comes with something missing before it: Redis
 * may lose a message, and a stream that skips a sentence would show another text than is stored.
 */
export function placeAfter(id: string, last: { seq: number; index: number }): 'next' | 'past' | 'gap' {
  const place = readPlace(id);
  if (!place || !isAfter(id, last)) return 'past';
  const isMessage = place.index === Number.MAX_SAFE_INTEGER;
  return isMessage || place.index === (place.seq === last.seq ? last.index + 1 : 0) ? 'next' : 'gap';
}
