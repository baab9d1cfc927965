import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '..', 'migrations');

/** Any constant; it only has to be Netia's own. */
const ADVISORY_LOCK = 7_106_843_201;

export interface AppliedMigration {
  name: string;
}

/**
 * Brings the database to the newest schema. Safe when many processes call it at once: each file is one transaction
 * under an advisory lock, and whoever comes second finds it done.
 *
 * Inside a file, waiting for a table longer than a second gives up and tries again, so that a migration queued behind
 * a long query never blocks the intake queued behind the migration.
 * @returns the files applied by this call, in order.
 * @throws when a file that was applied before has changed since: schemas only go forward.
 */
export async function migrate(pool: pg.Pool, folder = MIGRATIONS_FOLDER): Promise<AppliedMigration[]> {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
  const applied: AppliedMigration[] = [];
  for (const file of files) {
    if (await withLockRetries(() => applyOne(pool, file))) applied.push({ name: file.name });
  }
  return applied;
}

async function applyOne(pool: pg.Pool, file: { name: string; sql: string; checksum: string }): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())');
    const known = await client.query<{ checksum: string }>('SELECT checksum FROM migrations WHERE name = $1', [file.name]);
    const before = known.rows[0];
    if (before) {
      if (before.checksum !== file.checksum)
        throw new Error(`Migration ${file.name} has changed after it was applied. Put it back as it was, and add a new file for the change.`);
      await client.query('COMMIT');
      return false;
    }
    await client.query("SET LOCAL lock_timeout = '1s'");
    await client.query(file.sql);
    await client.query('INSERT INTO migrations (name, checksum) VALUES ($1, $2)', [file.name, file.checksum]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** 55P03 lock_not_available: somebody held a table for a second. 40P01: a deadlock that we lost. */
async function withLockRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if ((code !== '55P03' && code !== '40P01') || attempt === 30) throw error;
      await pause(Math.min(100 * attempt, 1_000));
    }
  }
}
