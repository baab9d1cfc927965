import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import { AppError } from '../errors.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'widget', 'dist');

/** What pages name in their snippets; everything else is named by its content. */
const NAMED = ['widget.js', 'tidio-bridge.js'];

interface Asset {
  plain: Buffer;
  brotli: Buffer;
  etag: string;
}

/** The widget's few kilobytes, kept in memory as the build left them, plain and compressed. */
export function widgetAssets(): Router {
  const router = Router();
  const assets = new Map<string, Asset>();
  for (const name of existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.js')) : []) assets.set(name, load(join(FOLDER, name)));
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

function load(file: string): Asset {
  const plain = readFileSync(file);
  const brotli = readFileSync(`${file}.br`);
  return { plain, brotli, etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"` };
}

function send(request: Request, response: Response, asset: Asset, caching: string): void {
  response.set({
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': caching,
    ETag: asset.etag,
    'Access-Control-Allow-Origin': '*',
    Vary: 'Accept-Encoding',
  });
  if (request.get('if-none-match') === asset.etag) {
    response.status(304).end();
  } else if (request.acceptsEncodings('br') === 'br') {
    response.set('Content-Encoding', 'br').end(asset.brotli);
  } else {
    response.end(asset.plain);
  }
}
