import { gapSchema, triedQuestionSchema, tryQuestionsSchema } from '@netia/protocol';
import { z } from 'zod';
import { listGaps } from '../conversations/list-gaps.ts';
import { keyRoute } from '../http/route.ts';
import { withDraftsPublished } from '../knowledge/drafts.ts';
import { findFaqs } from '../knowledge/publish-knowledge.ts';
import { readTenant } from '../tenants/settings.ts';
import { tryQuestion } from './try-question.ts';

/** So many gaps are shown; each is asked again, which takes some 15 ms. */
const SHOWN = 30;

/** What the knowledge lacks, and what it would say. */
export const gapRoutes = () => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/gaps',
    summary:
      'What visitors asked in the last 30 days and the agent could not answer, or not surely, put together by their words; what a person replied; whether it can now; the entry that asks the first of them',
    access: 'conversations:read',
    response: z.object({ items: z.array(gapSchema) }),
    handle: async ({ tenantId, tx }) => {
      const { ai } = (await readTenant(tx, tenantId)).settings;
      const items: z.output<typeof gapSchema>[] = [];
      const gaps = (await listGaps(tx, tenantId)).slice(0, SHOWN);
      const entries = await findFaqs(
        tx,
        tenantId,
        gaps.flatMap(({ questions }) => questions.slice(0, 1)),
      );
      for (const gap of gaps) {
        const [question = ''] = gap.questions;
        const { verdict, is_sure } = await tryQuestion(tx, tenantId, ai, question);
        // What was answered unsurely is closed only by an answer that is surer.
        const isAnsweredNow = gap.unsure === 0 ? verdict === 'answered' : is_sure;
        items.push({ ...gap, last_asked_at: gap.last_asked_at.toISOString(), is_answered_now: isAnsweredNow, entry: entries.get(question) ?? null });
      }
      return { items };
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/knowledge/try',
    summary: 'What visitors would be told now, or with the drafts published, without a model: answer, passages and scores. Leaves no conversation',
    access: 'knowledge:read',
    body: tryQuestionsSchema,
    response: z.object({ items: z.array(triedQuestionSchema) }),
    handle: async ({ tenantId, tx, body }) => {
      const { ai } = (await readTenant(tx, tenantId)).settings;
      const askAll = async () => {
        const items = [];
        for (const question of body.questions) items.push(await tryQuestion(tx, tenantId, ai, question));
        return { items };
      };
      return body.with_drafts ? withDraftsPublished(tx, tenantId, askAll) : askAll();
    },
  }),
];
