import type { Transaction } from '@netia/db';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Log } from '../log.ts';
import type { Role } from '../people/roles.ts';
import type { UserSession } from '../people/user-sessions.ts';
import type { Scope } from '../tenants/api-keys.ts';

/** A visitor, known by the session token. */
export interface VisitorSession {
  tenantId: string;
  sessionId: string;
  conversationId: string;
  visitorId: string;
}

/**
 * What a route tells of itself. One list makes the router, the OpenAPI document, `netia routes` and the test of rights,
 * so none of them can know a route that the others do not.
 */
interface RouteFacts {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express path; parameters as `:name`. */
  path: string;
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Schema of a 2xx body; absent for streams and empty answers. */
  response?: z.ZodType;
  status?: number;
  /** Largest body, in bytes. Default 64 KiB. */
  bodyMax?: number;
  /** The handler gets the received bytes, unparsed: for what is signed, or comes from a sender who cannot be told to send JSON. */
  takesRaw?: true;
}

interface Parsed<Params, Query, Body> {
  request: Request;
  response: Response;
  requestId: string;
  log: Log;
  /** The caller's address, as far as the trusted proxies say. */
  address: string;
  params: Params;
  query: Query;
  body: Body;
  /** The bytes of the body; empty unless the route takes them raw. */
  raw: Buffer;
}

/**
 * Open to anyone. Whose data it is follows from a website id in the request, or from a secret that the route itself
 * checks: the signature over the body, a key or token in the path.
 */
export interface PublicRoute extends RouteFacts {
  access: 'public';
  tenantSource: 'website_id' | 'signature' | 'hook_key' | 'flow_token' | 'none';
  handle(call: Parsed<never, never, never>): Promise<unknown>;
}

/** For the holder of a session token; the tenant is the session's. */
export interface VisitorRoute extends RouteFacts {
  access: 'visitor';
  tenantSource: 'session';
  handle(call: Parsed<never, never, never> & { session: VisitorSession }): Promise<unknown>;
}

/**
 * For the holder of an API key with the scope, and for whoever is signed in and has it by their role; the tenant is the
 * key's or the session's. Runs in one transaction, with its audit line.
 */
export interface KeyRoute extends RouteFacts {
  access: Scope;
  tenantSource: 'key';
  /** What has to be asked of others before the transaction begins; refuses by throwing. */
  prepare?(call: Parsed<never, never, never> & { tenantId: string }): Promise<void>;
  handle(call: Parsed<never, never, never> & KeyCall): Promise<unknown>;
}

export interface KeyCall {
  tenantId: string;
  /** For the audit log. */
  actor: string;
  /** Of whoever is signed in; undefined for an API key. */
  role: Role | undefined;
  /** As `role`. */
  userId: string | undefined;
  /** What the caller may do, whoever they are. */
  scopes: readonly string[];
  tx: Transaction;
  /** Notes a change in the audit log, in the same transaction. */
  audit(action: string, resourceType: string, resourceId: string | null, changes?: object): Promise<void>;
  /** Work for after the commit: forgetting what is remembered, telling who listens. */
  afterCommit(work: () => void): void;
  /** Whether the key or session would still be let in: to be asked now and then by what stays open. */
  isStillAllowed(): Promise<boolean>;
}

/** For whoever is signed in at the console, whatever their role; the tenant is the session's. */
export interface PersonRoute extends RouteFacts {
  access: 'person';
  tenantSource: 'console_session';
  handle(call: Parsed<never, never, never> & UserSession): Promise<unknown>;
}

export type Route = PublicRoute | VisitorRoute | KeyRoute | PersonRoute;

type Of<S> = S extends z.ZodType ? z.output<S> : undefined;

/** Declares a route with its handler typed by its schemas. */
export function publicRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  route: Omit<PublicRoute, 'access' | 'handle' | 'params' | 'query' | 'body'> & {
    params?: P;
    query?: Q;
    body?: B;
    handle(call: Parsed<Of<P>, Of<Q>, Of<B>>): Promise<unknown>;
  },
): PublicRoute {
  return { access: 'public', ...route } as unknown as PublicRoute;
}

export function visitorRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  route: Omit<VisitorRoute, 'access' | 'tenantSource' | 'handle' | 'params' | 'query' | 'body'> & {
    params?: P;
    query?: Q;
    body?: B;
    handle(call: Parsed<Of<P>, Of<Q>, Of<B>> & { session: VisitorSession }): Promise<unknown>;
  },
): VisitorRoute {
  return { access: 'visitor', tenantSource: 'session', ...route } as unknown as VisitorRoute;
}

export function keyRoute<P extends z.ZodType | undefined = undefined, Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  route: Omit<KeyRoute, 'tenantSource' | 'prepare' | 'handle' | 'params' | 'query' | 'body'> & {
    params?: P;
    query?: Q;
    body?: B;
    prepare?(call: Parsed<Of<P>, Of<Q>, Of<B>> & { tenantId: string }): Promise<void>;
    handle(call: Parsed<Of<P>, Of<Q>, Of<B>> & KeyCall): Promise<unknown>;
  },
): KeyRoute {
  return { tenantSource: 'key', ...route } as unknown as KeyRoute;
}

export function personRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  route: Omit<PersonRoute, 'access' | 'tenantSource' | 'handle' | 'params' | 'query' | 'body'> & {
    params?: P;
    query?: Q;
    body?: B;
    handle(call: Parsed<Of<P>, Of<Q>, Of<B>> & UserSession): Promise<unknown>;
  },
): PersonRoute {
  return { access: 'person', tenantSource: 'console_session', ...route } as unknown as PersonRoute;
}
