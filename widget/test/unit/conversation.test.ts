import type { ConversationPart } from '@netia/protocol';
import { describe, expect, it } from 'vitest';
import { markCitations } from '../../src/panel/markdown.tsx';
import { addSending, applyPart, type Conversation, EMPTY, fromHistory, markSent } from '../../src/state/conversation.ts';

const answer = (seq: number, texts: string[]): [string, ConversationPart][] => [
  [`${seq}.0`, { type: 'answer-start', seq, message_id: `answer-${seq}` }],
  ...texts.map((text, i): [string, ConversationPart] => [`${seq}.${i + 1}`, { type: 'answer-delta', text, citations: [] }]),
  [`${seq}.${texts.length + 1}`, { type: 'answer-end', verdict: 'answered', status: 'complete' }],
];
const message = (seq: number, sender: 'visitor' | 'agent', key: string): [string, ConversationPart] => [
  String(seq),
  { type: 'message', seq, message_id: `m-${seq}`, sender_type: sender, text: key, client_message_id: sender === 'visitor' ? key : null, created_at: '' },
];
const fold = (parts: [string, ConversationPart][], from: Conversation = EMPTY) => parts.reduce((state, [id, part]) => applyPart(state, id, part), from);
const shown = (conversation: Conversation) =>
  conversation.items.map((item) => (item.kind === 'answer' ? item.segments.map((segment) => segment.text).join('') : item.text));

describe('the fold of parts', () => {
  it('shows what came once, however often and by whatever way it comes', () => {
    const parts = [message(1, 'visitor', 'hi'), ...answer(2, ['One.', ' Two.']), message(3, 'agent', 'Ada')];
    const once = fold(parts);
    expect(shown(once)).toEqual(['hi', 'One. Two.', 'Ada']);
    expect(fold([...parts, ...parts, ...answer(2, ['One.', ' Two.'])])).toEqual(once);
    expect(once.lastEventId).toBe('3');
    expect(once.isWithPerson).toBe(true);
  });

  it("keeps the visitor's message before the answer to it, and one being sent at the end", () => {
    let conversation = addSending(EMPTY, 'first', 'first');
    conversation = fold(answer(2, ['Answer.']), conversation);
    expect(shown(conversation)).toEqual(['first', 'Answer.']);
    conversation = fold([message(1, 'visitor', 'first')], conversation);
    conversation = addSending(conversation, 'second', 'second');
    conversation = fold([message(3, 'agent', 'person')], conversation);
    expect(shown(conversation)).toEqual(['first', 'Answer.', 'second', 'person']);
  });

  it('drops an answer that never ended when another begins: it was never stored', () => {
    const parts = [message(1, 'visitor', 'hi'), ...answer(2, ['Half']).slice(0, 2), ...answer(4, ['Whole.'])];
    expect(shown(fold(parts))).toEqual(['hi', 'Whole.']);
  });

  it('reads history as it reads the stream', () => {
    const parts = [message(1, 'visitor', 'hi'), ...answer(2, ['One.', ' Two.'])];
    const history = fromHistory({
      id: 'c',
      status: 'active',
      last_event_id: '2',
      messages: [
        { seq: 1, message_id: 'm-1', sender_type: 'visitor', text: 'hi', client_message_id: 'hi', created_at: '', feedback: null },
        {
          seq: 2,
          message_id: 'answer-2',
          sender_type: 'ai',
          text: 'One. Two.',
          client_message_id: null,
          created_at: '',
          feedback: null,
          parts: answer(2, ['One.', ' Two.']).map(([, part]) => part as Exclude<ConversationPart, { type: 'message' }>),
        },
      ],
    });
    expect(shown(history)).toEqual(shown(fold(parts)));
    expect(history.lastEventId).toBe('2');
  });

  it('marks what could not be sent', () => {
    const conversation = markSent(addSending(EMPTY, 'a', 'text'), 'a', 'failed');
    expect(conversation.items[0]).toMatchObject({ state: 'failed', text: 'text' });
  });
});

describe('marks of citations', () => {
  it('stand once behind a run on the same sources, and never come from outside', () => {
    expect(
      markCitations([
        { text: 'One.', citations: [1] },
        { text: ' Two.', citations: [1] },
        { text: ' Three\uE0009\uE001.', citations: [1, 2] },
        { text: '\n\nFour.', citations: [] },
      ]),
    ).toBe('One. Two.\uE0001\uE001 Three9.\uE0001\uE001\uE0002\uE001\n\nFour.');
  });
});
