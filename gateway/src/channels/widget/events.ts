import { type PlacedPart, placeAfter, readPlace } from '../../conversations/answer-parts.ts';
import { loadPartsAfter } from '../../conversations/load-parts.ts';
import { AppError } from '../../errors.ts';
import { EventStream } from '../../http/event-stream.ts';
import { visitorRoute } from '../../http/route.ts';
import type { WidgetParts } from './widget-parts.ts';

/** GET /v1/widget/events: everything that happens in the conversation, from Last-Event-ID on. */
export const widgetEvents = ({ db, live, streams }: WidgetParts) =>
  visitorRoute({
    method: 'get',
    path: '/v1/widget/events',
    summary: 'All that happens in the conversation, as server-sent events; resumes after Last-Event-ID',
    handle: async ({ session, request, response }) => {
      const { tenantId, conversationId } = session;
      const given = request.get('last-event-id');
      const conversation = await db.inTenant(tenantId, (tx) =>
        tx.row<{ last_seq: string }>('SELECT last_seq FROM conversations WHERE tenant_id = $1 AND id = $2', [tenantId, conversationId]),
      );
      if (!conversation) throw new AppError('not_found', 'There is no such conversation.');
      const lastSeq = Number(conversation.last_seq);
      const after = given === undefined ? { seq: lastSeq, index: Number.MAX_SAFE_INTEGER } : readPlace(given);
      if (!after || after.seq > lastSeq) throw new AppError('not_resumable', 'The stream cannot be continued from there. Load the conversation again.');

      // Without a position only what is new is wanted, but an answer that is being written is new until it ends.
      let last = given === undefined ? { seq: -1, index: -1 } : after;
      let waiting: PlacedPart[] | undefined = [];
      const send = (placed: PlacedPart) => {
        const order = placeAfter(placed.id, last);
        // With a part missing the rest waits until the whole answer is stored.
        if (order === 'gap' && placed.part.type === 'answer-end') catchUp().catch(() => stream.end());
        if (order !== 'next') return;
        last = readPlace(placed.id) ?? last;
        stream.send(placed);
      };
      const catchUp = async () => {
        for (const placed of await db.inTenant(tenantId, (tx) => loadPartsAfter(tx, tenantId, conversationId, last))) send(placed);
      };
      let endLive = () => {};
      let endSignals = () => {};
      const forget = streams.add(() => stream.end());
      const stream = new EventStream(request, response, () => {
        endLive();
        endSignals();
        forget();
      });
      endSignals = await live.watch(tenantId, (signal) => {
        if (signal.type !== 'changed' && signal.conversation_id === conversationId) stream.signal(signal.type, {});
      });
      // Listen first, then read what is stored: nothing can fall between. Each part is sent once, in order.
      endLive = await live.subscribe(tenantId, conversationId, (placed) => (waiting ? waiting.push(placed) : send(placed)));
      if (given !== undefined) await catchUp();
      for (const placed of waiting) send(placed);
      waiting = undefined;
      if (!stream.isOpen) {
        endLive();
        endSignals();
      }
      return undefined;
    },
  });
