import { type NumbersRow, numbersQuerySchema, numbersSchema } from '@netia/protocol';
import { countModelCalls, type NumbersQuery, readNumbers, readTotals } from '../conversations/numbers.ts';
import { AppError } from '../errors.ts';
import { CsvExport } from '../http/csv-export.ts';
import { keyRoute } from '../http/route.ts';
import { readTenant } from '../tenants/settings.ts';
import { formulaSafe } from './formula-safe.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 400;
const COLUMNS: (keyof NumbersRow)[] = [
  'key',
  'conversations',
  'questions',
  'answered',
  'abstained',
  'handed_over',
  'resolved_confirmed',
  'resolved_assumed',
  'leads',
  'rating',
  'first_part_ms',
  'cost_micros',
];

/** From the first day to the last, both counted. @throws {AppError} invalid_request */
function readSpan({ from, to, channel, language }: { from: string; to: string; channel?: string | undefined; language?: string | undefined }): NumbersQuery {
  const span = { from: new Date(`${from}T00:00:00Z`), to: new Date(Date.parse(`${to}T00:00:00Z`) + DAY_MS), channel, language };
  const days = (span.to.getTime() - span.from.getTime()) / DAY_MS;
  if (!(days >= 1 && days <= DAYS_MAX)) throw new AppError('invalid_request', `Give a first and a last day, at most ${DAYS_MAX} days apart.`);
  return span;
}

/** What came of conversations, by day, channel or language. */
export const numberRoutes = () => [
  keyRoute({
    method: 'get',
    path: '/v1/admin/numbers',
    summary: 'What came of conversations, by day, channel or language; with the questions asked most and the budget of the day',
    access: 'numbers:read',
    query: numbersQuerySchema,
    response: numbersSchema,
    handle: async ({ tenantId, tx, query }) => {
      const span = readSpan(query);
      const { budget } = (await readTenant(tx, tenantId)).settings;
      return {
        items: await readNumbers(tx, tenantId, query.by, span),
        ...(await readTotals(tx, tenantId, span)),
        budget: { model_calls: await countModelCalls(tx, tenantId), model_calls_per_day: budget.model_calls_per_day },
      };
    },
  }),
  keyRoute({
    method: 'get',
    path: '/v1/admin/numbers.csv',
    summary: 'The same rows as CSV (RFC 4180), safe to open in a spreadsheet',
    access: 'numbers:read',
    query: numbersQuerySchema,
    handle: async ({ tenantId, tx, query }) => {
      const rows = await readNumbers(tx, tenantId, query.by, readSpan(query));
      const lines = rows.map((row) => COLUMNS.map((column) => formulaSafe(row[column] === null ? undefined : String(row[column]))));
      return new CsvExport('numbers.csv', COLUMNS, lines);
    },
  }),
];
