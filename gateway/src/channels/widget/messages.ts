import { messageRequestSchema } from '@netia/protocol';
import type { Request, Response } from 'express';
import { type PlacedPart, placeAfter, readPlace } from '../../conversations/answer-parts.ts';
import { loadPartsAfter } from '../../conversations/load-parts.ts';
import { AppError } from '../../errors.ts';
import { EventStream } from '../../http/event-stream.ts';
import { type VisitorSession, visitorRoute } from '../../http/route.ts';
import { acceptMessage } from '../../inbox/accept-message.ts';
import type { WidgetParts } from './widget-parts.ts';

/** How long a stream waits for its answer's next part before it looks in the database, in milliseconds. */
const QUIET_MS = 3_000;
/** After so many of these nobody is working on the answer any more: it was given up, or the database is lost. */
const QUIET_MAX = 40;

/** POST /v1/widget/messages: accepts the message and streams its answer. */
export const widgetMessages = (parts: WidgetParts) =>
  visitorRoute({
    method: 'post',
    path: '/v1/widget/messages',
    summary: 'Send a message; the answer is streamed as server-sent events',
    body: messageRequestSchema,
    handle: async ({ body, session, request, response, address }) => {
      const { db, tenants, limits, answering, live, streams } = parts;
      if (streams.isStopping)
        throw new AppError('unavailable', 'The service is restarting. Send the same message again in a moment.', { headers: { 'Retry-After': '1' } });
      const tenant = await tenants.get(session.tenantId);
      await limits.countMessage(session.tenantId, session.visitorId, address, tenant.settings.budget);
      const accepted = await acceptMessage(db, {
        tenantId: session.tenantId,
        conversationId: session.conversationId,
        channel: 'widget',
        externalId: body.client_message_id,
        text: body.text,
        pageUrl: body.page_url,
      });
      if (accepted.isNew) {
        // For the visitor's other tabs, and for a person who watches.
        live.publish(session.tenantId, session.conversationId, {
          id: String(accepted.seq),
          part: {
            type: 'message',
            seq: accepted.seq,
            message_id: accepted.id,
            sender_type: 'visitor',
            text: body.text,
            file: null,
            client_message_id: body.client_message_id,
            created_at: accepted.createdAt.toISOString(),
          },
        });
      }
      const stream = new AnswerStream(parts, session, request, response, accepted.seq);
      await stream.open();
      if (accepted.lease) answering.begin(session.tenantId, session.conversationId, accepted.lease);
      else {
        if (!accepted.isWithPerson || !accepted.isNew) await stream.catchUp();
        if (accepted.isWithPerson) stream.leaveToPerson();
      }
      return undefined;
    },
  });

/** The parts of the first answer after a message, from wherever they come, until it ends. */
class AnswerStream {
  readonly #parts: WidgetParts;
  readonly #session: VisitorSession;
  readonly #stream: EventStream;
  readonly #seq: number;
  #last: { seq: number; index: number };
  #endLive: (() => void) | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #quietTimes = 0;

  constructor(parts: WidgetParts, session: VisitorSession, request: Request, response: Response, seq: number) {
    this.#parts = parts;
    this.#session = session;
    this.#seq = seq;
    this.#last = { seq, index: Number.MAX_SAFE_INTEGER };
    const closed = () => {
      clearTimeout(this.#quiet);
      this.#endLive?.();
      forget();
    };
    const forget = parts.streams.add(() => this.#quietly());
    this.#stream = new EventStream(request, response, closed);
  }

  async open(): Promise<void> {
    const { tenantId, conversationId } = this.#session;
    const end = await this.#parts.live.subscribe(tenantId, conversationId, (placed) => this.#take(placed));
    if (this.#stream.isOpen) this.#endLive = end;
    else end();
    this.#watch();
  }

  /** No answer will come of us. Said outright: a stream that ends without a word looks as if it had been cut. */
  leaveToPerson(): void {
    this.#stream.signal('transferred', {});
    this.#stream.end();
  }

  /** Brings what is stored already: the answer to a message that was sent before, or by another process. */
  async catchUp(): Promise<void> {
    const { tenantId, conversationId } = this.#session;
    const stored = await this.#parts.db.inTenant(tenantId, (tx) =>
      loadPartsAfter(tx, tenantId, conversationId, { seq: this.#seq, index: Number.MAX_SAFE_INTEGER }),
    );
    for (const placed of stored) this.#take(placed);
  }

  #take(placed: PlacedPart): void {
    // Messages come through /events; an answer to an earlier message has a lower seq than ours.
    if (placed.part.type === 'message') return;
    const order = placeAfter(placed.id, this.#last);
    // With a part missing the rest waits until the whole answer is stored.
    if (order === 'gap' && placed.part.type === 'answer-end') this.catchUp().catch(() => {});
    if (order !== 'next') return;
    const place = readPlace(placed.id);
    if (place) this.#last = place;
    this.#quietTimes = 0;
    this.#stream.send(placed);
    this.#watch();
    if (placed.part.type === 'answer-end') this.#stream.end();
  }

  /** No part for a while: another process may be writing without Redis between us, or have died. The database knows. */
  #watch(): void {
    clearTimeout(this.#quiet);
    if (!this.#stream.isOpen) return;
    this.#quiet = setTimeout(() => {
      if (++this.#quietTimes > QUIET_MAX) return this.#stream.fail({ type: 'error', code: 'unavailable', message: 'No answer came. Send the message again.' });
      this.catchUp()
        .catch(() => {})
        .finally(() => {
          if (this.#stream.isOpen) this.#watch();
        });
    }, QUIET_MS);
  }

  /** The process stops after its turns are done; whatever is still open then is resumed by the client. */
  #quietly(): void {
    this.#stream.end();
  }
}
