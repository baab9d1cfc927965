import { choose } from './choose.ts';
import { site as en } from './en/site.tsx';

export const site = choose<typeof en>({ en });
