import { choose } from './choose.ts';
import { knowledge as en } from './en/knowledge.tsx';

export const knowledge = choose<typeof en>({ en });
