import type { PlacedPart } from '../conversations/answer-parts.ts';

export type PartListener = (placed: PlacedPart) => void;

/**
 * Carries the parts of running conversations to whoever watches, in this process and, with Redis, in others. Nothing
 * here is the truth: whoever misses a part finds it in Postgres once the answer is recorded.
 */
export interface Live {
  publish(tenantId: string, conversationId: string, placed: PlacedPart): void;
  /**
   * Calls the listener with the parts of an unfinished answer so far, then with each new one, each once and in order.
   * @returns the function that ends it.
   */
  subscribe(tenantId: string, conversationId: string, listener: PartListener): Promise<() => void>;
  /** The answer is recorded or given up: its parts need not be remembered. */
  forget(tenantId: string, conversationId: string): void;
  close(): Promise<void>;
}

/** Within one process: the parts of running answers by conversation, and who listens. */
export class LocalLive implements Live {
  readonly #running = new Map<string, PlacedPart[]>();
  readonly #listeners = new Map<string, Set<PartListener>>();

  publish(tenantId: string, conversationId: string, placed: PlacedPart): void {
    const key = liveKey(tenantId, conversationId);
    if (placed.part.type === 'answer-start') this.#running.set(key, []);
    if (placed.part.type !== 'message') this.#running.get(key)?.push(placed);
    for (const listener of this.#listeners.get(key) ?? []) listener(placed);
  }

  subscribe(tenantId: string, conversationId: string, listener: PartListener): Promise<() => void> {
    const key = liveKey(tenantId, conversationId);
    for (const placed of this.#running.get(key) ?? []) listener(placed);
    const listeners = this.#listeners.get(key) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(key, listeners);
    return Promise.resolve(() => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    });
  }

  forget(tenantId: string, conversationId: string): void {
    this.#running.delete(liveKey(tenantId, conversationId));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Every key of ours in Redis begins with the tenant. */
export function liveKey(tenantId: string, conversationId: string): string {
  return `netia:${tenantId}:live:${conversationId}`;
}
