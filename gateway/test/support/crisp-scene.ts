import { randomUUID } from 'node:crypto';
import { type CrispHook, crispSessionId, crispVisitorMessage, type FakeCrisp, signCrisp, startFakeCrisp } from '@netia/testkit';
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
  say(text: string, more?: Partial<Parameters<typeof crispVisitorMessage>[0]>): Promise<CrispHook>;
  /** A new session at tenant a. */
  session(): string;
  close(): Promise<void>;
}

export async function startCrispScene(options: GatewayOptions = {}): Promise<CrispScene> {
  const crisp = await startFakeCrisp();
  const gateway = await startGateway({
    withSweep: true,
    ...options,
    environment: { CRISP_PLUGIN_ID: 'identifier', CRISP_PLUGIN_KEY: 'key', CRISP_HOOK_SECRET: CRISP_SECRET, CRISP_BASE_URL: crisp.url, ...options.environment },
  });
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
  return {
    gateway,
    crisp,
    websites,
    hook,
    say: async (text, more = {}) => {
      const message = crispVisitorMessage({ websiteId: websites.a, sessionId: crispSessionId(), text, ...more });
      const response = await hook(message);
      if (response.status !== 200) throw new Error(`the hook was answered with ${response.status}`);
      return message;
    },
    session: crispSessionId,
    close: async () => {
      await gateway.close();
      await crisp.close();
    },
  };
}
