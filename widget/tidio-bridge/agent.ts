import type { Citation, ConversationPart, SessionRequest, SessionResponse, WidgetConfig } from '@netia/protocol';
import { readStream } from '../src/gateway/read-stream.ts';
import { writeAnswer } from './plain-text.ts';
import type { SessionMemory } from './session-memory.ts';

/** The gateway's side of one visitor's conversation: the widget's own routes, asked for whole answers. */
export class Agent {
  /** A person has the conversation, or nothing is wanted here. */
  isSilent: boolean;
  /** What is to be said once of who is speaking, in the tenant's language. */
  notice = '';
  readonly #base: string;
  readonly #websiteId: string;
  readonly #memory: SessionMemory;
  #token: string | undefined;
  #mayAnswer: Promise<boolean> | undefined;

  constructor(base: string, websiteId: string, memory: SessionMemory) {
    this.#base = base;
    this.#websiteId = websiteId;
    this.#memory = memory;
    this.isSilent = memory.read().isSilent === true;
  }

  /** For the rest of the tab's session, where the tenant has anything of this. */
  leaveToPerson(): void {
    if (this.isSilent) return;
    this.isSilent = true;
    this.mayAnswer()
      .then((mayAnswer) => mayAnswer && this.#memory.write({ isSilent: true }))
      .catch(() => {});
  }

  /** Whether the tenant has switched the bridge on. A gateway that does not say so has not. */
  mayAnswer(): Promise<boolean> {
    this.#mayAnswer ??= this.#call(`config?website_id=${encodeURIComponent(this.#websiteId)}`)
      .then(async (response) => {
        const config = (await response.json()) as WidgetConfig;
        this.notice = config.tidio_bridge_notice;
        return config.tidio_bridge === true;
      })
      .catch(() => false);
    return this.#mayAnswer;
  }

  /** @returns the answer with its sources; empty when there is none, because a person has it. */
  async ask(text: string): Promise<string> {
    const id = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#token ??= await this.#begin();
    return this.#read(await this.#call('messages', { client_message_id: id, text, ...where() }));
  }

  /** Goes on with the tab's conversation, if there is one. */
  async #begin(): Promise<string> {
    const { token } = this.#memory.read();
    const request: SessionRequest = { website_id: this.#websiteId, locale: navigator.language, ...where(), ...(token ? { resume_token: token } : {}) };
    const session = (await (await this.#call('sessions', request)).json()) as SessionResponse;
    this.#memory.write({ token: session.token });
    return session.token;
  }

  async #read(response: Response): Promise<string> {
    let text = '';
    let citations: Citation[] = [];
    for await (const { event, data } of readStream(response)) {
      const part = { type: event, ...(JSON.parse(data) as object) } as ConversationPart;
      if (part.type === 'answer-start') {
        text = '';
        citations = [];
      } else if (part.type === 'answer-delta') text += part.text;
      else if (part.type === 'citation') citations.push(part.citation);
      else if (part.type === 'answer-end') return part.verdict === 'failed' ? '' : writeAnswer(text, citations);
    }
    // Cut before its end: half an answer may say the opposite of the whole.
    return '';
  }

  async #call(path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.#base}/v1/widget/${path}`, {
      method: body ? 'POST' : 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: { ...(body ? { 'Content-Type': 'application/json' } : {}), ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (response.ok) return response;
    // A session that has ended: the next message begins another.
    if (response.status === 401) this.#token = undefined;
    throw new Error(`refused with ${response.status}`);
  }
}

const where = () => (/^https?:/.test(location.href) ? { page_url: location.href.slice(0, 2_000) } : {});
