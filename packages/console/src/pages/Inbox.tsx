import type { InboxItem, InboxPage, Me, ShownMember } from '@netia/protocol';
import { UNREAD_COUNTED_MAX } from '@netia/protocol/names';
import { Fragment } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { may } from '../api/may.ts';
import { goTo } from '../api/route.ts';
import { useChanges } from '../api/use-changes.ts';
import { useData } from '../api/use-data.ts';
import { usePages } from '../api/use-pages.ts';
import { areShortcutsOn, turnShortcuts, useShortcuts } from '../api/use-shortcuts.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Check } from '../parts/Form.tsx';
import { nameAmong } from '../parts/member-name.ts';
import { Older } from '../parts/Older.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';
import { locale } from '../texts/language.ts';
import { t } from '../texts/texts.ts';

/** Changes are told as they happen; this is for what got lost on the way. */
const EVERY_MS = 30_000;
/** A filter sets some of the query's words. */
const VIEWS: [name: string, query: Record<string, string>][] = [
  [t.inbox.views.all, {}],
  [t.common.waiting, { only: 'waiting' }],
  [t.inbox.views.unread, { only: 'unread' }],
  [t.inbox.views.mine, { assigned: 'me' }],
  [t.inbox.views.nobodys, { assigned: 'nobody' }],
  [t.common.notAnswered, { only: 'unanswered' }],
  [t.inbox.views.withContact, { only: 'lead' }],
  [t.common.withPerson, { status: 'transferred' }],
  [t.common.withAgent, { status: 'active' }],
  [t.common.ended, { status: 'ended' }],
];
const CHANNELS = ['widget', 'crisp', 'tidio'] as const;
const SHORTCUTS = [
  ['j, k', t.inbox.keys.move],
  ['/', t.common.search],
  ['r', t.inbox.keys.reply],
  ['n', t.inbox.keys.note],
  ['t', t.inbox.keys.takeOver],
  ['g', t.inbox.keys.giveBack],
  ['a', t.inbox.keys.toMe],
  ['e', t.inbox.keys.end],
  ['?', t.inbox.keys.help],
] as const;

/** How a visitor is called who has not said. */
export function nameOf({ contact }: Pick<InboxItem, 'contact'>): string {
  return contact.name ?? contact.email ?? contact.phone ?? t.common.visitor;
}

/**
 * Conversations, the one that changed last first; each change shows as it happens.
 * @param reads how often something was read meanwhile, which is no change of a conversation.
 */
export function Inbox({ open, me, reads }: { open: string | undefined; me: Me; reads: number }) {
  // The place of one of VIEWS, or a member's id.
  const [view, setView] = useState('0');
  const [channel, setChannel] = useState('');
  const [language, setLanguage] = useState('');
  const [text, setText] = useState('');
  const [isHelping, setHelping] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const members = useData<{ items: ShownMember[] }>(may(me, 'people:read') ? '/v1/admin/members' : undefined).data?.items ?? [];
  const query = new URLSearchParams({
    limit: '50',
    ...(VIEWS[Number(view)]?.[1] ?? { assigned: view }),
    ...(channel && { channel }),
    ...(language && { language }),
    ...(text.trim().length >= 2 && { text: text.trim() }),
  });
  const list = usePages<InboxPage>(`/v1/admin/inbox?${query}`, EVERY_MS);
  useChanges(may(me, 'conversations:read'), () => void list.reload());
  useEffect(() => {
    if (reads > 0) void list.reload();
  }, [reads]);
  const items = list.data?.items ?? [];
  const unread = list.data?.unread ?? 0;
  const move = (by: number) => {
    const at = items.findIndex(({ id }) => id === open);
    const next = items[at === -1 ? 0 : at + by];
    if (next) goTo('inbox', next.id);
  };
  useShortcuts({ j: () => move(1), k: () => move(-1), '/': () => search.current?.focus(), '?': () => setHelping(true) });
  // Those that are there, and the one that is chosen.
  const languages = [...new Set([...items.flatMap(({ locale }) => locale?.split('-')[0]?.toLowerCase() ?? []), ...(language ? [language] : [])])].sort();
  const colleagues = members.filter(({ user_id }) => user_id !== me.user.id);
  const isNarrowed = view !== '0' || channel !== '' || language !== '' || text !== '';
  return (
    <section class="list" aria-labelledby="inbox-title">
      <div class="line">
        <span class="actions">
          <h1 id="inbox-title">{t.common.pages.inbox}</h1>
          {unread > 0 && <span class="badge">{t.inbox.unread(unread, UNREAD_COUNTED_MAX)}</span>}
        </span>
        <button type="button" class="quiet keys" onClick={() => setHelping(true)}>
          {t.inbox.shortcuts}
        </button>
      </div>
      <div class="filters">
        <input
          type="search"
          placeholder={t.common.search}
          aria-label={t.inbox.searchIn}
          ref={search}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <select aria-label={t.inbox.whichConversations} value={view} onChange={(event) => setView(event.currentTarget.value)}>
          {VIEWS.map(([name], i) => (
            <option key={name} value={i}>
              {name}
            </option>
          ))}
          {colleagues.length > 0 && (
            <optgroup label={t.inbox.seenToBy}>
              {colleagues.map((member) => (
                <option key={member.user_id} value={member.user_id}>
                  {nameAmong(members, member)}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </div>
      <div class="filters">
        <select aria-label={t.common.channel} value={channel} onChange={(event) => setChannel(event.currentTarget.value)}>
          <option value="">{t.common.everyChannel}</option>
          {CHANNELS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <select aria-label={t.common.language} value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
          <option value="">{t.inbox.everyLanguage}</option>
          {languages.map((code) => (
            <option key={code} value={code}>
              {nameOfLanguage(code)}
            </option>
          ))}
        </select>
      </div>
      <Loaded of={list}>
        {() =>
          items.length > 0 ? (
            <ul>
              {items.map((item) => (
                <Row key={item.id} item={item} isOpen={item.id === open} isMine={item.assigned_to === me.user.id} />
              ))}
              {list.more && (
                <li class="older">
                  <Older more={list.more} />
                </li>
              )}
            </ul>
          ) : isNarrowed ? (
            <Empty title={t.inbox.noMatch} />
          ) : (
            <Empty title={t.inbox.none}>
              <p>{t.inbox.showsHere(<a href="#/site">{t.inbox.yourSite}</a>)}</p>
            </Empty>
          )
        }
      </Loaded>
      {isHelping && (
        <Dialog title={t.inbox.keysTitle} onClose={() => setHelping(false)}>
          <dl>
            {SHORTCUTS.map(([keys, what]) => (
              <Fragment key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </Fragment>
            ))}
          </dl>
          <Check label={t.inbox.keysOn} defaultChecked={areShortcutsOn()} onChange={(event) => turnShortcuts(event.currentTarget.checked)} />
        </Dialog>
      )}
    </section>
  );
}

function Row({ item, isOpen, isMine }: { item: InboxItem; isOpen: boolean; isMine: boolean }) {
  return (
    <li class={item.is_unread && !isOpen ? 'unread' : undefined}>
      <a href={`#/inbox/${item.id}`} aria-current={isOpen ? 'true' : undefined}>
        <span class="line">
          <strong dir="auto">
            {nameOf(item)}
            {item.is_unread && !isOpen && <span class="unseen">{t.inbox.andUnread}</span>}
          </strong>
          <Time at={item.updated_at} />
        </span>
        <span class="last" dir="auto">
          {item.last_message?.content ?? ''}
        </span>
        <span class="line">
          <span class="soft">
            {item.channel}
            {item.contact.is_verified && ` · ${t.inbox.proven}`}
            {isMine && ` · ${t.inbox.mine}`}
            {item.has_lead && ` · ${t.inbox.lead}`}
          </span>
          <Badge item={item} />
        </span>
      </a>
    </li>
  );
}

function Badge({ item }: { item: InboxItem }) {
  if (item.is_waiting) return <span class="badge waiting">{t.common.waiting}</span>;
  if (item.flagged) return <span class="badge waiting">{t.inbox.flagged}</span>;
  if (item.status === 'transferred') return <span class="badge">{t.common.withPerson}</span>;
  if (item.last_message?.verdict === 'abstained') return <span class="badge unsure">{t.common.notAnswered}</span>;
  return item.status === 'ended' ? <span class="soft">{t.common.ended}</span> : null;
}

const languageNames = new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' });
const nameOfLanguage = (code: string): string => languageNames.of(code) ?? code;
