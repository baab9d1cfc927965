import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PlayedPage {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

type Play = PlayedPage | ((request: IncomingMessage, response: ServerResponse) => PlayedPage | undefined);

/** A website on loopback, as a test wants it. What it has no page for is not found. */
export class PlayedSite {
  /** By path and query. A function that returns nothing has answered by itself, or never will. */
  readonly pages = new Map<string, Play>();
  /** What was asked for, in order, and when. */
  readonly asked: { path: string; at: number; headers: IncomingMessage['headers'] }[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(): Promise<PlayedSite> {
    const site = new PlayedSite();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Without a slash at its end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The same pages under another host. */
  get otherUrl(): string {
    return this.url.replace('127.0.0.1', 'localhost');
  }

  /** A page of HTML with so many words that it has a text. */
  page(path: string, title: string, text: string, links: string[] = [], head = ''): void {
    this.pages.set(path, { headers: { 'content-type': 'text/html; charset=utf-8' }, body: htmlPage(title, text, links, head) });
  }

  /** How often a path was asked for. */
  times(path: string): number {
    return this.asked.filter((request) => request.path === path).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    this.asked.push({ path, at: performance.now(), headers: request.headers });
    const play = this.pages.get(path) ?? this.pages.get('*') ?? { status: 404, body: 'not found' };
    const page = typeof play === 'function' ? play(request, response) : play;
    if (page) response.writeHead(page.status ?? 200, { 'content-type': 'text/html', ...page.headers }).end(page.body ?? '');
  }
}

export function htmlPage(title: string, text: string, links: string[] = [], head = ''): string {
  const anchors = links.map((link) => `<a href="${link}">${link}</a>`).join(' ');
  return `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><nav>${anchors}</nav><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
}
