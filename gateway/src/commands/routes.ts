import { listRoutes, type RouteParts } from '../routes.ts';
import { print } from './with-database.ts';

/** Lists what is served. Routes are only declared here and never handled, so they need no parts. */
export function routesCommand(options: { json?: boolean }): void {
  const routes = listRoutes({} as RouteParts).map(({ method, path, access, tenantSource, summary }) => ({
    method: method.toUpperCase(),
    path,
    access,
    tenant: tenantSource,
    summary,
  }));
  if (options.json) print(JSON.stringify(routes, null, 2));
  else
    for (const route of routes)
      print(`${route.method.padEnd(6)} ${route.path.padEnd(46)} ${route.access.padEnd(20)} ${route.tenant.padEnd(11)} ${route.summary}`);
}
