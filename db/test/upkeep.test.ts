import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Connection, connect, openDoors } from '../src/index.ts';

/** The embedded database has no autovacuum: what is dead stays, and the planner knows of nothing, unless we see to it. */
let connection: Connection;
beforeAll(async () => {
  connection = await connect({});
  await connection.pool.query('CREATE TABLE many (n integer PRIMARY KEY); CREATE TABLE untouched (n integer)');
});
afterAll(() => connection.close());

const state = async () => {
  await connection.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await connection.pool.query<{ rows: number; dead: number; seen: number }>(
    'SELECT c.reltuples::integer AS rows, s.n_dead_tup::integer AS dead, c.relallvisible AS seen FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.relname = $1',
    ['many'],
  );
  return rows[0];
};
const fill = (from: number, to: number) => connection.pool.query('INSERT INTO many SELECT generate_series($1::integer, $2::integer)', [from, to]);

it('is counted once it has grown, cleared once much of it is dead, and left alone otherwise', async () => {
  const db = openDoors(connection);
  await fill(1, 5_000);
  // Control: by itself nothing happens.
  expect(await state()).toEqual({ rows: -1, dead: 0, seen: 0 });
  expect(await db.tidy()).toEqual(['many']);
  const grown = await state();
  expect(grown).toMatchObject({ rows: 5_000, dead: 0 });
  expect(grown?.seen).toBeGreaterThan(0);
  expect(await db.tidy()).toEqual([]);

  await fill(5_001, 5_100);
  await connection.pool.query('DELETE FROM many WHERE n <= 100');
  // Two per cent are worth no work.
  expect(await db.tidy()).toEqual([]);
  await connection.pool.query('DELETE FROM many WHERE n <= 3000');
  expect((await state())?.dead).toBeGreaterThan(2_000);
  expect(await db.tidy()).toEqual(['many']);
  expect(await state()).toMatchObject({ rows: 2_100, dead: 0 });
});
