import {
  categoryChangeSchema,
  categorySchema,
  draftInputSchema,
  draftSchema,
  idParamsSchema,
  knowledgeChangeSchema,
  knowledgeInputSchema,
  knowledgeQuerySchema,
  knowledgeSchema,
  pageOf,
  pageQuerySchema,
  passageSchema,
} from '@netia/protocol';
import { z } from 'zod';
import { keyRoute } from '../http/route.ts';
import { dropDraft, listDrafts, publishDrafts, saveDraft } from '../knowledge/drafts.ts';
import { addKnowledge, listCategories, listKnowledge, listPassages, removeKnowledge, renameCategory, showKnowledge } from '../knowledge/publish-knowledge.ts';
import { editKnowledge } from '../knowledge/source-choices.ts';
import { diffSince, listVersions, restoreVersion } from '../knowledge/versions.ts';
import { toPage } from './page.ts';

/** An entry of two million characters in JSON, with room for escapes. */
const ENTRY_BYTES_MAX = 8 * 1024 * 1024;
const versionParamsSchema = idParamsSchema.extend({ version: z.coerce.number('Give the number of a version.').int().min(1) });
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
    summary: 'List knowledge entries, oldest first: all, or those of a category, with a tag, in a language, with words in them',
    access: 'knowledge:read',
    query: knowledgeQuerySchema,
    response: pageOf(knowledgeSchema),
    handle: async ({ tenantId, tx, query: { cursor, limit, origin, ...filter } }) =>
      toPage(await listKnowledge(tx, tenantId, { after: cursor ?? null, limit: limit + 1 }, { ...filter, is_typed: origin && origin === 'typed' }), limit),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge/categories',
    summary: 'List the categories, with how many entries are in each',
    access: 'knowledge:read',
    response: z.object({ items: z.array(categorySchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listCategories(tx, tenantId) }),
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/knowledge/categories',
    summary: 'Give all that is in a category another name, or none',
    access: 'knowledge:write',
    body: categoryChangeSchema,
    response: z.object({ changed: z.int() }),
    handle: async ({ tenantId, tx, body, audit }) => {
      const changed = await renameCategory(tx, tenantId, body.from, body.to);
      await audit('knowledge.category', 'knowledge', null, { ...body, changed });
      return { changed };
    },
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
      // Without its title: that of a closed gap is a visitor's question, and nobody can take it out of the log again.
      await audit('knowledge.add', 'knowledge', entry.id, { format: entry.format });
      return entry;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge/drafts',
    summary: 'List what is to be published, oldest first',
    access: 'knowledge:read',
    query: pageQuerySchema,
    response: pageOf(draftSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await listDrafts(tx, tenantId, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/knowledge/drafts',
    summary: 'Keep an addition, a change or a removal until it is published; a later draft of an entry replaces the earlier one',
    access: 'knowledge:write',
    status: 201,
    body: draftInputSchema,
    bodyMax: ENTRY_BYTES_MAX,
    response: draftSchema,
    handle: async ({ tenantId, tx, body, audit }) => {
      const draft = await saveDraft(tx, tenantId, body);
      await audit('draft.save', 'draft', draft.id, { action: draft.action, knowledge_id: draft.knowledge_id });
      return draft;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/knowledge/drafts/:id',
    summary: 'Drop a draft',
    access: 'knowledge:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      await dropDraft(tx, tenantId, params.id);
      await audit('draft.drop', 'draft', params.id);
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/knowledge/publish',
    summary: 'Publish every draft at once',
    access: 'knowledge:write',
    response: z.object({ published: z.int() }),
    handle: async ({ tenantId, tx, audit }) => {
      const published = await publishDrafts(tx, tenantId);
      await audit('knowledge.publish', 'knowledge', null, { drafts: published });
      return { published };
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
    method: 'get',
    path: '/v1/admin/knowledge/:id/passages',
    summary: 'The passages that the published text was cut into',
    access: 'knowledge:read',
    params: idParamsSchema,
    response: z.object({ items: z.array(passageSchema) }),
    handle: async ({ tenantId, tx, params }) => ({ items: await listPassages(tx, tenantId, params.id) }),
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
      const entry = await editKnowledge(tx, tenantId, params.id, body);
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
    summary: 'The newest 200 versions of an entry, newest first',
    access: 'knowledge:read',
    params: idParamsSchema,
    response: z.object({ items: z.array(versionSchema) }),
    handle: async ({ tenantId, tx, params }) => ({ items: await listVersions(tx, tenantId, params.id) }),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/knowledge/:id/versions/:version/diff',
    summary: 'What has changed since a version, as a unified diff of title and text',
    access: 'knowledge:read',
    params: versionParamsSchema,
    response: z.object({ diff: z.string() }),
    handle: async ({ tenantId, tx, params }) => ({ diff: await diffSince(tx, tenantId, params.id, params.version) }),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/knowledge/:id/versions/:version/restore',
    summary: 'Publish a version again, as a new one',
    access: 'knowledge:write',
    params: versionParamsSchema,
    response: knowledgeSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      const entry = await restoreVersion(tx, tenantId, params.id, params.version);
      await audit('knowledge.restore', 'knowledge', entry.id, { restored: params.version, version: entry.version });
      return entry;
    },
  }),
];
