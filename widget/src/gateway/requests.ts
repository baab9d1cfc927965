import type { ConversationPart, ErrorBody, FeedbackRequest, LeadRequest, RatingRequest, SessionRequest, SessionResponse, WidgetConfig } from '@netia/protocol';
import { readStream } from './read-stream.ts';

/** A refusal of the gateway, with the reason it gave, if it was the gateway. */
export class Refused extends Error {
  readonly status: number;
  readonly reason: ErrorBody['error'] | undefined;

  constructor(status: number, reason: ErrorBody['error'] | undefined) {
    super();
    this.status = status;
    this.reason = reason;
  }
}

export type PartListener = (id: string, part: ConversationPart) => void;
/** Hears what is not stored: `typing`, a person is writing right now; or the status that a person has given the conversation. */
export type SignalListener = (name: string) => void;

/** The widget's side of the gateway's HTTP API. */
export class Gateway {
  readonly #base: string;
  token: string | null = null;

  constructor(base: string) {
    this.#base = base;
  }

  async config(websiteId: string): Promise<WidgetConfig> {
    return (await this.#call(`config?website_id=${encodeURIComponent(websiteId)}`)).json() as Promise<WidgetConfig>;
  }

  async session(request: SessionRequest): Promise<SessionResponse> {
    const session = (await (await this.#call('sessions', request)).json()) as SessionResponse;
    this.token = session.token;
    return session;
  }

  /** Sends a message and hears its answer to the end. @throws when the stream breaks off; the same call may be made again. */
  async message(clientMessageId: string, text: string, pageUrl: string, onPart: PartListener, onSignal: SignalListener, onAccepted: () => void): Promise<void> {
    const response = await this.#call('messages', { client_message_id: clientMessageId, text, ...(/^https?:/.test(pageUrl) ? { page_url: pageUrl } : {}) });
    onAccepted();
    await hear(response, onPart, onSignal);
  }

  async file(clientMessageId: string, name: string, file: Blob): Promise<void> {
    await this.#call(`files?client_message_id=${clientMessageId}&name=${encodeURIComponent(name)}`, file);
  }

  /** Hears everything from a place on, until the stream ends or the signal aborts. */
  async events(lastEventId: string, onPart: PartListener, onSignal: SignalListener, signal: AbortSignal): Promise<void> {
    await hear(await this.#call('events', undefined, { 'Last-Event-ID': lastEventId }, signal), onPart, onSignal);
  }

  async lead(lead: LeadRequest): Promise<void> {
    await this.#call('leads', lead);
  }

  async feedback(feedback: FeedbackRequest): Promise<void> {
    await this.#call('feedback', feedback);
  }

  async rate(rating: RatingRequest): Promise<void> {
    await this.#call('rating', rating);
  }

  async withdraw(): Promise<void> {
    await this.#call('withdraw', {});
  }

  async handoff(): Promise<void> {
    await this.#call('handoff', {});
  }

  async #call(path: string, body?: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    const isFile = body instanceof Blob;
    const response = await fetch(`${this.#base}/v1/widget/${path}`, {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: {
        ...(body ? { 'Content-Type': isFile ? 'application/octet-stream' : 'application/json' } : {}),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      ...(body ? { body: isFile ? body : JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
    if (response.ok) return response;
    const refusal = (await response.json().catch(() => undefined)) as ErrorBody | undefined;
    throw new Refused(response.status, refusal?.error);
  }
}

async function hear(response: Response, onPart: PartListener, onSignal: SignalListener): Promise<void> {
  let hasEnded = false;
  for await (const { id, event, data } of readStream(response)) {
    if (id === null) {
      onSignal(event);
    } else onPart(id, { type: event, ...(JSON.parse(data) as object) } as ConversationPart);
    hasEnded = event === 'answer-end' || event === 'transferred';
  }
  // An answer's stream ends with the answer, or with the word that a person has it; one that goes silent earlier was cut.
  if (!hasEnded) throw new Error('stream cut');
}
