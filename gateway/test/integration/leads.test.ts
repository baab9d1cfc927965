import { FakeModels } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** A conversation becomes a lead: one per contact and intent, with nothing in it that the visitor did not write. */
let gateway: TestGateway;
let key: string;
beforeAll(async () => {
  gateway = await startGateway();
  for (const tenant of [gateway.tenants.a, gateway.tenants.b])
    await gateway.know(tenant.id, { format: 'faq', title: 'What does it cost?', content: 'The basic plan costs 19 euros a month.' });
  key = await gateway.key(gateway.tenants.a.id);
});
afterAll(() => gateway.close());

interface LeadBody {
  id: string;
  intent: string;
  status: string;
  contact_info: Record<string, string>;
}
const admin = (path: string, init: RequestInit = {}, as = key) =>
  fetch(`${gateway.url}/v1/admin/${path}`, { ...init, headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' } });
const leads = async (query = ''): Promise<LeadBody[]> => ((await (await admin(`leads${query}`)).json()) as { items: LeadBody[] }).items;
const leadOf = async (email: string) => (await leads()).filter((lead) => lead.contact_info['email'] === email);

describe('what a visitor writes', () => {
  it('with an e-mail address becomes a lead with the intent of the conversation', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('What does the basic plan cost?');
    await visitor.ask('My name is Ada Lovelace, write to ada@engine.invalid');
    expect(await leadOf('ada@engine.invalid')).toMatchObject([
      { intent: 'pricing', status: 'new', contact_info: { email: 'ada@engine.invalid', name: 'Ada Lovelace' } },
    ]);
  });

  it('later fills what is missing, in the same lead', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('What does it cost? I am at grace@navy.invalid');
    await visitor.ask('My number is +49 30 901820 and my name is Grace Hopper');
    expect(await leadOf('grace@navy.invalid')).toMatchObject([
      { intent: 'pricing', contact_info: { email: 'grace@navy.invalid', phone: '+4930901820', name: 'Grace Hopper' } },
    ]);
  });

  it('in another conversation about the same joins that lead; about something else is a second one', async () => {
    await (await gateway.visitor()).ask('What does it cost? joan@tower.invalid');
    await (await gateway.visitor()).ask('How much is the basic plan? JOAN@tower.invalid');
    await (await gateway.visitor()).ask('I want a refund, this is terrible. joan@tower.invalid');
    const found = (await leads()).filter((lead) => lead.contact_info['email']?.toLowerCase() === 'joan@tower.invalid');
    expect(found.map((lead) => lead.intent).sort()).toEqual(['complaint', 'pricing']);
  });

  it('without an address becomes none', async () => {
    const before = (await leads('?limit=100')).length;
    await (await gateway.visitor()).ask('My name is Nobody and I would like to know what it costs.');
    expect((await leads('?limit=100')).length).toBe(before);
  });

  it('stays with its tenant', async () => {
    await (await gateway.visitor(gateway.tenants.b)).ask('What does it cost? only@b.invalid');
    expect(await leadOf('only@b.invalid')).toEqual([]);
  });
});

describe('the form', () => {
  it('is offered once, to who asks for a price and is not known yet', async () => {
    const visitor = await gateway.visitor();
    const first = await visitor.ask('What does the basic plan cost?');
    const second = await visitor.ask('What does the basic plan cost a month?');
    expect(first.parts.some(({ part }) => part.type === 'lead-request')).toBe(true);
    expect(second.parts.some(({ part }) => part.type === 'lead-request')).toBe(false);
  });

  it('saves what was filled in', async () => {
    const visitor = await gateway.visitor();
    await visitor.ask('What does the basic plan cost?');
    expect((await visitor.request('leads', { name: 'Mary', email: 'mary@bones.invalid', phone: '+44 20 7946 0018' })).status).toBe(200);
    expect(await leadOf('mary@bones.invalid')).toMatchObject([{ intent: 'pricing', contact_info: { name: 'Mary', phone: '+442079460018' } }]);
  });

  it.each([
    [{}, 'Leave an e-mail address or a phone number'],
    [{ email: 'not an address' }, 'name@example.com'],
    [{ phone: '12' }, 'country code'],
    [{ email: 'a@b.invalid', tenant_id: 'x' }, 'tenant_id'],
    [{ email: { $ne: 1 } }, 'email'],
  ])('refuses %j with a word on what to do', async (body, expected) => {
    const response = await (await gateway.visitor()).request('leads', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(expected);
  });

  it('is not offered where the tenant wants no leads, and nothing is kept', async () => {
    const { b } = gateway.tenants;
    await gateway.settings(b.id, 'leads', { is_enabled: false });
    const answer = await (await gateway.visitor(b)).ask('What does the basic plan cost? me@kept.invalid');
    expect(answer.parts.some(({ part }) => part.type === 'lead-request')).toBe(false);
    expect(await gateway.inTenant(b.id, (tx) => tx.rows("SELECT 1 FROM contacts WHERE email = 'me@kept.invalid'"))).toEqual([]);
    await gateway.settings(b.id, 'leads', {});
  });
});

describe('a model that reads contact facts', () => {
  it('adds what the rules missed and the visitor wrote; what it invents is left out', async () => {
    const models = await FakeModels.start();
    models.answer = (call) =>
      call.system.includes('contact details')
        ? { text: '{"name": "Rosalind", "company": "Crystal Works", "intent": "demo"}' }
        : { text: 'The basic plan costs 19 euros a month [1].' };
    const second = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl } });
    try {
      await second.know(second.tenants.a.id, { format: 'faq', title: 'What does it cost?', content: 'The basic plan costs 19 euros a month.' });
      await (await second.visitor()).ask('What does it cost? rosalind here, rf@crystal.invalid');
      const lead = await second.inTenant(second.tenants.a.id, (tx) =>
        tx.row<{ contact_info: object; intent: string }>('SELECT contact_info, intent FROM leads'),
      );
      expect(lead).toEqual({ contact_info: { email: 'rf@crystal.invalid', name: 'rosalind' }, intent: 'demo' });
    } finally {
      await second.close();
      await models.close();
    }
  });
});

describe('the REST API', () => {
  it('lists by pages, filters, and changes status', async () => {
    for (let i = 0; i < 5; i++) await (await gateway.visitor()).request('leads', { email: `page${i}@list.invalid` });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await (await admin(`leads?limit=2${cursor ? `&cursor=${cursor}` : ''}`)).json()) as { items: LeadBody[]; next_cursor: string | null };
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((lead) => lead.id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await leads('?limit=100')).length);
    const [lead] = await leadOf('page0@list.invalid');
    expect(await (await admin(`leads/${lead?.id}`, { method: 'PATCH', body: '{"status":"qualified","notes":"call on Monday"}' })).json()).toMatchObject({
      status: 'qualified',
      notes: 'call on Monday',
    });
    expect((await leads('?status=qualified')).map((found) => found.id)).toEqual([lead?.id]);
    expect((await admin(`leads/${lead?.id}`, { method: 'PATCH', body: '{"status":"sold"}' })).status).toBe(400);
  });

  it('exports CSV that no spreadsheet computes, of this tenant only', async () => {
    for (const [i, name] of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '＝1+1', '  =1', 'a,"b"\nc'].entries()) {
      await (await gateway.visitor()).request('leads', { email: `csv${i}@export.invalid`, name });
    }
    const response = await admin('leads.csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const csv = await response.text();
    const names = csv.split('\r\n').flatMap((line) => (/csv\d@export\.invalid/.test(line) ? [line] : []));
    expect(names).toHaveLength(8);
    expect(csv).toContain('"a,""b""\nc"');
    for (const line of names) expect(line).not.toMatch(/(^|,)"?[\s]*[=+@＝-](?!\d{6,15},)/u);
    expect(csv).not.toContain('only@b.invalid');
  });
});
