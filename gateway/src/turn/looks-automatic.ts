import type { HistoryTurn } from './turn.ts';

/** The same words so often in a row are an out-of-office reply, not a visitor; so are two texts by turns, twice as long. */
const SAME_TEXTS = 4;
/** So many long messages in a row, each sooner after an answer than a person can type it, are another bot. */
const QUICK_REPLIES = 4;
const QUICK_MS = 1_500;
const LONG_CHARACTERS = 40;

/**
 * Whether the other side of a conversation looks like a program: an auto-responder or another bot. Two of them would talk
 * for ever, at the tenant's cost. A person who is taken for one loses the agent and gets the tenant's people.
 */
export function looksAutomatic(history: readonly HistoryTurn[], waiting: readonly { text: string; sentAt: Date | null }[]): boolean {
  const said = [
    ...history.filter((turn) => turn.role === 'visitor').map(({ text, at }) => ({ text, at: at?.getTime() })),
    ...waiting.map(({ text, sentAt }) => ({ text, at: sentAt?.getTime() })),
  ];
  return repeats(said.map(({ text }) => text.trim().toLowerCase())) || repliesQuickly(said, history);
}

function repeats(texts: string[]): boolean {
  const isOnly = (count: number, distinct: number) => texts.length >= count && texts.at(-1) !== '' && new Set(texts.slice(-count)).size <= distinct;
  return isOnly(SAME_TEXTS, 1) || isOnly(2 * SAME_TEXTS, 2);
}

function repliesQuickly(said: readonly { text: string; at: number | undefined }[], history: readonly HistoryTurn[]): boolean {
  const shown = history.flatMap(({ role, at }) => (role === 'agent' && at ? [at.getTime()] : []));
  let quick = 0;
  for (const { text, at } of [...said].reverse()) {
    // What was sent before an answer was shown is no reply to that one, but to one before it.
    const answered = at === undefined ? [] : shown.filter((time) => time <= at);
    if (at === undefined || answered.length === 0 || at - Math.max(...answered) > QUICK_MS || text.length < LONG_CHARACTERS) break;
    quick++;
  }
  return quick >= QUICK_REPLIES;
}
