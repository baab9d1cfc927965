import type { Transaction } from '@netia/db';
import { searchKnowledge } from '../knowledge/search-knowledge.ts';
import { weighPassages } from '../knowledge/weigh-passages.ts';
import { readTenant } from '../tenants/settings.ts';
import { quoteSources } from '../turn/quote-sources.ts';
import { THRESHOLDS } from '../turn/run-turn.ts';
import { AnswerWriter } from '../turn/write-answer.ts';

/** What a visitor would be told now, without a model, and from what. */
export interface TriedQuestion {
  question: string;
  verdict: 'answered' | 'abstained';
  confidence: number;
  threshold: number;
  /** The quotation, also of one that would not be given: it shows how near the knowledge comes. */
  answer: string;
  /** In order, the best first. */
  passages: { knowledge_id: string; title: string; title_path: string[]; url: string | null; body: string; score: number; coverage: number; rank: number }[];
}

const SHOWN = 6;

/**
 * Asks the tenant's knowledge as a visitor's first message would, by words and without a model: costs nothing, and leaves
 * neither a conversation nor a receipt.
 */
export async function tryQuestion(tx: Transaction, tenantId: string, question: string): Promise<TriedQuestion> {
  const { settings } = await readTenant(tx, tenantId);
  const evidence = weighPassages(await searchKnowledge(tx, tenantId, [{ text: question, weight: 1 }], { from: settings.ai.answer_from }));
  const writer = new AnswerWriter(() => {});
  quoteSources(writer, evidence);
  const threshold = THRESHOLDS[settings.ai.caution];
  return {
    question,
    verdict: evidence.confidence >= threshold && writer.citations.length > 0 ? 'answered' : 'abstained',
    confidence: evidence.confidence,
    threshold,
    answer: writer.content,
    passages: evidence.passages
      .slice(0, SHOWN)
      .map(({ knowledge_id, title, title_path, url, body, score, coverage, rank }) => ({ knowledge_id, title, title_path, url, body, score, coverage, rank })),
  };
}
