import type { Database } from '@netia/db';
import {
  auditSchema,
  idParamsSchema,
  invitationInputSchema,
  invitationSchema,
  memberChangeSchema,
  memberSchema,
  pageOf,
  pageQuerySchema,
} from '@netia/protocol';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { CsvExport, EXPORT_BATCH } from '../http/csv-export.ts';
import { keyRoute } from '../http/route.ts';
import type { Mailer } from '../mail/mailer.ts';
import { invitationMail } from '../mail/mails.ts';
import { invite, listInvitations, takeInvitation } from '../people/invitations.ts';
import { changeRole, giveOwnRole, listMembers, removeMember } from '../people/members.ts';
import { invitationUrl } from '../people/owner-link.ts';
import { type Granter, type Role, requireGrantable, SCOPES_OF } from '../people/roles.ts';
import { type AuditRow, readAudit } from '../tenants/audit.ts';
import type { Limits } from '../tenants/limits.ts';
import { readTenant } from '../tenants/settings.ts';
import { formulaSafe } from './formula-safe.ts';
import { toPage } from './page.ts';

const AUDIT_COLUMNS = ['created_at', 'actor', 'action', 'resource_type', 'resource_id', 'changes'];

/** A key stands for no person; were it to make owners, whoever may make keys could make themselves one. */
const granter = ({ role, scopes }: { role: Role | undefined; scopes: readonly string[] }): Granter =>
  role === undefined ? { role: 'admin', scopes: SCOPES_OF.admin } : { role, scopes };

export interface PeopleParts {
  db: Database;
  config: Pick<Config, 'publicUrl'>;
  limits: Limits;
  mailer: Mailer | undefined;
}

/** Who works here, who is asked to, and who did what. */
export const peopleRoutes = ({ db, config, limits, mailer }: PeopleParts) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/members',
    summary: 'List the people who work here',
    access: 'people:read',
    response: z.object({ items: z.array(memberSchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listMembers(tx, tenantId) }),
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/members/:id',
    summary: "Change somebody's role",
    access: 'people:write',
    params: idParamsSchema,
    body: memberChangeSchema,
    response: memberSchema,
    handle: async ({ tenantId, role, scopes, tx, params, body, audit }) => {
      const by = granter({ role, scopes });
      const member =
        'role' in body ? await changeRole(tx, tenantId, params.id, body.role, by) : await giveOwnRole(tx, tenantId, params.id, body.own_role_id, by);
      await audit('member.role', 'member', params.id, body);
      return member;
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/members/:id',
    summary: 'Take somebody off; their sessions here end at once',
    access: 'people:write',
    params: idParamsSchema,
    handle: async ({ tenantId, role, scopes, tx, params, audit }) => {
      await removeMember(tx, tenantId, params.id, granter({ role, scopes }));
      await audit('member.remove', 'member', params.id);
      return undefined;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/invitations',
    summary: 'List the invitations that are open',
    access: 'people:read',
    response: z.object({ items: z.array(invitationSchema) }),
    handle: async ({ tenantId, tx }) => ({ items: await listInvitations(tx, tenantId) }),
  }),
  keyRoute({
    method: 'post',
    path: '/v1/admin/invitations',
    summary: 'Invite somebody; the link is shown this once, sent by mail where this Netia sends any, and good for seven days',
    access: 'people:write',
    status: 201,
    body: invitationInputSchema,
    response: invitationSchema.extend({ url: z.string(), is_mailed: z.boolean() }),
    handle: async ({ tenantId, actor, role, scopes, tx, body, audit, afterCommit }) => {
      requireGrantable(body.role, granter({ role, scopes }));
      const { row, token } = await invite(tx, tenantId, { email: body.email, role: body.role, createdBy: actor, memberHours: body.member_hours });
      await audit('member.invite', 'invitation', row.id, body);
      const url = invitationUrl(config.publicUrl, token);
      const isMailed = mailer !== undefined && (await limits.spendInvitationMail(tenantId));
      if (isMailed) {
        const { name } = await readTenant(tx, tenantId);
        afterCommit(() => mailer.begin('invitation', invitationMail(body.email, url, name)));
      }
      return { ...row, url, is_mailed: isMailed };
    },
  }),
  keyRoute({
    method: 'delete',
    path: '/v1/admin/invitations/:id',
    summary: 'Withdraw an invitation',
    access: 'people:write',
    params: idParamsSchema,
    handle: async ({ tenantId, tx, params, audit }) => {
      if (!(await takeInvitation(tx, tenantId, params.id))) throw new AppError('not_found', 'There is no invitation with this id.');
      await audit('member.uninvite', 'invitation', params.id);
      return undefined;
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/audit',
    summary: 'Who changed what, newest first',
    access: 'audit:read',
    query: pageQuerySchema,
    response: pageOf(auditSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await readAudit(tx, tenantId, { before: query.cursor ?? null, limit: query.limit + 1 }), query.limit),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/audit.csv',
    summary: 'Export who changed what, newest first, as CSV (RFC 4180), safe to open in a spreadsheet',
    access: 'audit:read',
    handle: async ({ tenantId }) => new CsvExport('audit.csv', AUDIT_COLUMNS, exportedAudit(db, tenantId)),
  }),
];

async function* exportedAudit(db: Database, tenantId: string): AsyncGenerator<string[]> {
  for (let before: string | null = null; ; ) {
    const lines: AuditRow[] = await db.inTenant(tenantId, (tx) => readAudit(tx, tenantId, { before, limit: EXPORT_BATCH }));
    for (const { created_at, actor, action, resource_type, resource_id, changes } of lines)
      yield [created_at.toISOString(), ...[actor, action, resource_type, resource_id, JSON.stringify(changes)].map(formulaSafe)];
    if (lines.length < EXPORT_BATCH) return;
    before = lines.at(-1)?.id ?? null;
  }
}
