import type { Me } from '@netia/protocol';
import { may } from '../api/may.ts';
import type { t } from '../texts/texts.ts';
import type { IconName } from './Icon.tsx';

export type PageName = keyof typeof t.common.pages;

/** In the menu's order: path, icon, and of what one must be allowed something for the page to be of use; nothing: it is everybody's. */
const PAGES: [PageName, IconName, ...scopes: string[]][] = [
  ['start', 'flag', 'settings:write'],
  ['inbox', 'inbox', 'conversations:read'],
  ['knowledge', 'book', 'knowledge:read'],
  // What visitors asked, in their words.
  ['gaps', 'question', 'conversations:read'],
  ['leads', 'person', 'leads:read'],
  ['numbers', 'chart', 'numbers:read'],
  ['site', 'window', 'settings:read'],
  ['people', 'people'],
  // Those of its sections.
  ['settings', 'gear', 'settings:read', 'conversations:read', 'channels:read', 'webhooks:read', 'keys:read', 'audit:read'],
];

/** The pages that are of use to somebody. */
export const pagesFor = (me: Me) => PAGES.filter(([, , ...scopes]) => scopes.length === 0 || scopes.some((scope) => may(me, scope)));

/** The page of this path or, where it is none of theirs, the one that somebody begins with: the inbox, or what comes after it. */
export function pageFor(me: Me, path: string | undefined): PageName {
  const names = pagesFor(me).map(([name]) => name);
  return names.find((name) => name === path) ?? names.find((name) => name !== 'start') ?? 'people';
}
