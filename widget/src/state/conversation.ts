import type { Citation, ConversationPart, HistoryMessage, LeadField, SessionResponse, Verdict } from '@netia/protocol';

/** What the thread shows, as data. Everything that happens is folded into it by the pure functions below. */
export interface Conversation {
  items: Item[];
  /** Place of the last part taken in, for Last-Event-ID. */
  lastEventId: string;
  isWithPerson: boolean;
}

export type Item = VisitorItem | AnswerItem | PersonItem;

export interface VisitorItem {
  kind: 'visitor';
  key: string;
  seq: number | null;
  text: string;
  /** While it is on its way; `text` is its name. */
  file?: Blob | undefined;
  state: 'sending' | 'sent' | 'failed';
}

export interface AnswerItem {
  kind: 'answer';
  key: string;
  seq: number;
  messageId: string;
  segments: { text: string; citations: number[] }[];
  citations: Citation[];
  leadFields: LeadField[];
  handoff: 'offered' | 'requested' | null;
  verdict: Verdict | null;
  isPartial: boolean;
  isDone: boolean;
  feedback: 'up' | 'down' | null;
  /** Index of the last part taken in: a part that comes by two ways counts once. */
  lastIndex: number;
}

export interface PersonItem {
  kind: 'person';
  key: string;
  seq: number;
  text: string;
}

export const EMPTY: Conversation = { items: [], lastEventId: '0', isWithPerson: false };

/** The conversation as the server knows it, after a resume. */
export function fromHistory(history: SessionResponse['conversation']): Conversation {
  let conversation = EMPTY;
  for (const message of history.messages) conversation = addStored(conversation, message);
  return { ...conversation, isWithPerson: history.status === 'transferred', lastEventId: history.last_event_id };
}

function addStored(conversation: Conversation, message: HistoryMessage): Conversation {
  if (message.sender_type === 'ai') {
    const folded = (message.parts ?? []).reduce((state, part, index) => applyPart(state, `${message.seq}.${index}`, part), conversation);
    return changeAnswer(folded, message.seq, { feedback: message.feedback });
  }
  return applyPart(conversation, String(message.seq), {
    type: 'message',
    seq: message.seq,
    message_id: message.message_id,
    sender_type: message.sender_type,
    text: message.text,
    file: message.file,
    client_message_id: message.client_message_id,
    created_at: message.created_at,
  });
}

export function addSending(conversation: Conversation, clientMessageId: string, text: string, file?: Blob): Conversation {
  return { ...conversation, items: [...conversation.items, { kind: 'visitor', key: clientMessageId, seq: null, text, file, state: 'sending' }] };
}

export function markSent(conversation: Conversation, clientMessageId: string, state: 'sending' | 'sent' | 'failed'): Conversation {
  return { ...conversation, items: conversation.items.map((item) => (item.kind === 'visitor' && item.key === clientMessageId ? { ...item, state } : item)) };
}

export function changeAnswer(conversation: Conversation, seq: number, change: Partial<AnswerItem>): Conversation {
  return { ...conversation, items: conversation.items.map((item) => (item.kind === 'answer' && item.seq === seq ? { ...item, ...change } : item)) };
}

/** Folds one part in. Parts may come twice (by the answer's stream and by /events) and are then ignored. */
export function applyPart(conversation: Conversation, id: string, part: ConversationPart): Conversation {
  const next = part.type === 'message' ? applyMessage(conversation, part) : applyAnswerPart(conversation, id, part);
  return next === conversation ? conversation : { ...next, lastEventId: later(conversation.lastEventId, id) };
}

function applyMessage(conversation: Conversation, part: Extract<ConversationPart, { type: 'message' }>): Conversation {
  const key = part.client_message_id ?? part.message_id;
  if (conversation.items.some((item) => item.key === key)) {
    const items = conversation.items.map((item): Item => (item.kind === 'visitor' && item.key === key ? { ...item, seq: part.seq, state: 'sent' } : item));
    return { ...conversation, items };
  }
  const text = part.file?.name ?? part.text;
  const item: Item =
    part.sender_type === 'visitor' ? { kind: 'visitor', key, seq: part.seq, text, state: 'sent' } : { kind: 'person', key, seq: part.seq, text };
  return { ...conversation, items: insert(conversation.items, item), isWithPerson: conversation.isWithPerson || part.sender_type === 'agent' };
}

function applyAnswerPart(conversation: Conversation, id: string, part: Exclude<ConversationPart, { type: 'message' }>): Conversation {
  const [seq = 0, index = 0] = id.split('.').map(Number);
  const known = conversation.items.find((item): item is AnswerItem => item.kind === 'answer' && item.seq === seq);
  if (part.type === 'answer-start') {
    if (known) return conversation;
    const started: AnswerItem = {
      kind: 'answer',
      key: part.message_id,
      seq,
      messageId: part.message_id,
      segments: [],
      citations: [],
      leadFields: [],
      handoff: null,
      verdict: null,
      isPartial: false,
      isDone: false,
      feedback: null,
      lastIndex: index,
    };
    // An answer that never ended was never stored: its worker died, and this one takes its place.
    return {
      ...conversation,
      items: insert(
        conversation.items.filter((item) => item.kind !== 'answer' || item.isDone),
        started,
      ),
    };
  }
  if (!known || index <= known.lastIndex) return conversation;
  const changed = { ...known, lastIndex: index };
  switch (part.type) {
    case 'citation':
      changed.citations = [...known.citations, part.citation];
      break;
    case 'answer-delta':
      changed.segments = [...known.segments, { text: part.text, citations: part.citations }];
      break;
    case 'lead-request':
      changed.leadFields = part.fields;
      break;
    case 'handoff':
      changed.handoff = part.state;
      break;
    case 'answer-end':
      changed.verdict = part.verdict;
      changed.isPartial = part.status === 'partial';
      changed.isDone = true;
      break;
  }
  const next = changeAnswer(conversation, seq, changed);
  if (part.type === 'handoff' && part.state === 'requested') return { ...next, isWithPerson: true };
  // The agent answers again, so the person has given the conversation back.
  return part.type === 'answer-end' && part.verdict !== 'handed_over' && part.verdict !== 'failed' ? { ...next, isWithPerson: false } : next;
}

/** Into its place: by seq, what is still being sent last. */
function insert(items: Item[], item: Item): Item[] {
  const at = items.findIndex((other) => (other.seq ?? Number.POSITIVE_INFINITY) > (item.seq ?? Number.POSITIVE_INFINITY));
  // A message on its way was written before the answer that has just begun to it.
  const sending = items.findIndex((other) => other.seq === null);
  const place = at === sending ? -1 : at;
  return place === -1 ? [...items, item] : [...items.slice(0, place), item, ...items.slice(place)];
}

function later(a: string, b: string): string {
  const [seqA = 0, indexA = Number.POSITIVE_INFINITY] = a.split('.').map(Number);
  const [seqB = 0, indexB = Number.POSITIVE_INFINITY] = b.split('.').map(Number);
  return seqB > seqA || (seqB === seqA && indexB > indexA) ? b : a;
}
