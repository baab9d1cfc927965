import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of the played website; its paragraphs are HTML. */
export interface SitePage {
  title: string;
  body: string;
}

/** Something that was sent to the site. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Somebody's small website on loopback, with an origin of its own. It takes what is posted to it, too. */
export class PlayedSite {
  /** What its owner has pasted in front of </body>. */
  snippet = '';
  readonly received: Received[] = [];
  readonly #pages: Record<string, SitePage>;
  readonly #server: Server;

  private constructor(pages: Record<string, SitePage>) {
    this.#pages = pages;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(500).end());
    });
  }

  static async open(pages: Record<string, SitePage> = {}): Promise<PlayedSite> {
    const site = new PlayedSite(pages);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?')[0] ?? '/';
    if (request.method === 'POST') {
      let body = '';
      for await (const piece of request) body += String(piece);
      this.received.push({ path, headers: request.headers, body });
      response.writeHead(204).end();
      return;
    }
    const page = this.#pages[path];
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(page ? this.#html(page) : 'not found');
  }

  #html({ title, body }: SitePage): string {
    const links = Object.entries(this.#pages).map(([path, other]) => `<a href="${path}">${other.title}</a>`);
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"></head><body><nav>${links.join(' ')}</nav><main><h1>${title}</h1>${body}</main>${this.snippet}</body></html>`;
  }
}
