import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

const times = (count: number) => (count === 1 ? 'once' : `${number(count)} times`);

export const gaps = {
  about: 'Questions of the last 30 days that the agent could not answer, or answered unsurely, the most asked first.',
  none: 'No gaps.',
  noneHint: 'Every question of the last 30 days could be answered.',
  answeredNow: 'Answered now',
  stillNotAnswered: 'Still not answered',
  asked: (asked: number, unsure: number) => `Asked ${times(asked)}${unsure > 0 ? `, answered unsurely or to no use ${times(unsure)}` : ''}`,
  last: (when: ComponentChildren): ComponentChildren => <>last {when}</>,
  yourAnswer: 'Your answer',
  answerSoFar: 'Your answer so far, which does not answer all of these',
  colleaguesAnswer: 'Your answer, as a colleague has replied',
  colleagueReplied: (reply: string) => `A colleague has replied: ${reply}`,
  publish: 'Publish and ask again',
  before: 'Before',
  after: 'After',
};
