import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { type Connection, connect, type Database, openDoors } from '@netia/db';
import { asAdmin, TEMPLATE_VARIABLE, withDatabase } from './template.ts';

/** A migrated database of a test file's own. */
export interface TestDatabase {
  db: Database;
  /** The pool under the doors, as the login role: for planting faults and for looking behind the doors. */
  connection: Connection;
  /** Its URL; undefined when embedded. */
  url: string | undefined;
  close(): Promise<void>;
}

/** Clones the run's template: on the server of TEST_DATABASE_URL, else embedded. */
export async function openTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const template = process.env[TEMPLATE_VARIABLE];
  if (!template) throw new Error('no template database: prepareTemplate() runs in the global set-up of the tests');
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) {
    const connection = await connect({ image: await openAsBlob(template) });
    return { db: openDoors(connection), connection, url: undefined, close: () => connection.close() };
  }
  const name = `${template}_${randomBytes(4).toString('hex')}`;
  await asAdmin(server, async (admin) => {
    // One clone at a time: Postgres refuses to copy a template that another session is copying.
    await admin.query('SELECT pg_advisory_lock(77)');
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = withDatabase(server, name);
  const connection = await connect({ url, poolSize: options.poolSize ?? 10 });
  return { db: openDoors(connection), connection, url, close: () => connection.close() };
}
