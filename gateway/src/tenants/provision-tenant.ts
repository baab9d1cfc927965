import { randomUUID } from 'node:crypto';
import { type Database, isUniqueViolation } from '@netia/db';
import { AppError } from '../errors.ts';

export interface NewTenant {
  slug: string;
  name: string;
  email: string;
  allowedOrigins?: string[];
  /** Fixed by the demo, so that its page stays the same; otherwise made by the database. */
  widgetWebsiteId?: string;
}

/** Makes a tenant. @returns its id and the website id for its snippet. */
export async function provisionTenant(db: Database, tenant: NewTenant): Promise<{ id: string; widget_website_id: string }> {
  const id = randomUUID();
  try {
    const made = await db.inTenant(id, (tx) =>
      tx.row<{ id: string; widget_website_id: string }>(
        `INSERT INTO tenants (id, slug, name, email, allowed_origins, widget_website_id, trial_ends_at)
         VALUES ($1, $2, $3, $4, $5, coalesce($6, uuid_v7()::text), now() + interval '14 days') RETURNING id, widget_website_id`,
        [id, tenant.slug, tenant.name, tenant.email, tenant.allowedOrigins ?? [], tenant.widgetWebsiteId ?? null],
      ),
    );
    if (!made) throw new Error('the inserted tenant did not come back');
    return made;
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('conflict', `A tenant with this slug (${tenant.slug}) or e-mail (${tenant.email}) exists already. Choose another.`, { cause: error });
    throw error;
  }
}
