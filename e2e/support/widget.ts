import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** What a page did that its visitor does not see. */
export interface PageLog {
  /** Addresses asked for, in order. */
  requests: string[];
  /** Uncaught errors and refused promises. */
  errors: string[];
  /** What was written to the console as a warning or an error. */
  console: string[];
  dialogs: string[];
}

/** A browser profile of its own; nothing is shared with another visitor. */
export class Visitor {
  readonly context: BrowserContext;

  private constructor(context: BrowserContext) {
    this.context = context;
  }

  static async come(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(15_000);
    return new Visitor(context);
  }

  /** A new tab on this address, loaded, with the launcher there unless told otherwise. */
  async visit(url: string, options: { awaitWidget?: boolean } = {}): Promise<Widget> {
    const page = await this.context.newPage();
    const widget = new Widget(page);
    await page.goto(url);
    if (options.awaitWidget !== false) await widget.launcher.waitFor();
    return widget;
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

/** The widget on a page, as a visitor handles it. */
export class Widget {
  readonly page: Page;
  readonly log: PageLog = { requests: [], errors: [], console: [], dialogs: [] };

  constructor(page: Page) {
    this.page = page;
    page.on('request', (request) => this.log.requests.push(request.url()));
    page.on('pageerror', (error) => this.log.errors.push(String(error)));
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) this.log.console.push(message.text());
    });
    page.on('dialog', (dialog) => {
      this.log.dialogs.push(dialog.message());
      // A page that goes away takes its dialog with it.
      dialog.dismiss().catch(() => {});
    });
  }

  get launcher(): Locator {
    return this.page.locator('netia-widget .launcher');
  }

  get panel(): Locator {
    return this.page.locator('netia-widget .panel');
  }

  get thread(): Locator {
    return this.panel.locator('[role=log]');
  }

  get input(): Locator {
    return this.panel.locator('textarea');
  }

  /** All answers of the agent, finished or not. */
  get answers(): Locator {
    return this.panel.locator('.row.answer');
  }

  get finishedAnswers(): Locator {
    return this.panel.locator('.row.answer:has(.actions)');
  }

  get lastAnswer(): Locator {
    return this.answers.last();
  }

  get sources(): Locator {
    return this.lastAnswer.locator('.source');
  }

  /** The card of the source that was opened. */
  get card(): Locator {
    return this.lastAnswer.locator('.card:has(blockquote)');
  }

  /** The line that says that a person has the conversation. */
  get withPerson(): Locator {
    return this.panel.locator('.notice').filter({ hasText: 'This conversation is with the team.' });
  }

  /** What a screen reader is told. */
  get status(): Locator {
    return this.panel.locator('[role=status]');
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await this.input.waitFor();
    // The title is the tenant's own once the settings have arrived.
    await this.panel.getByRole('heading', { level: 2 }).filter({ hasNotText: '…' }).waitFor();
  }

  async send(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Sends a question and waits for the end of its answer. @returns the answer's text. */
  async ask(text: string): Promise<string> {
    const before = await this.finishedAnswers.count();
    await this.send(text);
    await this.finishedAnswers.nth(before).waitFor();
    return textOf(this.lastAnswer.locator('.bubble'));
  }

  async openSource(): Promise<void> {
    await this.sources.first().click();
    await this.card.waitFor();
  }

  /** What the page's browser keeps of this site. */
  async storage(): Promise<{ local: Record<string, string>; session: number; cookies: number; databases: number; caches: number }> {
    const kept = await this.page.evaluate(async () => ({
      local: Object.fromEntries(Object.entries(localStorage)) as Record<string, string>,
      session: sessionStorage.length,
      databases: (await indexedDB.databases()).length,
      // Only there where the page is a secure context.
      caches: 'caches' in window ? (await caches.keys()).length : 0,
    }));
    return { ...kept, cookies: (await this.page.context().cookies()).length };
  }
}

export const NOTHING_KEPT = { local: {}, session: 0, cookies: 0, databases: 0, caches: 0 };

/** The text of the one element found, also what is only for screen readers. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? '';
}
