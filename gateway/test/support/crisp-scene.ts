import { randomUUID } from 'node:crypto';
import {
  type CrispHook,
  type CrispMessage,
  crispSessionId,
  crispVisitorMessage,
  type FakeCrisp,
  type FakeCrispOptions,
  type FakeModels,
  type HttpCall,
  type LookAlike,
  signCrisp,
  startFakeCrisp,
  until,
} from '@netia/testkit';
import { connectCrispWebsite } from '../../src/channels/crisp/connection.ts';
import { type GatewayOptions, startGateway, type TestGateway } from './gateway.ts';

export const CRISP_SECRET = 'a-hook-secret-of-the-tests';

/** A gateway with both look-alike tenants connected to a played Crisp, each with a website of its own. */
export interface CrispScene {
  gateway: TestGateway;
  crisp: FakeCrisp;
  websites: { a: string; b: string };
  /** Sends a hook as the plugin's, signed. */
  hook(hook: CrispHook | object, options?: { secret?: string; at?: number; headers?: Record<string, string>; url?: string }): Promise<Response>;
  /** A visitor writes. @returns what was sent, to send again or refer to. */
  say(text: string, more?: Partial<Parameters<typeof crispVisitorMessage>[0]> & { url?: string }): Promise<CrispHook>;
  /** A new session at tenant a. */
  session(): string;
  /** What visitors of a session see of what was sent to Crisp: the witness. */
  seen(sessionId: string): CrispMessage[];
  /** Tries to send a message or note into a session, successful or not. */
  posts(sessionId: string): HttpCall[];
  /** Waits for so many messages in a session. @returns their texts, as far as they have any. */
  until(sessionId: string, count: number, withinMs?: number): Promise<CrispMessage[]>;
  /** Waits until nothing waits any more to be answered or sent, at both tenants or in one session. */
  settled(sessionId?: string, withinMs?: number): Promise<void>;
  /** What a worker looks for, as if some time had passed. For scenes without a sweep of their own. */
  sweep(worker?: TestGateway): Promise<void>;
  /** Gives everything that could still come of a session the occasion, and waits until nothing is left. @returns what was seen in the end. */
  rest(sessionId: string, withinMs?: number): Promise<CrispMessage[]>;
  /** Behind the doors, as a tenant; a, unless said otherwise. */
  rows<Row extends Record<string, unknown>>(sql: string, values?: unknown[], tenant?: LookAlike): Promise<Row[]>;
  run(sql: string, values?: unknown[], tenant?: LookAlike): Promise<number>;
  /** The REST API with a tenant's key; a's, unless said otherwise. */
  admin(method: string, path: string, body?: object, tenant?: LookAlike): Promise<Response>;
  /** Another process on the same database and Crisp. */
  beside(options?: CrispSceneOptions): Promise<TestGateway>;
  close(): Promise<void>;
}

export interface CrispSceneOptions extends GatewayOptions {
  models?: FakeModels;
  crisp?: FakeCrispOptions;
}

export async function startCrispScene(options: CrispSceneOptions = {}): Promise<CrispScene> {
  const crisp = await startFakeCrisp(options.crisp);
  const optionsFor = ({ models = options.models, environment, ...rest }: CrispSceneOptions): GatewayOptions => ({
    withSweep: options.withSweep ?? true,
    ...rest,
    environment: {
      CRISP_PLUGIN_ID: 'identifier',
      CRISP_PLUGIN_KEY: 'key',
      CRISP_HOOK_SECRET: CRISP_SECRET,
      CRISP_BASE_URL: crisp.url,
      ...(models ? { OPENAI_API_KEY: 'sk-of-the-tests', OPENAI_BASE_URL: models.openAiUrl } : {}),
      ...environment,
    },
  });
  const gateway = await startGateway(optionsFor(options));
  const websites = { a: randomUUID(), b: randomUUID() };
  for (const [name, tenant] of [
    ['a', gateway.tenants.a],
    ['b', gateway.tenants.b],
  ] as const) {
    await gateway.inTenant(tenant.id, (tx) => connectCrispWebsite(tx, tenant.id, websites[name]));
    gateway.deps.tenants.forget(tenant.id);
  }
  const hook: CrispScene['hook'] = (body, { secret = CRISP_SECRET, at = Date.now(), headers = {}, url = gateway.url } = {}) => {
    const raw = JSON.stringify(body);
    return fetch(`${url}/webhooks/crisp`, { method: 'POST', headers: { ...signCrisp(secret, raw, at), ...headers }, body: raw });
  };
  const { a, b } = gateway.tenants;
  const others: TestGateway[] = [];
  const keys = new Map<string, Promise<string>>();
  const keyOf = (tenant: LookAlike): Promise<string> => {
    const key = keys.get(tenant.id) ?? gateway.key(tenant.id);
    keys.set(tenant.id, key);
    return key;
  };
  const seen: CrispScene['seen'] = (sessionId) => crisp.visible.filter((message) => message.sessionId === sessionId);
  const isSettled = async (tenant: LookAlike, sessionId: string | undefined): Promise<boolean> => {
    const waiting = await gateway.inTenant(tenant.id, (tx) =>
      tx.row(
        `SELECT FROM conversations c WHERE tenant_id = $1 AND ($2::text IS NULL OR session_id = $2)
           AND (EXISTS (SELECT FROM inbox_events e WHERE e.tenant_id = $1 AND e.conversation_id = c.id AND e.status = 'pending')
             OR EXISTS (SELECT FROM deliveries d WHERE d.tenant_id = $1 AND d.conversation_id = c.id AND d.status = 'pending')) LIMIT 1`,
        [tenant.id, sessionId ?? null],
      ),
    );
    return waiting === undefined;
  };
  const sweep: CrispScene['sweep'] = async (worker = gateway) => {
    for (const tenant of [a, b]) {
      await gateway.inTenant(tenant.id, async (tx) => {
        await tx.run(
          "UPDATE inbox_events SET received_at = received_at - interval '1 minute' WHERE status = 'pending' AND received_at > now() - interval '1 minute'",
        );
        await tx.run("UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending' AND next_attempt_at > now()");
      });
    }
    await worker.deps.answering.sweepOnce();
    await worker.deps.delivering.sweepOnce();
  };
  const isBusy = async (sessionId: string): Promise<boolean> => {
    for (const tenant of [a, b]) {
      const busy = await gateway.inTenant(tenant.id, (tx) =>
        tx.row(
          `SELECT FROM conversations c WHERE tenant_id = $1 AND session_id = $2 AND (turn_lease_until > now()
             OR EXISTS (SELECT FROM deliveries d WHERE d.tenant_id = $1 AND d.conversation_id = c.id AND d.status = 'pending')
             OR (EXISTS (SELECT FROM inbox_events e WHERE e.tenant_id = $1 AND e.conversation_id = c.id AND e.status = 'pending')
               AND status = 'active' AND (held_until IS NULL OR held_until < now())))`,
          [tenant.id, sessionId],
        ),
      );
      if (busy) return true;
    }
    return false;
  };
  return {
    gateway,
    crisp,
    websites,
    hook,
    seen,
    sweep,
    rest: async (sessionId, withinMs = 20_000) => {
      await until(
        'the session to rest',
        async () => {
          await sweep();
          return !(await isBusy(sessionId));
        },
        withinMs,
      );
      return seen(sessionId);
    },
    posts: (sessionId) => crisp.calls.filter((call) => call.method === 'POST' && call.path.endsWith(`/conversation/${sessionId}/message`)),
    until: (sessionId, count, withinMs) => until(`${count} messages in the session`, () => seen(sessionId).length >= count && seen(sessionId), withinMs),
    settled: async (sessionId, withinMs) => {
      await until('everything to be answered and sent', async () => (await isSettled(a, sessionId)) && (await isSettled(b, sessionId)), withinMs);
    },
    rows: (sql, values, tenant = a) => gateway.inTenant(tenant.id, (tx) => tx.rows(sql, values)),
    run: (sql, values, tenant = a) => gateway.inTenant(tenant.id, (tx) => tx.run(sql, values)),
    admin: async (method, path, body, tenant = a) =>
      fetch(`${gateway.url}/v1/admin${path}`, {
        method,
        headers: { authorization: `Bearer ${await keyOf(tenant)}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    beside: async (more = {}) => {
      const other = await startGateway(optionsFor({ ...more, beside: gateway }));
      others.push(other);
      return other;
    },
    say: async (text, { url = gateway.url, ...more } = {}) => {
      const message = crispVisitorMessage({ websiteId: websites.a, sessionId: crispSessionId(), text, ...more });
      // A sender that is told to wait sends again.
      await until('the message to be taken', async () => {
        const { status } = await hook(message, { url });
        if (status !== 200 && status !== 503) throw new Error(`the hook was answered with ${status}`);
        return status === 200;
      });
      return message;
    },
    session: crispSessionId,
    close: async () => {
      for (const other of others) await other.close();
      await gateway.close();
      await crisp.close();
    },
  };
}
