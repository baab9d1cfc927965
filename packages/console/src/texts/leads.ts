import { choose } from './choose.ts';
import { leads as en } from './en/leads.ts';

export const leads = choose<typeof en>({ en });
