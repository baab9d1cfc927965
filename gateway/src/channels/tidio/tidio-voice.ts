import type { ChannelVoice } from '../../deliveries/channel-voice.ts';
import type { PlannedDelivery } from '../../deliveries/planned-delivery.ts';
import { phrasesFor } from '../../turn/phrases.ts';
import type { TurnOutcome } from '../../turn/turn.ts';
import { writeAnswer, writeText } from '../answer-text.ts';
import { ticketOf } from './ids.ts';

/**
 * How the agent speaks in Tidio. A ticket gets a public reply when the sources answer it, and otherwise a note for the
 * operators: a mail that says "I do not know" helps nobody. A chat is answered within the Flow's own call, so nothing is
 * left to be sent.
 */
export const tidioVoice: ChannelVoice = {
  planAnswer: (tenant, lease, outcome) => {
    if (ticketOf(lease.sessionId) === undefined) return [];
    const { sources, isAi } = phrasesFor(outcome.receipt.language, tenant.settings.widget.language);
    if (isPublic(outcome)) {
      const opening = lease.hasSpoken || !tenant.settings.tidio.introduces_itself ? '' : writeText('html', `*${isAi}*`);
      return [message(opening + writeAnswer('html', outcome.content, outcome.citations, sources))];
    }
    // What it could say is worth something to an operator only if it rests on something.
    const draft = outcome.citations.length > 0 ? ` A draft: ${writeText('plain', outcome.content)}` : '';
    const reason =
      outcome.verdict === 'handed_over' ? 'The customer asks for a person.' : 'The agent has found no answer it is sure of, and leaves this ticket to you.';
    return [note(reason + draft)];
  },
  planNotice: (_tenant, where, { text }) => (ticketOf(where.sessionId) === undefined ? [] : [message(writeText('html', text))]),
  planPersonMessage: (_tenant, where, text) =>
    ticketOf(where.sessionId) === undefined ? undefined : [{ ...message(writeText('html', text)), isPersons: true }],
  planNote: (_tenant, where, word) => (ticketOf(where.sessionId) === undefined ? [] : [note(word)]),
  leavesToPeople: (where, outcome) => ticketOf(where.sessionId) !== undefined && !isPublic(outcome),
  answersPerHour: (tenant, where) => {
    // A Flow's calls are counted before they are taken in.
    return ticketOf(where.sessionId) === undefined ? Number.POSITIVE_INFINITY : tenant.settings.tidio.answers_per_ticket_per_hour;
  },
  // A ticket's customer may write again after days; it stays with the person who has answered it.
  quietMinutes: (tenant, where) => (ticketOf(where.sessionId) === undefined ? tenant.settings.tidio.quiet_minutes : null),
  // Tidio has no call for it.
  showTyping: () => Promise.resolve(),
};

/** Whether the customer gets it as a mail. */
const isPublic = (outcome: TurnOutcome) => outcome.verdict === 'answered' && outcome.status === 'complete';

const message = (html: string): PlannedDelivery => ({ kind: 'message', payload: { content: html } });
const note = (content: string): PlannedDelivery => ({ kind: 'note', payload: { content } });
