import { randomUUID } from 'node:crypto';
import type { AnswerPart, ConversationPart, SessionResponse } from '@netia/protocol';

export interface HeardPart {
  id: string | null;
  part: ConversationPart | { type: 'error'; code: string; message: string };
}

/** An answer as a visitor heard it. */
export interface HeardAnswer {
  parts: HeardPart[];
  text: string;
  verdict: string | undefined;
  ids: string[];
}

/** A visitor at the wire: what the widget does, without its screen. */
export class WidgetClient {
  readonly url: string;
  readonly token: string;
  readonly conversationId: string;
  readonly session: SessionResponse;
  readonly origin: string | undefined;

  constructor(url: string, session: SessionResponse, origin?: string) {
    this.url = url;
    this.session = session;
    this.token = session.token;
    this.conversationId = session.conversation.id;
    this.origin = origin;
  }

  static async begin(url: string, websiteId: string, origin?: string): Promise<WidgetClient> {
    const response = await fetch(`${url}/v1/widget/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(origin ? { origin } : {}) },
      body: JSON.stringify({ website_id: websiteId, locale: 'en' }),
    });
    if (!response.ok) throw new Error(`no session: ${response.status} ${await response.text()}`);
    return new WidgetClient(url, (await response.json()) as SessionResponse, origin);
  }

  request(path: string, body?: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(`${this.url}/v1/widget/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(this.origin ? { origin: this.origin } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  /** Sends and hears the answer to its end. */
  async ask(text: string, clientMessageId: string = randomUUID(), pageUrl?: string): Promise<HeardAnswer> {
    const response = await this.request('messages', { client_message_id: clientMessageId, text, ...(pageUrl && { page_url: pageUrl }) });
    if (!response.ok) throw new Error(`refused: ${response.status} ${await response.text()}`);
    return hearAnswer(response);
  }

  /** Sends a file. @returns what came back, whatever it was. */
  sendFile(bytes: Uint8Array | string, name: string, clientMessageId: string = randomUUID(), token = this.token): Promise<Response> {
    return fetch(`${this.url}/v1/widget/files?client_message_id=${clientMessageId}&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
    });
  }

  /** Hears what happens from a place on until `isEnough`, or the stream ends. */
  async hear(lastEventId: string | undefined, isEnough: (heard: HeardPart[]) => boolean, withinMs = 10_000): Promise<HeardPart[]> {
    const signal = AbortSignal.timeout(withinMs);
    const response = await this.request('events', undefined, lastEventId === undefined ? {} : { 'last-event-id': lastEventId }, signal);
    if (!response.ok) throw new Error(`refused: ${response.status} ${await response.text()}`);
    const heard: HeardPart[] = [];
    for await (const part of readParts(response)) {
      heard.push(part);
      if (isEnough(heard)) break;
    }
    return heard;
  }
}

export async function hearAnswer(response: Response): Promise<HeardAnswer> {
  const parts: HeardPart[] = [];
  for await (const part of readParts(response)) parts.push(part);
  return asAnswer(parts);
}

export function asAnswer(parts: HeardPart[]): HeardAnswer {
  const end = parts.findLast(({ part }) => part.type === 'answer-end')?.part as Extract<AnswerPart, { type: 'answer-end' }> | undefined;
  return {
    parts,
    text: parts.flatMap(({ part }) => (part.type === 'answer-delta' ? [part.text] : [])).join(''),
    verdict: end?.verdict,
    ids: parts.flatMap(({ id }) => (id === null ? [] : [id])),
  };
}

export async function* readParts(response: Response): AsyncGenerator<HeardPart> {
  const decoder = new TextDecoder();
  let waiting = '';
  if (!response.body) return;
  for await (const bytes of response.body) {
    waiting += decoder.decode(bytes as Uint8Array, { stream: true });
    const blocks = waiting.split('\n\n');
    waiting = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data');
      if (data === undefined) continue;
      yield { id: field('id') ?? null, part: { type: field('event'), ...(JSON.parse(data) as object) } as HeardPart['part'] };
    }
  }
}
