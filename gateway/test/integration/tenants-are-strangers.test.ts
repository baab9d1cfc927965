import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transaction } from '@netia/db';
import { type LookAlike, makeLookAlikes } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPartsAfter } from '../../src/conversations/load-parts.ts';
import { changeStatus, transferToPerson, writeAsPerson } from '../../src/conversations/owner.ts';
import { recordTurn } from '../../src/conversations/record-turn.ts';
import { saveLead } from '../../src/conversations/save-lead.ts';
import { dropTurn, loadHistory, renewTurn, type TurnLease, takeTurn } from '../../src/conversations/turn-lease.ts';
import { replyOnce } from '../../src/http/idempotency.ts';
import type { Route } from '../../src/http/route.ts';
import { addKnowledge, changeKnowledge, listKnowledge, removeKnowledge, showKnowledge } from '../../src/knowledge/publish-knowledge.ts';
import { searchKnowledge } from '../../src/knowledge/search-knowledge.ts';
import { listRoutes } from '../../src/routes.ts';
import { createApiKey, listApiKeys, revokeApiKey, SCOPES } from '../../src/tenants/api-keys.ts';
import { readTenant, saveSettings } from '../../src/tenants/settings.ts';
import type { TurnOutcome } from '../../src/turn/turn.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import type { WidgetClient } from '../support/widget-client.ts';

/**
 * I-1: five tenants, every text of each holding its canary; every function that takes a transaction and every route,
 * called at random by all of them at once, with ids half drawn from the others. A function or route without a
 * generator here fails. TENANCY_CALLS sets how many calls of each kind.
 */
const CALLS = Number(process.env['TENANCY_CALLS'] ?? 2_000);
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
let state = seed;
const random = () => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return state / 2_147_483_648;
};
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

interface Stranger extends LookAlike {
  key: string;
  visitor: WidgetClient;
  ids: Record<'knowledge' | 'conversations' | 'leads' | 'keys', string[]>;
}

let gateway: TestGateway;
let routes: Route[];
const strangers: Stranger[] = [];

beforeAll(async () => {
  gateway = await startGateway({ logLevel: 'warn' });
  routes = listRoutes(gateway.deps);
  const { a, b } = gateway.tenants;
  const { a: c, b: d } = await makeLookAlikes(gateway.deps.db);
  const { a: e } = await makeLookAlikes(gateway.deps.db);
  for (const tenant of [a, b, c, d, e]) {
    await gateway.settings(tenant.id, 'budget', { messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 });
    const knowledge = await gateway.know(
      tenant.id,
      ...Array.from({ length: 4 }, (_, i) => ({
        format: 'faq' as const,
        title: `What is the word of number ${i}?`,
        content: `The word of number ${i} is ${tenant.canary}.`,
        category: tenant.canary,
      })),
    );
    const visitor = await gateway.visitor(tenant);
    await visitor.ask(`What is the word of number 1? I am at ${tenant.canary.toLowerCase()}@mail.invalid`);
    const rows = (sql: string) => gateway.inTenant(tenant.id, async (tx) => (await tx.rows<{ id: string }>(sql)).map((row) => row.id));
    strangers.push({
      ...tenant,
      key: await gateway.key(tenant.id, SCOPES, { rateLimit: 100_000 }),
      visitor,
      ids: { knowledge, conversations: [visitor.conversationId], leads: await rows('SELECT id FROM leads'), keys: await rows('SELECT id FROM api_keys') },
    });
  }
}, 60_000);
afterAll(() => gateway.close());

/** An id of one's own, of another's, or of nobody's. */
const someId = (self: Stranger, kind: keyof Stranger['ids']): string =>
  random() < 0.1 ? randomUUID() : pick(random() < 0.5 ? self.ids[kind] : pick(strangers).ids[kind]);
const foreignIn = (self: Stranger, text: string) =>
  strangers.filter((other) => other !== self && text.toLowerCase().includes(other.canary.toLowerCase())).map((other) => other.canary);

/** Everything a tenant has, as one number per table: changes by others would show. */
const checksums = async (tenantId: string) =>
  gateway.inTenant(tenantId, async (tx) => {
    const tables = await tx.rows<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations' ORDER BY 1",
    );
    const sums: Record<string, unknown> = {};
    for (const { name } of tables)
      sums[name] = await tx.row(`SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${name} t`);
    return sums;
  });

const outcome: TurnOutcome = {
  verdict: 'answered',
  status: 'complete',
  content: 'x',
  parts: [],
  citations: [],
  model: 'none',
  uses: [],
  facts: {},
  intent: 'other',
  wantsPerson: false,
  leadFields: [],
  receipt: {
    question: '',
    language: 'en',
    knowledge_version: '0',
    confidence: 0,
    threshold: 0,
    passages: [],
    answerer: 'none',
    passed_over: [],
    sentences: [],
    ms: { search: 0, first_part: null, total: 0 },
  },
};
const lease = (): TurnLease => ({
  seq: Math.floor(random() * 5),
  ownerEpoch: 0,
  channel: 'widget',
  sessionId: 'nobody',
  origin: null,
  waiting: [],
  locale: null,
  facts: {},
  knownFacts: {},
  leadRequested: false,
});
const fakeRequest = { get: () => `key-${Math.floor(random() * 5)}`, method: 'POST', originalUrl: '/x', body: {} } as never;

/** One call of each function; the ids may be anybody's. */
const FUNCTIONS: Record<string, (tx: Transaction, self: Stranger) => Promise<unknown>> = {
  addKnowledge: (tx, self) => addKnowledge(tx, self.id, { format: 'text', title: 'New', content: self.canary }),
  changeKnowledge: (tx, self) => changeKnowledge(tx, self.id, someId(self, 'knowledge'), { category: self.canary }),
  removeKnowledge: (tx, self) => removeKnowledge(tx, self.id, pick(strangers.filter((other) => other !== self)).ids.knowledge[0] as string),
  listKnowledge: (tx, self) => listKnowledge(tx, self.id, { after: random() < 0.5 ? null : someId(self, 'knowledge'), limit: 50 }),
  showKnowledge: (tx, self) => showKnowledge(tx, self.id, someId(self, 'knowledge')),
  searchKnowledge: (tx, self) => searchKnowledge(tx, self.id, [{ text: `word of number ${pick(strangers).canary}`, weight: 1 }], 10),
  createApiKey: (tx, self) => createApiKey(tx, self.id, { name: self.canary, scopes: [], createdBy: 'test' }),
  listApiKeys: (tx, self) => listApiKeys(tx, self.id, { after: random() < 0.5 ? null : someId(self, 'keys'), limit: 50 }),
  revokeApiKey: (tx, self) => revokeApiKey(tx, self.id, pick(strangers.filter((other) => other !== self)).ids.keys[0] as string),
  readTenant: (tx, self) => readTenant(tx, random() < 0.5 ? self.id : pick(strangers.filter((other) => other !== self)).id),
  saveSettings: (tx, self) => saveSettings(tx, self.id, 'widget', { title: self.canary }),
  takeTurn: (tx, self) => takeTurn(tx, self.id, someId(self, 'conversations')),
  renewTurn: (tx, self) => renewTurn(tx, self.id, someId(self, 'conversations'), 1),
  dropTurn: (tx, self) => dropTurn(tx, self.id, someId(self, 'conversations'), 1),
  loadHistory: (tx, self) => loadHistory(tx, self.id, someId(self, 'conversations'), { seq: 100, sentAt: null }),
  loadPartsAfter: (tx, self) => loadPartsAfter(tx, self.id, someId(self, 'conversations'), { seq: 0, index: 0 }),
  recordTurn: (tx, self) => recordTurn(tx, self.id, someId(self, 'conversations'), lease(), randomUUID(), outcome),
  saveLead: (tx, self) =>
    saveLead(tx, self.id, {
      conversationId: pick(self.ids.conversations),
      facts: { email: `${self.canary.toLowerCase()}-${Math.floor(random() * 3)}@mail.invalid` },
      intent: 'other',
      sourceSeq: 1,
    }),
  transferToPerson: (tx, self) => transferToPerson(tx, self.id, someId(self, 'conversations'), { text: () => self.canary, leadFields: [] }),
  writeAsPerson: (tx, self) => writeAsPerson(tx, self.id, someId(self, 'conversations'), self.canary),
  changeStatus: (tx, self) => changeStatus(tx, self.id, someId(self, 'conversations'), pick(['active', 'ended'])),
  replyOnce: (tx, self) => replyOnce(tx, self.id, fakeRequest, 'x'.repeat(32), () => Promise.resolve({ word: self.canary })),
};

const BODIES: Record<string, (self: Stranger) => unknown> = {
  'put /v1/admin/tenant/allowed-origins': () => ({ allowed_origins: [] }),
  'put /v1/admin/settings/widget': (self) => ({ title: self.canary }),
  'put /v1/admin/settings/ai': () => ({}),
  'put /v1/admin/settings/leads': () => ({}),
  'put /v1/admin/settings/handoff': () => ({}),
  'put /v1/admin/settings/budget': () => ({ messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 }),
  'post /v1/admin/knowledge': (self) => ({ format: 'faq', title: 'New', content: self.canary }),
  'patch /v1/admin/knowledge/:id': (self) => ({ category: self.canary }),
  'post /v1/admin/conversations/:id/messages': (self) => ({ text: self.canary }),
  'patch /v1/admin/conversations/:id': () => ({ status: pick(['active', 'ended']) }),
  'patch /v1/admin/leads/:id': (self) => ({ notes: self.canary }),
  'post /v1/admin/keys': (self) => ({ name: self.canary, scopes: ['leads:read'] }),
  'post /v1/widget/sessions': (self) => ({ website_id: self.websiteId, resume_token: random() < 0.5 ? pick(strangers).visitor.token : self.visitor.token }),
  'post /v1/widget/messages': () => ({
    client_message_id: `message-${Math.floor(random() * 1e9)}`,
    text: `What is the word of number ${Math.floor(random() * 4)}?`,
  }),
  'post /v1/widget/leads': (self) => ({ email: `${self.canary.toLowerCase()}@mail.invalid` }),
  'post /v1/widget/feedback': () => ({ message_id: randomUUID(), value: 'up' }),
  'post /v1/widget/handoff': () => ({}),
};
/** Streams that never end by themselves, and what would revoke the keys this test works with. */
const LEFT_OUT = ['get /v1/widget/events', 'delete /v1/admin/keys/:id', 'delete /v1/admin/knowledge/:id'];

describe('every function that takes a transaction', () => {
  it('has a generator in this test', () => {
    const root = join(import.meta.dirname, '..', '..', 'src');
    const found = globSync('**/*.ts', { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/export (?:async )?function (\w+)\(\s*tx: Transaction/g)].map(([, name]) => name),
    );
    expect(found.length).toBeGreaterThan(15);
    expect(Object.keys(FUNCTIONS).sort()).toEqual(found.sort());
  });

  it(`called at random by five tenants at once brings no other's word (${CALLS} calls)`, async () => {
    const leaks: string[] = [];
    const worker = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const self = pick(strangers);
        const [name, run] = pick(Object.entries(FUNCTIONS));
        const result = await gateway.inTenant(self.id, (tx) => run(tx, self)).catch((error: Error) => ({ error: error.message }));
        const foreign = foreignIn(
          self,
          JSON.stringify(result ?? null, (key, value) => (key === 'words' ? undefined : (value as unknown))),
        );
        if (foreign.length > 0) leaks.push(`${name}: ${foreign}`);
      }
    };
    await Promise.all(Array.from({ length: 10 }, () => worker(CALLS / 10)));
    expect(leaks, `seed ${seed}`).toEqual([]);
  }, 120_000);

  it('with only foreign ids changes nothing of theirs', async () => {
    const [victim, ...others] = strangers as [Stranger, ...Stranger[]];
    const before = await checksums(victim.id);
    for (const self of others) {
      const aimed: Stranger = { ...self, ids: victim.ids };
      for (const run of Object.values(FUNCTIONS)) await gateway.inTenant(self.id, (tx) => run(tx, aimed)).catch(() => {});
    }
    expect(await checksums(victim.id), `seed ${seed}`).toEqual(before);
  });
});

describe('every route', () => {
  it('that takes a body has a generator in this test', () => {
    for (const route of routes) if (route.body) expect(BODIES).toHaveProperty([`${route.method} ${route.path}`]);
  });

  it(`called at random by five tenants at once brings no other's word, in bodies, headers or logs (${CALLS} calls)`, async () => {
    const leaks: string[] = [];
    const callable = routes.filter((route) => !LEFT_OUT.includes(`${route.method} ${route.path}`));
    const worker = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const self = pick(strangers);
        const route = pick(callable);
        const name = `${route.method} ${route.path}`;
        const kind = (route.path.split('/')[3] ?? '').replace(/\..*$/, '') as keyof Stranger['ids'];
        const path = route.path.replace(':id', () => (self.ids[kind] ? someId(self, kind) : randomUUID()));
        const query =
          route.path === '/v1/widget/config'
            ? `?website_id=${self.websiteId}`
            : route.query && random() < 0.5
              ? `?cursor=${self.ids[kind] ? someId(self, kind) : randomUUID()}`
              : '';
        const token = route.access === 'visitor' ? self.visitor.token : route.access === 'public' ? undefined : self.key;
        const body = route.body ? JSON.stringify(BODIES[name]?.(self)) : undefined;
        const response = await fetch(`${gateway.url}${path}${query}`, {
          method: route.method.toUpperCase(),
          headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { body } : {}),
        });
        const text = `${[...response.headers].join('\n')}\n${await response.text()}`;
        if (response.status >= 500) leaks.push(`${name}: ${response.status} ${text.slice(-200)}`);
        if (foreignIn(self, text).length > 0) leaks.push(`${name}: ${foreignIn(self, text)}`);
      }
    };
    await Promise.all(Array.from({ length: 10 }, () => worker(CALLS / 10)));
    expect(leaks, `seed ${seed}`).toEqual([]);
    expect(gateway.logLines.filter((line) => strangers.some((self) => line.includes(self.canary)))).toEqual([]);
  }, 120_000);

  it('is able to leak: a route that forgets the tenant is caught by the same eyes', async () => {
    const [self, other] = strangers as [Stranger, Stranger];
    const text = await gateway.inTenant(other.id, async (tx) => JSON.stringify(await tx.rows('SELECT content FROM knowledge_bases')));
    expect(foreignIn(self, text)).toEqual([other.canary]);
  });
});
