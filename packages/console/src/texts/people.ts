import { choose } from './choose.ts';
import { people as en } from './en/people.tsx';

export const people = choose<typeof en>({ en });
