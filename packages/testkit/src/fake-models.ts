import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** One request a fake model got. */
export interface ModelCall {
  vendor: 'openai' | 'anthropic';
  path: string;
  headers: IncomingMessage['headers'];
  body: { model: string; system?: string; messages: { role: string; content: string }[]; max_tokens?: number; max_completion_tokens?: number };
  /** System text and user text, whichever vendor's form they came in. */
  system: string;
  user: string;
  at: number;
}

/** How a call is answered. Faults are those of threats-and-faults.md R-3. */
export type Answer =
  | {
      text: string;
      chunk?: number;
      delayMs?: number;
      betweenMs?: number;
      /** Not before the test says so. */
      after?: Promise<unknown>;
      /** What follows the text, and not before the test says so: however slow the machine, the answer is still being written until then. */
      rest?: { text: string; after: Promise<unknown> };
    }
  | { fault: 'status'; status: number; headers?: Record<string, string>; body?: object }
  /** Never a first byte. */
  | { fault: 'hang' }
  /** Text, then silence. */
  | { fault: 'stall'; text: string }
  /** Text, then an error event inside the stream. */
  | { fault: 'error-event'; text: string }
  /** Text, then the connection is gone. */
  | { fault: 'cut'; text: string }
  /** Text, then a proper end of the response without the stream's own end mark. */
  | { fault: 'no-end-mark'; text: string }
  | { fault: 'html' }
  | { fault: 'broken-chunk'; text: string };

/**
 * OpenAI's and Anthropic's wire, played. Counts its calls and how many of them ran at once; answers as the test arranges
 * and refuses what was not arranged.
 */
export class FakeModels {
  readonly calls: ModelCall[] = [];
  /** Calls for embeddings and for scores; `answer` is not asked about them. */
  readonly embeddingCalls: { model: string; texts: string[]; dimensions?: number | undefined }[] = [];
  readonly rerankCalls: { query: string; documents: string[] }[] = [];
  /** The vector of a text. Without an arrangement: each word is a direction of its own, by its letters. */
  embed: (text: string, model: string) => number[] = (text) => wordDirections(text, new Map());
  /** An HTTP status to refuse embeddings with; 0: they are answered. */
  embeddingFault = 0;
  /** Longer texts are refused with 400, and with them their whole call. */
  longestEmbedded = Infinity;
  /** The score of a text for a question, or an HTTP status to refuse with. */
  rerank: ((query: string, text: string) => number) | number = 503;
  /** Most calls that were open at the same time. */
  parallelMax = 0;
  answer: (call: ModelCall) => Answer = () => {
    throw new Error('the test has not arranged an answer');
  };
  #open = 0;
  readonly #server: Server;
  readonly #hanging = new Set<ServerResponse>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(599);
        response.end(String(error.message));
      });
    });
  }

  static async start(): Promise<FakeModels> {
    const fake = new FakeModels();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get #port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** For OPENAI_BASE_URL. */
  get openAiUrl(): string {
    return `http://127.0.0.1:${this.#port}/v1`;
  }

  /** For RERANK_URL. */
  get rerankUrl(): string {
    return `http://127.0.0.1:${this.#port}/v1/rerank`;
  }

  /** For ANTHROPIC_BASE_URL. */
  get anthropicUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    for (const response of this.#hanging) response.destroy();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = '';
    for await (const piece of request) raw += String(piece);
    if (request.url?.endsWith('/embeddings')) return this.#playEmbeddings(JSON.parse(raw) as EmbeddingsBody, response);
    if (request.url?.endsWith('/rerank')) return this.#playRerank(JSON.parse(raw) as { query: string; documents: string[] }, response);
    const body = JSON.parse(raw) as ModelCall['body'];
    const vendor = request.url?.includes('chat/completions') ? 'openai' : 'anthropic';
    const system = body.system ?? body.messages.find((message) => message.role === 'system')?.content ?? '';
    const user = body.messages
      .filter((message) => message.role === 'user')
      .map((message) => message.content)
      .join('\n');
    const call: ModelCall = { vendor, path: request.url ?? '', headers: request.headers, body, system, user, at: performance.now() };
    this.calls.push(call);
    this.#open++;
    this.parallelMax = Math.max(this.parallelMax, this.#open);
    try {
      await this.#play(vendor, this.answer(call), response);
    } finally {
      this.#open--;
    }
  }

  #playEmbeddings({ model, input, dimensions }: EmbeddingsBody, response: ServerResponse): void {
    const texts = [input].flat();
    this.embeddingCalls.push({ model, texts, dimensions });
    const fault = texts.some((text) => text.length > this.longestEmbedded) ? 400 : this.embeddingFault;
    const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: this.embed(text, model) }));
    response.writeHead(fault === 0 ? 200 : fault, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(fault !== 0 ? { error: { message: 'refused' } } : { object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } }),
    );
  }

  #playRerank({ query, documents }: { query: string; documents: string[] }, response: ServerResponse): void {
    this.rerankCalls.push({ query, documents });
    const { rerank } = this;
    const isRefused = typeof rerank === 'number';
    response.writeHead(isRefused ? rerank : 200, { 'content-type': 'application/json' });
    const results = isRefused ? [] : documents.map((document, index) => ({ index, relevance_score: rerank(query, document) })).reverse();
    response.end(JSON.stringify({ results }));
  }

  async #play(vendor: ModelCall['vendor'], answer: Answer, response: ServerResponse): Promise<void> {
    if (!('fault' in answer)) {
      await answer.after;
      if (answer.delayMs) await pause(answer.delayMs);
      beginStream(vendor, response);
      const write = async (text: string) => {
        for (const piece of cutUp(text, answer.chunk ?? 12)) {
          sendText(vendor, response, piece);
          if (answer.betweenMs) await pause(answer.betweenMs);
        }
      };
      await write(answer.text);
      await answer.rest?.after;
      await write(answer.rest?.text ?? '');
      endStream(vendor, response, answer.text + (answer.rest?.text ?? ''));
      return;
    }
    switch (answer.fault) {
      case 'status':
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(JSON.stringify(answer.body ?? { error: { type: 'api_error', message: `refused with ${answer.status}` } }));
        return;
      case 'hang':
        this.#hanging.add(response);
        await new Promise((resolve) => response.on('close', resolve));
        return;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html><body>Bad gateway</body></html>');
        return;
      default:
        break;
    }
    beginStream(vendor, response);
    for (const piece of cutUp(answer.text, 12)) sendText(vendor, response, piece);
    if (answer.fault === 'stall') {
      this.#hanging.add(response);
      await new Promise((resolve) => response.on('close', resolve));
    } else if (answer.fault === 'error-event') {
      response.write(
        vendor === 'openai'
          ? 'data: {"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}\n\n'
          : 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      );
      response.end();
    } else if (answer.fault === 'cut') {
      // What was written must arrive before the cut, else it is another fault.
      await pause(20);
      response.destroy();
    } else if (answer.fault === 'broken-chunk') {
      response.write(vendor === 'openai' ? 'data: {"choices":[{"delta":{"cont\n\n' : 'event: content_block_delta\ndata: {"type":"content_blo\n\n');
      response.end();
    } else {
      response.end();
    }
  }
}

interface EmbeddingsBody {
  model: string;
  input: string | string[];
  dimensions?: number;
}

const DIRECTIONS = 256;

/**
 * A vector of a text as a sum of directions, one for each word. Words of one meaning share a direction: what real models
 * have learnt is told here.
 * @param meanings of a word, the word that stands for it.
 */
export function wordDirections(text: string, meanings: ReadonlyMap<string, string>): number[] {
  const vector = Array.from({ length: DIRECTIONS }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    let hash = 2_166_136_261;
    for (const letter of meanings.get(word) ?? word) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0;
    const at = hash % DIRECTIONS;
    vector[at] = (vector[at] ?? 0) + (hash & 4_096 ? 1 : -1);
  }
  // Nothing is no direction, and has no angle to anything.
  if (!vector.some((value) => value !== 0)) vector[0] = 1;
  return vector;
}

function cutUp(text: string, size: number): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [];
}

function beginStream(vendor: ModelCall['vendor'], response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (vendor === 'anthropic') {
    response.write(
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"fake","usage":{"input_tokens":100,"output_tokens":1}}}\n\n',
    );
    response.write('event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n');
  }
}

function sendText(vendor: ModelCall['vendor'], response: ServerResponse, text: string): void {
  response.write(
    vendor === 'openai'
      ? `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`
      : `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
  );
}

function endStream(vendor: ModelCall['vendor'], response: ServerResponse, text: string): void {
  const tokens = Math.ceil(text.length / 4);
  if (vendor === 'openai') {
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`);
    response.write(
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 100, completion_tokens: tokens, total_tokens: 100 + tokens } })}\n\n`,
    );
    response.end('data: [DONE]\n\n');
  } else {
    response.write('event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n');
    response.write(
      `event: message_delta\ndata: ${JSON.stringify({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: tokens } })}\n\n`,
    );
    response.end('event: message_stop\ndata: {"type":"message_stop"}\n\n');
  }
}
