import type { Transaction } from '@netia/db';
import type { AiSettings, TriedQuestion } from '@netia/protocol';
import { UNSURE_WITHIN } from '../conversations/list-gaps.ts';
import { searchKnowledge } from '../knowledge/search-knowledge.ts';
import { weighPassages } from '../knowledge/weigh-passages.ts';
import { quoteSources } from '../turn/quote-sources.ts';
import { THRESHOLDS } from '../turn/run-turn.ts';
import { AnswerWriter } from '../turn/write-answer.ts';

const SHOWN = 6;

/**
 * Asks the tenant's knowledge as a visitor's first message would, by words and without a model: costs nothing, and leaves
 * neither a conversation nor a receipt. The quotation comes also of a question that would not be answered: it shows how near
 * the knowledge is.
 */
export async function tryQuestion(tx: Transaction, tenantId: string, ai: AiSettings, question: string): Promise<TriedQuestion> {
  const evidence = weighPassages(await searchKnowledge(tx, tenantId, [{ text: question, weight: 1 }], { from: ai.answer_from }));
  const writer = new AnswerWriter(() => {});
  quoteSources(writer, evidence, ai.quotes);
  const threshold = THRESHOLDS[ai.caution];
  const isAnswered = evidence.confidence >= threshold && writer.citations.length > 0;
  return {
    question,
    verdict: isAnswered ? 'answered' : 'abstained',
    confidence: evidence.confidence,
    threshold,
    is_sure: isAnswered && evidence.confidence >= threshold + UNSURE_WITHIN,
    answer: writer.content,
    passages: evidence.passages
      .slice(0, SHOWN)
      .map(({ knowledge_id, title, title_path, url, body, score, coverage, rank }) => ({ knowledge_id, title, title_path, url, body, score, coverage, rank })),
  };
}
