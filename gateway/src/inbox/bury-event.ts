import type { Transaction } from '@netia/db';
import type { ChannelEvent } from './channel-event.ts';

/** Keeps an event that cannot be applied, with what came, for somebody to look at and replay. The same one again changes nothing. */
export async function buryEvent(
  tx: Transaction,
  tenantId: string,
  event: Pick<ChannelEvent, 'channel' | 'key'>,
  received: unknown,
  reason: string,
): Promise<void> {
  await tx.run(
    `INSERT INTO inbox_events (tenant_id, channel, event_key, status, reason, payload, finished_at) VALUES ($1, $2, $3, 'dead', $4, $5, now())
     ON CONFLICT (tenant_id, channel, event_key) DO NOTHING`,
    [tenantId, event.channel, event.key, reason.slice(0, 500), JSON.stringify(received)],
  );
}
