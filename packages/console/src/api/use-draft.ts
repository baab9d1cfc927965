import { useLayoutEffect, useState } from 'preact/hooks';

/**
 * What is written and not sent yet, by its key. In this page's memory and in no storage: a desk's computer may be shared, and
 * what a storage keeps would be there for whoever opens the browser next.
 */
const kept = new Map<string, string>();
const fields = new Map<string, (text: string) => void>();

/**
 * A text that somebody writes and has not sent: kept while they look at something else.
 * @param key who writes it and where: nobody else's text stands in one's own field.
 */
export function useDraft(key: string) {
  const [text, setText] = useState(() => kept.get(key) ?? '');
  // Before anybody can type.
  useLayoutEffect(() => {
    fields.set(key, setText);
    return () => {
      if (fields.get(key) === setText) fields.delete(key);
    };
  }, [key]);
  const write = (next: string) => {
    if (next) kept.set(key, next);
    else kept.delete(key);
    // The field may be another one than that which sent it, where somebody has been elsewhere meanwhile.
    fields.get(key)?.(next);
  };
  /** Empties the field after it was sent; what was typed meanwhile is not sent, and stays. */
  const forget = (sent: string) => {
    if (kept.get(key) === sent) write('');
  };
  return { text, write, forget };
}
