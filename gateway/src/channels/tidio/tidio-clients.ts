import { LRUCache } from 'lru-cache';
import type { Metrics } from '../../metrics.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Limits } from '../../tenants/limits.ts';
import { TidioClient, type TidioKeys, tidioKeysSchema } from './tidio-client.ts';

/** The clients of this process, one for each pair of keys: a project's pauses are shared by all its calls. */
export class TidioClients {
  readonly #known = new LRUCache<string, TidioClient>({ max: 2_000 });
  readonly #baseUrl: string | undefined;
  readonly #secrets: ChannelSecrets;
  readonly #limits: Limits;
  readonly #metrics: Metrics;

  constructor(baseUrl: string | undefined, secrets: ChannelSecrets, limits: Limits, metrics: Metrics) {
    this.#baseUrl = baseUrl;
    this.#secrets = secrets;
    this.#limits = limits;
    this.#metrics = metrics;
  }

  /** Undefined: the tenant has given no keys. */
  async of(tenantId: string): Promise<TidioClient | undefined> {
    const keys = tidioKeysSchema.safeParse((await this.#secrets.read(tenantId, 'tidio_client'))[0]);
    return keys.success ? this.withKeys(tenantId, keys.data) : undefined;
  }

  withKeys(tenantId: string, keys: TidioKeys): TidioClient {
    const name = `${tenantId} ${keys.client_id} ${keys.client_secret}`;
    const client = this.#known.get(name) ?? new TidioClient(keys, this.#baseUrl, () => this.#limits.paceTidio(tenantId), this.#metrics);
    this.#known.set(name, client);
    return client;
  }
}
