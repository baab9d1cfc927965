import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { AppError } from '../errors.ts';
import { type BuiltFile, loadBuiltFile, sendBuiltFile } from './built-files.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'widget', 'dist');

/** What pages name in their snippets; everything else is named by its content. */
const NAMED = ['widget.js', 'tidio-bridge.js'];

/** The widget's few kilobytes, kept in memory as the build left them, plain and compressed. */
export function widgetAssets(): Router {
  const router = Router();
  const assets = new Map<string, BuiltFile>();
  for (const name of existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.js')) : [])
    assets.set(name, loadBuiltFile(join(FOLDER, name), 'text/javascript; charset=utf-8'));
  for (const name of NAMED) {
    router.get(`/${name}`, (request, response) => {
      const script = assets.get(name);
      if (!script) throw new AppError('not_found', 'The widget has not been built. Run: npm run build');
      send(request, response, script, 'public, max-age=300, stale-while-revalidate=86400');
    });
  }
  router.get('/widget/:name', (request, response) => {
    const asset = NAMED.includes(request.params.name) ? undefined : assets.get(request.params.name);
    if (!asset) throw new AppError('not_found', 'There is no such part of the widget.');
    // Named by its content, so it never changes.
    send(request, response, asset, 'public, max-age=31536000, immutable');
  });
  return router;
}

/** The widget lives on other origins than ours. */
function send(request: Request, response: Response, asset: BuiltFile, caching: string): void {
  response.set('Access-Control-Allow-Origin', '*');
  sendBuiltFile(request, response, asset, caching);
}
