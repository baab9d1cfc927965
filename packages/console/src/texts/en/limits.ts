export const limits = {
  title: 'Limits and costs',
  about: 'What is counted before it is spent: the worst bill of a day is known beforehand.',
  visitor: { label: 'Messages of one visitor', unit: 'an hour', hint: 'Whoever sends more is told when they can go on.' },
  address: {
    label: 'Messages from one internet address',
    unit: 'an hour',
    hint: 'Beyond it everybody behind this address is told when they can go on; an office may be many people.',
  },
  modelCalls: {
    label: 'Calls to AI models',
    unit: 'a day',
    hint: 'Beyond it answers are quoted from your texts until midnight UTC. 0: no model is asked.',
  },
  embedding: {
    label: 'Texts and questions read for the search by meaning',
    unit: 'tokens a day',
    hint: 'Beyond it new and changed texts are found, and questions are searched, by their words only, until there is room again. A million tokens are about 200 pages.',
  },
  answer: { label: 'Longest answer of a model', unit: 'tokens', hint: 'Beyond it the model stops writing. 100 tokens are about 75 English words.' },
};
