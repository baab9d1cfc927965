import type { ConversationPart, LeadRequest, SessionRequest } from '@netia/protocol';
import { type Gateway, Refused } from '../gateway/requests.ts';
import { addSending, applyPart, type Conversation, changeAnswer, EMPTY, fromHistory, markSent } from './conversation.ts';
import type { TokenStore } from './storage.ts';

/** What the panel shows, beside the texts. */
export interface ChatState {
  conversation: Conversation;
  /** The first session or history is being fetched. */
  isLoading: boolean;
  isOffline: boolean;
  /** A person of the business is writing. */
  isTyping: boolean;
  /** The status that a person has given the conversation since the visitor last wrote: what was said before it, nobody is answering. */
  settled: string;
  /** The text that the visitor has agreed to. */
  agreedTo: string | null;
  /** They have taken it back, and what they had said is gone. */
  isWithdrawn: boolean;
  /** What the last action failed with; of a refusal, why. */
  problem: Partial<Refused> | null;
  leadState: 'open' | 'sending' | 'saved';
}

const TRIES_MAX = 6;
const EVENTS_WAIT_MAX_MS = 30_000;
/** Who types says so every few seconds; after so long without it they have stopped. */
const TYPING_MS = 6_000;

/** Waits longer with each try, never in step with other visitors. About 1, 2, 4 … seconds. */
const backoff = (attempt: number) => Math.min(EVENTS_WAIT_MAX_MS, 1_000 * 2 ** attempt) * (0.6 + Math.random() * 0.8);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The visitor has not agreed to what the tenant asks them to, or is gone: nothing of theirs is sent. */
const NOT_AGREED = new Error();

/** Holds the conversation: sends, listens, resumes. Knows nothing of how it is shown. */
export class Chat {
  state: ChatState = {
    conversation: EMPTY,
    isLoading: false,
    isOffline: false,
    isTyping: false,
    settled: '',
    agreedTo: null,
    isWithdrawn: false,
    problem: null,
    leadState: 'open',
  };
  readonly #gateway: Gateway;
  readonly #tokens: TokenStore;
  readonly #request: () => SessionRequest;
  readonly #onChange: (part?: ConversationPart) => void;
  /** Whether anything of the visitor's may be sent; known once the settings are. */
  readonly #mayBegin: () => Promise<boolean>;
  #session: Promise<void> | undefined;
  #listening: AbortController | undefined;
  #typing = 0;
  /** Whether somebody looks on; an answer that ends behind a closed panel opens no stream. */
  #isListened = false;

  constructor(
    gateway: Gateway,
    tokens: TokenStore,
    request: () => SessionRequest,
    onChange: (part?: ConversationPart) => void,
    mayBegin: () => Promise<boolean> = () => Promise.resolve(true),
  ) {
    this.#mayBegin = mayBegin;
    this.#gateway = gateway;
    this.#tokens = tokens;
    this.#request = request;
    this.#onChange = onChange;
    this.state.agreedTo = tokens.agreedTo;
  }

  /** Takes up a conversation of an earlier page or tab. Without one nothing is fetched and nothing stored. */
  async resume(): Promise<void> {
    const token = this.#tokens.read();
    if (!token || this.#session) return;
    this.#change({ isLoading: true });
    try {
      await this.#begin();
    } catch {
      // Still there for the next try; the visitor can write meanwhile.
    }
    this.#change({ isLoading: false });
  }

  /** @param file what is sent; `text` is its name then. */
  async send(text: string, file?: Blob): Promise<void> {
    const id = crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#change({ conversation: addSending(this.state.conversation, id, text, file), problem: null, settled: '' });
    await this.#deliver(id, text, file);
  }

  async retry(id: string): Promise<void> {
    const item = this.state.conversation.items.find((candidate) => candidate.key === id);
    if (item?.kind !== 'visitor') return;
    this.#change({ conversation: markSent(this.state.conversation, id, 'sending'), problem: null });
    await this.#deliver(id, item.text, item.file);
  }

  /** The same id each time: however often it has to be sent, the gateway answers it once. */
  async #deliver(id: string, text: string, file?: Blob): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#begin();
        const sent = () => this.#change({ conversation: markSent(this.state.conversation, id, 'sent'), isOffline: false });
        if (file) await this.#gateway.file(id, text, file).then(sent);
        else await this.#gateway.message(id, text, location.href.split('#')[0] ?? '', this.#take, this.#hear, sent);
        this.#listenOn();
        return;
      } catch (error) {
        if (error === NOT_AGREED) return this.#fail(id, null);
        if (error instanceof Refused && error.status === 401) this.#forget();
        else if (error instanceof Refused && error.status < 500) return this.#fail(id, error);
        // A person has the conversation: nothing was streamed, and nothing is missing.
        else if (!(error instanceof Refused) && this.state.conversation.isWithPerson) return this.#listenOn();
        if (attempt === TRIES_MAX) return this.#fail(id, null);
        // Refused for a moment (a restart, a lost database) is as good as no connection.
        this.#change({ isOffline: !(error instanceof Refused && error.status === 401) });
        await pause(backoff(attempt));
      }
    }
  }

  /** Hears what else happens: a person's answer, another tab. Ends with `quiet`. */
  listen(): void {
    this.#isListened = true;
    this.#listenOn();
  }

  #listenOn(): void {
    if (!this.#isListened || this.#listening || !this.#session) return;
    const listening = new AbortController();
    this.#listening = listening;
    void this.#listenUntil(listening.signal);
  }

  quiet(): void {
    this.#isListened = false;
    this.#hangUp();
  }

  #hangUp(): void {
    this.#listening?.abort();
    this.#listening = undefined;
  }

  async #listenUntil(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#begin();
        await this.#gateway.events(
          this.state.conversation.lastEventId,
          (id, part) => {
            attempt = 0;
            this.#change({ isOffline: false });
            this.#take(id, part);
          },
          this.#hear,
          signal,
        );
      } catch (error) {
        if (signal.aborted || error === NOT_AGREED) return;
        if (error instanceof Refused && error.status === 401) return this.#forget();
        // The place is unknown there: load the conversation anew.
        if (error instanceof Refused && error.status === 410) this.#session = undefined;
        else if (error instanceof Refused && error.status < 500 && error.status !== 429) return;
      }
      await pause(backoff(attempt));
    }
  }

  async lead(lead: LeadRequest): Promise<void> {
    await this.#act(async () => {
      this.#change({ leadState: 'sending' });
      await this.#gateway.lead(lead);
      this.#change({ leadState: 'saved' });
    });
    if (this.state.leadState === 'sending') this.#change({ leadState: 'open' });
  }

  async rate(rating: number): Promise<void> {
    await this.#act(() => this.#gateway.rate({ rating }));
  }

  agree(agreedTo: string): void {
    this.#tokens.agree(agreedTo);
    this.#change({ agreedTo, isWithdrawn: false });
  }

  /** Has the conversation deleted, here and there. */
  async withdraw(): Promise<void> {
    await this.#act(async () => {
      await this.#gateway.withdraw();
      this.#tokens.agree(null);
      this.reset();
      this.#change({ isWithdrawn: true });
    });
  }

  async handoff(): Promise<void> {
    await this.#act(async () => {
      await this.#gateway.handoff();
      this.#listenOn();
    });
  }

  async feedback(seq: number, messageId: string, value: 'up' | 'down'): Promise<void> {
    await this.#act(async () => {
      await this.#gateway.feedback({ message_id: messageId, value });
      this.#change({ conversation: changeAnswer(this.state.conversation, seq, { feedback: value }) });
    });
  }

  /** The browser is another visitor's now: what is under way ends where it began, and leaves nothing here. */
  end(): void {
    this.#tokens.end();
    this.quiet();
  }

  /** The conversation is gone from this browser. */
  reset(): void {
    this.#hangUp();
    this.#forget();
    this.#change({ conversation: EMPTY, leadState: 'open', problem: null });
  }

  async #act(action: () => Promise<void>): Promise<void> {
    this.#change({ problem: null });
    try {
      await this.#begin();
      await action();
    } catch (error) {
      if (error !== NOT_AGREED) this.#change({ problem: error as Error });
    }
  }

  #begin(): Promise<void> {
    this.#session ??= this.#openSession().catch((error) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #openSession(): Promise<void> {
    if (!(await this.#mayBegin())) throw NOT_AGREED;
    const token = this.#tokens.read();
    const session = await this.#gateway.session({ ...this.#request(), ...(token ? { resume_token: token } : {}) });
    this.#tokens.write(session.token);
    const unsent = this.state.conversation.items.filter(
      (item) => item.kind === 'visitor' && item.seq === null && !session.conversation.messages.some((message) => message.client_message_id === item.key),
    );
    const stored = fromHistory(session.conversation);
    const settled = session.conversation.status === 'ended' && stored.items[0] ? 'ended' : '';
    this.#change({ conversation: { ...stored, items: [...stored.items, ...unsent] }, isOffline: false, settled });
  }

  #forget(): void {
    this.#session = undefined;
    this.#listening = undefined;
    this.#gateway.token = null;
    this.#tokens.write(null);
    // Another tab may have taken it back.
    this.#change({ agreedTo: this.#tokens.agreedTo });
  }

  #fail(id: string, problem: ChatState['problem']): void {
    this.#change({ conversation: markSent(this.state.conversation, id, 'failed'), problem, isOffline: false });
  }

  readonly #take = (id: string, part: ConversationPart): void => {
    const conversation = applyPart(this.state.conversation, id, part);
    if (part.type === 'message' && part.sender_type === 'agent') this.state.isTyping = false;
    // What comes by both streams is told once.
    if (conversation === this.state.conversation) return;
    this.state = { ...this.state, conversation };
    this.#onChange(part);
  };

  /** Somebody types; or else it is a status that a person has given the conversation. */
  readonly #hear = (name: string): void => {
    const isTyping = name === 'typing';
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#change({ isTyping: false }), TYPING_MS) as unknown as number;
    const isWithPerson = isTyping ? this.state.conversation.isWithPerson : name === 'transferred';
    this.#change({ isTyping, settled: isTyping ? '' : name, conversation: { ...this.state.conversation, isWithPerson } });
  };

  #change(change: Partial<ChatState>): void {
    this.state = { ...this.state, ...change };
    this.#onChange();
  }
}
