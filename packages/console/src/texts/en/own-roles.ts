import { number } from '../format.ts';

export const ownRoles = {
  title: 'Your own roles',
  members: (count: number) => (count === 1 ? 'one person' : `${number(count)} people`),
  make: 'Make a role',
  makeIt: 'Make it',
  may: 'Whoever has it may',
  /** What a scope opens. */
  areas: {
    settings: 'Set-up, site and settings',
    knowledge: 'Knowledge',
    conversations: 'Conversations',
    leads: 'Leads',
    keys: 'API keys',
    channels: 'Crisp and Tidio',
    numbers: 'Numbers',
    privacy: 'Exporting and erasing visitors',
    webhooks: 'Webhooks',
    people: 'People and roles',
    audit: 'Who did what',
  },
  see: (area: string) => `${area}: see`,
  change: (area: string) => `${area}: change`,
};
