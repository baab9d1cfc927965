import type { Database, Transaction } from '@netia/db';
import { SETTINGS, type SettingsType, type TenantSettings } from '@netia/protocol';
import { LRUCache } from 'lru-cache';

export interface Tenant {
  id: string;
  slug: string;
  name: string;
  widget_website_id: string;
  crisp_website_id: string | null;
  crisp_is_installed: boolean;
  tidio_website_id: string | null;
  allowed_origins: string[];
  settings: TenantSettings;
}

/** How long another process may go on with settings that were changed here, in milliseconds. */
const REMEMBERED_MS = 5_000;

/** Reads tenants with their settings, remembering each for a few seconds. */
export class TenantDirectory {
  readonly #db: Database;
  readonly #known = new LRUCache<string, Tenant>({ max: 5_000, ttl: REMEMBERED_MS });
  readonly #byWebsite = new LRUCache<string, string>({ max: 5_000, ttl: REMEMBERED_MS });

  constructor(db: Database) {
    this.#db = db;
  }

  /** The tenant a website id belongs to, or undefined: unknown and suspended look alike. */
  async findByWebsite(channel: 'widget' | 'crisp' | 'tidio', websiteId: string): Promise<Tenant | undefined> {
    const key = `${channel} ${websiteId}`;
    let tenantId = this.#byWebsite.get(key);
    if (tenantId === undefined) {
      const found = await this.#db.inDirectory((tx) => tx.row<{ id: string | null }>('SELECT find_tenant_by_website($1, $2) AS id', [channel, websiteId]));
      if (!found?.id) return undefined;
      tenantId = found.id;
      this.#byWebsite.set(key, tenantId);
    }
    return this.get(tenantId);
  }

  /** @throws when the tenant is gone; callers come with an id they have just resolved. */
  async get(tenantId: string): Promise<Tenant> {
    const known = this.#known.get(tenantId);
    if (known) return known;
    const tenant = await this.#db.inTenant(tenantId, (tx) => readTenant(tx, tenantId));
    this.#known.set(tenantId, tenant);
    return tenant;
  }

  /** To be called after a change, so that at least this process sees it at once. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
    this.#byWebsite.clear();
  }
}

/** A tenant with its settings, as stored now. */
export async function readTenant(tx: Transaction, tenantId: string): Promise<Tenant> {
  const tenant = await tx.row<Omit<Tenant, 'settings'> & { configurations: Record<string, unknown> }>(
    `SELECT id, slug, name, widget_website_id, crisp_website_id, crisp_is_installed, tidio_website_id, allowed_origins,
       (SELECT coalesce(jsonb_object_agg(config_type, config_data), '{}') FROM tenant_configurations WHERE tenant_id = $1) AS configurations
     FROM tenants WHERE id = $1`,
    [tenantId],
  );
  if (!tenant) throw new Error(`tenant ${tenantId} is gone`);
  const { configurations, ...rest } = tenant;
  return { ...rest, settings: settingsFrom(configurations) };
}

/**
 * Stored settings completed with the defaults of what they leave out. What is stored was checked when it was saved; should
 * one kind not be readable all the same (a stricter schema came later), its defaults stand in, rather than the whole
 * tenant standing still.
 */
function settingsFrom(configurations: Record<string, unknown>): TenantSettings {
  const read = <T extends SettingsType>(type: T) =>
    (SETTINGS[type].safeParse(configurations[type] ?? {}).data ?? SETTINGS[type].parse({})) as TenantSettings[T];
  return {
    widget: read('widget'),
    ai: read('ai'),
    leads: read('leads'),
    handoff: read('handoff'),
    budget: read('budget'),
    crisp: read('crisp'),
    tidio: read('tidio'),
  };
}

/** Stores one kind of settings, already checked by its schema. */
export async function saveSettings(tx: Transaction, tenantId: string, type: SettingsType, data: unknown): Promise<void> {
  await tx.run(
    `INSERT INTO tenant_configurations (tenant_id, config_type, config_data) VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, config_type) DO UPDATE SET config_data = excluded.config_data`,
    [tenantId, type, JSON.stringify(data)],
  );
}
