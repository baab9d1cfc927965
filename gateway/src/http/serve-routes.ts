import type { Database } from '@netia/db';
import { SHOWN_TENANT_HEADER } from '@netia/protocol';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { findSession, noteSessionUse, type UserSession } from '../people/user-sessions.ts';
import { storableValue } from '../storable-text.ts';
import { findKeyHolder, hashSecret, type KeyHolder } from '../tenants/api-keys.ts';
import { writeAudit } from '../tenants/audit.ts';
import type { Limits } from '../tenants/limits.ts';
import { CsvExport } from './csv-export.ts';
import { replyOnce } from './idempotency.ts';
import type { RequestContext } from './request-context.ts';
import type { KeyRoute, PersonRoute, Route, VisitorSession } from './route.ts';
import { readSessionCookie, requireOwnPage } from './session-cookie.ts';

const BODY_MAX = 64 * 1024;

/** Requests a minute of one signed-in browser: a page that asks for all it shows, many times over. */
const REQUESTS_PER_SESSION = 1_200;

/** What the routes are served with: `secret` is NETIA_SECRET, for replies kept to be repeated. */
export interface ServedWith {
  db: Database;
  limits: Limits;
  secret: string;
  publicUrl: string;
}

/** Builds the router of a list of routes: parse, know the caller, handle, answer. */
export function serveRoutes(routes: Route[], means: ServedWith): Router {
  const router = Router();
  for (const route of routes) {
    const limit = route.bodyMax ?? BODY_MAX;
    const body: RequestHandler[] = route.takesRaw
      ? [express.raw({ limit, type: () => true })]
      : route.body
        ? [requireJson, express.json({ limit, reviver: storableValue })]
        : [];
    // Before the body: nobody unknown has megabytes of theirs read.
    router[route.method](route.path, markRoute(route), ...(route.access === 'public' ? [] : [askWho(route, means)]), ...body, async (request, response) => {
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
      const result = await run(route, call, request, means);
      await answer(response, route, result);
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

type TenantRoute = KeyRoute | PersonRoute;
const isTenantRoute = (route: Route): route is TenantRoute => route.access !== 'public' && route.access !== 'visitor';

/** Who asks in a tenant's name: the holder of a key, or somebody who is signed in. */
type Caller = ({ kind: 'key' } & KeyHolder) | ({ kind: 'person' } & UserSession);

function askWho(route: Route, means: ServedWith): RequestHandler {
  return async (request, _response, next) => {
    if (isTenantRoute(route)) callers.set(request, await requireCaller(request, means, route));
    else if (route.access === 'visitor') visitors.set(request, await requireSession(request, means.db, means.limits));
    next();
  };
}

/** Who asks, known before the body was read. */
const callers = new WeakMap<Request, Caller>();
const visitors = new WeakMap<Request, VisitorSession>();

async function run(route: Route, call: never, request: Request, means: ServedWith): Promise<unknown> {
  switch (route.access) {
    case 'public':
      return route.handle(call);
    case 'visitor':
      return route.handle({ ...(call as object), session: knownIn(visitors, request) } as never);
    case 'person':
      return runForPerson(route, call, request, means);
    default:
      return runForTenant(route, call, request, means);
  }
}

function knownIn<Who>(known: WeakMap<Request, Who>, request: Request): Who {
  const who = known.get(request);
  if (!who) throw new Error('nobody was asked for before the body');
  return who;
}

async function runForPerson(route: PersonRoute, call: never, request: Request, { db }: ServedWith): Promise<unknown> {
  const caller = knownIn(callers, request);
  if (caller.kind !== 'person') throw new Error('a key was let in where a person is wanted');
  const { kind: _, ...session } = caller;
  await db.inTenant(session.tenantId, (tx) => noteSessionUse(tx, session.tenantId, session.sessionId));
  return route.handle({ ...(call as object), ...session } as never);
}

async function runForTenant(route: KeyRoute, call: never, request: Request, means: ServedWith): Promise<unknown> {
  const { db, secret } = means;
  const caller = knownIn(callers, request);
  const { tenantId } = caller;
  const later: (() => void)[] = [];
  await route.prepare?.({ ...(call as object), tenantId } as never);
  const result = await db.inTenant(tenantId, async (tx) => {
    const actor = caller.kind === 'key' ? `key:${caller.keyId}` : `user:${caller.userId}`;
    const audit = (action: string, resourceType: string, resourceId: string | null, changes?: object) =>
      writeAudit(tx, tenantId, { actor, action, resourceType, resourceId, changes });
    if (caller.kind === 'person') await noteSessionUse(tx, tenantId, caller.sessionId);
    else
      await tx.run(
        "UPDATE api_keys SET last_used_at = now() WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
        [tenantId, caller.keyId],
      );
    const { role, userId } = caller.kind === 'person' ? caller : { role: undefined, userId: undefined };
    const isStillAllowed = () =>
      requireCaller(request, means, route).then(
        () => true,
        // A database that hiccups, or a limit that is reached, takes nobody's right away.
        (error: unknown) => !(error instanceof AppError && (error.code === 'unauthorized' || error.code === 'forbidden')),
      );
    const given = { tenantId, actor, role, userId, scopes: caller.scopes, tx, audit, isStillAllowed, afterCommit: (work: () => void) => later.push(work) };
    const handle = () => route.handle({ ...(call as object), ...given } as never);
    return route.method === 'post' ? replyOnce(tx, tenantId, request, secret, handle) : handle();
  });
  for (const work of later) work();
  return result;
}

async function answer(response: Response, route: Route, result: unknown): Promise<void> {
  // A handler that streams has answered already.
  if (response.headersSent) return;
  if (result instanceof CsvExport) return result.sendTo(response);
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

/** An API key where one is sent, else the cookie of somebody who is signed in. A key that is refused is not made good by a cookie. */
async function requireCaller(request: Request, means: ServedWith, route: TenantRoute): Promise<Caller> {
  const { limits, publicUrl } = means;
  const cookie = request.get('authorization') === undefined ? readSessionCookie(request, publicUrl) : undefined;
  if (cookie === undefined && route.access !== 'person') return { kind: 'key', ...(await requireKey(request, means, route.access)) };
  const session = cookie === undefined ? undefined : await findSession(means.db, cookie);
  if (!session) {
    if (cookie !== undefined) await limits.countBadCredentials(request.ip ?? 'unknown');
    throw new AppError('unauthorized', 'You are not signed in, or your session has ended. Sign in again.');
  }
  requireOwnPage(request, publicUrl);
  // A cookie is the whole browser's, and each of its tabs may show another tenant: what one shows is not written to another.
  const shown = request.get(SHOWN_TENANT_HEADER);
  if (shown !== undefined && shown !== session.tenantId)
    throw new AppError('conflict', 'In another tab you have gone over to another business. Reload this page to work there too, or go back in that tab.');
  await limits.countAdminRequest(session.tenantId, session.sessionId, REQUESTS_PER_SESSION);
  if (route.access !== 'person' && !session.scopes.includes(route.access))
    throw new AppError('forbidden', `Your role (${session.role}) does not allow this.`, { details: { scope: route.access } });
  return { kind: 'person', ...session };
}

async function requireKey(request: Request, { db, limits }: ServedWith, scope: string): Promise<KeyHolder> {
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
