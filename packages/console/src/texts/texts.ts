import { choose } from './choose.ts';
import { en } from './en.ts';

/** What the console says before any page is fetched, in the language of whoever looks at it. The other pages bring their own. */
export const t = choose<typeof en>({ en });
