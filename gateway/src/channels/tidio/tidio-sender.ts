import { z } from 'zod';
import { type ChannelSender, SendFault, type TakenDelivery } from '../../deliveries/planned-delivery.ts';
import type { TenantDirectory } from '../../tenants/settings.ts';
import { ticketOf } from './ids.ts';
import type { TidioClient } from './tidio-client.ts';
import type { TidioClients } from './tidio-clients.ts';

const payloadSchema = z.object({ content: z.string() });
/** By how much Tidio's clock may be behind ours when a reply is looked for. */
const CLOCKS_APART_MS = 120_000;

/**
 * Answers tickets. The reply call takes no key of ours, so after a try whose outcome nobody saw the ticket is read and our
 * words are looked for in it, written by our operator since.
 */
export function createTidioSender(clients: TidioClients, tenants: TenantDirectory): ChannelSender {
  const reach = async ({ tenantId, sessionId }: TakenDelivery): Promise<{ client: TidioClient; operatorId: string; ticketId: number }> => {
    const operatorId = (await tenants.get(tenantId)).settings.tidio.bot_operator_id;
    const client = await clients.of(tenantId);
    const ticketId = ticketOf(sessionId);
    if (!client || operatorId === null || ticketId === undefined)
      throw new SendFault('disconnected', 'the tenant has given no keys or no operator for tickets');
    return { client, operatorId, ticketId };
  };
  return {
    findSent: async (delivery) => {
      const { client, operatorId, ticketId } = await reach(delivery);
      const wanted = wordsOf(payloadSchema.parse(delivery.payload).content);
      const ticket = await client.ticket(ticketId);
      const since = delivery.createdAt.getTime() - CLOCKS_APART_MS;
      return ticket.messages?.find(
        (message) => message.author_id === operatorId && Date.parse(message.created_at) >= since && wordsOf(message.message_content) === wanted,
      )?.message_id;
    },
    send: async (delivery) => {
      const { client, operatorId, ticketId } = await reach(delivery);
      const { content } = payloadSchema.parse(delivery.payload);
      return client.reply(ticketId, operatorId, delivery.kind === 'message' ? 'public' : 'internal', content, delivery.requireTime);
    },
  };
}

/** A reply may come back written a little differently: its words decide. */
function wordsOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#?\w+;/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
