import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@netia/testkit';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listWebhookEndpoints } from '../../src/webhooks/endpoints.ts';
import { listWebhookDeliveries, PAUSES_S } from '../../src/webhooks/webhook-deliveries.ts';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** what tenants are told is signed, comes under one id however often, and is neither lost nor sent where nobody asked for it. */
interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
}
type Play = (request: Received) => { status: number; headers?: Record<string, string> } | 'reset' | 'silence';

let gateway: TestGateway;
let owner: ConsoleClient;
let stranger: ConsoleClient;
let server: Server;
let received: Received[] = [];
const plays = new Map<string, Play>();

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call: Received = {
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
        at: Date.now(),
      };
      received.push(call);
      const played = plays.get(call.path)?.(call) ?? { status: 204 };
      if (played === 'reset') request.socket.destroy();
      else if (played !== 'silence') response.writeHead(played.status, played.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gateway = await startGateway({ environment: { CRAWL_NETWORKS: '127.0.0.1/32' }, withSweep: true });
  owner = await ConsoleClient.join(gateway, gateway.tenants.a.id, 'owner');
  stranger = await ConsoleClient.join(gateway, gateway.tenants.b.id, 'owner');
});
afterAll(async () => {
  await gateway.close();
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
afterEach(async () => {
  received = [];
  plays.clear();
  for (const { id } of [gateway.tenants.a, gateway.tenants.b])
    await gateway.inTenant(id, (tx) => tx.run('DELETE FROM webhook_endpoints WHERE tenant_id = $1', [id]));
});

const receiver = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const subscribe = (who: ConsoleClient, path: string, events: string[]) =>
  who.json<{ id: string; secret: string }>('POST', '/v1/admin/webhooks', { url: receiver(path), events });
const at = (path: string) => received.filter((call) => call.path === path);
const verify = (secret: string, { body, headers }: Received) => new Webhook(secret).verify(body, headers);
interface Shown {
  id: string;
  status: string;
  attempts: number;
  due_at: string;
  last_status: number | null;
  last_error: string | null;
}
/** As the log of the API shows it; asked of the database, because waiting asks often. */
const log = (id: string) =>
  gateway.inTenant(gateway.tenants.a.id, async (tx) =>
    (await listWebhookDeliveries(tx, gateway.tenants.a.id, id, { after: null, limit: 20 })).map((one): Shown => ({ ...one, due_at: one.due_at.toISOString() })),
  );
/** As if the pause were over. */
const isDueNow = () => gateway.inTenant(gateway.tenants.a.id, (tx) => tx.run("UPDATE webhook_deliveries SET due_at = now() WHERE status = 'pending'"));
const endpointOf = (id: string) =>
  gateway.inTenant(gateway.tenants.a.id, async (tx) => (await listWebhookEndpoints(tx, gateway.tenants.a.id)).find((one) => one.id === id));

describe('a webhook', () => {
  it('tells of a lead, an unanswered question and a hand-over, signed, and of nothing else and nobody else’s', async () => {
    const { secret } = await subscribe(owner, '/a', ['lead.created', 'question.unanswered', 'conversation.handed_over']);
    await subscribe(owner, '/deaf', ['conversation.ended']);
    await subscribe(stranger, '/b', ['lead.created', 'question.unanswered', 'conversation.handed_over']);
    const visitor = await gateway.visitor();
    await visitor.ask('Which planet is the largest? I am lena@mail.invalid');
    await visitor.ask('I want to talk to a person');
    await until('three calls', () => at('/a').length >= 3);
    expect(
      at('/a')
        .map(({ body }) => (JSON.parse(body) as { type: string }).type)
        .sort(),
    ).toEqual(['conversation.handed_over', 'lead.created', 'question.unanswered']);
    for (const call of at('/a')) {
      expect(verify(secret, call)).toMatchObject({ data: { conversation_id: visitor.conversationId } });
      // The words of visitors are asked for with a key; a receiver's log must not be full of them.
      expect(call.body).not.toMatch(/planet|lena/);
    }
    expect(() => verify(secret, { ...(at('/a')[0] as Received), body: '{}' })).toThrow();
    expect([at('/b'), at('/deaf')]).toEqual([[], []]);
    const { items } = await owner.json<{ items: { id: string }[] }>('GET', '/v1/admin/webhooks');
    const [heard, deaf] = await Promise.all(items.map(({ id }) => owner.json<{ items: Shown[] }>('GET', `/v1/admin/webhooks/${id}/deliveries`)));
    expect([heard?.items.map(({ status }) => status), deaf?.items]).toEqual([['sent', 'sent', 'sent'], []]);
    expect(await stranger.status('GET', `/v1/admin/webhooks/${items[0]?.id}/deliveries`)).toBe(404);
    expect(await gateway.deps.metrics.registry.getSingleMetricAsString('netia_tenant_calls_total')).toMatch(/\{outcome="taken"\} [3-9]/);
  });

  it.each([
    ['500', { status: 500 }],
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '7200' } }],
    ['a redirect, which is not followed', { status: 301, headers: { location: '/elsewhere' } }],
    ['a reset', 'reset'],
  ] as const)(
    'that gets %s comes again under its own id, later each time, and is given up after the last try',
    async (_what, played) => {
      const { id, secret } = await subscribe(owner, '/fails', ['lead.created']);
      plays.set('/fails', () => played);
      await owner.status('POST', '/v1/admin/webhooks/test');
      const pauses: number[] = [];
      for (let attempt = 1; attempt <= PAUSES_S.length + 1; attempt++) {
        await until(
          `try ${attempt}`,
          async () =>
            (await log(id))[0]?.attempts === attempt &&
            at('/fails').length === attempt &&
            ((await log(id))[0]?.status === 'dead' || Date.parse((await log(id))[0]?.due_at ?? '') > Date.now()),
        );
        pauses.push((Date.parse((await log(id))[0]?.due_at ?? '') - Date.now()) / 1_000);
        await isDueNow();
      }
      await until('it to be given up', async () => (await log(id))[0]?.status === 'dead');
      expect(new Set(at('/fails').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      for (const call of at('/fails')) verify(secret, call);
      expect(at('/elsewhere')).toEqual([]);
      const asked = played !== 'reset' && played.status === 429 ? 7_200 : 0;
      for (const [i, pause] of PAUSES_S.entries()) {
        expect(pauses[i]).toBeGreaterThan(Math.max(pause, asked) - 5);
        expect(pauses[i]).toBeLessThan(Math.max(pause * 1.2, asked) + 5);
      }
      expect(PAUSES_S.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(24 * 3_600);
      // By hand it is sent again, under the same id.
      plays.delete('/fails');
      expect(await owner.status('POST', `/v1/admin/webhook-deliveries/${(await log(id))[0]?.id}/resend`)).toBe(200);
      await until('it to come through', async () => (await log(id))[0]?.status === 'sent');
      expect(new Set(at('/fails').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect((await endpointOf(id))?.failing_since).toBeNull();
    },
    60_000,
  );

  it('that gets 410 disables its endpoint, which is said, and what waits is given up', async () => {
    const { id } = await subscribe(owner, '/gone', ['lead.created']);
    plays.set('/gone', () => ({ status: 410 }));
    await owner.status('POST', '/v1/admin/webhooks/test');
    await until('it to be disabled', async () => (await endpointOf(id))?.is_active === false);
    expect((await endpointOf(id))?.disabled_reason).toContain('410');
    await owner.status('POST', '/v1/admin/webhooks/test');
    expect(await log(id)).toHaveLength(1);
    expect(await owner.status('POST', `/v1/admin/webhook-deliveries/${(await log(id))[0]?.id}/resend`)).toBe(409);
    const { items } = await owner.json<{ items: { action: string }[] }>('GET', '/v1/admin/audit');
    expect(items.map(({ action }) => action)).toContain('webhook.disabled');
    // Switched on again it begins anew.
    await owner.json('PATCH', `/v1/admin/webhooks/${id}`, { is_active: true });
    expect(await endpointOf(id)).toMatchObject({ is_active: true, disabled_reason: null, failing_since: null });
  });

  it('whose endpoint has failed for five days disables it', async () => {
    const { id } = await subscribe(owner, '/days', ['lead.created']);
    plays.set('/days', () => ({ status: 503 }));
    await owner.status('POST', '/v1/admin/webhooks/test');
    await until('the first failure', async () => (await endpointOf(id))?.failing_since);
    expect((await endpointOf(id))?.is_active).toBe(true);
    await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.run("UPDATE webhook_endpoints SET failing_since = now() - interval '6 days'"));
    await isDueNow();
    await until('it to be disabled', async () => (await endpointOf(id))?.is_active === false);
    expect((await endpointOf(id))?.disabled_reason).toContain('five days');
  });

  it('is signed with the old and the new secret for a day after a change', async () => {
    const { id, secret: old } = await subscribe(owner, '/turned', ['lead.created']);
    const { secret } = await owner.json<{ secret: string }>('POST', `/v1/admin/webhooks/${id}/secret`);
    await owner.status('POST', '/v1/admin/webhooks/test');
    await until('the call', () => at('/turned').length > 0);
    for (const either of [old, secret]) verify(either, at('/turned')[0] as Received);
    expect(() => verify(`whsec_${Buffer.alloc(24).toString('base64')}`, at('/turned')[0] as Received)).toThrow();
    await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.run("UPDATE webhook_endpoints SET old_secret_until = now() - interval '1 second'"));
    await owner.status('POST', '/v1/admin/webhooks/test');
    await until('the next call', () => at('/turned').length > 1);
    expect(() => verify(old, at('/turned')[1] as Received)).toThrow();
    const stored = await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.rows('SELECT secret, old_secret FROM webhook_endpoints'));
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6, 20));
  });

  it('to an address inside is not sent, and one that never answers holds up no other', async () => {
    const { id: inner } = await owner.json<{ id: string }>('POST', '/v1/admin/webhooks', { url: 'http://169.254.169.254/latest', events: ['lead.created'] });
    await subscribe(owner, '/silent', ['lead.created']);
    plays.set('/silent', () => 'silence');
    for (let n = 0; n < 10; n++) await subscribe(owner, `/healthy/${n}`, ['lead.created']);
    const from = Date.now();
    for (let n = 0; n < 3; n++) await owner.status('POST', '/v1/admin/webhooks/test');
    await until('the healthy ones', () => received.filter(({ path }) => path.startsWith('/healthy')).length >= 30, 14_000);
    expect(Date.now() - from).toBeLessThan(15_000);
    expect(at('/silent')).toHaveLength(1);
    await until('the refusal', async () => (await log(inner))[0]?.last_error);
    expect((await log(inner))[0]?.last_status).toBeNull();
  }, 40_000);

  it('is sent by the next process when one dies with it in hand', async () => {
    const { id } = await subscribe(owner, '/orphan', ['lead.created']);
    await gateway.inTenant(gateway.tenants.a.id, async (tx) => {
      await tx.run(
        `INSERT INTO webhook_deliveries (tenant_id, endpoint_id, event_type, payload, attempts, lease_until) VALUES ($1, $2, 'test', '{"type":"test"}', 1, now() - interval '1 second')`,
        [gateway.tenants.a.id, id],
      );
    });
    await until('it to be sent', async () => (await log(id))[0]?.status === 'sent');
    expect(at('/orphan')).toHaveLength(1);
  });
});
