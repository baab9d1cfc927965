import { common } from './en/common.tsx';
import { conversation } from './en/conversation.ts';
import { inbox } from './en/inbox.tsx';
import { join, reset, signIn } from './en/way-in.tsx';

export const en = { common, conversation, inbox, join, reset, signIn };
