const shared = {
  introduces: 'Say over the first answer that it comes from an AI',
  introducesHint: 'The EU’s AI Act wants it said. Switch it off only where your chat says so itself.',
  quiet: 'The agent is back when no person has written for',
  minutes: 'minutes',
};

export const crispSettings = {
  ...shared,
  title: 'How the agent behaves in Crisp',
  nickname: 'Name over its messages',
  nicknameHint: 'Empty: the name of your business.',
  assignTo: 'Operator who gets what is handed over',
  assignToHint: 'Crisp’s id of the operator. Empty: nobody in particular.',
  takeover: 'A conversation that is assigned to an operator is theirs at once',
  takeoverHint: 'Otherwise only when they write.',
  segment: 'Segment for visitors who leave an address or number',
  segmentHint: 'Empty: none.',
  typing: 'Show that an answer is being written',
  typingHint: 'Costs two calls of the day’s quota for each answer that takes long.',
  longest: 'Longest message',
  characters: 'characters',
  longestHint: 'Longer answers are split.',
};

export const tidioSettings = {
  ...shared,
  title: 'How the agent behaves in Tidio',
  fallback: 'What a visitor reads when no answer came in time',
  fallbackHint: 'Empty: the agent’s own words.',
  flow: 'A Flow’s call may take',
  seconds: 'seconds',
  flowHint: 'Tidio does not say how long it waits; ten seconds is usual.',
  perContact: 'Answers to one contact',
  perTicket: 'Answers on one ticket',
  anHour: 'an hour',
  operator: 'Operator in whose name tickets are answered',
  operatorHint: 'Tidio’s id of the operator. Empty: tickets are left alone.',
  bridge: 'Let the bridge script answer on your pages',
  bridgeHint: 'Its messages exist in the visitor’s browser only: operators do not see them.',
};
