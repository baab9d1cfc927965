import { choose } from './choose.ts';
import { ownRoles as en } from './en/own-roles.ts';

export const ownRoles = choose<typeof en>({ en });
