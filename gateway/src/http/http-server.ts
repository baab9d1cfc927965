import { createServer, type Server } from 'node:http';
import type { Express } from 'express';

/** Slow senders are cut off: headers within 10 s, a whole request within 30 s. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/**
 * How long a connection may lie idle. Longer than proxies keep theirs (nginx and most load balancers 60 s, Caddy 120 s): whoever
 * closes first wins, and if it were us, a request that is already on its way would meet a closed door and be a 502 to its sender.
 */
const IDLE_MS = 125_000;

/** The server of every process, with its limits on time; not listening yet. */
export const createHttpServer = (app: Express): Server =>
  createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS, maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
    app,
  );
