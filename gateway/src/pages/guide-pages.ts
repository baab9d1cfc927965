import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { readDocumentation } from '../demo/documentation.ts';
import { AppError } from '../errors.ts';
import { PAGE_POLICY } from './page-policy.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const STYLE = join(ROOT, 'gateway', 'demo', 'shop.css');

/**
 * /guides: the documentation of this version, on every installation. The console refers to it, and webmasters find here what
 * reads their sites. Where there is a demo, its agent answers beside.
 */
export function guidePages({ publicUrl, isDemo }: { publicUrl: string; isDemo: boolean }): Router {
  const router = Router();
  const style = existsSync(STYLE) ? readFileSync(STYLE, 'utf8') : '';
  // Read when the first is asked for: few processes ever show one.
  let pages: Map<string, string> | undefined;
  router.get('/shop.css', (_request, response) => {
    response.type('css').set('Cache-Control', 'public, max-age=300').send(style);
  });
  router.use('/guides/docs/images', express.static(join(ROOT, 'docs', 'images'), { index: false, maxAge: '1h' }));
  router.get('/guides/:name', (request, response) => {
    pages ??= new Map(readDocumentation(publicUrl).map((page) => [page.name, page.markdown]));
    const markdown = pages.get(request.params.name);
    if (markdown === undefined) throw new AppError('not_found', 'There is no guide of this name.');
    // micromark leaves HTML and dangerous links out unless told otherwise; the policy would stop them too.
    const body = micromark(markdown, { extensions: [gfmTable()], htmlExtensions: [gfmTableHtml()] });
    response.set('Content-Security-Policy', PAGE_POLICY).type('html').send(guidePage(body, isDemo));
  });
  return router;
}

function guidePage(body: string, isDemo: boolean): string {
  const back = isDemo ? '<header><a href="/">← Demo shop</a></header>' : '<header><a href="/guides/readme">Netia</a></header>';
  const widget = isDemo ? '\n<script async src="/widget.js" data-website-id="netia-demo"></script>' : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Netia guides</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css"></head>
<body class="guide">${back}<main>${body}</main>${widget}</body></html>`;
}
