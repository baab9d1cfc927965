import type { Database } from '@netia/db';
import type { Log } from './log.ts';
import { repeatedly } from './repeatedly.ts';

/** As often as autovacuum looks, by default. */
const EVERY_MS = 60_000;

/** Keeps the embedded database in order; a server's sees to itself. @returns what ends it, once it is done with what it has begun. */
export function startUpkeep(db: Database, log: Log): () => Promise<void> {
  if (db.kind === 'server') return () => Promise.resolve();
  let running: Promise<unknown> = Promise.resolve();
  const end = repeatedly(EVERY_MS, log, () => {
    const tidying = db.tidy().then((tables) => tables.length > 0 && log.debug({ tables }, 'tables tidied'));
    running = tidying.catch(() => undefined);
    return tidying;
  });
  return async () => {
    end();
    await running;
  };
}
