import type { ErrorPart } from '@netia/protocol';
import type { Request, Response } from 'express';
import type { PlacedPart } from '../conversations/answer-parts.ts';

/** Proxies close what is silent; every 10 s is within the 15 promised. */
const HEARTBEAT_MS = 10_000;
/** A reader that lets this much pile up is gone or hostile; it can come back with Last-Event-ID. */
const BUFFERED_MAX_BYTES = 1_000_000;

/** One response as a stream of server-sent events. */
export class EventStream {
  readonly #response: Response;
  readonly #heartbeat: NodeJS.Timeout;
  #isOpen = true;

  constructor(request: Request, response: Response, onClose: () => void) {
    this.#response = response;
    response.status(200).set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' });
    response.flushHeaders();
    request.socket.setNoDelay(true);
    this.#heartbeat = setInterval(() => this.#write(': alive\n\n'), HEARTBEAT_MS);
    const closed = () => {
      this.#isOpen = false;
      clearInterval(this.#heartbeat);
      onClose();
    };
    // Who left while we were still asking the database has fired 'close' already, and will not again.
    if (response.closed || response.destroyed || request.socket.destroyed) closed();
    else response.on('close', closed);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** An event that changes what is shown, with its place for Last-Event-ID. */
  send({ id, part }: PlacedPart): void {
    const { type, ...data } = part;
    this.#write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A control frame: carries no id, for nothing that is stored has changed. */
  signal(event: string, data: object): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Says why the stream ends. Carries no id: nothing has changed. */
  fail({ type, ...data }: ErrorPart): void {
    this.signal(type, data);
    this.end();
  }

  end(): void {
    if (this.#isOpen) this.#response.end();
  }

  #write(text: string): void {
    if (!this.#isOpen || this.#response.writableEnded) return;
    if (this.#response.writableLength > BUFFERED_MAX_BYTES) this.#response.destroy();
    else this.#response.write(text);
  }
}
