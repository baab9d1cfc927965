import type { HistoryTurn } from './turn.ts';

/** The same words so often in a row are an out-of-office reply, not a visitor. */
const SAME_TEXTS = 4;
/** So many long replies in a row, each sooner than a person can type it, are another bot. */
const QUICK_REPLIES = 4;
const QUICK_MS = 1_500;
const LONG_CHARACTERS = 40;

/**
 * Whether the other side of a conversation looks like a program: an auto-responder or another bot. Two of them would talk
 * for ever, at the tenant's cost. A person who is taken for one loses the agent and gets the tenant's people.
 */
export function looksAutomatic(history: readonly HistoryTurn[], waiting: readonly { text: string; sentAt: Date | null }[]): boolean {
  const turns: HistoryTurn[] = [...history, ...waiting.map(({ text, sentAt }) => ({ role: 'visitor', text, at: sentAt }) as const)];
  const said = turns.filter((turn) => turn.role === 'visitor').map((turn) => turn.text.trim().toLowerCase());
  const last = said.slice(-SAME_TEXTS);
  if (last.length === SAME_TEXTS && last[0] !== '' && last.every((text) => text === last[0])) return true;
  let quick = 0;
  for (let i = turns.length - 1; i > 0; i -= 2) {
    const [answer, reply] = [turns[i - 1], turns[i]];
    if (answer?.role !== 'agent' || reply?.role !== 'visitor' || !answer.at || !reply.at) break;
    const took = reply.at.getTime() - answer.at.getTime();
    if (took < 0 || took > QUICK_MS || reply.text.length < LONG_CHARACTERS) break;
    quick++;
  }
  return quick >= QUICK_REPLIES;
}
