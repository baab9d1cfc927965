import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Stack } from './stack.ts';

/** Good enough for whoever joins in a test. */
export const PASSWORD = 'a long enough password';

export type Role = 'admin' | 'agent' | 'viewer';

/** A tenant's person at the console, in a browser of their own. */
export class Desk {
  readonly page: Page;
  /** Uncaught errors, refused promises, and what the policy forbade. */
  readonly faults: string[] = [];
  /** Addresses asked for that are not the gateway's. */
  readonly strangers: string[] = [];
  readonly #url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) this.strangers.push(request.url());
    });
  }

  static async open(browser: Browser, stack: Stack, options: BrowserContextOptions = {}): Promise<Desk> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    context.setDefaultTimeout(15_000);
    return new Desk(await context.newPage(), stack.url);
  }

  /** Opens an invitation as it was sent, and joins. */
  async join(stack: Stack, person: { name: string; email: string; role: Role; password: string }): Promise<void> {
    const { url } = await stack.admin<{ url: string }>('POST', '/invitations', { email: person.email, role: person.role });
    await this.page.goto(url);
    await this.page.getByLabel('Your name').fill(person.name);
    await this.page.getByLabel('Password').fill(person.password);
    await this.page.getByRole('button', { name: 'Join' }).click();
    const inside = this.page.getByRole('navigation', { name: 'Console' });
    const refusal = this.page.getByRole('alert');
    await inside.or(refusal).first().waitFor();
    if (!(await inside.isVisible())) throw new Error(`${person.email} could not join: ${await refusal.textContent()}`);
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto(`${this.#url}/console/`);
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Goes to a page by the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
  }

  /** The conversations in the list. */
  get conversations(): Locator {
    return this.page.locator('.list li a');
  }

  /** What was said in the open conversation. */
  get messages(): Locator {
    return this.page.locator('.thread > ol > li');
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}
