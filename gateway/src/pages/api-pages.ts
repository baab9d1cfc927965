import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router } from 'express';
import { describeApi } from '../http/openapi.ts';
import type { Route } from '../http/route.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Netia API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;
const START = `SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n`;
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Found and not imported: importing it would load its 1.5 MB of browser code into this process. */
const SWAGGER_FOLDER = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui.css')));

/** /v1/openapi.json, and /docs to read it. */
export function apiPages(routes: Route[], publicUrl: string): Router {
  const router = Router();
  const document = JSON.stringify(describeApi(routes, publicUrl));
  router.get('/v1/openapi.json', (_request, response) => {
    response.type('json').send(document);
  });
  router.get('/docs', (_request, response) => {
    response
      .set(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
      )
      .type('html')
      .send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  const files = express.static(SWAGGER_FOLDER, { index: false, maxAge: '1d' });
  router.use('/docs', (request, response, next) => (FILES.includes(request.path.slice(1)) ? files(request, response, next) : next()));
  return router;
}
