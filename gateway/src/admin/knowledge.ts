import { idParamsSchema, knowledgeChangeSchema, knowledgeInputSchema, knowledgeSchema, pageOf, pageQuerySchema } from '@netia/protocol';
import { z } from 'zod';
import { keyRoute } from '../http/route.ts';
import { addKnowledge, changeKnowledge, listKnowledge, removeKnowledge, showKnowledge } from '../knowledge/publish-knowledge.ts';
import { toPage } from './page.ts';

/** An entry of two million characters in JSON, with room for escapes. */
const ENTRY_BYTES_MAX = 8 * 1024 * 1024;
const versionSchema = z.object({
  version: z.int(),
  title: z.string(),
  format: z.string(),
  content: z.string(),
  url: z.string().nullable(),
  created_at: z.string(),
});

/** What the tenant has written. */
export const knowledgeRoutes = () => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge',
    summary: 'List knowledge entries, oldest first',
    access: 'knowledge:read',
    query: pageQuerySchema,
    response: pageOf(knowledgeSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await listKnowledge(tx, tenantId, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/knowledge',
    summary: 'Add an entry and publish it',
    access: 'knowledge:write',
    status: 201,
    body: knowledgeInputSchema,
    bodyMax: ENTRY_BYTES_MAX,
    response: knowledgeSchema,
    handle: async ({ tenantId, tx, body, audit }) => {
      const entry = await addKnowledge(tx, tenantId, body);
      await audit('knowledge.add', 'knowledge', entry.id, { title: entry.title });
      return entry;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge/:id',
    summary: 'Show an entry',
    access: 'knowledge:read',
    params: idParamsSchema,
    response: knowledgeSchema,
    handle: ({ tenantId, tx, params }) => showKnowledge(tx, tenantId, params.id),
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/knowledge/:id',
    summary: 'Change an entry; a new text is a new version and is published at once',
    access: 'knowledge:write',
    params: idParamsSchema,
    body: knowledgeChangeSchema,
    bodyMax: ENTRY_BYTES_MAX,
    response: knowledgeSchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      const entry = await changeKnowledge(tx, tenantId, params.id, body);
      await audit('knowledge.change', 'knowledge', entry.id, { version: entry.version, is_active: entry.is_active });
      return entry;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/knowledge/:id',
    summary: 'Delete an entry with its versions',
    access: 'knowledge:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      await removeKnowledge(tx, tenantId, params.id);
      await audit('knowledge.remove', 'knowledge', params.id);
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge/:id/versions',
    summary: 'Every version of an entry, newest first',
    access: 'knowledge:read',
    params: idParamsSchema,
    response: z.object({ items: z.array(versionSchema) }),
    handle: async ({ tenantId, tx, params }) => {
      await showKnowledge(tx, tenantId, params.id);
      return {
        items: await tx.rows(
          'SELECT version, title, format, content, url, created_at FROM knowledge_versions WHERE tenant_id = $1 AND knowledge_id = $2 ORDER BY version DESC LIMIT 200',
          [tenantId, params.id],
        ),
      };
    },
  }),
];
