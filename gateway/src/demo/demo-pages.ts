import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { AppError } from '../errors.ts';
import { readDocumentation } from './documentation.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'demo');
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

/** The demo's pages: a small shop with the widget on it, and the documentation that the demo agent answers from. */
export function demoPages(publicUrl: string): Router {
  const router = Router();
  const shop = readFileSync(join(FOLDER, 'shop.html'), 'utf8');
  const style = readFileSync(join(FOLDER, 'shop.css'), 'utf8');
  const pages = new Map(readDocumentation(publicUrl).map((page) => [page.name, page.markdown]));
  router.get('/', (_request, response) => {
    response.set('Content-Security-Policy', POLICY).type('html').send(shop);
  });
  router.get('/shop.css', (_request, response) => {
    response.type('css').set('Cache-Control', 'public, max-age=300').send(style);
  });
  router.use('/guides/docs/images', express.static(join(FOLDER, '..', '..', 'docs', 'images'), { index: false, maxAge: '1h' }));
  router.get('/guides/:name', (request, response) => {
    const markdown = pages.get(request.params.name);
    if (markdown === undefined) throw new AppError('not_found', 'There is no guide of this name.');
    // micromark leaves HTML and dangerous links out unless told otherwise; the policy would stop them too.
    const body = micromark(markdown, { extensions: [gfmTable()], htmlExtensions: [gfmTableHtml()] });
    response.set('Content-Security-Policy', POLICY).type('html').send(guidePage(body));
  });
  return router;
}

function guidePage(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Netia guides</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css"></head>
<body class="guide"><header><a href="/">← Demo shop</a></header><main>${body}</main>
<script async src="/widget.js" data-website-id="netia-demo"></script></body></html>`;
}
