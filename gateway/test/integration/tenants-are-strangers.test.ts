import { appendFileSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, openDoors, type Transaction } from '@netia/db';
import { type FakeCrisp, startFakeCrisp, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { listRoutes } from '../../src/routes.ts';
import { CRISP_SECRET } from '../support/crisp-scene.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { PGBOUNCER, startPooler } from '../support/pooler.ts';
import { chance, type IdKind, makeStrangers, type Stranger, tidyUp } from '../support/strangers.ts';
import { callsOf } from '../support/strangers-calls.ts';

/**
 * I-1: five tenants, every text of each holding its canary; every function that takes a transaction and every route,
 * called at random by all of them at once, with ids half drawn from the others. A function or route without a
 * generator fails. TENANCY_CALLS sets how many calls of functions; above the usual, a fifth as many of routes. On a
 * server with PgBouncer the functions go through it, in transaction mode.
 */
const USUAL = 2_000;
const CALLS = Number(process.env['TENANCY_CALLS'] ?? USUAL);
const HTTP_CALLS = Math.max(Math.min(CALLS, USUAL), CALLS / 5);
/** After so many calls of a kind what they have added is tidied away. */
const ROUND = 2_000;
const CALLERS = 10;
const LIMIT_MS = 120_000 + CALLS * 6;
/** Of search results: what the question said, in its own letters. */
const ASKED = new Set(['words', 'typed']);
const { seed, next: random, pick } = chance;

let gateway: TestGateway;
let crisp: FakeCrisp;
let routes: Route[];
let strangers: Stranger[];
let calls: ReturnType<typeof callsOf>;
let inTenant: <T>(tenantId: string, work: (tx: Transaction) => Promise<T>) => Promise<T>;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  crisp = await startFakeCrisp();
  gateway = await startGateway({
    logLevel: 'warn',
    badCredentialsPerMinute: 1_000_000,
    environment: { CRISP_PLUGIN_ID: 'identifier', CRISP_PLUGIN_KEY: 'key', CRISP_HOOK_SECRET: CRISP_SECRET, CRISP_BASE_URL: crisp.url },
  });
  closing.push(
    () => gateway.close(),
    () => crisp.close(),
  );
  routes = listRoutes(gateway.deps);
  inTenant = gateway.inTenant;
  if (gateway.test.url && PGBOUNCER) {
    const pooler = await startPooler(gateway.test.url);
    const connection = await connect({ url: pooler.url, poolSize: 20 });
    closing.unshift(() => connection.close(), pooler.stop);
    inTenant = openDoors(connection).inTenant;
  }
  strangers = await makeStrangers(gateway);
  calls = callsOf(strangers);
}, 60_000);
afterAll(async () => {
  for (const close of closing) await close();
});

const foreignIn = (self: Stranger, text: string) => {
  const lower = text.toLowerCase();
  return strangers.filter((other) => other.canary !== self.canary && lower.includes(other.canary.toLowerCase())).map((other) => other.canary);
};

/** So many calls by several callers at once, in rounds, between which nothing grows. */
async function inRounds(count: number, call: () => Promise<void>): Promise<void> {
  for (let left = count; left > 0; left -= ROUND) {
    const caller = async (times: number) => {
      for (let i = 0; i < times; i++) await call();
    };
    await Promise.all(Array.from({ length: CALLERS }, () => caller(Math.ceil(Math.min(ROUND, left) / CALLERS))));
    for (const self of strangers) await gateway.inTenant(self.id, (tx) => tidyUp(tx, self));
  }
}

/** One of them; now and then one that has brought nothing yet, so that none is left out by bad luck alone. */
function pickOf<T>(all: T[], hasBroughtNothing: (one: T) => boolean): T {
  const unlucky = random() < 0.1 ? all.filter(hasBroughtNothing) : [];
  return pick(unlucky.length > 0 ? unlucky : all);
}

/** For the figures of tools/test-faults.ts. */
function report(run: string, count: number, from: number): void {
  const line = { run, seed, calls: count, seconds: (performance.now() - from) / 1_000, pooled: inTenant === gateway.inTenant ? 'no' : 'PgBouncer' };
  if (process.env['FAULTS_REPORT']) appendFileSync(process.env['FAULTS_REPORT'], `${JSON.stringify(line)}\n`);
}

/** Everything a tenant has, as one number per table: changes by others would show. */
const checksums = async (tenantId: string) =>
  gateway.inTenant(tenantId, async (tx) => {
    const tables = await tx.rows<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations' ORDER BY 1",
    );
    const sums: Record<string, unknown> = {};
    for (const { name } of tables) {
      // Of people a transaction sees all but the password.
      const row = name === 'users' ? '(t.id, t.email, t.name, t.totp_confirmed_at, t.totp_last_step, t.recovery_hashes)' : 't';
      sums[name] = await tx.row(`SELECT count(*) AS rows, coalesce(sum(hashtextextended(${row}::text, 0)), 0)::text AS sum FROM ${name} t`);
    }
    return sums;
  });

describe('every function that takes a transaction', () => {
  it('has a generator in this test', () => {
    const root = join(import.meta.dirname, '..', '..', 'src');
    const found = globSync('**/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/export (?:async )?function (\w+)(?:<\w+>)?\(\s*tx: Transaction/g)].map(([, name]) => name),
    );
    expect(found.length).toBeGreaterThan(15);
    expect(Object.keys(calls.functions).sort()).toEqual(found.sort());
  });

  it(
    `called at random by five tenants at once brings no other's word (${CALLS} calls)`,
    async () => {
      const leaks: string[] = [];
      const from = performance.now();
      const tried = new Map<string, { times: number; failed: number }>();
      await inRounds(CALLS, async () => {
        const self = pick(strangers);
        const [name, run] = pickOf(Object.entries(calls.functions), ([one]) => (tried.get(one)?.failed ?? 0) === (tried.get(one)?.times ?? 0));
        // Now and then it asks in another's name, in a transaction of its own.
        const asked = random() < 0.1 ? { ...self, id: pick(strangers).id } : self;
        const tries = tried.get(name) ?? { times: 0, failed: 0 };
        tried.set(name, tries);
        tries.times++;
        const result = await inTenant(self.id, (tx) => run(tx, asked)).catch((error: Error) => {
          tries.failed++;
          return { error: error.message };
        });
        const foreign = foreignIn(
          self,
          JSON.stringify(result ?? null, (key, value) => (ASKED.has(key) ? undefined : (value as unknown))),
        );
        if (foreign.length > 0) leaks.push(`${name}: ${foreign}`);
      });
      report('strangers call functions', CALLS, from);
      expect(leaks, `seed ${seed}`).toEqual([]);
      // A generator whose every call fails shows nothing.
      expect([...tried].filter(([, { times, failed }]) => failed === times).map(([name]) => name)).toEqual(['removeKnowledge']);
    },
    LIMIT_MS,
  );

  it('with only foreign ids, or in a foreign name, changes nothing of theirs', async () => {
    const [victim, ...others] = strangers as [Stranger, ...Stranger[]];
    const before = await checksums(victim.id);
    for (const self of others) {
      for (const aimed of [
        { ...self, ids: victim.ids, secretIds: victim.secretIds, crispWebsite: victim.crispWebsite, tidioKey: victim.tidioKey, tenant: victim.tenant },
        { ...victim, canary: self.canary },
      ]) {
        for (const run of Object.values(calls.functions)) await inTenant(self.id, (tx) => run(tx, aimed)).catch(() => {});
      }
    }
    expect(await checksums(victim.id), `seed ${seed}`).toEqual(before);
  });
});

/** Streams that never end by themselves, and what would take away what this test works with. */
const LEFT_OUT = [
  'get /v1/widget/events',
  'get /v1/admin/inbox/events',
  'delete /v1/admin/keys/:id',
  'delete /v1/admin/knowledge/:id',
  'delete /v1/admin/knowledge/drafts/:id',
  'delete /v1/admin/sources/:id',
  'delete /v1/admin/channels/crisp',
  'delete /v1/admin/channels/tidio',
  'delete /v1/admin/members/:id',
  'delete /v1/admin/invitations/:id',
  'delete /v1/admin/canned-replies/:id',
  'delete /v1/admin/webhooks/:id',
  'delete /v1/admin/roles/:id',
  'delete /v1/admin/contacts/:id',
  'post /v1/widget/withdraw',
  'delete /v1/admin/conversations/:id',
  'post /v1/console/invitations/accept',
  'post /v1/console/sign-out',
  'post /v1/console/switch',
  'put /v1/console/password',
  // Without a mail server there is none to send the link.
  'post /v1/console/password-reset',
  'post /v1/console/password-reset/use',
  'post /v1/console/passkeys/sign-in',
  'post /v1/console/passkeys/options',
  'post /v1/console/passkeys',
  'post /v1/console/passkeys/remove',
  'post /v1/console/second-factor/confirm',
  'post /v1/console/second-factor/remove',
  'delete /v1/console/sessions/:id',
];

describe('every route', () => {
  it('that takes a body has a generator in this test', () => {
    for (const route of routes) {
      if (route.body) expect(calls.bodies).toHaveProperty([`${route.method} ${route.path}`]);
      if (route.takesRaw) expect(calls.raw).toHaveProperty([`${route.method} ${route.path}`]);
    }
  });

  it(
    `called at random by five tenants at once brings no other's word, in bodies, headers, logs or chats (${HTTP_CALLS} calls)`,
    async () => {
      const leaks: string[] = [];
      const from = performance.now();
      const seen = new Map<string, Set<number>>();
      const callable = routes.filter((route) => !LEFT_OUT.includes(`${route.method} ${route.path}`));
      await inRounds(HTTP_CALLS, async () => {
        const self = pick(strangers);
        const route = pickOf(callable, ({ method, path }) => ![...(seen.get(`${method} ${path}`) ?? [])].some((status) => status < 300));
        const name = `${route.method} ${route.path}`;
        const [url, request] = [`${gateway.url}${pathOf(self, route)}`, requestOf(self, route)];
        // A connection kept from before may be closed at the very moment it is used again.
        const response = await fetch(url, request).catch(() => fetch(url, request));
        const text = `${[...response.headers].join('\n')}\n${await response.text()}`;
        seen.set(name, (seen.get(name) ?? new Set()).add(response.status));
        if (response.status >= 500) leaks.push(`${name}: ${response.status} ${text.slice(-200)}`);
        if (foreignIn(self, text).length > 0) leaks.push(`${name}: ${foreignIn(self, text)}`);
      });
      report('strangers call routes', HTTP_CALLS, from);
      expect(leaks, `seed ${seed}`).toEqual([]);
      expect(gateway.logLines.filter((line) => strangers.some((self) => line.includes(self.canary)))).toEqual([]);
      // A route that answers nothing but refusals shows nothing.
      expect(callable.map((route) => `${route.method} ${route.path}`).filter((name) => ![...(seen.get(name) ?? [])].some((status) => status < 300))).toEqual([
        // Nobody's settings name a picture.
        'get /v1/widget/logo/:website_id/:name',
        'post /v1/widget/feedback',
      ]);
      await until('an answer in Crisp', () => crisp.visible.length > 0);
      for (const message of crisp.visible) {
        const owner = strangers.find((self) => self.crispWebsite === message.websiteId) as Stranger;
        expect(foreignIn(owner, JSON.stringify(message)), `seed ${seed}`).toEqual([]);
      }
    },
    LIMIT_MS,
  );

  it('is able to leak: a route that forgets the tenant is caught by the same eyes', async () => {
    const [self, other] = strangers as [Stranger, Stranger];
    const text = await gateway.inTenant(other.id, async (tx) => JSON.stringify(await tx.rows('SELECT content FROM knowledge_bases')));
    expect(foreignIn(self, text)).toEqual([other.canary]);
  });
});

/** Which ids stand in a route's path. */
const kindOf = (route: Route) => (route.path.split('/')[3] ?? '').replace(/\..*$/, '') as IdKind;

function pathOf(self: Stranger, route: Route): string {
  const raw = calls.raw[`${route.method} ${route.path}`];
  if (raw) return raw(self).path;
  const id = () => calls.someId(self, kindOf(route));
  const query = route.path.startsWith('/v1/admin/numbers')
    ? `?from=2020-01-01&to=2021-01-01&by=${pick(['day', 'channel', 'language'])}`
    : route.path === '/v1/admin/setup/installation'
      ? '?url=https://page.invalid/'
      : route.path === '/v1/widget/config'
        ? `?website_id=${self.websiteId}`
        : route.query && random() < 0.5
          ? `?cursor=${calls.someId(self, kindOf(route))}`
          : '';
  return `${route.path.replace(':id', id).replace(':version', '1')}${query}`;
}

function requestOf(self: Stranger, route: Route): RequestInit {
  const name = `${route.method} ${route.path}`;
  const method = route.method.toUpperCase();
  const raw = calls.raw[name]?.(self);
  if (raw) return { method, headers: raw.headers, body: raw.body };
  // Whoever is signed in comes through the same doors as a key.
  const isPerson = route.access === 'person' || (!['public', 'visitor'].includes(route.access) && random() < 0.5);
  const token = route.access === 'visitor' ? self.visitor.token : route.access === 'public' || isPerson ? undefined : self.key;
  const body = route.body ? JSON.stringify(calls.bodies[name]?.(self)) : undefined;
  return {
    method,
    headers: {
      ...(isPerson ? { cookie: self.owner.cookie } : {}),
      ...(isPerson || route.path.startsWith('/v1/console') ? { 'sec-fetch-site': 'same-origin' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body } : {}),
  };
}
