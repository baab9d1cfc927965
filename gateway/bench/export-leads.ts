// How much memory does an export of a million leads take, and how long?
//
// One gateway, its own process, asked for leads.csv of a tenant with a thousand leads and of one with a million, read as
// fast as it comes and thrown away. Figures: the highest resident memory of the gateway so far, rows a second. Floor: the
// export of a thousand.

import { createApiKey } from '../src/tenants/api-keys.ts';
import { bench, figure, makeDatabase, makeTenant, memoryOf, printTable, ratio, settle, startGateway } from './support.ts';

const SIZES = [1_000, 1_000_000];
/** Written in a transaction; more would take longer than one may. */
const BATCH = 20_000;

/** @returns how many lines came, without the head. */
async function countLines(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/v1/admin/leads.csv`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok || !response.body) throw new Error(`no export: ${response.status}`);
  let lines = 0;
  for await (const chunk of response.body) for (const byte of chunk as Uint8Array) if (byte === 10) lines++;
  return lines - 1;
}

await bench('How much memory does an export of a million leads take?', async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const keys: string[] = [];
  for (const [i, leads] of SIZES.entries()) {
    const { id } = await makeTenant(db, { seed: i + 1, chunks: 20 });
    for (let from = 1; from <= leads; from += BATCH)
      await db.inTenant(id, async (tx) => {
        const values = [id, from, Math.min(leads, from + BATCH - 1)];
        await tx.run(
          `WITH people AS (
             INSERT INTO contacts (tenant_id, email, name) SELECT $1, 'lead-' || n || '@export.invalid', 'Lead ' || n FROM generate_series($2::int, $3::int) n RETURNING id, email, name
           )
           INSERT INTO leads (tenant_id, contact_id, intent, contact_info, notes)
           SELECT $1, id, 'demo', jsonb_build_object('email', email, 'name', name), 'Call back about ' || name FROM people`,
          values,
        );
      });
    keys.push((await db.inTenant(id, (tx) => createApiKey(tx, id, { name: 'bench', scopes: ['leads:read'], createdBy: 'bench' }))).key);
  }
  await settle(connection);
  await connection.close();
  const gateway = await startGateway(database, {}, defer);
  const rows: string[][] = [];
  let floor: number | undefined;
  for (const [i, leads] of SIZES.entries()) {
    const from = performance.now();
    const lines = await countLines(gateway.url, keys[i] ?? '');
    const seconds = (performance.now() - from) / 1_000;
    if (lines !== leads) throw new Error(`${lines} lines of ${leads} leads`);
    const peak = memoryOf(gateway.pid)?.peak ?? Number.NaN;
    floor ??= peak;
    rows.push([leads.toLocaleString('en'), figure(seconds), figure(lines / seconds), figure(peak), ratio(peak, floor)]);
  }
  printTable(['leads', 's', 'rows/s', 'highest MB', 'of the floor'], rows);
});
