import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { z } from 'zod';
import type { RerankerConfig } from '../config.ts';

/** Reads a question beside each passage and says how well they go together. */
export interface Reranker {
  /** For each text a figure, higher is better, in their order. Undefined when it does not answer in time: the order stays as it is. */
  score(question: string, texts: string[]): Promise<number[] | undefined>;
}

/** A visitor waits meanwhile. */
const TIMEOUT_MS = 2_500;
const ANSWER_BYTES_MAX = 200_000;

/** Jina's and Cohere's answer, Voyage's, and that of Hugging Face's server. */
const scored = z.array(z.object({ index: z.int(), relevance_score: z.number().optional(), score: z.number().optional() }));
const answerSchema = z.union([
  z.object({ results: scored }).transform(({ results }) => results),
  z.object({ data: scored }).transform(({ data }) => data),
  scored,
]);

/** @param onFault told why it did not help, each time. */
export function createReranker(config: RerankerConfig, onFault: (fault: unknown) => void): Reranker {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: 15_000, breaker: new ConsecutiveBreaker(3) });
  const ask = async (question: string, texts: string[]): Promise<number[]> => {
    const response = await fetch(config.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(config.apiKey ? { authorization: `Bearer ${config.apiKey}` } : {}) },
      // `texts` is what Hugging Face's server calls them; the others overlook it.
      body: JSON.stringify({ ...(config.model ? { model: config.model } : {}), query: question, documents: texts, texts }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`the re-ranker answered with ${response.status}`);
    if (body.length > ANSWER_BYTES_MAX) throw new Error('the re-ranker answered with more than it was asked');
    const scores = new Map(answerSchema.parse(JSON.parse(body)).map(({ index, relevance_score, score }) => [index, relevance_score ?? score]));
    const found = texts.map((_text, i) => scores.get(i));
    if (!found.every((score) => score !== undefined)) throw new Error('the re-ranker left texts out');
    return found;
  };
  return {
    async score(question, texts) {
      try {
        return await breaker.execute(() => ask(question, texts));
      } catch (error) {
        onFault(error);
        return undefined;
      }
    },
  };
}
