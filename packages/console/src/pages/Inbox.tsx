import type { InboxItem } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { useData } from '../api/use-data.ts';
import { Empty, Loaded } from '../parts/States.tsx';
import { Time } from '../parts/Time.tsx';

const EVERY_MS = 4_000;
const FILTERS = [
  ['', 'All'],
  ['transferred', 'With a person'],
  ['active', 'With the agent'],
  ['ended', 'Ended'],
] as const;

/** How a visitor is called who has not said. */
export function nameOf({ contact }: Pick<InboxItem, 'contact'>): string {
  return contact.name ?? contact.email ?? contact.phone ?? 'Visitor';
}

/** Conversations, the one that changed last first; kept fresh while it is looked at. */
export function Inbox({ open }: { open: string | undefined }) {
  const [status, setStatus] = useState('');
  const [text, setText] = useState('');
  const query = new URLSearchParams({ limit: '50', ...(status && { status }), ...(text.trim().length >= 2 && { text: text.trim() }) });
  const list = useData<{ items: InboxItem[] }>(`/v1/admin/inbox?${query}`, EVERY_MS);
  return (
    <section class="list" aria-labelledby="inbox-title">
      <h1 id="inbox-title">Inbox</h1>
      <div class="filters">
        <input type="search" placeholder="Search" aria-label="Search in messages" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <select aria-label="Which conversations" value={status} onChange={(event) => setStatus(event.currentTarget.value)}>
          {FILTERS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <Loaded of={list}>
        {({ items }) =>
          items.length > 0 ? (
            <ul>
              {items.map((item) => (
                <li key={item.id}>
                  <a href={`#/inbox/${item.id}`} aria-current={item.id === open ? 'true' : undefined}>
                    <span class="line">
                      <strong dir="auto">{nameOf(item)}</strong>
                      <Time at={item.updated_at} />
                    </span>
                    <span class="last" dir="auto">
                      {item.last_message?.content ?? ''}
                    </span>
                    <span class="line">
                      <span class="soft">{item.channel}</span>
                      <Badge item={item} />
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          ) : text || status ? (
            <Empty title="No conversation matches." />
          ) : (
            <Empty title="No conversations yet.">
              <p>
                As soon as somebody asks on <a href="#/site">your site</a>, it shows here.
              </p>
            </Empty>
          )
        }
      </Loaded>
    </section>
  );
}

function Badge({ item }: { item: InboxItem }) {
  if (item.is_waiting) return <span class="badge waiting">Waiting for a person</span>;
  if (item.flagged) return <span class="badge waiting">To be looked at</span>;
  if (item.status === 'transferred') return <span class="badge">With a person</span>;
  if (item.last_message?.verdict === 'abstained') return <span class="badge unsure">Not answered</span>;
  return item.status === 'ended' ? <span class="soft">Ended</span> : null;
}
