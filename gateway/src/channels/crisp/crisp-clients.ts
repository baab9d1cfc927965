import { LRUCache } from 'lru-cache';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Tenant } from '../../tenants/settings.ts';
import { type CountCall, CrispClient, type CrispCredentials } from './crisp-client.ts';

/** The clients of this process, one for each token: a token's pauses and pace are shared by all who use it. */
export class CrispClients {
  readonly #plugin: CrispClient | undefined;
  readonly #own = new LRUCache<string, CrispClient>({ max: 500 });
  readonly #secrets: ChannelSecrets;
  readonly #make: (credentials: CrispCredentials) => CrispClient;

  constructor(plugin: CrispCredentials | undefined, baseUrl: string | undefined, count: CountCall, secrets: ChannelSecrets, metrics: Metrics, log: Log) {
    this.#make = (credentials) => new CrispClient(credentials, baseUrl, count, metrics, log);
    this.#secrets = secrets;
    this.#plugin = plugin && this.#make(plugin);
  }

  /** The installation's plugin, if it has one. */
  get plugin(): CrispClient | undefined {
    return this.#plugin;
  }

  /** The tenant's own token where it has given one, else the plugin's. */
  async of(tenant: Tenant): Promise<CrispClient | undefined> {
    const [own] = (await this.#secrets.read(tenant.id, 'crisp_token')) as Omit<CrispCredentials, 'tier'>[];
    return own ? this.withToken(own) : this.#plugin;
  }

  withToken({ identifier, key }: Omit<CrispCredentials, 'tier'>): CrispClient {
    const name = `${identifier} ${key}`;
    const client = this.#own.get(name) ?? this.#make({ tier: 'website', identifier, key });
    this.#own.set(name, client);
    return client;
  }
}
