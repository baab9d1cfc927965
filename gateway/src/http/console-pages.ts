import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { AppError } from '../errors.ts';
import { type BuiltFile, loadBuiltFile, sendBuiltFile } from './built-files.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'packages', 'console', 'dist');
const TYPES: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', html: 'text/html; charset=utf-8' };

/** Nothing of anybody else's, nothing written into the page, and the page in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** /console: the tenant's desk, kept in memory as the build left it. It has no rights of its own: all it does goes through the API. */
export function consolePages(): Router {
  const router = Router();
  const files = new Map<string, BuiltFile>();
  for (const name of existsSync(FOLDER) ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }) : []) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type) files.set(name, loadBuiltFile(join(FOLDER, name), type));
  }
  router.get('/console', (request, response) => {
    // Without its last slash the parts that the page names would be looked for elsewhere.
    if (!request.path.endsWith('/')) return response.redirect(308, '/console/');
    const page = files.get('index.html');
    if (!page) throw new AppError('not_found', 'The console has not been built. Run: npm run build');
    response.set({ 'Content-Security-Policy': POLICY, 'Referrer-Policy': 'no-referrer' });
    sendBuiltFile(request, response, page, 'no-cache');
  });
  router.get('/console/assets/:name', (request, response) => {
    const file = files.get(join('assets', request.params.name));
    if (!file) throw new AppError('not_found', 'There is no such part of the console.');
    // Named by its content, so it never changes.
    sendBuiltFile(request, response, file, 'public, max-age=31536000, immutable');
  });
  return router;
}
