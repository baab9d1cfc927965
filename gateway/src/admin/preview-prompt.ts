import { randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { searchKnowledge } from '../knowledge/search-knowledge.ts';
import { weighPassages } from '../knowledge/weigh-passages.ts';
import type { Prompt } from '../models/language-model.ts';
import { readTenant } from '../tenants/settings.ts';
import { composeAnswerPrompt, PASSAGES_MAX } from '../turn/compose-prompt.ts';

/** What a model would be given for a question, with instructions that are not saved yet. No model is asked. */
export async function previewPrompt(
  tx: Transaction,
  tenantId: string,
  { question, instructions }: { question: string; instructions: string },
): Promise<Prompt> {
  const tenant = await readTenant(tx, tenantId);
  const settings = { ...tenant.settings, ai: { ...tenant.settings.ai, instructions } };
  const evidence = weighPassages(await searchKnowledge(tx, tenantId, [{ text: question, weight: 1 }], { from: settings.ai.answer_from }));
  const input = {
    seq: 1,
    messageId: randomUUID(),
    question,
    history: [],
    tenantName: tenant.name,
    settings,
    locale: settings.widget.language,
    pageUrl: null,
    knownFacts: {},
    leadRequested: false,
  };
  return composeAnswerPrompt(input, evidence.passages.slice(0, PASSAGES_MAX));
}
