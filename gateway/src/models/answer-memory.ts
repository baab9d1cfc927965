import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { normalizeText } from '../knowledge/normalize-text.ts';
import type { Prompt } from './language-model.ts';

/** An answer that a model wrote and that passed its checks, sentence by sentence. */
export interface RememberedAnswer {
  model: string;
  sentences: { text: string; supports: { chunk_id: string; start: number; end: number }[] }[];
}

/** One tenant's remembered answers. */
export interface AnswerMemory {
  get(key: string): RememberedAnswer | undefined;
  set(key: string, answer: RememberedAnswer): void;
}

const ANSWERS_MAX = 2_000;
/** What a model would say better by tomorrow is asked again tomorrow. */
const HOURS = 6;

/**
 * What models have answered, in this process: the same question over the same knowledge and settings is not paid for twice.
 * Every key begins with the tenant, and no two tenants ever share an entry.
 */
export class AnswerMemories {
  readonly #answers = new LRUCache<string, RememberedAnswer>({ max: ANSWERS_MAX, ttl: HOURS * 3_600_000 });

  of(tenantId: string): AnswerMemory {
    return {
      get: (key) => this.#answers.get(`${tenantId}:${key}`),
      set: (key, answer) => void this.#answers.set(`${tenantId}:${key}`, answer),
    };
  }

  /** For tests and dumps: what is remembered, by key. */
  entries(): [string, RememberedAnswer][] {
    return [...this.#answers.entries()];
  }
}

/**
 * The name of a question under which its answer is remembered: the whole prompt, with the question in one spelling. The
 * prompt holds the passages, the tenant's wishes and the rules, so whatever changes an answer changes the name.
 * @param prompt as it would be without the question.
 */
export function memoryKey(model: string, knowledgeVersion: string, prompt: Prompt, question: string): string {
  const spelled = normalizeText(question)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
  const parts = [model, knowledgeVersion, prompt.system, prompt.user, String(prompt.tokensMax), spelled];
  return `${knowledgeVersion}:${createHash('sha256')
    .update(parts.map((part) => `${part.length}:${part}`).join(''))
    .digest('base64url')}`;
}
