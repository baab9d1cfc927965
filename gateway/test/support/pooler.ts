import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@netia/testkit';
import pg from 'pg';

/** Where PgBouncer is; undefined when it is not installed. */
export const PGBOUNCER = process.env['PGBOUNCER_PATH'] ?? ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find(existsSync);

export interface Pooler {
  /** The same database by way of PgBouncer. */
  url: string;
  stop(): void;
}

/** PgBouncer in transaction mode with a few server connections in front of a database. */
export async function startPooler(url: string, serverConnections = 5): Promise<Pooler> {
  if (!PGBOUNCER) throw new Error('PgBouncer is not installed: apt-get install pgbouncer, or set PGBOUNCER_PATH');
  const target = new URL(url);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'netia-pgbouncer-'));
  chmodSync(folder, 0o755);
  const name = target.pathname.slice(1);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]\n${name} = host=${target.hostname} port=${target.port} dbname=${name} user=${target.username} password=${decodeURIComponent(target.password)}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = ${serverConnections}\nmax_client_conn = 200\nlogfile =\npidfile =\n`,
  );
  // PgBouncer refuses to run as root.
  const asRoot = process.getuid?.() === 0;
  const child = spawn(PGBOUNCER, [...(asRoot ? ['-u', 'nobody'] : []), '-q', join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  target.hostname = '127.0.0.1';
  target.port = String(port);
  await until('PgBouncer to answer', async () => {
    const client = new pg.Client({ connectionString: target.href, connectionTimeoutMillis: 1_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  });
  return {
    url: target.href,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
