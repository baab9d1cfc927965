import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

export const start = {
  steps: 'Steps',
  stepNames: { nameAndSite: 'Name and site', knowledge: 'Knowledge', ask: 'Ask it', look: 'Look and snippet' },
  next: 'Next',

  whoAreYou: 'Who are you?',
  businessName: 'Name of your business',
  businessNameHint: 'Visitors read it above the chat.',
  website: 'Address of your website',

  aboutKnowledge: 'The agent answers from this and from nothing else. More can be given at any time.',
  ready: (texts: number) => (texts === 1 ? 'One text is ready to answer from.' : `${number(texts)} texts are ready to answer from.`),
  reading: 'Reading…',

  nothingYet: (give: ComponentChildren): ComponentChildren => <>There is nothing to answer from yet. {give} first.</>,
  giveKnowledge: 'Give it some knowledge',
  askTitle: 'Ask it what your visitors ask',
  noSuggestions: 'Nothing in your texts looks like a question; ask one of your own.',
  ownQuestion: 'Or your own question',
  ask: 'Ask',
  from: (source: ComponentChildren): ComponentChildren => <>From {source}</>,
  notAnswered: 'Your texts do not answer this. The agent would say so, and offer a person.',

  otherChat: (letAgent: ComponentChildren): ComponentChildren => <>Does your site have a chat of Crisp or Tidio already? {letAgent} instead.</>,
  letAgent: 'Let the agent answer in it',
  toInbox: 'To the inbox',
};
