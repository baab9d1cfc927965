import { readConfig } from '../config.ts';
import { assemble } from '../deps.ts';
import { AppError } from '../errors.ts';
import { dismissDead, listDead } from '../inbox/dead-events.ts';
import { createLog } from '../log.ts';
import { writeAudit } from '../tenants/audit.ts';
import { findTenantBySlug, listAllTenants, print, withDatabase } from './with-database.ts';

const SHOWN = 200;

/** Lists what was given up, of one tenant or of all. */
export async function listDeadEvents(options: { tenant?: string; json?: boolean }): Promise<void> {
  await withDatabase(async (db) => {
    const tenants = options.tenant ? [await findTenantBySlug(db, options.tenant)] : await listAllTenants(db);
    const dead = [];
    for (const { id, slug } of tenants)
      for (const event of await db.inTenant(id, (tx) => listDead(tx, id, { after: null, limit: SHOWN }))) dead.push({ tenant: slug, ...event });
    if (options.json) return print(JSON.stringify(dead, null, 2));
    if (dead.length === 0) return print('Nothing was given up.');
    for (const event of dead)
      print(`${event.happened_at.toISOString()}  ${event.tenant}  ${event.channel}  ${event.kind}  ${event.id}\n    ${event.reason ?? ''}`);
    print('\nTry one again: netia events replay <id> --tenant <slug>');
  });
}

/** Tries one again, and waits until what follows from it is done or left to a worker. */
export async function replayDeadEvent(id: string, options: { tenant: string }): Promise<void> {
  const config = readConfig(process.env);
  const deps = await assemble(config, createLog(process.env['LOG_LEVEL'] ? config.logLevel : 'warn'));
  try {
    const { id: tenantId } = await findTenantBySlug(deps.db, options.tenant);
    const tenant = await deps.tenants.get(tenantId);
    const replayed = await deps.db.inTenant(tenantId, async (tx) => {
      const result = await deps.intake.replay(tx, tenant, id);
      await writeAudit(tx, tenantId, { actor: 'cli', action: 'event.replay', resourceType: result.kind, resourceId: id });
      return result;
    });
    replayed.begin();
    print(`The ${replayed.kind} is tried again${replayed.kind === 'event' ? '; a running worker answers it within seconds' : ''}.`);
  } finally {
    await deps.answering.stop(30_000);
    await deps.delivering.stop(15_000);
    await deps.close();
  }
}

export async function dismissDeadEvent(id: string, options: { tenant: string }): Promise<void> {
  await withDatabase(async (db) => {
    const tenant = await findTenantBySlug(db, options.tenant);
    await db.inTenant(tenant.id, async (tx) => {
      if (!(await dismissDead(tx, tenant.id, id))) throw new AppError('not_found', `Nothing that was given up for ${tenant.slug} has this id.`);
      await writeAudit(tx, tenant.id, { actor: 'cli', action: 'event.dismiss', resourceType: 'event', resourceId: id });
    });
    print('Dismissed.');
  });
}
