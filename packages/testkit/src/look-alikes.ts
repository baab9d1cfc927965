import { randomUUID } from 'node:crypto';
import type { Database } from '@netia/db';

export interface LookAlike {
  id: string;
  websiteId: string;
  /**
   * Stands in every text of this tenant, and nowhere else. Digits, because letters of a UUID ("de", "a") are words of
   * some language and would decide which one a short text is taken for.
   */
  canary: string;
}

export interface LookAlikes {
  a: LookAlike;
  b: LookAlike;
}

/** Two tenants alike in everything but their ids and canaries: whatever mixes them up shows. */
export async function makeLookAlikes(db: Database): Promise<LookAlikes> {
  const make = async (letter: 'a' | 'b'): Promise<LookAlike> => {
    const id = randomUUID();
    const websiteId = `site-${randomUUID()}`;
    await db.inTenant(id, (tx) =>
      tx.run('INSERT INTO tenants (id, slug, name, email, widget_website_id) VALUES ($1, $2, $3, $4, $5)', [
        id,
        `shop-${id.slice(0, 8)}`,
        'Harbour Shop',
        `owner-${id}@shop.invalid`,
        websiteId,
      ]),
    );
    return { id, websiteId, canary: `CANARY-${letter}-${Number.parseInt(id.slice(0, 6), 16)}` };
  };
  return { a: await make('a'), b: await make('b') };
}
