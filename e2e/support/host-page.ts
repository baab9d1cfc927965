import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const PAGES = join(import.meta.dirname, '..', 'pages');

/** What a browser reports of a policy's violation (report-uri). */
export interface Violation {
  'effective-directive': string;
  'blocked-uri': string;
  'source-file'?: string;
}

/** Pages of somebody's website, on an origin of its own, with the widget of a gateway on them. */
export class HostPages {
  /** What browsers have reported to the pages' report-uri. */
  readonly violations: Violation[] = [];
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #gateway: string;
  readonly #websiteId: string;

  private constructor(gateway: string, websiteId: string) {
    this.#gateway = gateway;
    this.#websiteId = websiteId;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => {
        response.statusCode = 500;
        response.end(error.message);
      });
    });
  }

  static async start(of: { url: string; websiteId: string }): Promise<HostPages> {
    const pages = new HostPages(of.url, of.websiteId);
    await new Promise<void>((resolve) => pages.#server.listen(0, '127.0.0.1', resolve));
    return pages;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Address of a page in e2e/pages, by its name without .html. */
  page(name: string): string {
    return `${this.origin}/${name}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    this.requests.push(path);
    if (request.method === 'POST' && path === '/csp-report') {
      let raw = '';
      for await (const piece of request) raw += String(piece);
      this.violations.push((JSON.parse(raw) as { 'csp-report': Violation })['csp-report']);
      response.writeHead(204).end();
      return;
    }
    // Routes of a single-page app all lead to its one page.
    const name = path.startsWith('/single-page-app') ? 'single-page-app' : /^\/([\w-]+)$/.exec(path)?.[1];
    if (!name) {
      response.writeHead(404).end();
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    const html = readFileSync(join(PAGES, `${name}.html`), 'utf8');
    const values: Record<string, string> = { GATEWAY: this.#gateway, WEBSITE_ID: this.#websiteId, NONCE: nonce };
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (name.startsWith('strict-')) response.setHeader('Content-Security-Policy', this.#strictPolicy(nonce, name !== 'strict-tidio'));
    response.end(html.replace(/\{\{(\w+)\}\}/g, (_mark, key: string) => values[key] ?? ''));
  }

  /** The strictest policy that a page can have with the widget on it, which loads scripts of its own, or with the bridge, which does not. */
  #strictPolicy(nonce: string, loadsScripts: boolean): string {
    return [
      "default-src 'none'",
      `script-src 'nonce-${nonce}'${loadsScripts ? ` ${this.#gateway}` : ''}`,
      `connect-src ${this.#gateway}`,
      "style-src 'none'",
      "img-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "trusted-types 'none'",
      "require-trusted-types-for 'script'",
      'report-uri /csp-report',
    ].join('; ');
  }
}
