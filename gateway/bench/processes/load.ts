// Visitors for benchmarks. node:http and no parsing beyond what is measured: what the visitors cost, the servers lack.
import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { LoadResult } from '../support.ts';

interface Visitor {
  token: string;
  address: string;
}

interface Greet {
  url: string;
  websiteId: string;
  count: number;
}

interface Run {
  url: string;
  parallel: number;
  questions: string[];
  seconds?: number;
  turns?: number;
}

const agent = new Agent({ keepAlive: true });
const waiting = new Map<string, Visitor[]>();
let asked = 0;

process.on('message', async (message: { greet?: Greet; run?: Run }) => {
  try {
    const result = message.greet ? await greet(message.greet) : message.run ? await run(message.run) : undefined;
    process.send?.({ result });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send?.({ url: '' });

async function greet({ url, websiteId, count }: Greet): Promise<void> {
  const visitors = waiting.get(url) ?? [];
  waiting.set(url, visitors);
  for (let i = 0; i < count; i++) {
    const address = `10.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
    const response = await post(`${url}/v1/widget/sessions`, { 'x-forwarded-for': address }, { website_id: websiteId, locale: 'en' });
    let text = '';
    for await (const piece of response) text += String(piece);
    if (response.statusCode !== 200 && response.statusCode !== 201) throw new Error(`no session: ${response.statusCode} ${text}`);
    visitors.push({ token: (JSON.parse(text) as { token: string }).token, address });
  }
}

async function run({ url, parallel, questions, seconds, turns }: Run): Promise<LoadResult> {
  const visitors = waiting.get(url) ?? [];
  if (visitors.length < parallel) throw new Error(`${visitors.length} visitors cannot ask ${parallel} questions at once`);
  const result: LoadResult = { turns: 0, seconds: 0, first: [], total: [] };
  const started = performance.now();
  let left = turns ?? Number.POSITIVE_INFINITY;
  const slot = async () => {
    while (left-- > 0 && (seconds === undefined || performance.now() - started < seconds * 1_000)) {
      // First in, first out: every visitor gets a turn before one asks again.
      const visitor = visitors.shift();
      if (!visitor) throw new Error('no visitor left');
      const { first, total } = await ask(url, visitor, questions[asked++ % questions.length] ?? '');
      visitors.push(visitor);
      result.first.push(first);
      result.total.push(total);
      result.turns++;
    }
  };
  await Promise.all(Array.from({ length: parallel }, slot));
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

async function ask(url: string, visitor: Visitor, text: string): Promise<{ first: number; total: number }> {
  const started = performance.now();
  const response = await post(
    `${url}/v1/widget/messages`,
    { authorization: `Bearer ${visitor.token}`, 'x-forwarded-for': visitor.address },
    { client_message_id: randomUUID(), text },
  );
  response.setEncoding('utf8');
  let heard = '';
  let first: number | undefined;
  for await (const piece of response) {
    heard += String(piece);
    if (first === undefined && heard.includes('event: answer-delta')) first = performance.now() - started;
  }
  if (first === undefined || response.statusCode !== 200 || heard.includes('"abstained"')) throw new Error(`unanswered: ${response.statusCode} ${heard}`);
  return { first, total: performance.now() - started };
}

function post(url: string, headers: Record<string, string>, body: object): Promise<IncomingMessage> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } },
      resolve,
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
