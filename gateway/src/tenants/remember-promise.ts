import type { LRUCache } from 'lru-cache';

/** The remembered or running work for a key, else new work, remembered from its start. What fails is forgotten. */
export function rememberPromise<Value>(known: LRUCache<string, Promise<Value>>, key: string, work: () => Promise<Value>): Promise<Value> {
  const remembered = known.get(key);
  if (remembered) return remembered;
  const begun = work();
  known.set(key, begun);
  begun.catch(() => {
    if (known.peek(key) === begun) known.delete(key);
  });
  return begun;
}
