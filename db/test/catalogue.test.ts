import { openTestDatabase, type TestDatabase } from '@netia/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROWS } from './rows.ts';

/** What the catalogue itself says of row security, roles, keys and functions (I-2): a new table cannot slip past. */
let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

/** Functions that run with their owner's rights, each reviewed: they return ids and columns, never a tenant's content. */
const SECURITY_DEFINERS = [
  'backlog',
  'find_api_key',
  'find_channel_secret',
  'find_due_sources',
  'find_due_webhooks',
  'find_invitation',
  'find_memberships',
  'find_passkey',
  'find_password_reset',
  'find_second_factor',
  'find_sign_in',
  'find_tenant_by_website',
  'find_tenants_to_embed',
  'find_tenants_to_tidy',
  'find_user_session',
  'find_waiting_conversations',
  'find_waiting_deliveries',
  'find_widget_session',
  'inbox_backlog',
  'list_tenants',
];
/** Policies beside tenant_isolation: directory_role's, for those functions. */
const DIRECTORY_POLICIES = [
  'api_keys',
  'channel_secrets',
  'conversations',
  'deliveries',
  'inbox_events',
  'invitations',
  'knowledge_sources',
  'knowledge_statistics',
  'members',
  'own_roles',
  'passkeys',
  'password_resets',
  'tenants',
  'user_sessions',
  'users',
  'webhook_deliveries',
  'widget_sessions',
];

/** People belong to no tenant; what a tenant sees of them is tried in people.test.ts. */
const BEYOND_TENANTS = ['users', 'passkeys'];

/** Every rule that a table breaks, as sentences. */
async function faults(client: pg.PoolClient): Promise<string[]> {
  const found: string[] = [];
  const tables = await client.query<{
    name: string;
    enabled: boolean;
    forced: boolean;
    has_tenant: boolean;
    policies: { name: string; roles: string; using: string | null; check: string | null }[];
    truncate: boolean;
    owner: string;
  }>(`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS has_tenant,
      coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.polname, 'roles', p.polroles::regrole[]::text, 'using', pg_get_expr(p.polqual, c.oid), 'check', pg_get_expr(p.polwithcheck, c.oid))) FROM pg_policy p WHERE p.polrelid = c.oid), '[]') AS policies,
      has_table_privilege('application_role', c.oid, 'TRUNCATE') AS truncate, pg_get_userbyid(c.relowner) AS owner
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'migrations'`);
  for (const table of tables.rows) {
    if (!table.enabled) found.push(`${table.name}: row security is not enabled`);
    if (!table.forced) found.push(`${table.name}: row security is not forced`);
    if (!table.has_tenant && table.name !== 'tenants' && !BEYOND_TENANTS.includes(table.name)) found.push(`${table.name}: no tenant_id`);
    if (table.truncate) found.push(`${table.name}: application_role may TRUNCATE`);
    if (table.owner === 'application_role') found.push(`${table.name}: owned by application_role`);
    if (!(table.name in ROWS) && !BEYOND_TENANTS.includes(table.name)) found.push(`${table.name}: not in the row security matrix (db/test/rows.ts)`);
    const isolation = table.policies.filter((policy) => policy.name === 'tenant_isolation');
    if (isolation.length !== 1 || !isolation[0]?.using?.includes('current_tenant_id()') || !isolation[0]?.check?.includes('current_tenant_id()'))
      found.push(`${table.name}: no tenant_isolation policy with USING and WITH CHECK`);
    for (const policy of table.policies.filter((candidate) => candidate.name !== 'tenant_isolation')) {
      if (policy.name !== 'directory_lookup' || policy.roles !== '{directory_role}' || !DIRECTORY_POLICIES.includes(table.name))
        found.push(`${table.name}: unreviewed policy ${policy.name}`);
    }
  }
  const keys = await client.query<{ name: string; table: string; columns: string[]; referred: string; kind: string }>(`
    SELECT k.conname AS name, k.conrelid::regclass::text AS table, k.contype AS kind, coalesce(k.confrelid::regclass::text, '') AS referred,
      ARRAY(SELECT a.attname::text FROM unnest(k.conkey) n JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n) AS columns
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = 'public'::regnamespace AND k.contype = 'f'`);
  for (const key of keys.rows)
    if (!['tenants', ...BEYOND_TENANTS].includes(key.referred) && !key.columns.includes('tenant_id'))
      found.push(`${key.table}: foreign key ${key.name} does not carry tenant_id`);
  const uniques = await client.query<{ name: string; table: string; definition: string }>(`
    SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS table, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique`);
  /** Unique over all tenants on purpose: secrets' hashes, a short number that is only a name, and the tenants themselves. */
  const global = [
    'api_keys_key_hash_key',
    'widget_sessions_token_hash_key',
    'channel_secrets_secret_hash_key',
    'document_chunks_chunk_no_key',
    'user_sessions_token_hash_key',
    'invitations_token_hash_key',
    'password_resets_token_hash_key',
  ];
  for (const unique of uniques.rows) {
    if (['tenants', 'migrations', ...BEYOND_TENANTS].includes(unique.table) || global.includes(unique.name)) continue;
    if (!/\(tenant_id[,)]/.test(unique.definition)) found.push(`${unique.table}: unique index ${unique.name} does not begin with tenant_id`);
  }
  const roles = await client.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname IN ('application_role', 'directory_role') AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)",
  );
  for (const role of roles.rows) found.push(`${role.rolname}: has a right it must not have`);
  const definers = await client.query<{ name: string; path: string[] | null; public: boolean }>(`
    SELECT p.proname AS name, p.proconfig AS path, has_function_privilege('public', p.oid, 'EXECUTE') AS public FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef`);
  for (const definer of definers.rows) {
    if (!SECURITY_DEFINERS.includes(definer.name)) found.push(`${definer.name}: SECURITY DEFINER and not reviewed`);
    if (!definer.path?.some((setting) => setting.startsWith('search_path='))) found.push(`${definer.name}: no fixed search_path`);
    if (definer.public) found.push(`${definer.name}: anyone may call it`);
  }
  const views = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm') AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)",
  );
  for (const view of views.rows) found.push(`${view.name}: a view that is not security_invoker`);
  return found.sort();
}

async function afterPlanting(sql: string): Promise<string[]> {
  const client = await test.connection.pool.connect();
  try {
    await client.query(`BEGIN; ${sql}`);
    return await faults(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

describe('the schema', () => {
  it('breaks no rule of tenancy', async () => {
    expect(await afterPlanting('SELECT 1')).toEqual([]);
  });
});

describe('the control: each rule is seen broken', () => {
  it.each([
    [
      'a bare table',
      'CREATE TABLE planted (id uuid PRIMARY KEY)',
      [
        'planted: no tenant_id',
        'planted: no tenant_isolation policy with USING and WITH CHECK',
        'planted: not in the row security matrix (db/test/rows.ts)',
        'planted: row security is not enabled',
        'planted: row security is not forced',
        'planted: unique index planted_pkey does not begin with tenant_id',
      ],
    ],
    ['row security not forced', 'ALTER TABLE leads NO FORCE ROW LEVEL SECURITY', ['leads: row security is not forced']],
    ['a second policy', 'CREATE POLICY open_door ON leads USING (true)', ['leads: unreviewed policy open_door']],
    [
      'a policy without WITH CHECK',
      'DROP POLICY tenant_isolation ON leads; CREATE POLICY tenant_isolation ON leads FOR SELECT USING (tenant_id = current_tenant_id())',
      ['leads: no tenant_isolation policy with USING and WITH CHECK'],
    ],
    ['a grant of TRUNCATE', 'GRANT TRUNCATE ON leads TO application_role', ['leads: application_role may TRUNCATE']],
    ['a key without its tenant', 'CREATE UNIQUE INDEX planted ON leads (notes)', ['leads: unique index planted does not begin with tenant_id']],
    [
      'an unreviewed definer',
      "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      ['planted: SECURITY DEFINER and not reviewed', 'planted: anyone may call it', 'planted: no fixed search_path'],
    ],
    ["a view with its owner's eyes", 'CREATE VIEW planted AS SELECT * FROM leads', ['planted: a view that is not security_invoker']],
  ])('%s', async (_name, sql, expected) => {
    expect(await afterPlanting(sql)).toEqual(expected);
  });
});
