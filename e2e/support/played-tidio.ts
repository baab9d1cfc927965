import type { Page } from 'playwright-core';
import { type Visitor, Widget } from './widget.ts';

/** When Tidio's widget comes, compared with the bridge. */
export type TidioComes = 'before' | 'before-and-ready' | 'after';

interface PlayedTidio {
  /** What stands in the chat window, oldest first. */
  bubbles: string[];
  /** What was sent to Tidio in the visitor's name. Nothing of ours may ever be here. */
  sent: string[];
  /** Makes the widget appear, where it comes after the bridge. */
  arrive(): void;
  emit(event: string, data: object): void;
}

/**
 * Tidio's widget as its JavaScript API is known: a method adds a bubble in this browser only and comes back as an
 * operator's message, as the widget's source has it. Runs in the page before all of its scripts.
 * @param comes when it comes and says "ready".
 */
function playTidio(comes: TidioComes): void {
  const listeners: [string, (data?: object) => void][] = [];
  const page = window as unknown as { tidioChatApi?: object; played: PlayedTidio };
  const emit = (event: string, data?: object) => {
    for (const [name, listener] of listeners) if (name === event) listener(data);
    document.dispatchEvent(new CustomEvent(`tidioChat-${event}`, { detail: data }));
  };
  const api = {
    readyEventWasFired: comes === 'before-and-ready',
    on: (event: string, listener: (data?: object) => void) => {
      listeners.push([event, listener]);
    },
    messageFromOperator: (text: string) => {
      page.played.bubbles.push(text);
      emit('messageFromOperator', { message: text, fromBot: false });
    },
    messageFromVisitor: (text: string) => {
      page.played.sent.push(text);
    },
  };
  const arrive = () => {
    page.tidioChatApi = api;
    if (comes === 'before-and-ready') return;
    api.readyEventWasFired = true;
    emit('ready');
  };
  page.played = { bubbles: [], sent: [], arrive, emit };
  if (comes !== 'after') page.tidioChatApi = api;
  if (comes === 'before') addEventListener('load', arrive);
}

/** A page with the bridge and a played Tidio on it. */
export class TidioPage {
  readonly page: Page;
  /** What the bridge has said in the console. */
  readonly infos: string[] = [];
  readonly #seen: Widget;

  private constructor(page: Page) {
    this.page = page;
    this.#seen = new Widget(page);
    page.on('console', (message) => {
      if (message.type() === 'info') this.infos.push(message.text());
    });
  }

  static async open(visitor: Visitor, url: string, options: { comes?: TidioComes; before?: (page: Page) => Promise<unknown> } = {}): Promise<TidioPage> {
    const page = await visitor.context.newPage();
    const opened = new TidioPage(page);
    await page.addInitScript(playTidio, options.comes ?? 'before');
    await options.before?.(page);
    await page.goto(url);
    return opened;
  }

  get log() {
    return this.#seen.log;
  }

  /** What the gateway was asked, as the last part of each path. */
  get calls(): string[] {
    return this.log.requests.flatMap((url) => /\/v1\/widget\/(\w+)/.exec(url)?.[1] ?? []);
  }

  /** The visitor writes in Tidio's window. */
  async says(message: string, more: object = {}): Promise<void> {
    await this.#emit('messageFromVisitor', { message, fromBot: false, type: 'text', ...more });
  }

  /** Something comes from the business's side. */
  async hears(message: string, more: object = {}): Promise<void> {
    await this.#emit('messageFromOperator', { message, fromBot: false, ...more });
  }

  bubbles(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { played: PlayedTidio }).played.bubbles);
  }

  sentAsVisitor(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { played: PlayedTidio }).played.sent);
  }

  arrive(): Promise<void> {
    return this.page.evaluate(() => (window as unknown as { played: PlayedTidio }).played.arrive());
  }

  /** Whatever the bridge was going to ask for has been asked: requests that were begun before this one are out. */
  async settle(): Promise<void> {
    await this.page.evaluate(async () => {
      for (let i = 0; i < 5; i++) await fetch('/nothing').catch(() => {});
    });
    await this.page.waitForLoadState('networkidle');
  }

  #emit(event: string, data: object): Promise<void> {
    return this.page.evaluate(([name, detail]) => (window as unknown as { played: PlayedTidio }).played.emit(name, detail), [event, data] as [string, object]);
  }
}
