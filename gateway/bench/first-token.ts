// How much do we add before the first word?
//
// The time from sending POST /v1/widget/messages to the first `answer-delta`, less the time the same model takes to its
// first text when it is called directly with the same prompt. Model, gateway and visitor are three processes; the model
// answers at once, its first piece a whole sentence with its source mark (a sentence is shown when it is whole, so the
// time a real model takes to finish it is the model's and not ours). Each turn is the first of a new conversation: the
// visitor's whole way, from token to search to check. Floor: the direct call.
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { searchKnowledge } from '../src/knowledge/search-knowledge.ts';
import { weighPassages } from '../src/knowledge/weigh-passages.ts';
import type { Prompt } from '../src/models/language-model.ts';
import { TenantDirectory } from '../src/tenants/settings.ts';
import { composeAnswerPrompt, PASSAGES_MAX } from '../src/turn/compose-prompt.ts';
import {
  type BenchTenant,
  bench,
  cpuOf,
  figure,
  makeDatabase,
  makeTenant,
  median,
  ownRedis,
  percentile,
  printTable,
  ratio,
  settle,
  startFakeModel,
  startGateway,
} from './support.ts';

const WARM_UP = 100;
const TURNS = 300;

const agent = new Agent({ keepAlive: true });

interface Asked {
  question: string;
  prompt: Prompt;
}

await bench('How much do we add before the first word? (1,000 chunks, one visitor at a time)', async (defer) => {
  const database = await makeDatabase(defer);
  const { db, connection } = await database.open();
  const tenant = await makeTenant(db, { seed: 1, chunks: 1_000 });
  await makeTenant(db, { seed: 2, chunks: 1_000 });
  await settle(connection);
  const { name, settings } = await new TenantDirectory(db).get(tenant.id);
  const asked: Asked[] = [];
  for (const question of tenant.questions.slice(0, WARM_UP + TURNS)) {
    const { passages } = weighPassages(await db.inTenant(tenant.id, (tx) => searchKnowledge(tx, tenant.id, [{ text: question, weight: 1 }])));
    const input = {
      seq: 2,
      messageId: '',
      question,
      history: [],
      tenantName: name,
      settings,
      locale: 'en',
      pageUrl: null,
      knownFacts: {},
      leadRequested: false,
    };
    asked.push({ question, prompt: composeAnswerPrompt(input, passages.slice(0, PASSAGES_MAX)) });
  }
  await connection.close();
  const model = await startFakeModel(defer);

  const rows: string[][] = [];
  const measure = async (title: string, environment: NodeJS.ProcessEnv) => {
    const gateway = await startGateway(database, { OPENAI_BASE_URL: `${model.url}/v1`, ...environment }, defer);
    const ours: number[] = [];
    const direct: number[] = [];
    let cpu = 0;
    for (const [i, { question, prompt }] of asked.entries()) {
      const token = await newVisitor(gateway.url, tenant);
      if (i === WARM_UP) cpu = cpuOf(gateway.pid) ?? Number.NaN;
      const turn = await timeTurn(gateway.url, token, question);
      const call = await timeCall(model.url, prompt);
      if (i < WARM_UP) continue;
      ours.push(turn);
      direct.push(call);
    }
    cpu = ((cpuOf(gateway.pid) ?? Number.NaN) - cpu) / TURNS;
    await gateway.stop();
    const added = ours.map((ms, i) => ms - (direct[i] ?? 0));
    rows.push([title, ...[median(direct), median(ours), median(added), percentile(added, 0.95)].map(figure), ratio(median(ours), median(direct)), figure(cpu)]);
  };
  await measure('alone', {});
  const redis = await ownRedis();
  if (redis) await measure('with Redis', { REDIS_URL: redis });
  printTable(['ms to the first word', 'model alone', 'through us', 'added p50', 'added p95', 'us : model', 'CPU ms/turn*'], rows);
  console.log('\n* of the gateway, session and turn together');
});

async function newVisitor(url: string, tenant: BenchTenant): Promise<string> {
  const response = await post(`${url}/v1/widget/sessions`, {}, { website_id: tenant.websiteId, locale: 'en' });
  const text = (await response.toArray()).join('');
  if (response.statusCode !== 200 && response.statusCode !== 201) throw new Error(`no session: ${response.statusCode} ${text}`);
  return (JSON.parse(text) as { token: string }).token;
}

async function timeTurn(url: string, token: string, text: string): Promise<number> {
  const { first, heard } = await timeUntil(
    'event: answer-delta',
    `${url}/v1/widget/messages`,
    { authorization: `Bearer ${token}` },
    { client_message_id: randomUUID(), text },
  );
  if (!heard.includes('event: citation') || !heard.includes('"verdict":"answered"')) throw new Error(`"${text}" was not answered from the sources: ${heard}`);
  return first;
}

async function timeCall(url: string, prompt: Prompt): Promise<number> {
  const { first } = await timeUntil(
    '"content":"',
    `${url}/v1/chat/completions`,
    {},
    {
      model: 'fake',
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: prompt.tokensMax,
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.user },
      ],
    },
  );
  return first;
}

async function timeUntil(mark: string, url: string, headers: Record<string, string>, body: object): Promise<{ first: number; heard: string }> {
  const started = performance.now();
  const response = await post(url, headers, body);
  response.setEncoding('utf8');
  let heard = '';
  let first: number | undefined;
  for await (const piece of response) {
    heard += String(piece);
    if (first === undefined && heard.includes(mark)) first = performance.now() - started;
  }
  if (first === undefined) throw new Error(`no answer: ${response.statusCode} ${heard}`);
  return { first, heard };
}

function post(url: string, headers: Record<string, string>, body: object): Promise<IncomingMessage> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'x-forwarded-for': `10.1.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
      },
      resolve,
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
