import type { Database, Transaction } from '@netia/db';
import { idParamsSchema, leadChangeSchema, leadQuerySchema, leadSchema, pageOf } from '@netia/protocol';
import { requireMember } from '../conversations/attendance.ts';
import { AppError } from '../errors.ts';
import { CsvExport, EXPORT_BATCH } from '../http/csv-export.ts';
import { keyRoute } from '../http/route.ts';
import { announce } from '../webhooks/announce.ts';
import { formulaSafe } from './formula-safe.ts';
import { toPage } from './page.ts';

interface Lead {
  id: string;
  intent: string;
  status: string;
  contact_info: Partial<Record<'name' | 'email' | 'phone' | 'company', string>>;
  notes: string | null;
  conversation_id: string | null;
  contact_id: string;
  assigned_to: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, intent, status, contact_info, notes, conversation_id, contact_id, assigned_to, created_at, updated_at';
const EXPORT_COLUMNS = ['id', 'created_at', 'status', 'intent', 'name', 'email', 'phone', 'company', 'notes'];

interface LeadsQuery {
  status?: string | undefined;
  intent?: string | undefined;
  /** The id of the last one that was read. */
  cursor?: string | undefined;
  /** When that was made, to the microsecond; looked up where it is left out, which ends the list when it is gone. */
  cursorAt?: string | undefined;
}

async function readLeads(tx: Transaction, tenantId: string, query: LeadsQuery, limit: number): Promise<(Lead & { place: string })[]> {
  return tx.rows<Lead & { place: string }>(
    `SELECT ${COLUMNS}, created_at::text AS place FROM leads WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR intent = $3)
       AND ($4::uuid IS NULL OR (created_at, id) < (coalesce($5::timestamptz, (SELECT created_at FROM leads WHERE tenant_id = $1 AND id = $4)), $4))
     ORDER BY leads.created_at DESC, id DESC LIMIT $6`,
    [tenantId, query.status ?? null, query.intent ?? null, query.cursor ?? null, query.cursorAt ?? null, limit],
  );
}

/** As cells, newest first, a batch in a transaction; a lead that is erased between two of them must not end the list. */
async function* exportedLeads(db: Database, tenantId: string, query: LeadsQuery): AsyncGenerator<string[]> {
  for (let last: (Lead & { place: string }) | undefined; ; ) {
    const place = { cursor: last?.id, cursorAt: last?.place };
    const leads = await db.inTenant(tenantId, (tx) => readLeads(tx, tenantId, { ...query, ...place }, EXPORT_BATCH));
    for (const lead of leads) {
      const { name, email, phone, company } = lead.contact_info;
      yield [lead.id, lead.created_at.toISOString(), lead.status, lead.intent, ...[name, email, phone, company, lead.notes].map(formulaSafe)];
    }
    if (leads.length < EXPORT_BATCH) return;
    last = leads.at(-1);
  }
}

/** Leads: list, change, export. */
export const leadRoutes = ({ db }: { db: Database }) => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/leads',
    summary: 'List leads, newest first',
    access: 'leads:read',
    query: leadQuerySchema,
    response: pageOf(leadSchema),
    handle: async ({ tenantId, tx, query }) => toPage(await readLeads(tx, tenantId, query, query.limit + 1), query.limit),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/leads.csv',
    summary: 'Export leads as CSV (RFC 4180), safe to open in a spreadsheet',
    access: 'leads:read',
    query: leadQuerySchema.omit({ cursor: true, limit: true }),
    handle: async ({ tenantId, query }) => new CsvExport('leads.csv', EXPORT_COLUMNS, exportedLeads(db, tenantId, query)),
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/leads/:id',
    summary: 'Show a lead',
    access: 'leads:read',
    params: idParamsSchema,
    response: leadSchema,
    handle: async ({ tenantId, tx, params }) => {
      const lead = await tx.row<Lead>(`SELECT ${COLUMNS} FROM leads WHERE tenant_id = $1 AND id = $2`, [tenantId, params.id]);
      if (!lead) throw new AppError('not_found', 'There is no lead with this id.');
      return lead;
    },
  }),
  keyRoute({
    method: 'patch',
    path: '/v1/admin/leads/:id',
    summary: 'Change status, notes or who sees to a lead',
    access: 'leads:write',
    params: idParamsSchema,
    body: leadChangeSchema,
    response: leadSchema,
    handle: async ({ tenantId, tx, params, body, audit }) => {
      if (body.assigned_to) await requireMember(tx, tenantId, body.assigned_to);
      const lead = await tx.row<Lead>(
        `UPDATE leads SET status = coalesce($3, status), notes = CASE WHEN $4 THEN $5 ELSE notes END, assigned_to = CASE WHEN $6 THEN $7::uuid ELSE assigned_to END
         WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
        [tenantId, params.id, body.status ?? null, body.notes !== undefined, body.notes ?? null, body.assigned_to !== undefined, body.assigned_to ?? null],
      );
      if (!lead) throw new AppError('not_found', 'There is no lead with this id.');
      // What is noted of a person goes with them when they are erased, and the log stays.
      await audit('lead.change', 'lead', params.id, { ...body, ...(body.notes === undefined ? {} : { notes: 'changed' }) });
      await announce(tx, tenantId, 'lead.changed', { lead_id: lead.id, conversation_id: lead.conversation_id });
      return lead;
    },
  }),
];
