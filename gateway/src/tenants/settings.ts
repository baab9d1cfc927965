import type { Database, Transaction } from '@netia/db';
import { SETTINGS, type SettingsType, type TenantSettings } from '@netia/protocol';
import { LRUCache } from 'lru-cache';
import { rememberPromise } from './remember-promise.ts';

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

/**
 * Reads tenants with their settings, remembering each for a few seconds. What is being looked up is looked up once, however
 * many ask: a gateway that has just started finds a herd of webhooks at its door, and each of their look-ups would wait for
 * a connection before the first of them is acknowledged.
 */
export class TenantDirectory {
  readonly #db: Database;
  readonly #known = new LRUCache<string, Promise<Tenant>>({ max: 5_000, ttl: REMEMBERED_MS });
  readonly #byWebsite = new LRUCache<string, Promise<string | null>>({ max: 5_000, ttl: REMEMBERED_MS });

  constructor(db: Database) {
    this.#db = db;
  }

  /** The tenant a website id belongs to, or undefined: unknown and suspended look alike. */
  async findByWebsite(channel: 'widget' | 'crisp' | 'tidio', websiteId: string): Promise<Tenant | undefined> {
    const key = `${channel} ${websiteId}`;
    const looked = rememberPromise(this.#byWebsite, key, () =>
      this.#db.inDirectory(
        async (tx) => (await tx.row<{ id: string | null }>('SELECT find_tenant_by_website($1, $2) AS id', [channel, websiteId]))?.id ?? null,
      ),
    );
    const tenantId = await looked;
    if (tenantId !== null) return this.get(tenantId);
    // Only what is there is remembered: a website that is connected a moment later is known at once.
    if (this.#byWebsite.peek(key) === looked) this.#byWebsite.delete(key);
    return undefined;
  }

  /** @throws when the tenant is gone; callers come with an id they have just resolved. */
  get(tenantId: string): Promise<Tenant> {
    return rememberPromise(this.#known, tenantId, async () => this.#db.inTenant(tenantId, (tx) => readTenant(tx, tenantId)));
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
    hours: read('hours'),
    privacy: read('privacy'),
    identity: read('identity'),
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
