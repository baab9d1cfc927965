import { pgDump } from '@electric-sql/pglite-tools/pg_dump';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';

/**
 * The schema that the migrations make, as pg_dump writes it. Made on the embedded database, whose pg_dump is of one
 * version wherever this runs; a server's own would differ with its version.
 */
export async function dumpSchema(): Promise<string> {
  const connection = await connect({});
  try {
    await migrate(connection.pool);
    if (!connection.embedded) throw new Error('the dump is made on the embedded database');
    const file = await pgDump({ pg: connection.embedded as never, args: ['--schema-only', '--no-owner'] });
    const sql = await file.text();
    // Random marks and version lines say nothing of the schema.
    return `${sql
      .replace(/^\\(un)?restrict .*$|^-- Dumped (from|by) .*$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`;
  } finally {
    await connection.close();
  }
}
