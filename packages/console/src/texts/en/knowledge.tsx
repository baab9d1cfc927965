import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

export const knowledge = {
  about: 'The agent answers from this and from nothing else.',
  sources: 'Sources',
  noSources: 'Nothing is read yet.',
  noSourcesHint: 'Give the address of your website above: its pages are read, and read again when they change.',
  entries: 'Entries',
  searchIn: 'Search in entries',
  category: 'Category',
  everyCategory: 'Every category',
  categoryOf: (name: string, entries: number) => `${name} (${number(entries)})`,
  firstHundred: 'These are the first 100; the API lists all.',
  noMatch: 'No entry matches.',
  noEntries: 'No entries yet.',

  addFaq: 'Answer a question yourself',

  files: {
    title: 'Give files',
    hint: 'PDF, Word, Excel, CSV, HTML, Markdown or text. Drop them here, or choose them.',
    sending: 'Being sent…',
    choose: 'Choose files',
  },

  addSite: {
    title: 'Read a website',
    address: 'Address',
    whatOfIt: 'What of it',
    kinds: {
      site: 'This page and all below it',
      page: 'This page only',
      sitemap: 'All that this sitemap names',
    },
    read: 'Read it',
  },

  filing: {
    more: 'More',
    categoryHint: 'One word for what belongs together, as shop or support.',
    tags: 'Tags',
    tagsHint: 'With commas between them.',
    languageHint: 'Its code, as en or de. Empty: it is found out.',
    visibility: 'Who may read it',
    visibilities: { shared: 'Visitors', internal: 'Your team only: it is never quoted' },
  },

  rename: {
    title: (category: string) => `Rename ${category}`,
    to: 'New name',
    toHint: 'Empty: its entries and sources belong to none. A name that is there already: they join it.',
    rename: 'Rename',
  },

  drafts: {
    title: 'Drafts',
    actions: { add: 'New', change: 'Change', remove: 'Removal' },
    drop: 'Drop',
    publishAll: 'Publish all of them',
  },

  source: {
    statuses: { pending: 'Waiting', processing: 'Being read', complete: 'Read', error: 'Failed' },
    asOf: (when: ComponentChildren): ComponentChildren => <>as of {when}</>,
    isBeingRead: (name: string) => `${name} is being read`,
    readOf: (read: number, found: number) => `${number(read)} of ${number(found)}`,
    readAgain: 'Read again',
    confirmRemove: (name: string) => `Remove ${name} and all that came from it?`,
    views: { pages: 'What it brought', change: 'Change' },
    whichPages: 'Which pages',
    allPages: 'All',
    pageStatuses: { pending: 'waiting', complete: 'read', left_out: 'left out', error: 'failed' },
    noPages: 'Nothing.',
    every: 'Read again every',
    hours: 'hours',
    everyHint: 'Empty: only when asked.',
    mostPages: 'Pages, at most',
    depth: 'Links away, at most',
    depthHint: 'How many links a page may be away from the address.',
    saveAndRead: 'Save and read again',
  },

  entry: {
    views: { text: 'Text', versions: 'Versions', passages: 'Passages' },
    version: (version: number) => `version ${version}`,
    withdrawn: 'Withdrawn',
    hasDraft: 'Draft',
    withdraw: 'Withdraw',
    delete: 'Delete',
    confirmDelete: 'Delete this entry with all its versions?',
    publishChange: 'Publish the change',
    keepDraft: 'Keep as a draft',
    address: 'Web address',
    addressHint: 'Where a citation of it leads. Empty: nowhere.',
  },

  versions: {
    version: (version: number) => `Version ${version}`,
    now: 'Now',
    changedSince: 'What has changed since',
    publishAgain: 'Publish it again',
  },

  passages: {
    wordsIndexed: (count: number) => (count === 1 ? 'one word indexed' : `${number(count)} words indexed`),
    none: 'Nothing of it is searched: it is withdrawn or internal.',
  },

  tryIt: {
    title: 'Try a question',
    asVisitor: 'As a visitor would ask it',
    try: 'Try',
    withDrafts: 'As if the drafts were published',
    answered: 'Would be answered',
    notAnswered: 'Would not be answered',
    sure: (confidence: string, threshold: string) => `${confidence} sure; it answers from ${threshold} on`,
    passagesFound: 'The passages it found',
    scores: (covers: string, words: string, rank: string) => `covers ${covers} · words ${words} · rank ${rank}`,
  },
};
