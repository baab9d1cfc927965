// What one would write by hand, for benchmarks to compare with. Same visitors, same model, same database, same SDK:
//   /bare    streams the model through the openai SDK; no database
//   /fetch   the same through fetch
//   /insert  one plain INSERT
//   /floor   one search (the same BM25), one streamed call, three INSERTs, in two transactions under row-level security
// and for what comes from Crisp:
//   /insert  one plain INSERT, then 200
//   /one     one INSERT in a transaction under row-level security (three statements: BEGIN with role and tenant, INSERT, COMMIT), then 200
//   /rows    the same with a conversation, its message and the event (five statements), then 200
//   /reply   /rows, then search, call, and one POST of the answer to the channel
// No accounts, no limits, no checks, no leases, no retries: the least that answers from the database and remembers it.
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, openDoors } from '@netia/db';
import express, { type Request, type Response } from 'express';
import OpenAI from 'openai';
import { analyzeText } from '../../src/knowledge/analyze-text.ts';

const {
  BENCH_TENANT: tenantId = '',
  BENCH_QUESTION: question = '',
  OPENAI_BASE_URL: baseURL = '',
  CRISP_BASE_URL = '',
  DATABASE_URL,
  NETIA_DATA_DIR = '',
} = process.env;

const connection = await connect(DATABASE_URL ? { url: DATABASE_URL } : { dataDir: join(NETIA_DATA_DIR, 'database') });
const db = openDoors(connection);
await connection.pool.query('CREATE TABLE IF NOT EXISTS bench_plain (id bigint GENERATED ALWAYS AS IDENTITY, body text NOT NULL)');
const model = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 });

interface Found {
  id: string;
  title: string;
  body: string;
}

const SEARCH = `WITH words AS MATERIALIZED (
   SELECT t.term_no, ln(1 + (s.chunk_count - t.document_frequency + 0.5) / (t.document_frequency + 0.5))::float8 AS weight, s.token_count::float8 / s.chunk_count AS average
   FROM terms t JOIN knowledge_statistics s ON s.tenant_id = $1 WHERE t.tenant_id = $1 AND t.lexeme = ANY($2)
 ), best AS MATERIALIZED (
   SELECT p.chunk_no, sum(q.weight * p.frequency * 2.2 / (p.frequency + 1.2 * (0.25 + 0.75 * p.token_count / q.average))) AS score
   FROM words q JOIN postings p ON p.tenant_id = $1 AND p.term_no = q.term_no
   GROUP BY p.chunk_no ORDER BY score DESC, p.chunk_no LIMIT 6
 )
 SELECT c.id, d.title, c.body FROM best JOIN document_chunks c ON c.chunk_no = best.chunk_no AND c.tenant_id = $1
 JOIN documents d ON d.tenant_id = c.tenant_id AND d.id = c.document_id ORDER BY best.score DESC`;

const SYSTEM = `You answer visitors of Harbour Shop in its website chat. ${'Answer only from the numbered passages below, and name them. '.repeat(12)}`;

const search = (tx: { rows<Row extends object>(sql: string, values: unknown[]): Promise<Row[]> }, text: string) =>
  tx.rows<Found>(SEARCH, [tenantId, [...new Set(analyzeText(text, 'en'))]]);

function promptOf(text: string, found: Found[]): OpenAI.ChatCompletionCreateParamsStreaming {
  const passages = found.map(({ title, body }, i) => `<passage n="${i + 1}" title="${title}">\n${body}\n</passage>`).join('\n');
  return {
    model: 'floor',
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: `<passages>\n${passages}\n</passages>\n\n<question>\n${text}\n</question>` },
    ],
  };
}

const textOf = (request: Request) => (request.body as { text: string }).text;
const visitorOf = (request: Request) => request.get('authorization')?.replace('Bearer ', '') ?? '';
const begin = (response: Response) => response.status(200).set('Content-Type', 'text/event-stream').flushHeaders();
const say = (response: Response, text: string) => response.write(`event: answer-delta\ndata: ${JSON.stringify({ text })}\n\n`);

const app = express();
app.disable('x-powered-by');
// Crisp's hooks come without a content type of their own.
app.use(express.json({ type: () => true }));

for (const kind of ['bare', 'fetch', 'insert', 'floor']) {
  app.post(`/${kind}/v1/widget/sessions`, async (_request, response) => {
    const made = await db.inTenant(tenantId, (tx) =>
      tx.row<{ id: string }>("INSERT INTO conversations (tenant_id, session_id, channel) VALUES ($1, $2, 'widget') RETURNING id", [tenantId, randomUUID()]),
    );
    response.json({ token: made?.id });
  });
}

const canned = promptOf(question, await db.inTenant(tenantId, (tx) => search(tx, question)));

app.post('/bare/v1/widget/messages', async (_request, response) => {
  begin(response);
  for await (const chunk of await model.chat.completions.create(canned)) {
    const text = chunk.choices[0]?.delta.content;
    if (text) say(response, text);
  }
  response.end();
});

app.post('/fetch/v1/widget/messages', async (_request, response) => {
  begin(response);
  const answer = await fetch(`${baseURL}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(canned) });
  let waiting = '';
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    const lines = (waiting + Buffer.from(piece).toString()).split('\n\n');
    waiting = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'data: [DONE]') continue;
      const text = (JSON.parse(line.slice(6)) as OpenAI.ChatCompletionChunk).choices[0]?.delta.content;
      if (text) say(response, text);
    }
  }
  response.end();
});

app.post('/insert/v1/widget/messages', async (request, response) => {
  await connection.pool.query('INSERT INTO bench_plain (body) VALUES ($1)', [textOf(request)]);
  begin(response);
  say(response, '');
  response.end();
});

const seqs = new Map<string, number>();

app.post('/floor/v1/widget/messages', async (request, response) => {
  const text = textOf(request);
  const conversationId = visitorOf(request);
  const seq = (seqs.get(conversationId) ?? 0) + 1;
  seqs.set(conversationId, seq + 1);
  const found = await db.inTenant(tenantId, async (tx) => {
    await tx.run("INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content) VALUES ($1, $2, $3, 'user', 'visitor', $4)", [
      tenantId,
      conversationId,
      seq,
      text,
    ]);
    return search(tx, text);
  });
  begin(response);
  let answer = '';
  let use: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of await model.chat.completions.create(promptOf(text, found))) {
    const piece = chunk.choices[0]?.delta.content;
    if (piece) say(response, piece);
    answer += piece ?? '';
    use = chunk.usage ?? use;
  }
  await db.inTenant(tenantId, async (tx) => {
    await tx.run(
      "INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content, citations, model) VALUES ($1, $2, $3, 'assistant', 'ai', $4, $5, 'floor')",
      [tenantId, conversationId, seq + 1, answer, JSON.stringify(found.map(({ id }) => id))],
    );
    await tx.run("INSERT INTO usage_logs (tenant_id, conversation_id, purpose, model, tokens_in, tokens_out) VALUES ($1, $2, 'answer', 'floor', $3, $4)", [
      tenantId,
      conversationId,
      use?.prompt_tokens ?? 0,
      use?.completion_tokens ?? 0,
    ]);
  });
  response.end('event: answer-end\ndata: {}\n\n');
});

// --- Crisp -----------------------------------------------------------------------------------------------------------

interface Hook {
  website_id: string;
  data: { session_id: string; fingerprint: number; content: string };
}

const hookOf = (request: Request) => request.body as Hook;
const keyOf = ({ data }: Hook) => `${data.session_id}:${data.fingerprint}`;

async function storeRows(hook: Hook): Promise<void> {
  await db.inTenant(tenantId, async (tx) => {
    const conversation = await tx.row<{ id: string; last_seq: string }>(
      `INSERT INTO conversations AS c (tenant_id, session_id, channel, last_seq) VALUES ($1, $2, 'crisp', 1)
       ON CONFLICT (tenant_id, session_id) DO UPDATE SET last_seq = c.last_seq + 1 RETURNING id, last_seq`,
      [tenantId, hook.data.session_id],
    );
    const message = await tx.row<{ id: string }>(
      `INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content, external_id) VALUES ($1, $2, $3, 'user', 'visitor', $4, $5) RETURNING id`,
      [tenantId, conversation?.id, conversation?.last_seq, hook.data.content, String(hook.data.fingerprint)],
    );
    await tx.run("INSERT INTO inbox_events (tenant_id, channel, event_key, conversation_id, message_id) VALUES ($1, 'crisp', $2, $3, $4)", [
      tenantId,
      keyOf(hook),
      conversation?.id,
      message?.id,
    ]);
  });
}

app.post('/insert/webhooks/crisp', async (request, response) => {
  await connection.pool.query('INSERT INTO bench_plain (body) VALUES ($1)', [keyOf(hookOf(request))]);
  response.json({ received: true });
});

app.post('/one/webhooks/crisp', async (request, response) => {
  await db.inTenant(tenantId, (tx) =>
    tx.run("INSERT INTO inbox_events (tenant_id, channel, event_key, status) VALUES ($1, 'crisp', $2, 'done')", [tenantId, keyOf(hookOf(request))]),
  );
  response.json({ received: true });
});

app.post('/rows/webhooks/crisp', async (request, response) => {
  await storeRows(hookOf(request));
  response.json({ received: true });
});

app.post('/reply/webhooks/crisp', async (request, response) => {
  const hook = hookOf(request);
  await storeRows(hook);
  response.json({ received: true });
  const { content: text, session_id, fingerprint } = hook.data;
  const found = await db.inTenant(tenantId, (tx) => search(tx, text));
  let answer = '';
  for await (const chunk of await model.chat.completions.create(promptOf(text, found))) answer += chunk.choices[0]?.delta.content ?? '';
  await fetch(`${CRISP_BASE_URL}/v1/website/${hook.website_id}/conversation/${session_id}/message`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Basic YmVuY2g6YmVuY2g=', 'x-crisp-tier': 'plugin' },
    body: JSON.stringify({ type: 'text', from: 'operator', origin: 'chat', content: answer, fingerprint: fingerprint + 1 }),
  });
});

const server = await new Promise<Server>((resolve) => {
  const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
});
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
const end = async () => {
  server.closeAllConnections();
  await connection.close();
  process.exit(0);
};
process.on('SIGTERM', end);
process.on('disconnect', end);
