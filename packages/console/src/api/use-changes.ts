import { useEffect, useRef } from 'preact/hooks';
import { call } from './client.ts';

type Listener = (conversationId: string | undefined) => void;
const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** After so long a stream that was refused is asked for again. */
const AGAIN_MS = 5_000;

/** One stream for the whole page, open while somebody listens. A browser opens it again by itself when it was cut. */
function open(): void {
  const stream = new EventSource('/v1/admin/inbox/events');
  source = stream;
  stream.addEventListener('changed', ({ data }) => {
    const { conversation_id } = JSON.parse(data) as { conversation_id: string };
    for (const listener of listeners) listener(conversation_id);
  });
  let wasCut = false;
  stream.onopen = () => {
    // What changed while it was cut is not told: look at everything once.
    if (wasCut) for (const listener of listeners) listener(undefined);
    wasCut = false;
  };
  stream.onerror = () => {
    wasCut = true;
    if (stream.readyState !== EventSource.CLOSED) return;
    // Refused: the session may have ended, which any request notices, or the gateway is being restarted.
    call('GET', '/v1/console/me').catch(() => {});
    setTimeout(() => {
      if (source !== stream || listeners.size === 0) return;
      for (const listener of listeners) listener(undefined);
      open();
    }, AGAIN_MS);
  };
}

/**
 * Calls back when a conversation changes, in whichever process; with undefined when any may have.
 * @param isAllowed whether the role may read conversations.
 */
export function useChanges(isAllowed: boolean, listener: Listener): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    if (!isAllowed) return;
    const tell: Listener = (id) => current.current(id);
    listeners.add(tell);
    if (!source) open();
    return () => {
      listeners.delete(tell);
      if (listeners.size > 0) return;
      source?.close();
      source = undefined;
    };
  }, [isAllowed]);
}
