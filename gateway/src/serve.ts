import type { Server } from 'node:http';
import type { Express } from 'express';
import { createApp, createHealthApp } from './app.ts';
import type { Config } from './config.ts';
import { seedDemo } from './demo/seed-demo.ts';
import { assemble, type Deps } from './deps.ts';
import { StartError } from './errors.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Log } from './log.ts';
import { hasMembers, makeOwnerLink } from './people/owner-link.ts';
import { startUpkeep } from './upkeep.ts';

export interface RunningProcess {
  deps: Deps;
  /** Undefined for a worker without WORKER_PORT. */
  url: string | undefined;
  /** Makes whoever opens it the demo's owner, as long as it has none. */
  ownerLink: string | undefined;
  /** Finishes what runs, ends what would never end, closes everything. At most about 25 s. */
  stop(): Promise<void>;
}

export type ProcessRole = 'serve' | 'gateway' | 'worker';

const STREAMS_MAX_MS = 20_000;
const SENDS_MAX_MS = 5_000;

/** Brings a process up in its role. */
export async function startProcess(role: ProcessRole, config: Config, log: Log): Promise<RunningProcess> {
  const deps = await assemble(config, log);
  try {
    let ownerLink: string | undefined;
    if (config.isDemo && role !== 'worker') {
      const { tenantId } = await seedDemo(deps.db, config.publicUrl);
      if (!(await hasMembers(deps.db, tenantId))) ownerLink = await makeOwnerLink(deps.db, tenantId, config.publicUrl);
    }
    const server = await listenAs(role, deps);
    const endUpkeep = startUpkeep(deps.db, log);
    if (role !== 'gateway') {
      deps.answering.startSweep();
      deps.delivering.startSweep();
      deps.reading.startSweep();
      deps.webhooks.startSweep();
      deps.retention.startSweep();
      deps.embedder?.startSweep();
    }
    const address = server?.address();
    const port = address && typeof address === 'object' ? address.port : config.port;
    return {
      deps,
      url: server && `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
      ownerLink,
      stop: () => stop(deps, server, endUpkeep),
    };
  } catch (error) {
    await deps.close();
    throw error;
  }
}

/** A worker has no routes but those that say how it is. */
async function listenAs(role: ProcessRole, deps: Deps): Promise<Server | undefined> {
  const { host, port, workerPort } = deps.config;
  if (role !== 'worker') return listen(createApp(deps), host, port);
  return workerPort === undefined ? undefined : listen(createHealthApp(deps), host, workerPort);
}

async function listen(app: Express, host: string, port: number): Promise<Server> {
  const server = createHttpServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(`Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 1} npm start`)
          : new StartError(`Cannot listen on ${host}:${port} (${error.code}).`, { cause: error }),
      );
    });
    server.listen(port, host, resolve);
  });
  return server;
}

/**
 * Not ready first; answers being written are finished and recorded; streams that would never end are ended, and their
 * clients come back to another process with Last-Event-ID.
 */
async function stop(deps: Deps, server: Server | undefined, endUpkeep: () => Promise<void>): Promise<void> {
  deps.streams.refuseNew();
  const closed = server ? new Promise<void>((resolve) => server.close(() => resolve())) : Promise.resolve();
  server?.closeIdleConnections();
  deps.retention.stop();
  await deps.answering.stop(STREAMS_MAX_MS);
  await Promise.all([deps.delivering.stop(SENDS_MAX_MS), deps.webhooks.stop().then(() => deps.reading.stop()), deps.embedder?.stop()]);
  deps.streams.endAll();
  server?.closeIdleConnections();
  const force = setTimeout(() => server?.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(force);
  await endUpkeep();
  await deps.close();
}
