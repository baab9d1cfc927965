import { replayReceipt } from '../knowledge/replay-receipt.ts';
import { findTenantBySlug, print, withDatabase } from './with-database.ts';

/** Shows what an answer was written from, as it then was. */
export async function replay(messageId: string, options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const { id } = await findTenantBySlug(db, options.tenant);
    print(JSON.stringify(await db.inTenant(id, (tx) => replayReceipt(tx, id, messageId)), null, 2));
  });
}
