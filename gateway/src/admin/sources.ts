import { randomUUID } from 'node:crypto';
import {
  fileQuerySchema,
  idParamsSchema,
  pageOf,
  pageQuerySchema,
  sourceChangeSchema,
  sourceDocumentQuerySchema,
  sourceDocumentSchema,
  sourceInputSchema,
  sourceSchema,
} from '@netia/protocol';
import { AppError } from '../errors.ts';
import { FILE_BYTES_MAX, type FileStore, fileKey } from '../files/file-store.ts';
import { shownName } from '../files/shown-name.ts';
import { keyRoute } from '../http/route.ts';
import type { Log } from '../log.ts';
import { detectKind } from '../sources/detect-kind.ts';
import { UnreadableSource } from '../sources/parsing/parsed-source.ts';
import { addSource, changeSource, listSourceDocuments, listSources, refreshSource, removeSource, showSource } from '../sources/sources.ts';
import { toPage } from './page.ts';

/** Files, pages and sites that knowledge is read from. Reading itself is the workers' work. */
export const sourceRoutes = ({ files, log }: { files: FileStore; log: Log }) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/sources',
    summary: 'List sources with their status, oldest first',
    access: 'knowledge:read',
    query: pageQuerySchema,
    response: pageOf(sourceSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await listSources(tx, tenantId, { after: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/sources',
    summary: 'Have a page, a sitemap or a site read; it begins within seconds',
    access: 'knowledge:write',
    status: 201,
    body: sourceInputSchema,
    response: sourceSchema,
    handle: async ({ tenantId, tx, body, audit }) => {
      const source = await addSource(tx, tenantId, body);
      await audit('source.add', 'source', source.id, { kind: source.kind, url: source.url });
      return source;
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/sources/files',
    summary: 'Have a file read: the body is the file itself, application/octet-stream, up to 25 MB',
    access: 'knowledge:write',
    status: 201,
    query: fileQuerySchema,
    takesRaw: true,
    bodyMax: FILE_BYTES_MAX,
    response: sourceSchema,
    handle: async ({ tenantId, tx, request, query, raw, audit }) => {
      if (request.is('multipart/form-data') || request.is('application/x-www-form-urlencoded'))
        throw new AppError('unsupported_media_type', 'Send the file itself as the body, as application/octet-stream, and its name as ?name=.');
      if (raw.length === 0) throw new AppError('invalid_request', 'The body is empty: send the file itself.');
      await requireReadable(query.name, raw);
      const key = fileKey(tenantId, randomUUID());
      // Before the commit: a file without a row is lost space, a row without its file is a promise broken.
      await files.put(key, raw);
      const source = await addSource(tx, tenantId, { kind: 'file', ...query, name: shownName(query.name) || 'file', file_key: key, file_size: raw.length });
      await audit('source.add', 'source', source.id, { kind: 'file', name: source.name });
      return source;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/sources/:id',
    summary: 'Show a source: its status, how far it has come, and why it failed',
    access: 'knowledge:read',
    params: idParamsSchema,
    response: sourceSchema,
    handle: ({ tenantId, tx, params }) => showSource(tx, tenantId, params.id),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/sources/:id/documents',
    summary: 'What a source has brought, page by page, with what was left out and why',
    access: 'knowledge:read',
    params: idParamsSchema,
    query: sourceDocumentQuerySchema,
    response: pageOf(sourceDocumentSchema),
    handle: async ({ tenantId, tx, params, query }) => {
      await showSource(tx, tenantId, params.id);
      const page = { after: query.cursor ?? null, limit: query.limit + 1, status: query.status };
      return toPage(await listSourceDocuments(tx, tenantId, params.id, page), query.limit);
    },
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/sources/:id',
    summary: 'Change a source; it is read again with the change',
    access: 'knowledge:write',
    params: idParamsSchema,
    body: sourceChangeSchema,
    response: sourceSchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      const source = await changeSource(tx, tenantId, params.id, body);
      await audit('source.change', 'source', source.id, body);
      return source;
    },
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/sources/:id/refresh',
    summary: 'Have a source read again now',
    access: 'knowledge:write',
    params: idParamsSchema,
    response: sourceSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      const source = await refreshSource(tx, tenantId, params.id);
      await audit('source.refresh', 'source', source.id);
      return source;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/sources/:id',
    summary: 'Remove a source and withdraw all that came from it, at once',
    access: 'knowledge:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit, afterCommit }) => {
      const { file_key } = await removeSource(tx, tenantId, params.id);
      await audit('source.remove', 'source', params.id);
      if (file_key)
        afterCommit(() => void files.remove(file_key).catch((error) => log.warn({ err: error, file: file_key }, 'a removed source has left its file')));
    },
  }),
];

/** What cannot be read is refused while the sender is there to see why. */
async function requireReadable(name: string, bytes: Buffer): Promise<void> {
  try {
    await detectKind(name, bytes);
  } catch (error) {
    if (error instanceof UnreadableSource) throw new AppError('invalid_request', error.message);
    throw error;
  }
}
