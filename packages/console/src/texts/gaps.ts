import { choose } from './choose.ts';
import { gaps as en } from './en/gaps.tsx';

export const gaps = choose<typeof en>({ en });
