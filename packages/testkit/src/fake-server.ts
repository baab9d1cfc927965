import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** One request a played server got. */
export interface HttpCall {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed; the text itself where it is no JSON, and undefined without a body. */
  body: unknown;
  /** Epoch milliseconds. */
  at: number;
}

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What goes wrong with a request. */
export type Fault =
  /** Refused in the vendor's own form; nothing is stored. */
  | { status: number; reason: string }
  /** The connection is gone before anything was done. */
  | 'drop'
  /** Done, and the connection is gone before the answer: the caller cannot know. */
  | 'store-then-drop'
  /** Neither done nor answered. */
  | 'hang'
  /** The same, until the connection is cut after this time. */
  | { hangMs: number }
  /** Done at once, answered late. */
  | { delayMs: number }
  /** Done at once, answered when the test says so. */
  | { answeredAfter: Promise<unknown> }
  /** Done only after this time, even if the caller gave up meanwhile: a look in between finds nothing. */
  | { stuckMs: number };

/** A fault that waits for its requests. */
export interface PlannedFault {
  readonly hits: number;
  readonly left: number;
}

interface Plan {
  match: (call: HttpCall) => boolean;
  fault: Fault;
  hits: number;
  left: number;
}

/** A vendor's server, played over real sockets: keeps what it was asked, and fails as the test plans. */
export abstract class FakeServer {
  readonly calls: HttpCall[] = [];
  /** Requests take effect as they arrive, and are answered this much later. */
  latencyMs: number;
  readonly #plans: Plan[] = [];
  readonly #server: Server;

  constructor(latencyMs = 0) {
    this.latencyMs = latencyMs;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: Error) => {
        if (!response.headersSent) response.writeHead(599);
        response.end(String(error.message));
      });
    });
  }

  /** Does what the request asks for. Called once per request that no fault kept away. */
  protected abstract answer(call: HttpCall): HttpAnswer;

  /** The vendor's form of a refusal. */
  protected abstract refusal(status: number, reason: string): HttpAnswer;

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets the next requests that match fail. Of several plans the one made first comes first. */
  failNext(match: (call: HttpCall) => boolean, fault: Fault, times = 1): PlannedFault {
    const plan: Plan = { match, fault, hits: 0, left: times };
    this.#plans.push(plan);
    return plan;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    this.calls.push(call);
    const fault = this.#faultFor(call);
    if (fault === 'hang') return;
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && 'hangMs' in fault) {
      await pause(fault.hangMs);
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && 'status' in fault) {
      send(request, response, this.refusal(fault.status, fault.reason));
      return;
    }
    if (typeof fault === 'object' && 'stuckMs' in fault) await pause(fault.stuckMs);
    const answer = this.answer(call);
    if (fault === 'store-then-drop') {
      request.socket.destroy();
      return;
    }
    if (typeof fault === 'object' && 'answeredAfter' in fault) await fault.answeredAfter;
    const waitMs = typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : this.latencyMs;
    if (waitMs > 0) await pause(waitMs);
    send(request, response, answer);
  }

  #faultFor(call: HttpCall): Fault | undefined {
    const plan = this.#plans.find((candidate) => candidate.left > 0 && candidate.match(call));
    if (plan) {
      plan.left--;
      plan.hits++;
    }
    return plan?.fault;
  }
}

/** Counts calls in windows of a minute, the first of which begins with the first call. */
export class MinuteWindow {
  #from = Number.NEGATIVE_INFINITY;
  #used = 0;

  /** @returns what is left of the limit after this call; below zero, it was one too many */
  take(limit: number): number {
    const now = Date.now();
    if (now - this.#from >= 60_000) {
      this.#from = now;
      this.#used = 0;
    }
    this.#used++;
    return limit - this.#used;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readCall(request: IncomingMessage): Promise<HttpCall> {
  const at = Date.now();
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  let raw = '';
  request.setEncoding('utf8');
  for await (const piece of request) raw += piece;
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark)),
    headers: request.headers,
    body: parse(raw),
    at,
  };
}

function parse(raw: string): unknown {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  const text = answer.body === undefined || request.method === 'HEAD' ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'content-type': 'application/json' }),
    // 204 and HEAD carry none.
    ...(text === '' ? {} : { 'content-length': Buffer.byteLength(text) }),
    ...answer.headers,
  });
  response.end(text);
}
