import type { Database } from '@netia/db';
import { type Config, readConfig } from '../config.ts';
import { openDatabase } from '../deps.ts';
import { AppError } from '../errors.ts';
import { createLog } from '../log.ts';

/** Opens the installation's database for one command and closes it behind it. */
export async function withDatabase<T>(work: (db: Database, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const db = await openDatabase(config, createLog(process.env['LOG_LEVEL'] ? config.logLevel : 'warn'));
  try {
    return await work(db, config);
  } finally {
    await db.close();
  }
}

export interface TenantRow {
  id: string;
  slug: string;
  name: string;
  is_active: boolean;
  widget_website_id: string;
}

export async function listAllTenants(db: Database): Promise<TenantRow[]> {
  return db.asOperator((tx) => tx.rows<TenantRow>('SELECT * FROM list_tenants()'));
}

/** @throws {AppError} naming the tenants there are. */
export async function findTenantBySlug(db: Database, slug: string): Promise<TenantRow> {
  const tenants = await listAllTenants(db);
  const tenant = tenants.find((candidate) => candidate.slug === slug);
  if (tenant) return tenant;
  throw new AppError(
    'not_found',
    tenants.length > 0
      ? `There is no tenant "${slug}". There are: ${tenants.map((known) => known.slug).join(', ')}.`
      : `There is no tenant "${slug}" and no other. Make one: netia tenant create --help`,
  );
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
