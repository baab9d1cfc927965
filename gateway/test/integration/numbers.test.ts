import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../support/console-client.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** The numbers say what the conversations themselves say, each conversation once. */
let gateway: TestGateway;
let owner: ConsoleClient;
let stranger: ConsoleClient;
const today = new Date().toISOString().slice(0, 10);

interface Row {
  key: string;
  conversations: number;
  questions: number;
  answered: number;
  abstained: number;
  handed_over: number;
  resolved_confirmed: number;
  resolved_assumed: number;
  leads: number;
  rating: number | null;
}
interface Answer {
  items: Row[];
  total: Row;
  questions: { question: string; asked: number; answered: number }[];
  budget: { model_calls: number; model_calls_per_day: number };
}
const numbers = (who: ConsoleClient, query = '') => who.json<Answer>('GET', `/v1/admin/numbers?from=${today}&to=${today}${query}`);
const sql = (text: string, values: unknown[] = []) => gateway.inTenant(gateway.tenants.a.id, (tx) => tx.run(text, values));

beforeAll(async () => {
  gateway = await startGateway();
  const { a, b } = gateway.tenants;
  for (const { id } of [a, b]) await gateway.know(id, { format: 'faq', title: 'When do you open?', content: 'We open at nine in the morning.' });
  owner = await ConsoleClient.join(gateway, a.id, 'owner');
  stranger = await ConsoleClient.join(gateway, b.id, 'owner');
});
afterAll(() => gateway.close());

describe('the numbers', () => {
  it('count each conversation once, tell what is known from what is hoped, and nobody else’s', async () => {
    const visitor = async (...questions: string[]) => {
      const client = await gateway.visitor();
      for (const question of questions) await client.ask(question);
      return client.conversationId;
    };
    // Answered and confirmed by a thumb; answered and left alone for a day; answered just now; not answered; with a person; with contact details.
    const thumb = await visitor('When do you open?', 'when do you open');
    await sql("UPDATE messages SET feedback = 'up' WHERE conversation_id = $1 AND sender_type = 'ai'", [thumb]);
    const left = await visitor('When do you open?');
    await visitor('When do you open?');
    await visitor('Which planet is the largest of all?');
    await visitor('When do you open?', 'I want to talk to a person');
    const rated = await visitor('When do you open? I am lena@mail.invalid');
    await sql('UPDATE conversations SET rating = 2 WHERE id = $1', [rated]);
    await owner.json('PATCH', `/v1/admin/conversations/${left}`, { status: 'ended' });

    const { items, total, questions, budget } = await numbers(owner);
    expect(total).toMatchObject({
      conversations: 6,
      questions: 8,
      abstained: 1,
      handed_over: 1,
      resolved_confirmed: 1,
      resolved_assumed: 1,
      leads: 1,
      rating: 2,
    });
    expect(items).toEqual([{ ...total, key: today }]);
    expect(questions[0]).toMatchObject({ asked: 5 });
    expect(questions.find(({ question }) => question.includes('planet'))).toMatchObject({ asked: 1, answered: 0 });
    expect(budget).toEqual({ model_calls: 0, model_calls_per_day: 2_000 });
    expect((await numbers(stranger)).total.conversations).toBe(0);
    expect((await numbers(owner, '&by=channel')).items.map(({ key, conversations }) => [key, conversations])).toEqual([['widget', 6]]);
    expect((await numbers(owner, '&by=language')).items.map(({ key }) => key)).toEqual(['en']);
    expect((await numbers(owner, '&channel=crisp')).total.conversations).toBe(0);
    expect((await numbers(owner, '&language=de')).total.conversations).toBe(0);
  });

  it('come as a table that a spreadsheet opens without computing anything', async () => {
    const response = await fetch(`${gateway.url}/v1/admin/numbers.csv?from=${today}&to=${today}&by=channel`, { headers: { cookie: owner.cookie } });
    expect(response.headers.get('content-disposition')).toContain('numbers.csv');
    const [head, row] = (await response.text()).replace('\ufeff', '').split('\r\n');
    expect(head?.split(',').slice(0, 3)).toEqual(['key', 'conversations', 'questions']);
    expect(row?.split(',').slice(0, 3)).toEqual(['widget', '6', '8']);
  });

  it.each(['from=2026-01-02&to=2026-01-01', 'from=2020-01-01&to=2026-01-01', 'from=yesterday&to=today', ''])('of %j are refused', async (query) => {
    expect(await owner.status('GET', `/v1/admin/numbers?${query}`)).toBe(400);
  });
});
