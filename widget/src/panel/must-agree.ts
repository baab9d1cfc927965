import type { WidgetConfig } from '@netia/protocol';
import type { ChatState } from '../state/chat.ts';

/** Whether the visitor has yet to agree to what the tenant asks them to, or asks now. */
export const mustAgree = ({ config, state }: { config: Pick<WidgetConfig, 'consent'>; state: Pick<ChatState, 'agreedTo'> }): boolean =>
  config.consent !== '' && config.consent !== state.agreedTo;
