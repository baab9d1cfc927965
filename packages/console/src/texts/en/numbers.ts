import { number } from '../format.ts';

export const numbers = {
  ofLastDays: 'Of the last days',
  days: (days: number) => `${days} days`,
  by: 'By',
  groups: { day: 'Day', channel: 'Channel', language: 'Language' },
  none: 'Nothing to count yet.',
  noneHint: 'Conversations of these days show here.',
  conversationsBy: { day: 'Conversations by day', channel: 'Conversations by channel', language: 'Conversations by language' },
  notKnown: 'not known',
  withoutPerson: 'without a person',
  withPerson: 'with a person',

  askedMost: 'Asked most',
  answeredOf: (answered: number, asked: number) => `${number(answered)} of ${number(asked)} answered`,
  whatCouldNot: 'What could not be answered',
  cost: 'Cost',
  callsOf: (calls: number, most: number) => `${number(calls)} of ${number(most)} calls to models today`,
  callsToday: 'Calls to models today',
  noCost: 'No cost is known of these days: no model was asked, or its price is not set.',
  costOfAnswers: (dollars: string) => `${dollars} for the answers of these days`,

  answered: 'Answered',
  confirmed: 'Resolved, confirmed',
  assumed: 'Resolved, assumed',
  tiles: {
    messages: (count: number) => (count === 1 ? 'one message of visitors' : `${number(count)} messages of visitors`),
    questionsAnswered: 'Questions answered',
    notAnswered: (count: number) => `${number(count)} not answered`,
    confirmedHow: 'the visitor said so',
    assumedHow: 'the visitor said nothing and stayed away',
    leftContact: (count: number) => `${number(count)} left contact details`,
    firstWord: 'First word',
    milliseconds: (ms: number) => `${number(ms)} ms`,
    firstWordHow: 'after the question, median',
    rating: 'Rating',
    ratingHow: 'mean of those who rated',
  },

  asTable: 'All figures as a table',
  allFigures: 'All figures',
  whenOrWhere: 'When or where',
};
