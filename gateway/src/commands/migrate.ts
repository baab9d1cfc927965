import { print, withDatabase } from './with-database.ts';

export async function migrateCommand(): Promise<void> {
  // Opening the database migrates it: there is no other way to meet an old schema.
  await withDatabase(() => Promise.resolve(print('The database has the newest schema.')));
}
