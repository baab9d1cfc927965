import type pg from 'pg';

interface Due {
  name: string;
  /** Rows that are gone, or new ones that no index-only scan can trust yet. */
  is_vacuum: boolean;
}

/** As autovacuum decides it by default (PostgreSQL 17, "The Autovacuum Daemon"): so many rows, and a share of the table. */
const DUE = `SELECT s.relid::regclass::text AS name, w.is_vacuum
  FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid CROSS JOIN LATERAL (SELECT
    s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0) OR s.n_ins_since_vacuum > 1000 + 0.2 * greatest(c.reltuples, 0) AS is_vacuum,
    s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0) AS is_analyze) w
  WHERE w.is_vacuum OR w.is_analyze ORDER BY c.relpages, 1`;

/**
 * Does what autovacuum does on a server, and nobody on the embedded database, which has no processes beside its one: takes
 * away what is dead, and counts what is there. Never analyzed, it searched in twice the time. A table at a time, so that what
 * waits gets its turn in between; while a large one is vacuumed (seconds), everything waits.
 * @returns the tables it has seen to.
 */
export async function tidyTables(pool: pg.Pool): Promise<string[]> {
  // What was counted is told once a second by itself, at the end of a transaction.
  await pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await pool.query<Due>(DUE);
  for (const { name, is_vacuum } of rows) await pool.query(is_vacuum ? `VACUUM (ANALYZE) ${name}` : `ANALYZE ${name}`);
  return rows.map(({ name }) => name);
}
