import { choose } from './choose.ts';
import { numbers as en } from './en/numbers.ts';

export const numbers = choose<typeof en>({ en });
