import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate } from '@netia/db';
import pg from 'pg';

/** Names what `openTestDatabase` clones: a database on TEST_DATABASE_URL's server, or a file with an embedded database. */
export const TEMPLATE_VARIABLE = 'NETIA_TEST_TEMPLATE';

/** Migrates one database, once per test run, for every test file to clone. @returns the function that removes it. */
export async function prepareTemplate(): Promise<() => Promise<void>> {
  const url = process.env['TEST_DATABASE_URL'];
  return url ? onServer(url) : embedded();
}

async function onServer(url: string): Promise<() => Promise<void>> {
  const name = `netia_template_${randomBytes(4).toString('hex')}`;
  await asAdmin(url, (admin) => admin.query(`CREATE DATABASE ${name}`));
  const connection = await connect({ url: withDatabase(url, name), poolSize: 1 });
  await migrate(connection.pool);
  await connection.close();
  process.env[TEMPLATE_VARIABLE] = name;
  return () =>
    asAdmin(url, async (admin) => {
      const left = await admin.query<{ datname: string }>('SELECT datname FROM pg_database WHERE datname LIKE $1', [`${name}%`]);
      for (const { datname } of left.rows) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
    });
}

/** A connection for one piece of work: tests restart the server, and a connection held meanwhile would end the run. */
export async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function embedded(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'netia-template-'));
  const file = join(folder, 'database.tar');
  const connection = await connect({});
  await migrate(connection.pool);
  const image = await connection.embedded?.dumpDataDir('none');
  if (!image) throw new Error('the embedded database gave no image');
  writeFileSync(file, Buffer.from(await image.arrayBuffer()));
  await connection.close();
  process.env[TEMPLATE_VARIABLE] = file;
  return () => Promise.resolve(rmSync(folder, { recursive: true, force: true }));
}

/** The same server's URL with another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
