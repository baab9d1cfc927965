import { randomBytes } from 'node:crypto';
import { type FakeTidio, type LookAlike, signTidio, startFakeTidio, type TidioHook, type TidioProject, tidioTicketReplied, until } from '@netia/testkit';
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts';

/** A tenant with its Tidio project, connected as the guide says: by the REST API. */
export interface TidioSide {
  tenant: LookAlike;
  project: TidioProject;
  /** Key of the REST API. */
  key: string;
  webhookSecret: string;
  flowToken: string;
  flowSecret: string;
  /** The operator in whose name tickets are answered. */
  botId: string;
}

export interface FlowReply {
  reply: string;
  handoff: string;
  status: string;
}

export interface FlowOptions {
  token?: string;
  headers?: Record<string, string>;
  url?: string;
}

/** A gateway with both look-alike tenants connected to a played Tidio, each with a project of its own. */
export interface TidioScene {
  gateway: TestGateway;
  tidio: FakeTidio;
  a: TidioSide;
  b: TidioSide;
  /** Sends a webhook, signed. */
  hook(hook: TidioHook | object, options?: { secrets?: string[]; at?: number; headers?: Record<string, string>; side?: TidioSide }): Promise<Response>;
  /** A customer writes into a ticket. @returns what was sent, to send again or refer to. */
  say(text: string, more?: Partial<Parameters<typeof tidioTicketReplied>[0]> & { side?: TidioSide }): Promise<TidioHook & { ticketId: number }>;
  /** A Flow's call as it leaves Tidio: whatever body, whatever headers. */
  post(side: TidioSide, body: string | Uint8Array<ArrayBuffer>, options?: FlowOptions): Promise<Response>;
  /** A Flow's call that is answered. @throws when it is not. */
  flow(side: TidioSide, call: Record<string, string>, options?: FlowOptions): Promise<FlowReply>;
  /** The REST API with a tenant's key. */
  admin(side: TidioSide, method: string, path: string, body?: object): Promise<Response>;
  /** Connects one tenant more, with a project of its own. */
  connect(tenant: LookAlike): Promise<TidioSide>;
  /** Waits until nothing of a tenant waits to be answered or sent any more. */
  settled(side: TidioSide): Promise<unknown>;
  close(): Promise<void>;
}

export async function startTidioScene(options: GatewayOptions = {}): Promise<TidioScene> {
  const tidio = await startFakeTidio();
  const gateway = await startGateway({ withSweep: true, ...options, environment: { TIDIO_BASE_URL: tidio.url, ...options.environment } });

  const admin = (key: string, method: string, path: string, body?: object) =>
    fetch(`${gateway.url}/v1/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const connect = async (tenant: LookAlike, project = tidio.addProject()): Promise<TidioSide> => {
    const key = await gateway.key(tenant.id);
    const done = async (method: string, path: string, body: object) => {
      const response = await admin(key, method, path, body);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as { secret: string };
    };
    const webhookSecret = `whs_${randomBytes(12).toString('hex')}`;
    const botId = project.operators[1]?.id ?? '';
    await done('PUT', '/channels/tidio', { public_key: project.publicKey, client: { client_id: project.clientId, client_secret: project.clientSecret } });
    await done('POST', '/channels/secrets', { purpose: 'tidio_webhook_secret', secret: webhookSecret });
    const { secret: flowToken } = await done('POST', '/channels/secrets', { purpose: 'tidio_flow_token' });
    const { secret: flowSecret } = await done('POST', '/channels/secrets', { purpose: 'tidio_flow_secret' });
    await done('PUT', '/settings/tidio', { bot_operator_id: botId });
    return { tenant, project, key, webhookSecret, flowToken, flowSecret, botId };
  };
  const a = await connect(gateway.tenants.a, tidio.project);
  const b = await connect(gateway.tenants.b);

  const hook: TidioScene['hook'] = (body, { side = a, secrets = [side.webhookSecret], at = Math.floor(Date.now() / 1_000), headers = {} } = {}) => {
    const raw = JSON.stringify(body);
    return fetch(`${gateway.url}/webhooks/tidio`, { method: 'POST', headers: { ...signTidio(secrets, raw, at), ...headers }, body: raw });
  };
  const post: TidioScene['post'] = (side, body, { token = side.flowToken, headers, url = gateway.url } = {}) =>
    fetch(`${url}/webhooks/tidio/flow/${token}`, {
      method: 'POST',
      headers: headers ?? { 'content-type': 'application/json', 'x-flow-token': side.flowSecret },
      body,
    });
  return {
    gateway,
    tidio,
    a,
    b,
    hook,
    say: async (text, { side = a, ...more } = {}) => {
      const known = more.ticketId === undefined ? undefined : side.project.tickets.get(more.ticketId);
      const ticket = known ?? side.project.seedTicket({ text, ...(more.ticketId === undefined ? {} : { id: more.ticketId }) });
      const sent = tidioTicketReplied({ publicKey: side.project.publicKey, ticketId: ticket.id, contactId: ticket.contact_id, text, ...more });
      const response = await hook(sent, { side });
      if (response.status !== 200) throw new Error(`the hook was answered with ${response.status}`);
      return { ...sent, ticketId: ticket.id };
    },
    post,
    flow: async (side, call, flowOptions) => {
      const response = await post(side, JSON.stringify(call), flowOptions);
      if (response.status !== 200) throw new Error(`the call was answered with ${response.status}: ${await response.text()}`);
      return (await response.json()) as FlowReply;
    },
    admin: (side, method, path, body) => admin(side.key, method, path, body),
    connect: (tenant) => connect(tenant),
    settled: ({ tenant }) =>
      until(
        'everything to be answered and sent',
        () =>
          gateway.inTenant(tenant.id, (tx) =>
            tx.row(
              `SELECT WHERE NOT EXISTS (SELECT FROM inbox_events WHERE tenant_id = $1 AND status = 'pending')
               AND NOT EXISTS (SELECT FROM deliveries WHERE tenant_id = $1 AND status = 'pending')`,
              [tenant.id],
            ),
          ),
        20_000,
      ),
    close: async () => {
      await gateway.close();
      await tidio.close();
    },
  };
}
