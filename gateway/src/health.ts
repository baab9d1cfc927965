import { Router } from 'express';
import { type Deps, readBacklog } from './deps.ts';

/** /healthz (the process lives), /readyz (it can take work), /metrics. */
export function healthRoutes({ db, metrics, streams, log }: Deps): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    if (streams.isStopping) {
      response.status(503).json({ status: 'stopping' });
      return;
    }
    try {
      await db.inDirectory((tx) => tx.row('SELECT 1'));
      response.json({ status: 'ready' });
    } catch (error) {
      log.warn({ err: error }, 'not ready: the database does not answer');
      response.status(503).json({ status: 'database unreachable' });
    }
  });
  router.get('/metrics', async (_request, response) => {
    await readBacklog(db, metrics).catch((error) => log.warn({ err: error }, 'no backlog figures'));
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}
