import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, connect, MIGRATIONS_FOLDER, migrate } from '@netia/db';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** An empty database, and more connections to it: on a server as many processes would have them, embedded the one there is. */
async function emptyDatabase(connections: number): Promise<Connection[]> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) {
    const connection = await connect({});
    opened.push(() => connection.close());
    return Array.from({ length: connections }, () => connection);
  }
  const name = `netia_migrate_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  opened.push(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await connect({ url: url.href, poolSize: 1 });
      opened.push(() => connection.close());
      return connection;
    }),
  );
}

const files = readdirSync(MIGRATIONS_FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .sort();

describe('migrations', () => {
  it('started twenty times at once are applied once each, in order', async () => {
    const connections = await emptyDatabase(20);
    const applied = await Promise.all(connections.map((connection) => migrate(connection.pool)));
    expect(
      applied
        .flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(files);
    const rows = await connections[0]?.pool.query<{ name: string }>('SELECT name FROM migrations ORDER BY applied_at, name');
    expect(rows?.rows.map((row) => row.name)).toEqual(files);
  });

  it('done, are not done again', async () => {
    const [connection] = await emptyDatabase(1);
    if (!connection) throw new Error('no database');
    await migrate(connection.pool);
    expect(await migrate(connection.pool)).toEqual([]);
  });

  it('changed after they were applied, are refused by name', async () => {
    const [connection] = await emptyDatabase(1);
    if (!connection) throw new Error('no database');
    const folder = mkdtempSync(join(tmpdir(), 'netia-migrations-'));
    const file = join(folder, '0001-first.sql');
    writeFileSync(file, 'CREATE TABLE first (id int)');
    await migrate(connection.pool, folder);
    writeFileSync(file, 'CREATE TABLE first (id bigint)');
    await expect(migrate(connection.pool, folder)).rejects.toThrow('0001-first.sql has changed');
  });

  it('that fail half-way leave nothing of themselves', async () => {
    const [connection] = await emptyDatabase(1);
    if (!connection) throw new Error('no database');
    const folder = mkdtempSync(join(tmpdir(), 'netia-migrations-'));
    writeFileSync(join(folder, '0001-half.sql'), 'CREATE TABLE half (id int); SELECT 1 / 0;');
    await expect(migrate(connection.pool, folder)).rejects.toMatchObject({ code: '22012' });
    expect((await connection.pool.query("SELECT to_regclass('half') AS half, to_regclass('migrations') AS migrations")).rows).toEqual([
      { half: null, migrations: null },
    ]);
  });

  it('are named by their change, numbered without gaps', () => {
    expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_name, i) => i + 1));
    expect(files.every((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))).toBe(true);
    expect(files.some((name) => readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8').includes('DROP TABLE'))).toBe(false);
  });
});
