import type { InboxItem } from '@netia/protocol';
import { useEffect, useRef } from 'preact/hooks';
import { useData } from './use-data.ts';

const EVERY_MS = 8_000;

/**
 * How many conversations wait for a person. With the browser's permission, says so aloud to the desktop when one more does
 * while the page is not looked at; what the visitor wrote stays out of it, for others may see the screen.
 * @param isAllowed whether the role may read conversations.
 */
export function useWaiting(isAllowed: boolean): number {
  const { data } = useData<{ items: InboxItem[] }>(isAllowed ? '/v1/admin/inbox?status=transferred&limit=100' : undefined, EVERY_MS, true);
  const waiting = data?.items.filter((item) => item.is_waiting) ?? [];
  const known = useRef<Set<string>>(undefined);
  useEffect(() => {
    if (!data) return;
    const isNew = known.current && waiting.some(({ id }) => !known.current?.has(id));
    known.current = new Set(waiting.map(({ id }) => id));
    if (isNew && document.hidden && 'Notification' in window && Notification.permission === 'granted') {
      const notice = new Notification('Somebody waits for a person', { tag: 'netia-waiting' });
      notice.onclick = () => {
        window.focus();
        location.hash = '#/inbox';
      };
    }
  });
  return waiting.length;
}
