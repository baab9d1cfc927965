import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { demoPages } from './demo/demo-pages.ts';
import type { Deps } from './deps.ts';
import { AppError } from './errors.ts';
import { healthRoutes } from './health.ts';
import { consolePages } from './http/console-pages.ts';
import { errorHandler } from './http/error-handler.ts';
import { requestContext } from './http/request-context.ts';
import { serveRoutes } from './http/serve-routes.ts';
import { widgetAssets } from './http/widget-assets.ts';
import { widgetOrigins } from './http/widget-origins.ts';
import { apiPages } from './pages/api-pages.ts';
import { guidePages } from './pages/guide-pages.ts';
import { listRoutes } from './routes.ts';

/** Without the path, which may hold a key: an address that is too long by a slash is logged like any other. */
const nothingHere: RequestHandler = () => {
  throw new AppError('not_found', 'There is nothing at this address.');
};

/** The HTTP side of the gateway: middleware in order, the routes, the error handler last. */
export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.config.trustedProxies);
  app.set('query parser', 'simple');
  app.use(requestContext(deps.log, deps.metrics));
  app.use(
    helmet({
      // Answers of the API are data; the few pages bring a policy of their own.
      contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
      // The widget lives on other origins.
      crossOriginResourcePolicy: { policy: 'cross-origin' },
      strictTransportSecurity: deps.config.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    }),
  );
  app.use(healthRoutes(deps));
  app.use(widgetAssets());
  app.use(consolePages());
  app.use('/v1/widget', widgetOrigins);
  const routes = listRoutes(deps);
  app.use(apiPages(routes, deps.config.publicUrl));
  app.use(serveRoutes(routes, { db: deps.db, limits: deps.limits, secret: deps.config.secret, publicUrl: deps.config.publicUrl }));
  app.use(guidePages(deps.config));
  if (deps.config.isDemo) app.use(demoPages());
  app.use(nothingHere);
  app.use(errorHandler(deps.metrics));
  return app;
}

/** The HTTP side of a worker: how it is, and nothing else. */
export function createHealthApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(requestContext(deps.log, deps.metrics));
  app.use(healthRoutes(deps));
  app.use(nothingHere);
  app.use(errorHandler(deps.metrics));
  return app;
}
