import { randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import {
  type Installation,
  installationQuerySchema,
  installationSchema,
  logoSchema,
  type Setup,
  setupSchema,
  suggestionsSchema,
  tenantChangeSchema,
} from '@netia/protocol';
import { AppError } from '../errors.ts';
import { detectImage } from '../files/detect-image.ts';
import { type FileStore, fileKey } from '../files/file-store.ts';
import { keyRoute } from '../http/route.ts';
import { suggestQuestions } from '../knowledge/suggest-questions.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { OutboundFault } from '../outbound/outbound-fault.ts';
import { readTenant, type TenantDirectory } from '../tenants/settings.ts';
import { tryQuestion } from './try-question.ts';

export interface SetupParts {
  tenants: TenantDirectory;
  files: FileStore;
  outbound: Outbound;
}

const SUGGESTED = 3;
/** A logo is drawn 28 pixels high. */
const LOGO_BYTES_MAX = 200 * 1024;
const PAGE_BYTES_MAX = 5_000_000;
const PAGE_TIMEOUT_MS = 15_000;

/** From a name and an address to an agent that answers on that site. */
export const setupRoutes = ({ tenants, files, outbound }: SetupParts) => {
  /** What a page shows of the snippet, looked at before the transaction begins. */
  const looked = new WeakMap<object, Installation['found'] | OutboundFault>();
  return [
    keyRoute({
      method: 'get',
      path: '/v1/admin/setup',
      summary: 'How far the tenant has come with putting the agent on its site',
      access: 'settings:read',
      response: setupSchema,
      handle: ({ tenantId, tx }) => readSetup(tx, tenantId),
    }),
    keyRoute({
      method: 'patch',
      path: '/v1/admin/tenant',
      summary: "Change the business's name or the address of its site",
      access: 'settings:write',
      body: tenantChangeSchema,
      response: setupSchema,
      handle: async ({ tenantId, tx, body, audit, afterCommit }) => {
        await tx.run('UPDATE tenants SET name = coalesce($2, name), site_url = CASE WHEN $3 THEN $4 ELSE site_url END WHERE id = $1', [
          tenantId,
          body.name ?? null,
          body.site_url !== undefined,
          body.site_url ?? null,
        ]);
        await audit('tenant.change', 'tenant', tenantId, body);
        afterCommit(() => tenants.forget(tenantId));
        return readSetup(tx, tenantId);
      },
    }),
    keyRoute({
      method: 'get',
      path: '/v1/admin/setup/installation',
      summary: 'Whether a page of the site carries the snippet; the page is fetched now',
      access: 'settings:read',
      query: installationQuerySchema,
      response: installationSchema,
      prepare: async ({ tenantId, query, request }) => {
        const { widget_website_id: websiteId } = await tenants.get(tenantId);
        looked.set(request, await lookFor(outbound, query.url, websiteId));
      },
      handle: async ({ request }) => {
        const found = looked.get(request) ?? 'unreachable';
        if (found instanceof OutboundFault) return { found: 'unreachable', message: `The page could not be read: ${found.message}` } as const;
        return { found, message: MESSAGES[found] };
      },
    }),
    keyRoute({
      method: 'get',
      path: '/v1/admin/setup/questions',
      summary: "Some questions that the tenant's own knowledge answers, to try it with",
      access: 'knowledge:read',
      response: suggestionsSchema,
      handle: async ({ tenantId, tx }) => {
        const { ai } = (await readTenant(tx, tenantId)).settings;
        const items: string[] = [];
        for (const { question, knowledge_id } of await suggestQuestions(tx, tenantId)) {
          const { verdict, passages } = await tryQuestion(tx, tenantId, ai, question);
          if (verdict === 'answered' && passages[0]?.knowledge_id === knowledge_id) items.push(question);
          if (items.length === SUGGESTED) break;
        }
        return { items };
      },
    }),
    keyRoute({
      method: 'post',
      path: '/v1/admin/setup/logo',
      summary: 'Keep a picture for the widget: the body is the picture itself, PNG, JPEG, WebP or GIF. The widget settings then name it',
      access: 'settings:write',
      status: 201,
      takesRaw: true,
      bodyMax: LOGO_BYTES_MAX,
      response: logoSchema,
      handle: async ({ tenantId, raw, audit }) => {
        const ending = await detectImage(raw);
        if (!ending) throw new AppError('invalid_request', 'This is no picture of a kind that browsers show. Give PNG, JPEG, WebP or GIF.');
        const id = randomUUID();
        await files.put(fileKey(tenantId, id), raw);
        await audit('tenant.logo', 'tenant', tenantId, { bytes: raw.length });
        return { logo: `${id}.${ending}` };
      },
    }),
  ];
};

const MESSAGES: Record<Installation['found'], string> = {
  installed: 'The snippet is on the page.',
  other_id: 'There is a snippet of Netia on the page, with another website id. Copy yours again.',
  missing:
    'The page does not show the snippet. Was it published, and is a cache in between? A tag manager puts it in later, where this cannot see it: open the site and ask something instead.',
  unreachable: 'The page could not be read.',
};

/** Looks for the snippet in a page as it is sent, without running its scripts. */
async function lookFor(outbound: Outbound, url: string, websiteId: string): Promise<Installation['found'] | OutboundFault> {
  try {
    const { status, body } = await outbound.get(url, { maxBytes: PAGE_BYTES_MAX, timeoutMs: PAGE_TIMEOUT_MS });
    if (status >= 400) return 'unreachable';
    const snippets = [...body.toString('utf8').matchAll(/<script\b[^>]*\/widget\.js[^>]*>/gi)].map(([tag]) => tag);
    if (snippets.length === 0) return 'missing';
    return snippets.some((tag) => tag.includes(websiteId)) ? 'installed' : 'other_id';
  } catch (error) {
    if (error instanceof OutboundFault) return error;
    throw error;
  }
}

async function readSetup(tx: Transaction, tenantId: string): Promise<Setup> {
  const setup = await tx.row<Setup>(
    `SELECT t.site_url, (SELECT count(*)::integer FROM knowledge_bases WHERE tenant_id = $1) AS entries,
       (SELECT count(*)::integer FROM knowledge_sources WHERE tenant_id = $1) AS sources,
       (SELECT min(created_at) FROM widget_sessions WHERE tenant_id = $1) AS first_session_at,
       (SELECT max(created_at) FROM widget_sessions WHERE tenant_id = $1) AS last_session_at
     FROM tenants t WHERE t.id = $1`,
    [tenantId],
  );
  if (!setup) throw new Error(`tenant ${tenantId} is gone`);
  return setup;
}
