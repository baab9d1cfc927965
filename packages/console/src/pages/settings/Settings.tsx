import type { Me } from '@netia/protocol';
import type { ComponentType } from 'preact';
import { may } from '../../api/may.ts';
import { settings } from '../../texts/settings.ts';
import { t } from '../../texts/texts.ts';
import { Answers } from './Answers.tsx';
import { Audit } from './Audit.tsx';
import { Channels } from './Channels.tsx';
import { Contact } from './Contact.tsx';
import { Hours } from './Hours.tsx';
import { Keys } from './Keys.tsx';
import { Limits } from './Limits.tsx';
import { Origins } from './Origins.tsx';
import { Privacy } from './Privacy.tsx';
import { Replies } from './Replies.tsx';
import { VisitorProof } from './VisitorProof.tsx';
import { Webhooks } from './Webhooks.tsx';

export interface SettingsProps {
  me: Me;
}

const SECTIONS: { path: string; name: string; scope: string; page: ComponentType<SettingsProps> }[] = [
  { path: 'answers', name: settings.answers.title, scope: 'settings:read', page: Answers },
  { path: 'hours', name: settings.hours.title, scope: 'settings:read', page: Hours },
  { path: 'contact', name: settings.contact.title, scope: 'settings:read', page: Contact },
  { path: 'replies', name: t.common.canned, scope: 'conversations:read', page: Replies },
  { path: 'channels', name: settings.channels.title, scope: 'channels:read', page: Channels },
  { path: 'privacy', name: settings.privacy.title, scope: 'settings:read', page: Privacy },
  { path: 'visitors', name: settings.visitorProof.title, scope: 'settings:read', page: VisitorProof },
  { path: 'origins', name: settings.origins.title, scope: 'settings:read', page: Origins },
  { path: 'limits', name: settings.limits.title, scope: 'settings:read', page: Limits },
  { path: 'webhooks', name: settings.webhooks.title, scope: 'webhooks:read', page: Webhooks },
  { path: 'keys', name: settings.keys.title, scope: 'keys:read', page: Keys },
  { path: 'audit', name: settings.audit.title, scope: 'audit:read', page: Audit },
];

/** What is set once and looked at seldom, a page each. */
export function Settings({ me, section }: { me: Me; section: string | undefined }) {
  const open = SECTIONS.filter(({ scope }) => may(me, scope));
  const at = open.find(({ path }) => path === section) ?? open[0];
  return (
    <div class="page">
      <h1>{t.common.pages.settings}</h1>
      <nav class="tabs" aria-label={t.common.pages.settings}>
        {open.map(({ path, name }) => (
          <a key={path} href={`#/settings/${path}`} aria-current={path === at?.path ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {at && <at.page me={me} />}
    </div>
  );
}
