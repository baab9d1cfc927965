import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** What every request carries from its first middleware on. */
export interface RequestContext {
  requestId: string;
  log: Log;
  /** The route's pattern, for metrics; set by the router that matched. */
  routePattern?: string;
}

/** Gives the request an id and a log of its own, and logs how it went. Paths are logged without their query. */
export function requestContext(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const context = request as unknown as RequestContext;
    const started = performance.now();
    context.requestId = randomUUID();
    context.log = log.child({ request_id: context.requestId });
    response.set('X-Request-Id', context.requestId);
    response.on('close', () => {
      const route = context.routePattern ?? 'unmatched';
      metrics.requestSeconds.observe({ route, status: response.statusCode }, (performance.now() - started) / 1_000);
      // The pattern and not the path: a hook's key is part of its path.
      context.log.info({ method: request.method, route, status: response.statusCode, ms: Math.round(performance.now() - started) }, 'request');
    });
    next();
  };
}
