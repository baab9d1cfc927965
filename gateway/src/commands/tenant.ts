import { makeOwnerLink } from '../people/owner-link.ts';
import { provisionTenant } from '../tenants/provision-tenant.ts';
import { TenantDirectory } from '../tenants/settings.ts';
import { findTenantBySlug, listAllTenants, print, withDatabase } from './with-database.ts';

export async function createTenant(options: { slug: string; name: string; email: string; origin?: string[] }): Promise<void> {
  await withDatabase(async (db, config) => {
    const tenant = await provisionTenant(db, { slug: options.slug, name: options.name, email: options.email, allowedOrigins: options.origin ?? [] });
    const ownerLink = await makeOwnerLink(db, tenant.id, config.publicUrl);
    print(
      `Tenant ${options.slug} made (${tenant.id}).\n\nPaste this into its pages, before </body>:\n\n  <script async src="${config.publicUrl}/widget.js" data-website-id="${tenant.widget_website_id}"></script>\n\nIts owner opens this, once, within seven days:\n\n  ${ownerLink}\n\nNext: netia knowledge add --tenant ${options.slug} FILE…`,
    );
  });
}

export async function listTenants(): Promise<void> {
  await withDatabase(async (db) => {
    const tenants = await listAllTenants(db);
    if (tenants.length === 0) print('There are no tenants yet. Make one: netia tenant create --help');
    for (const tenant of tenants)
      print(`${tenant.slug.padEnd(24)} ${tenant.is_active ? 'active  ' : 'inactive'} ${tenant.widget_website_id.padEnd(36)} ${tenant.name}`);
  });
}

export async function showTenant(slug: string): Promise<void> {
  await withDatabase(async (db) => print(JSON.stringify(await new TenantDirectory(db).get((await findTenantBySlug(db, slug)).id), null, 2)));
}
