import type { ConversationStatus } from '@netia/protocol';
import type { PlacedPart } from '../conversations/answer-parts.ts';

export type PartListener = (placed: PlacedPart) => void;

/** What changes nothing that is stored: a hint to look again, or that somebody types. Whoever misses one looks a little later. */
export interface LiveSignal {
  /** A status: a person has given it to the conversation, and the visitor is told at once. */
  type: 'changed' | 'typing' | ConversationStatus;
  conversation_id: string;
}
export type SignalListener = (signal: LiveSignal) => void;

/** Parts after which a list of conversations looks different. */
export const CHANGES: ReadonlySet<PlacedPart['part']['type']> = new Set(['message', 'answer-start', 'answer-end', 'handoff']);

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
  signal(tenantId: string, signal: LiveSignal): void;
  /** Every signal of a tenant's conversations from now on; a part that is published is a `changed` of its own. @returns the function that ends it. */
  watch(tenantId: string, listener: SignalListener): Promise<() => void>;
  /** The answer is recorded or given up: its parts need not be remembered. */
  forget(tenantId: string, conversationId: string): void;
  close(): Promise<void>;
}

/** Within one process: the parts of running answers by conversation, and who listens. */
export class LocalLive implements Live {
  readonly #running = new Map<string, PlacedPart[]>();
  readonly #listeners = new Map<string, Set<PartListener>>();
  readonly #watchers = new Map<string, Set<SignalListener>>();

  publish(tenantId: string, conversationId: string, placed: PlacedPart): void {
    const key = liveKey(tenantId, conversationId);
    if (placed.part.type === 'answer-start') this.#running.set(key, []);
    if (placed.part.type !== 'message') this.#running.get(key)?.push(placed);
    for (const listener of this.#listeners.get(key) ?? []) listener(placed);
    if (CHANGES.has(placed.part.type)) this.signal(tenantId, { type: 'changed', conversation_id: conversationId });
  }

  signal(tenantId: string, signal: LiveSignal): void {
    for (const listener of this.#watchers.get(tenantId) ?? []) listener(signal);
  }

  watch(tenantId: string, listener: SignalListener): Promise<() => void> {
    return Promise.resolve(addTo(this.#watchers, tenantId, listener));
  }

  subscribe(tenantId: string, conversationId: string, listener: PartListener): Promise<() => void> {
    const key = liveKey(tenantId, conversationId);
    for (const placed of this.#running.get(key) ?? []) listener(placed);
    return Promise.resolve(addTo(this.#listeners, key, listener));
  }

  forget(tenantId: string, conversationId: string): void {
    this.#running.delete(liveKey(tenantId, conversationId));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @returns the function that takes it out again. */
export function addTo<Listener>(all: Map<string, Set<Listener>>, key: string, listener: Listener): () => void {
  const listeners = all.get(key) ?? new Set();
  listeners.add(listener);
  all.set(key, listeners);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) all.delete(key);
  };
}

/** Every key of ours in Redis begins with the tenant. */
export function liveKey(tenantId: string, conversationId: string): string {
  return `netia:${tenantId}:live:${conversationId}`;
}

/** Where all of a tenant's signals go. */
export function signalKey(tenantId: string): string {
  return `netia:${tenantId}:signals`;
}
