import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router } from 'express';
import { PAGE_POLICY } from '../pages/page-policy.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'demo');

/** The demo's page: a small shop with the widget on it, whose agent answers from the guides. */
export function demoPages(): Router {
  const router = Router();
  const shop = readFileSync(join(FOLDER, 'shop.html'), 'utf8');
  router.get('/', (_request, response) => {
    response.set('Content-Security-Policy', PAGE_POLICY).type('html').send(shop);
  });
  return router;
}
