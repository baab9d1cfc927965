import { mkdirSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { holdDataFolder } from './data-folder.ts';
import { DatabaseUnreachable } from './failures.ts';

export interface ConnectOptions {
  /** postgres://… of a server. Absent: the embedded database in `dataDir`. */
  url?: string | undefined;
  /** Folder of the embedded database, or 'memory://'. Only read without `url`. */
  dataDir?: string | undefined;
  /** Most connections held at once; the embedded database always has one. Default 20. */
  poolSize?: number | undefined;
  /** A dump made by `dumpDataDir`, to start an embedded database from. */
  image?: Blob | undefined;
}

/** An open database: one `pg.Pool`, whichever kind stands behind it. */
export interface Connection {
  kind: 'server' | 'embedded';
  pool: pg.Pool;
  /** The embedded database itself, for dumps; absent on a server. */
  embedded?: PGlite;
  close(): Promise<void>;
}

/**
 * Opens the database and proves that it answers.
 * @throws {DatabaseUnreachable} with one sentence saying what to do.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  return options.url ? connectServer(options.url, options.poolSize ?? 20) : connectEmbedded(options);
}

async function connectServer(url: string, poolSize: number): Promise<Connection> {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, idleTimeoutMillis: 30_000, connectionTimeoutMillis: 2_000, application_name: 'netia' });
  // An idle connection that dies must not end the process; the pool has already dropped it.
  pool.on('error', () => {});
  // Nor one that dies as it is handed over: the pool has ceased to listen, and whoever asked for it has not begun to. They find
  // it dead with their first statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    await pool.query('SELECT 1');
  } catch (cause) {
    await pool.end();
    throw new DatabaseUnreachable(
      `The database at ${withoutPassword(url)} does not answer (${(cause as Error).message || 'refused'}). Start it, or correct DATABASE_URL.`,
      { cause },
    );
  }
  return { kind: 'server', pool, close: () => pool.end() };
}

async function connectEmbedded(options: ConnectOptions): Promise<Connection> {
  const dataDir = options.dataDir ?? 'memory://';
  const inMemory = dataDir.startsWith('memory://');
  let release = () => {};
  if (!inMemory) {
    mkdirSync(dataDir, { recursive: true });
    release = holdDataFolder(dataDir);
  }
  try {
    // Loaded only here: a gateway on a server should not carry a second Postgres in its memory.
    const [{ PGlite }, { pg_trgm }, { vector }, { createPgConfig }] = await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite/contrib/pg_trgm'),
      import('@electric-sql/pglite-pgvector'),
      import('@electric-sql/pglite/node-postgres'),
    ]);
    const embedded = await PGlite.create({ dataDir, extensions: { pg_trgm, vector }, ...(options.image ? { loadDataDir: options.image } : {}) });
    // One backend, so one client that is never retired: a second pg.Client would share the first one's session.
    const pool = new pg.Pool({ ...createPgConfig(embedded), max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: 30_000 } as pg.PoolConfig);
    pool.on('error', () => {});
    await pool.query('SELECT 1');
    return {
      kind: 'embedded',
      pool,
      embedded,
      close: async () => {
        await pool.end();
        await embedded.close();
        release();
      },
    };
  } catch (cause) {
    release();
    throw new DatabaseUnreachable(
      `The embedded database in ${dataDir} cannot be opened (${(cause as Error).message}). Restore or remove that folder, or set DATABASE_URL.`,
      { cause },
    );
  }
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    return `${parsed.hostname}:${parsed.port || '5432'}${parsed.pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
