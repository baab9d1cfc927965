import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROWS, WRITTEN_ONCE } from './rows.ts';

/**
 * Every tenant table × select, insert, update, delete × the own tenant, another, none, an empty and a malformed one.
 * If this fails, one tenant can read or write another's data.
 */
let test: TestDatabase;
const own = randomUUID();
const other = randomUUID();
const made: Record<'own' | 'other', Record<string, { id?: string }>> = { own: {}, other: {} };

beforeAll(async () => {
  test = await openTestDatabase();
  for (const [whose, tenant] of [
    ['own', own],
    ['other', other],
  ] as const) {
    // People belong to no tenant, so no tenant's door lets one in before they are a member.
    const person = await test.connection.pool.query<{ id: string }>("INSERT INTO users (email, name, password_hash) VALUES ($1, 'P', 'x') RETURNING id", [
      `${tenant}@p.invalid`,
    ]);
    made[whose]['users'] = person.rows[0] ?? {};
    for (const [table, row] of Object.entries(ROWS)) {
      const { sql, values } = row.insert(tenant, made[whose]);
      made[whose][table] = (await test.db.inTenant(tenant, (tx) => tx.row<{ id: string }>(sql, values))) ?? {};
    }
  }
});
afterAll(() => test.close());

const tenantColumn = (table: string) => (table === 'tenants' ? 'id' : 'tenant_id');

/** Runs as application_role with a setting of the test's choosing, past the door and its check of the id. */
async function withSetting<T>(setting: string | null, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = await test.connection.pool.connect();
  try {
    await client.query("BEGIN; SELECT set_config('role', 'application_role', true)");
    if (setting !== null) await client.query("SELECT set_config('app.current_tenant_id', $1, true)", [setting]);
    const result = await client.query(sql, values);
    return result.command === 'SELECT' ? (result.rows as T[]) : Array.from({ length: result.rowCount ?? 0 });
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const STRANGERS: [string, string | null][] = [
  ['no tenant', null],
  ['an empty tenant', ''],
  ['a malformed tenant', "x' OR true --"],
  ['a nearly right tenant', own.slice(0, -1)],
  ['an unknown tenant', randomUUID()],
];

describe.each(Object.keys(ROWS))('%s', (table) => {
  const column = tenantColumn(table);

  it("shows the own tenant its rows and nobody else's", async () => {
    const seen = await test.db.inTenant(own, (tx) => tx.rows<{ tenant: string }>(`SELECT ${column} AS tenant FROM ${table}`));
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen.map((row) => row.tenant))).toEqual(new Set([own]));
  });

  it.each(STRANGERS)('shows %s nothing', async (_name, setting) => {
    expect(await withSetting(setting, `SELECT * FROM ${table}`)).toEqual([]);
  });

  it.each([...STRANGERS, ['the other tenant', other]] as [string, string | null][])('lets %s insert nothing for the own tenant', async (_name, setting) => {
    const { sql, values } = (ROWS[table] as (typeof ROWS)[string]).insert(own, made.own);
    await expect(withSetting(setting, sql, values)).rejects.toMatchObject({ code: '42501' });
  });

  it.each([...STRANGERS, ['the other tenant', other]] as [string, string | null][])(
    'lets %s change and delete nothing of the own tenant',
    async (_name, setting) => {
      const may = WRITTEN_ONCE[table] ?? [];
      if (may.includes('update'))
        await expect(withSetting(setting, `UPDATE ${table} SET ${ROWS[table]?.update} WHERE ${column} = $1`, [own])).rejects.toMatchObject({ code: '42501' });
      else expect(await withSetting(setting, `UPDATE ${table} SET ${ROWS[table]?.update} WHERE ${column} = $1`, [own])).toHaveLength(0);
      if (may.includes('delete'))
        await expect(withSetting(setting, `DELETE FROM ${table} WHERE ${column} = $1`, [own])).rejects.toMatchObject({ code: '42501' });
      else expect(await withSetting(setting, `DELETE FROM ${table} WHERE ${column} = $1`, [own])).toHaveLength(0);
    },
  );

  it('lets the own tenant change its rows, and give none away', async () => {
    if (WRITTEN_ONCE[table]?.includes('update')) {
      await expect(withSetting(own, `UPDATE ${table} SET ${ROWS[table]?.update}`)).rejects.toMatchObject({ code: '42501' });
      return;
    }
    expect((await withSetting(own, `UPDATE ${table} SET ${ROWS[table]?.update}`)).length).toBeGreaterThan(0);
    await expect(withSetting(own, `UPDATE ${table} SET ${column} = $1`, [other])).rejects.toThrow();
  });
});

describe('the control', () => {
  it('a table without row security does leak in this matrix', async () => {
    const client = await test.connection.pool.connect();
    try {
      await client.query('BEGIN; CREATE TABLE planted (tenant_id uuid); GRANT SELECT ON planted TO application_role');
      await client.query('INSERT INTO planted VALUES ($1)', [other]);
      await client.query("SELECT set_config('role', 'application_role', true), set_config('app.current_tenant_id', $1, true)", [own]);
      expect((await client.query('SELECT * FROM planted')).rows).toHaveLength(1);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('the door', () => {
  it.each(['', 'x', `${own}'; DROP TABLE tenants; --`, own.replaceAll('-', '')])('refuses %j as a tenant before it reaches the database', (id) => {
    expect(() => test.db.inTenant(id, () => Promise.resolve())).toThrow(RangeError);
  });

  it('leaves nothing behind on a connection, whatever happened inside', async () => {
    await test.db.inTenant(own, (tx) => tx.run('SELECT 1'));
    await expect(test.db.inTenant(own, (tx) => tx.run('SELECT 1 / 0'))).rejects.toMatchObject({ code: '22012' });
    await expect(test.db.inTenant(own, () => Promise.reject(new Error('thrown between')))).rejects.toThrow('thrown between');
    const left = await test.db.inDirectory((tx) =>
      tx.row<{ tenant: string | null; role: string; rows: string }>(
        'SELECT current_tenant_id() AS tenant, current_user AS role, (SELECT count(*) FROM tenants) AS rows',
      ),
    );
    expect(left).toEqual({ tenant: null, role: 'application_role', rows: '0' });
  });

  it('does not let a swallowed failure pass for a commit', async () => {
    const lost = test.db.inTenant(own, async (tx) => {
      await tx.run('UPDATE tenants SET name = $1', ['half']);
      await tx.run('SELECT 1 / 0').catch(() => {});
    });
    await expect(lost).rejects.toThrow('rolled back');
  });
});

describe('a foreign key', () => {
  it.each([
    [
      'messages',
      "INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, content) VALUES ($1, $2, 1, 'user', 'visitor', 'x')",
      'conversations',
    ],
    [
      'documents',
      "INSERT INTO documents (tenant_id, knowledge_id, version, title, content, content_hash) VALUES ($1, $2, 1, '', 'x', decode(repeat('00', 32), 'hex'))",
      'knowledge_bases',
    ],
    ['leads', "INSERT INTO leads (tenant_id, contact_id, intent) VALUES ($1, $2, 'other')", 'contacts'],
    [
      'widget_sessions',
      "INSERT INTO widget_sessions (tenant_id, conversation_id, token_hash, expires_at) VALUES ($1, $2, decode(repeat('11', 32), 'hex'), now())",
      'conversations',
    ],
  ])('of %s cannot reach into another tenant', async (_table, sql, referred) => {
    await expect(test.db.inTenant(own, (tx) => tx.run(sql, [own, made.other[referred]?.id]))).rejects.toMatchObject({ code: '23503' });
  });
});
