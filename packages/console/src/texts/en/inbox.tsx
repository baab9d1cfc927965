import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

export const inbox = {
  views: {
    all: 'All',
    unread: 'Unread',
    mine: 'Mine',
    nobodys: "Nobody's",
    withContact: 'With contact details',
  },
  shortcuts: 'Shortcuts',
  keysTitle: 'Keys of the inbox',
  keysOn: 'These keys do something in this browser',
  keys: {
    move: 'Next and previous conversation',
    reply: 'Write a reply',
    note: 'Write a note',
    takeOver: 'Take over',
    giveBack: 'Give back to the agent',
    toMe: 'Give it to me',
    end: 'End',
    help: 'This list',
  },
  searchIn: 'Search in messages',
  whichConversations: 'Which conversations',
  everyLanguage: 'Every language',
  noMatch: 'No conversation matches.',
  none: 'No conversations yet.',
  /** Members, as those who see to conversations. */
  seenToBy: 'Seen to by',
  unread: (count: number, max: number) => `${number(count)}${count < max ? '' : ' or more'} unread`,
  showsHere: (site: ComponentChildren): ComponentChildren => <>As soon as somebody asks on {site}, it shows here.</>,
  yourSite: 'your site',
  /** Behind a visitor's name, for who listens. */
  andUnread: ', unread',
  mine: 'mine',
  lead: 'lead',
  proven: 'proven',
  flagged: 'To be looked at',
};
