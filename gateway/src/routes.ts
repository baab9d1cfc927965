import { channelRoutes } from './admin/channels.ts';
import { type ConversationParts, conversationRoutes } from './admin/conversations.ts';
import { eventRoutes } from './admin/events.ts';
import { gapRoutes } from './admin/gaps.ts';
import { inboxRoutes } from './admin/inbox.ts';
import { keyRoutes } from './admin/keys.ts';
import { knowledgeRoutes } from './admin/knowledge.ts';
import { leadRoutes } from './admin/leads.ts';
import { numberRoutes } from './admin/numbers.ts';
import { peopleRoutes } from './admin/people.ts';
import { type PrivacyParts, privacyRoutes } from './admin/privacy.ts';
import { roleRoutes } from './admin/roles.ts';
import { settingsRoutes } from './admin/settings.ts';
import { type SetupParts, setupRoutes } from './admin/setup.ts';
import { sourceRoutes } from './admin/sources.ts';
import { webhookRoutes } from './admin/webhooks.ts';
import type { CrispParts } from './channels/crisp/crisp-parts.ts';
import { crispWebhooks } from './channels/crisp/webhooks.ts';
import { tidioFlow } from './channels/tidio/flow.ts';
import type { TidioParts } from './channels/tidio/tidio-parts.ts';
import { tidioWebhook } from './channels/tidio/webhook.ts';
import { widgetConfig } from './channels/widget/config.ts';
import { widgetEvents } from './channels/widget/events.ts';
import { widgetFeedback } from './channels/widget/feedback.ts';
import { widgetFiles } from './channels/widget/files.ts';
import { widgetHandoff } from './channels/widget/handoff.ts';
import { widgetLeads } from './channels/widget/leads.ts';
import { widgetLogo } from './channels/widget/logo.ts';
import { widgetMessages } from './channels/widget/messages.ts';
import { widgetRating } from './channels/widget/rating.ts';
import { widgetSessions } from './channels/widget/sessions.ts';
import type { WidgetParts } from './channels/widget/widget-parts.ts';
import { widgetWithdraw } from './channels/widget/withdraw.ts';
import type { Config } from './config.ts';
import { passkeyRoutes } from './console/passkeys.ts';
import { passwordResetRoutes } from './console/password-reset.ts';
import { signInRoutes } from './console/sign-in.ts';
import type { FileStore } from './files/file-store.ts';
import type { Route } from './http/route.ts';
import type { Mailer } from './mail/mailer.ts';

/** What the routes of all stations work with. */
export type RouteParts = WidgetParts &
  CrispParts &
  TidioParts &
  ConversationParts &
  SetupParts &
  PrivacyParts & { config: Pick<Config, 'publicUrl' | 'secret'>; files: FileStore; mailer: Mailer | undefined };

/** Every route of the API. What is not listed here is not served, not documented and not reachable. */
export function listRoutes(parts: RouteParts): Route[] {
  return [
    widgetConfig(parts),
    widgetLogo(parts),
    widgetSessions(parts),
    widgetMessages(parts),
    widgetFiles(parts),
    widgetEvents(parts),
    widgetLeads(parts),
    widgetFeedback(parts),
    widgetRating(parts),
    widgetHandoff(parts),
    widgetWithdraw(parts),
    ...crispWebhooks(parts),
    tidioWebhook(parts),
    tidioFlow(parts),
    ...settingsRoutes(parts.tenants),
    ...setupRoutes(parts),
    ...knowledgeRoutes(),
    ...gapRoutes(),
    ...sourceRoutes(parts),
    ...inboxRoutes(parts),
    ...conversationRoutes(parts),
    ...privacyRoutes(parts),
    ...leadRoutes(parts),
    ...numberRoutes(),
    ...keyRoutes(),
    ...peopleRoutes(parts),
    ...roleRoutes(),
    ...signInRoutes(parts),
    ...passkeyRoutes(parts),
    ...passwordResetRoutes(parts),
    ...channelRoutes(parts),
    ...eventRoutes(parts),
    ...webhookRoutes(parts),
  ];
}
