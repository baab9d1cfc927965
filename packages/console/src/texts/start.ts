import { choose } from './choose.ts';
import { start as en } from './en/start.tsx';

export const start = choose<typeof en>({ en });
