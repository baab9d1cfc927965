import { useLayoutEffect, useState } from 'preact/hooks';

/**
 * What is written and not sent yet, by its key. In this page's memory and in no storage: a desk's computer may be shared, and
 * what a storage keeps would be there for whoever opens the browser next.
 */
const kept = new Map<string, string>();
const fields = new Map<string, (text: string | undefined) => void>();

/**
 * A text that somebody writes and has not sent: kept while they look at something else, and where its field is drawn anew.
 * @param key who writes it and where: nobody else's text stands in one's own field.
 * @param saved what stands there while nothing else is written.
 */
export function useDraft(key: string, saved = '') {
  const [draft, setDraft] = useState(() => kept.get(key));
  // Before anybody can type.
  useLayoutEffect(() => {
    fields.set(key, setDraft);
    return () => {
      if (fields.get(key) === setDraft) fields.delete(key);
    };
  }, [key]);
  const write = (next: string) => {
    if (next === saved) kept.delete(key);
    else kept.set(key, next);
    // The field may be another one than that which sent it, where somebody has been elsewhere meanwhile.
    fields.get(key)?.(kept.get(key));
  };
  /** Takes what was sent for saved; what was typed meanwhile is not sent, and stays. */
  const forget = (sent: string) => {
    if (kept.get(key) === sent) write(saved);
  };
  return { text: draft ?? saved, isBegun: draft !== undefined, write, forget };
}
