import { choose } from './choose.ts';
import { settings as en } from './en/settings.tsx';

export const settings = choose<typeof en>({ en });
