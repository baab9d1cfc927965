import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';
import { crispSettings, tidioSettings } from './channel-settings.ts';
import { contact } from './contact.ts';
import { limits } from './limits.ts';
import { origins } from './origins.ts';
import { visitorProof } from './visitor-proof.ts';

const answers = {
  title: 'Answers',
  whoAnswers: 'Who answers',
  whoAnswersHint: 'Whoever has no key is passed over. When none answers, your texts are quoted.',
  answerers: {
    'openai,anthropic,extractive': 'OpenAI, and Anthropic when it fails',
    'anthropic,openai,extractive': 'Anthropic, and OpenAI when it fails',
    'openai,extractive': 'OpenAI only',
    'anthropic,extractive': 'Anthropic only',
    extractive: 'No model: your texts are quoted',
  },
  categories: 'From these categories only',
  categoriesHint: 'With commas between them. Empty: from all.',
  tags: 'Or with one of these tags',
  tagsHint: 'With both, entries of one of the categories or with one of the tags.',
  caution: 'How sure it must be',
  cautions: {
    careful: 'Careful: says more often that it does not know',
    balanced: 'Balanced',
    eager: 'Eager: answers more, and is wrong more often',
  },
  quotes: 'How long quoted answers are',
  quoteLengths: {
    short: 'Short, about 35 words',
    medium: 'Medium, about 60 words',
    long: 'Long, about 100 words',
  },
  instructions: 'Instructions to the model: tone, names, what to mention',
  filledIn: (business: ComponentChildren, page: ComponentChildren, language: ComponentChildren): ComponentChildren => (
    <>
      {business}, {page} and {language} are filled in. Without a model they change nothing: your texts are then quoted as they stand.
    </>
  ),
  preview: 'What a model would be given',
  forQuestion: 'For this question',
  show: 'Show',
};

const audit = {
  title: 'Who did what',
  about: 'Every change, and sign-ins, exports and erasures.',
  newer: 'Newer',
  none: 'Nothing was changed yet.',
};

const channels = {
  title: 'Crisp and Tidio',
  purposes: {
    crisp_hook_key: 'Crisp: key in the address of the website hook',
    tidio_flow_token: 'Tidio: address of the Flow’s API call',
    tidio_flow_secret: 'Tidio: secret in the header of the Flow’s API call',
    tidio_webhook_secret: 'Tidio: secret that webhooks are signed with',
    tidio_client: 'Tidio: OpenAPI keys',
    widget_identity_secret: 'Widget: proofs of signed-in visitors',
  },
  made: 'Put this where the guide says. A secret is shown this once.',
  connect: 'Connect',
  connected: 'Connected',
  disconnect: 'Disconnect',
  sharedSecrets: 'Shared secrets',
  endSecret: 'End it',
  confirmEndSecret: 'End this secret at once?',

  crisp: 'Crisp',
  sendsWith: {
    none: 'Nothing can be sent yet.',
    plugin: 'Sends with the plugin.',
    own: 'Sends with your own token.',
  },
  pluginInstalled: 'The plugin is installed.',
  hasHook: 'A website hook has a key.',
  hookAddress: 'Address for a website hook',
  confirmCrisp: 'Disconnect Crisp?',
  websiteId: 'Website ID',
  websiteIdHint: 'In Crisp: Settings › Workspace Settings › Setup.',
  installToken: 'Install token of the plugin',
  installTokenHint: 'Or, without the plugin, a token of your own:',
  identifier: 'Identifier',
  key: 'Key',
  crispGuide: 'How to connect Crisp',

  tidio: 'Tidio',
  capabilities: {
    flow: 'answers live chat in a Flow',
    webhooks: 'hears of takeovers',
    tickets: 'answers tickets',
    bridge: 'bridge script on your pages',
  },
  yes: 'Yes',
  notYet: 'Not yet',
  flowAddress: 'Address for the Flow',
  flowSecret: 'Secret for the Flow',
  confirmTidio: 'Disconnect Tidio?',
  webhookSecret: 'Secret of Tidio’s webhooks',
  keepSecret: 'Keep it',
  publicKey: 'Public key',
  publicKeyHint: 'The file name in your Tidio snippet, 32 letters and digits.',
  clientId: 'OpenAPI client id',
  clientIdHint: 'For tickets; plans Plus and Premium.',
  clientSecret: 'OpenAPI client secret',
  tidioGuide: 'How to connect Tidio',
};

const hours = {
  title: 'Opening hours',
  enable: 'Tell visitors who ask for a person outside these hours when somebody is back',
  timeZone: 'Time zone',
  closed: 'closed',
  from: (day: string) => `${day} from`,
  to: (day: string) => `${day} to`,
  without: (day: string, from: string) => `${day}: without ${from}`,
  addTo: (day: string) => `${day}: add hours`,
  add: '+ Hours',
  holidays: 'Holidays',
  addHoliday: 'Add a holiday',
  /** Under the week. */
  untilMidnight: 'An end of 00:00, or 12:00 AM, is the end of that day.',
  nameOf: (holiday: string) => `Name of ${holiday}`,
};

const keys = {
  title: 'API keys',
  about: (api: ComponentChildren): ComponentChildren => <>All that this console does goes through the {api}; a key opens as much of it as its scopes say.</>,
  restApi: 'REST API',
  make: 'Make a key',
  nameHint: 'What it is for.',
  endsOn: 'Ends on',
  endsOnHint: 'Empty: when it is revoked.',
  rateLimit: 'Requests a minute, at most',
  rateLimitHint: 'Empty: 600.',
  requestsPerMinute: (count: number) => `${number(count)} a minute`,
  may: 'It may',
  makeIt: 'Make it',
  made: 'Your key. It is shown this once.',
  neverUsed: 'never used',
  revoke: 'Revoke',
  confirmRevoke: (name: string) => `Revoke ${name}?`,
  revoked: 'Revoked',
  none: 'No keys yet.',
};

const privacy = {
  title: 'Privacy',
  about:
    'The widget says that an AI answers, stores nothing before a visitor writes, and asks nobody but this host. One visitor’s data is exported and erased in their conversation.',
  consent: 'What visitors agree to before they write (empty: they are not asked)',
  policy: 'Address of your privacy policy',
  days: 'Days until conversations are taken away',
  daysHint: 'Counted from the last change of a conversation; its leads go with it. Empty: never.',
  saved: 'Saved. The widget asks within a minute.',
};

const replies = {
  add: 'Keep an answer',
  shortcut: 'Shortcut',
  shortcutHint: 'Typed behind a slash in the inbox, as /hours.',
  keep: 'Keep it',
  none: 'No canned replies yet.',
};

const webhooks = {
  title: 'Webhooks',
  about: 'Calls are signed as Standard Webhooks has it. They carry ids, not the words of visitors; ask for these with an API key.',
  events: {
    'lead.created': 'a new lead',
    'lead.changed': 'a lead that changed',
    'conversation.handed_over': 'a conversation handed over to a person',
    'conversation.ended': 'a conversation that ended',
    'question.unanswered': 'a question that could not be answered',
  },
  add: 'Add an endpoint',
  address: 'Address',
  example: 'https://example.com/hooks',
  toldOf: 'It is told of',
  addIt: 'Add it',
  secret: 'The secret that the receiver checks signatures with. It is shown this once.',
  none: 'Nobody is told anything yet.',
  sendTest: 'Send all of them a test',
  failingSince: (when: ComponentChildren): ComponentChildren => <>Failing since {when}</>,
  off: 'Off',
  switchOff: 'Switch off',
  switchOn: 'Switch on',
  newSecret: 'New secret',
  confirmRemove: (url: string) => `Remove ${url}?`,
  nothingSent: 'Nothing was sent yet.',
  statuses: { pending: 'Waiting', sent: 'Sent', dead: 'Given up' },
  /** What came of a call. */
  outcome: (status: string, attempts: number, answer: number | null, error: string | null) =>
    [
      status,
      attempts > 0 ? ` after ${number(attempts)} ${attempts === 1 ? 'try' : 'tries'}` : '',
      answer === null ? '' : `, ${answer}`,
      error ? `: ${error}` : '',
    ].join(''),
  sendAgain: 'Send again',
};

export const settings = {
  answers,
  audit,
  channels,
  contact,
  crispSettings,
  hours,
  keys,
  limits,
  origins,
  privacy,
  replies,
  tidioSettings,
  visitorProof,
  webhooks,
};
