import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

/** What several pages say, or what stands around all of them. */
export const common = {
  documentTitle: 'Netia console',
  /** Of a page, in the browser's tab. */
  pageTitle: (page: string, business: string, waiting: number) => `${waiting > 0 ? `(${number(waiting)}) ` : ''}${page} · ${business}`,
  pages: {
    start: 'Set up',
    inbox: 'Inbox',
    knowledge: 'Knowledge',
    gaps: 'Gaps',
    leads: 'Leads',
    numbers: 'Numbers',
    site: 'Your site',
    people: 'People',
    settings: 'Settings',
  },
  menu: 'Console',
  skip: 'Skip to content',
  business: 'Business',
  /** Behind the number in the menu, for who listens. */
  waitingCounted: 'waiting for a person',
  tellMe: 'Tell me when somebody waits',
  somebodyWaits: 'Somebody waits for a person',
  chooseConversation: 'Choose a conversation.',

  oneMoment: 'One moment…',
  tryAgain: 'Try again',
  notFetched: 'This page could not be fetched.',
  loadAgain: 'Load the console again',
  unreachable: 'Netia cannot be reached. Check your connection; what you see may be old.',
  wentWrong: 'Something went wrong. Try again.',

  close: 'Close',
  export: 'Export',
  older: 'Older',
  publish: 'Publish',
  remove: 'Remove',
  save: 'Save',
  saved: 'Saved.',
  search: 'Search',
  signIn: 'Sign in',
  signOut: 'Sign out',

  answer: 'Answer',
  canned: 'Canned replies',
  channel: 'Channel',
  code: 'Code of your app, or a recovery code',
  conversation: 'conversation',
  conversations: 'Conversations',
  email: 'E-mail address',
  everyChannel: 'Every channel',
  exampleSite: 'shop.example',
  internal: 'internal',
  language: 'Language',
  name: 'Name',
  password: 'Password',
  question: 'Question',
  text: 'Text',
  title: 'Title',
  visitor: 'Visitor',
  yourPassword: 'Your password',

  /** How a conversation stands. */
  withPerson: 'With a person',
  withAgent: 'With the agent',
  ended: 'Ended',
  notAnswered: 'Not answered',
  waiting: 'Waiting for a person',

  /** Of people of the same name. */
  nameWithEmail: (name: string, email: string) => `${name} (${email})`,
  ends: (when: ComponentChildren): ComponentChildren => <>ends {when}</>,
  outOfFive: (rating: number) => `${number(rating)} of 5`,
  /** Of a share from 0 to 1. */
  percent: (share: number) => `${number(Math.round(share * 100))} %`,

  /** A chart in words: its title, and what each bar says. */
  chart: (title: string, bars: string[]) => `${title}: ${bars.join('; ')}`,
  bar: (name: string, value: number, part: number, whatPart: string) => `${name} ${number(value)}, ${number(part)} ${whatPart}`,
};
