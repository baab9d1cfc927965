import type { Me } from '@netia/protocol';
import type { ComponentType } from 'preact';
import { may } from '../../api/may.ts';
import { Answers } from './Answers.tsx';
import { Audit } from './Audit.tsx';
import { Channels } from './Channels.tsx';
import { Hours } from './Hours.tsx';
import { Keys } from './Keys.tsx';
import { Privacy } from './Privacy.tsx';
import { Replies } from './Replies.tsx';
import { Webhooks } from './Webhooks.tsx';

export interface SettingsProps {
  me: Me;
}

const SECTIONS: { path: string; name: string; scope: string; page: ComponentType<SettingsProps> }[] = [
  { path: 'answers', name: 'Answers', scope: 'settings:read', page: Answers },
  { path: 'hours', name: 'Opening hours', scope: 'settings:read', page: Hours },
  { path: 'replies', name: 'Canned replies', scope: 'conversations:read', page: Replies },
  { path: 'channels', name: 'Crisp and Tidio', scope: 'channels:read', page: Channels },
  { path: 'privacy', name: 'Privacy', scope: 'settings:read', page: Privacy },
  { path: 'webhooks', name: 'Webhooks', scope: 'webhooks:read', page: Webhooks },
  { path: 'keys', name: 'API keys', scope: 'keys:read', page: Keys },
  { path: 'audit', name: 'Who did what', scope: 'audit:read', page: Audit },
];

/** What is set once and looked at seldom, a page each. */
export function Settings({ me, section }: { me: Me; section: string | undefined }) {
  const open = SECTIONS.filter(({ scope }) => may(me, scope));
  const at = open.find(({ path }) => path === section) ?? open[0];
  return (
    <div class="page">
      <h1>Settings</h1>
      <nav class="tabs" aria-label="Settings">
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
