import type { sourceDocumentSchema, sourceSchema } from '@netia/protocol';
import type { z } from 'zod';
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts';
import { PlayedSite } from './played-site.ts';
import type { HeardAnswer } from './widget-client.ts';

export type ShownSource = z.output<typeof sourceSchema>;
type ShownDocument = z.output<typeof sourceDocumentSchema>;
type Tenant = { id: string; websiteId: string };

/** A gateway that may read loopback, a website there, and the calls that a tenant makes. */
export interface SourcesScene {
  gateway: TestGateway;
  site: PlayedSite;
  /** Answers of the admin API, whatever their status. */
  call(
    method: string,
    path: string,
    body?: unknown,
    tenant?: Tenant,
  ): Promise<{ status: number; body: ShownSource & { error?: { code: string; message: string } } }>;
  /** Gives a file as a tenant does; the query is the name, or all of it. */
  give(
    name: string,
    bytes: Uint8Array | string,
    more?: { query?: string; headers?: Record<string, string>; tenant?: Tenant },
  ): Promise<{ status: number; body: ShownSource & { error?: { code: string; message: string } } }>;
  add(source: Record<string, unknown>, tenant?: Tenant): Promise<ShownSource>;
  /** Has a source read to its end, now. */
  read(id: string, tenant?: Tenant): Promise<ShownSource>;
  /** The same once more. */
  refresh(id: string, tenant?: Tenant): Promise<ShownSource>;
  show(id: string, tenant?: Tenant): Promise<ShownSource>;
  /** Its documents by path: the status, and the reason if there is one. */
  documents(id: string, tenant?: Tenant): Promise<Record<string, string>>;
  ask(question: string, tenant?: Tenant): Promise<HeardAnswer>;
  /** The entries of a source: title and version. */
  versions(id: string, tenant?: Tenant): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export async function startSourcesScene(options: GatewayOptions = {}): Promise<SourcesScene> {
  const site = await PlayedSite.open();
  const gateway = await startGateway({ ...options, environment: { CRAWL_NETWORKS: '127.0.0.0/8', ...options.environment } });
  const { a } = gateway.tenants;
  const keys = new Map<string, string>();
  const keyOf = async ({ id }: Tenant) => {
    const key = keys.get(id) ?? (await gateway.key(id, undefined, { rateLimit: 100_000 }));
    keys.set(id, key);
    return key;
  };
  const answerOf = async (response: Response) => {
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as ShownSource & { error?: { code: string; message: string } } };
  };
  const scene: SourcesScene = {
    gateway,
    site,
    call: async (method, path, body, tenant = a) =>
      answerOf(
        await fetch(`${gateway.url}/v1/admin/sources${path}`, {
          method,
          headers: { authorization: `Bearer ${await keyOf(tenant)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    give: async (name, bytes, { query = `?name=${encodeURIComponent(name)}`, headers = {}, tenant = a } = {}) =>
      answerOf(
        await fetch(`${gateway.url}/v1/admin/sources/files${query}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await keyOf(tenant)}`, 'content-type': 'application/octet-stream', ...headers },
          body: bytes as Uint8Array<ArrayBuffer> | string,
        }),
      ),
    add: async (source, tenant) => {
      const { status, body } = await scene.call('POST', '', source, tenant);
      if (status !== 201) throw new Error(`refused: ${JSON.stringify(body)}`);
      return body;
    },
    read: async (id, tenant = a) => {
      await gateway.deps.reading.read(tenant.id, id);
      return scene.show(id, tenant);
    },
    refresh: async (id, tenant = a) => {
      await scene.call('POST', `/${id}/refresh`, undefined, tenant);
      return scene.read(id, tenant);
    },
    show: async (id, tenant) => (await scene.call('GET', `/${id}`, undefined, tenant)).body,
    documents: async (id, tenant = a) => {
      const response = await fetch(`${gateway.url}/v1/admin/sources/${id}/documents?limit=100`, {
        headers: { authorization: `Bearer ${await keyOf(tenant)}` },
      });
      const { items } = (await response.json()) as { items: ShownDocument[] };
      return Object.fromEntries(
        items.map(({ address, status, reason }) => [
          address.replace(/^http:\/\/(127[\d.]+|localhost):\d+/, ''),
          reason === null ? status : `${status}: ${reason}`,
        ]),
      );
    },
    ask: async (question, tenant = a) => (await gateway.visitor(tenant)).ask(question),
    versions: async (id, tenant = a) => {
      const rows = await gateway.inTenant(tenant.id, (tx) =>
        tx.rows<{ title: string; version: number }>(
          'SELECT k.title, k.version FROM knowledge_bases k JOIN source_documents d ON d.tenant_id = k.tenant_id AND d.id = k.source_document_id WHERE d.source_id = $1 ORDER BY 1',
          [id],
        ),
      );
      return Object.fromEntries(rows.map(({ title, version }) => [title, version]));
    },
    close: async () => {
      await gateway.close();
      await site.close();
    },
  };
  return scene;
}
