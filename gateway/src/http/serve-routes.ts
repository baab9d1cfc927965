import type { Database } from '@netia/db';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { storableValue } from '../storable-text.ts';
import { findKeyHolder, hashSecret, type KeyHolder } from '../tenants/api-keys.ts';
import type { Limits } from '../tenants/limits.ts';
import { replyOnce } from './idempotency.ts';
import type { RequestContext } from './request-context.ts';
import type { KeyRoute, Route, VisitorSession } from './route.ts';

const BODY_MAX = 64 * 1024;

/**
 * Builds the router of a list of routes: parse, know the caller, handle, answer.
 * @param secret NETIA_SECRET, for replies kept to be repeated.
 */
export function serveRoutes(routes: Route[], db: Database, limits: Limits, secret: string): Router {
  const router = Router();
  for (const route of routes) {
    const limit = route.bodyMax ?? BODY_MAX;
    const body: RequestHandler[] = route.takesRaw
      ? [express.raw({ limit, type: () => true })]
      : route.body
        ? [requireJson, express.json({ limit, reviver: storableValue })]
        : [];
    // Before the body: nobody without a key has megabytes of theirs read.
    const known: RequestHandler[] = isKeyRoute(route)
      ? [
          async (request, _response, next) => {
            holders.set(request, await requireKey(request, db, limits, route.access));
            next();
          },
        ]
      : [];
    router[route.method](route.path, markRoute(route), ...known, ...body, async (request, response) => {
      const context = request as unknown as RequestContext;
      const call = {
        request,
        response,
        requestId: context.requestId,
        log: context.log,
        address: request.ip ?? 'unknown',
        params: parse(route.params, request.params, 'path'),
        query: parse(route.query, request.query, 'query'),
        body: route.takesRaw ? undefined : parse(route.body, request.body, 'body'),
        raw: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      } as never;
      const result = await run(route, call, { request, db, limits, secret });
      answer(response, route, result);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    router.all(path, (request) => {
      throw new AppError('method_not_allowed', `${request.method} is not offered here.`, {
        headers: {
          Allow: routes
            .filter((route) => route.path === path)
            .map((route) => route.method.toUpperCase())
            .join(', '),
        },
      });
    });
  }
  return router;
}

const isKeyRoute = (route: Route): route is KeyRoute => route.access !== 'public' && route.access !== 'visitor';

/** Whose key a request carries, from before its body was read. */
const holders = new WeakMap<Request, KeyHolder>();

function holderOf(request: Request): KeyHolder {
  const holder = holders.get(request);
  if (!holder) throw new Error('the key was not looked at before the body');
  return holder;
}

interface Means {
  request: Request;
  db: Database;
  limits: Limits;
  secret: string;
}

async function run(route: Route, call: never, { request, db, limits, secret }: Means): Promise<unknown> {
  switch (route.access) {
    case 'public':
      return route.handle(call);
    case 'visitor':
      return route.handle({ ...(call as object), session: await requireSession(request, db, limits) } as never);
    default:
      return runWithKey(route, call, holderOf(request), { request, db, secret });
  }
}

async function runWithKey(route: KeyRoute, call: never, holder: KeyHolder, { request, db, secret }: Omit<Means, 'limits'>): Promise<unknown> {
  const { tenantId, keyId } = holder;
  const later: (() => void)[] = [];
  await route.prepare?.({ ...(call as object), tenantId } as never);
  const result = await db.inTenant(tenantId, async (tx) => {
    const actor = `key:${keyId}`;
    const audit = async (action: string, resourceType: string, resourceId: string | null, changes: object = {}) => {
      await tx.run('INSERT INTO audit_logs (tenant_id, actor, action, resource_type, resource_id, changes) VALUES ($1, $2, $3, $4, $5, $6)', [
        tenantId,
        actor,
        action,
        resourceType,
        resourceId,
        JSON.stringify(changes),
      ]);
    };
    await tx.run(
      "UPDATE api_keys SET last_used_at = now() WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
      [tenantId, keyId],
    );
    const handle = () => route.handle({ ...(call as object), tenantId, actor, tx, audit, afterCommit: (work: () => void) => later.push(work) } as never);
    return route.method === 'post' ? replyOnce(tx, tenantId, request, secret, handle) : handle();
  });
  for (const work of later) work();
  return result;
}

function answer(response: Response, route: Route, result: unknown): void {
  // A handler that streams has answered already.
  if (response.headersSent) return;
  if (result === undefined) response.status(route.status ?? 204).end();
  else response.status(route.status ?? 200).json(result);
}

function markRoute(route: Route): RequestHandler {
  return (request, _response, next) => {
    (request as unknown as RequestContext).routePattern = `${route.method.toUpperCase()} ${route.path}`;
    next();
  };
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (!request.is('application/json')) throw new AppError('unsupported_media_type', 'Send the body as application/json.');
  next();
};

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => ({ where: [where, ...issue.path].join('.'), problem: issue.message }));
  throw new AppError('invalid_request', faults.map((fault) => `${fault.where}: ${fault.problem}`).join('; '), { details: faults });
}

function bearer(request: Request): string | undefined {
  return /^Bearer ([\w-]{20,200})$/.exec(request.get('authorization') ?? '')?.[1];
}

const refusal = (what: string) =>
  new AppError('unauthorized', `The ${what} is missing or not valid. Send it as "Authorization: Bearer …".`, { headers: { 'WWW-Authenticate': 'Bearer' } });

async function requireSession(request: Request, db: Database, limits: Limits): Promise<VisitorSession> {
  const token = bearer(request);
  const found =
    token &&
    (await db.inDirectory((tx) =>
      tx.row<{ tenant_id: string; session_id: string; conversation_id: string; visitor_id: string; origin: string | null }>(
        'SELECT * FROM find_widget_session($1)',
        [hashSecret(token)],
      ),
    ));
  const origin = request.get('origin');
  // Bound to the site it was given to. A browser leaves Origin out of same-site GETs, so its absence says nothing.
  if (!found || (origin !== undefined && found.origin !== null && origin !== found.origin)) {
    await limits.countBadCredentials(request.ip ?? 'unknown');
    throw refusal('session token');
  }
  return { tenantId: found.tenant_id, sessionId: found.session_id, conversationId: found.conversation_id, visitorId: found.visitor_id };
}

async function requireKey(request: Request, db: Database, limits: Limits, scope: string): Promise<KeyHolder> {
  const key = bearer(request);
  const holder = key === undefined ? undefined : await findKeyHolder(db, key);
  if (!holder) {
    await limits.countBadCredentials(request.ip ?? 'unknown');
    throw refusal('API key');
  }
  await limits.countAdminRequest(holder.tenantId, holder.keyId, holder.rateLimit);
  if (!holder.scopes.includes(scope)) throw new AppError('forbidden', `This key lacks the scope ${scope}.`, { details: { scope } });
  return holder;
}
