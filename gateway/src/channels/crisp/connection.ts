import { timingSafeEqual } from 'node:crypto';
import { isUniqueViolation, type Transaction } from '@netia/db';
import { AppError } from '../../errors.ts';
import { hashSecret } from '../../tenants/api-keys.ts';
import { writeAudit } from '../../tenants/audit.ts';
import type { Tenant } from '../../tenants/settings.ts';
import type { CrispClients } from './crisp-clients.ts';
import type { CrispParts } from './crisp-parts.ts';
import { CRISP_WEBSITE_ID } from './ids.ts';
import type { SubscriptionChange } from './read-event.ts';

/** A Crisp website is connected. @throws {AppError} when the id is none, or another tenant has it. */
export async function connectCrispWebsite(tx: Transaction, tenantId: string, websiteId: string): Promise<void> {
  if (!CRISP_WEBSITE_ID.test(websiteId))
    throw new AppError('invalid_request', 'A Crisp website id looks like 5d0f6c1e-8a43-4e1b-9f27-3b6c2a917e40, in small letters.');
  try {
    await tx.run('UPDATE tenants SET crisp_website_id = $2, crisp_is_installed = true, crisp_installation_at = NULL WHERE id = $1', [tenantId, websiteId]);
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('conflict', 'This Crisp website is connected to another tenant. Disconnect it there first.', { cause: error });
    throw error;
  }
}

/** What shows that a website is the tenant's: a website id alone is in every page's source. */
export interface CrispProof {
  website_id: string;
  install_token?: string | undefined;
  token?: { identifier: string; key: string } | undefined;
}

/** Pages of installed websites that are looked through; a plugin with more needs its list kept, which is not done yet. */
const WEBSITE_PAGES_MAX = 50;

/** @throws {AppError} when neither the website's own token nor the one of the plugin's installation is right. */
export async function requireCrispProof(clients: CrispClients, proof: CrispProof): Promise<void> {
  const { website_id: websiteId, install_token: installToken, token } = proof;
  if (!CRISP_WEBSITE_ID.test(websiteId))
    throw new AppError('invalid_request', 'A Crisp website id looks like 5d0f6c1e-8a43-4e1b-9f27-3b6c2a917e40, in small letters.');
  try {
    if (token) {
      await clients.withToken(token).callPlugin('operators.list', (api) => api.website.listWebsiteOperators(websiteId));
      return;
    }
    const plugin = clients.plugin;
    if (!plugin) throw new AppError('conflict', 'This installation has no Crisp plugin. Give a token of your own website instead.');
    const wanted = hashSecret(installToken ?? '');
    for (let page = 1; page <= WEBSITE_PAGES_MAX; page++) {
      const websites = await plugin.callPlugin('websites.list', (api) => api.plugin.listAllConnectWebsites(page, false, false));
      const found = websites.find((website) => website.website_id === websiteId);
      if (found?.token && timingSafeEqual(hashSecret(found.token), wanted)) return;
      if (found || websites.length === 0) break;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_request', `Crisp does not take this token (${(cause as Error).message}). Copy it again.`, { cause });
  }
  throw new AppError('invalid_request', 'The plugin is not installed on this website, or the token is not the one Crisp gave when it was.');
}

export async function disconnectCrispWebsite(tx: Transaction, tenantId: string): Promise<void> {
  await tx.run('UPDATE tenants SET crisp_website_id = NULL WHERE id = $1', [tenantId]);
}

/**
 * The plugin was installed on the tenant's website, or removed from it. Removed: nothing is sent there any more, and what
 * was on its way dies with that reason; installed again: all goes on. The conversations stay readable.
 */
export async function noteInstallation({ db, tenants, log }: CrispParts, tenant: Tenant, change: SubscriptionChange): Promise<void> {
  await db.inTenant(tenant.id, async (tx) => {
    const changed = await tx.run(
      `UPDATE tenants SET crisp_is_installed = $2, crisp_installation_at = $3
       WHERE id = $1 AND (crisp_installation_at IS NULL OR crisp_installation_at < $3)`,
      [tenant.id, change.isInstalled, change.at],
    );
    if (changed === 0) return;
    const action = change.isInstalled ? 'crisp.installed' : 'crisp.removed';
    await writeAudit(tx, tenant.id, { actor: 'crisp', action, resourceType: 'tenant', resourceId: tenant.id });
  });
  tenants.forget(tenant.id);
  log.info({ tenant: tenant.id, installed: change.isInstalled }, 'the Crisp plugin was installed or removed');
}
