import type pg from 'pg';
import type { Connection } from './connect.ts';
import { isConnectionFailure } from './failures.ts';
import { tidyTables } from './upkeep.ts';

/** What work inside a transaction may do: run statements. Rows come back typed by the caller. */
export interface Transaction {
  rows<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The first row, or undefined. */
  row<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row | undefined>;
  /** Runs a statement for its effect. @returns how many rows it touched. */
  run(text: string, values?: unknown[]): Promise<number>;
}

/** The doors to the data. There is no other way in: the pool itself is not handed on. */
export interface Database {
  kind: Connection['kind'];
  /**
   * Runs `work` in one transaction as application_role, seeing and writing only this tenant's rows.
   * Keep it short: nothing may be awaited in it but its own statements.
   * @throws whatever `work` throws, after ROLLBACK; a RangeError when the id is no UUID.
   */
  inTenant<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` as application_role without a tenant: only the reviewed look-up functions return anything. */
  inDirectory<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` as the login role, for the operator's command line. Row security still holds unless it is a superuser. */
  asOperator<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Keeps the embedded database in order, as autovacuum does a server's, for which it does nothing. @returns the tables it has seen to. */
  tidy(): Promise<string[]>;
  close(): Promise<void>;
}

export interface DatabaseLog {
  debug(fields: object, message: string): void;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * One round trip opens the transaction, takes the role, names the tenant and sets limits (a transaction that outlives
 * them is a fault of ours or a stuck disk; better one failed request than a full pool). All settings end with the
 * transaction, on purpose: behind a transaction-pooling proxy a plain SET outlives the request, on a connection that
 * the next tenant gets. One SELECT takes half the time of five SETs.
 */
function openingAs(tenantId: string, kind: Connection['kind']): string {
  // The embedded engine has no timers: a limit that fires there makes it spin for ever.
  const limits = kind === 'embedded' ? '' : ", set_config('statement_timeout', '10s', true), set_config('idle_in_transaction_session_timeout', '10s', true)";
  return `BEGIN; SELECT set_config('role', 'application_role', true), set_config('app.current_tenant_id', '${tenantId}', true)${limits}`;
}

/** Wraps an open connection in the doors above. */
export function openDoors(connection: Connection, log: DatabaseLog = { debug: () => {} }): Database {
  const through = <T>(tenantId: string | null, opening: string, work: (tx: Transaction) => Promise<T>) =>
    transact(connection.pool, log, tenantId, opening, work);
  return {
    kind: connection.kind,
    inTenant: (tenantId, work) => {
      if (!UUID.test(tenantId)) throw new RangeError('inTenant: the tenant id is not a UUID');
      return through(tenantId, openingAs(tenantId, connection.kind), work);
    },
    inDirectory: (work) => through(null, openingAs('', connection.kind), work),
    asOperator: (work) => through(null, 'BEGIN', work),
    tidy: () => (connection.kind === 'server' ? Promise.resolve([]) : tidyTables(connection.pool)),
    close: () => connection.close(),
  };
}

async function transact<T>(pool: pg.Pool, log: DatabaseLog, tenantId: string | null, opening: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const started = performance.now();
  const lent = await begin(pool, opening);
  let statements = 0;
  const query = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => {
    statements++;
    return lent.client.query<Row>(text, values);
  };
  const tx: Transaction = {
    rows: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => (await query<Row>(text, values)).rows,
    row: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => (await query<Row>(text, values)).rows[0],
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  };
  let failure: unknown;
  try {
    const result = await work(tx);
    // A transaction in which a statement failed and the failure was swallowed "commits" as a ROLLBACK, without an error.
    const { command } = await lent.client.query('COMMIT');
    if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } catch (error) {
    failure = error;
    // A connection that cannot roll back is thrown away: handed on, it would carry this tenant to the next borrower.
    await lent.client.query('ROLLBACK').catch((rollbackError: Error) => lent.breakWith(rollbackError));
    throw error;
  } finally {
    lent.giveBack();
    log.debug(
      {
        tenant: tenantId,
        statements,
        ms: Math.round((performance.now() - started) * 100) / 100,
        ...(failure ? { failed: (failure as { code?: string }).code ?? 'error' } : {}),
      },
      'database',
    );
  }
}

interface LentClient {
  client: pg.PoolClient;
  breakWith(error: Error): void;
  giveBack(): void;
}

/**
 * Borrows a connection and opens the transaction. An idle connection may have died in the pool without our noticing;
 * nothing has been done on it yet, so a dead one is dropped and the next tried.
 */
async function begin(pool: pg.Pool, opening: string): Promise<LentClient> {
  for (let attempt = 1; ; attempt++) {
    const lent = await borrow(pool);
    try {
      await lent.client.query(opening);
      return lent;
    } catch (error) {
      lent.breakWith(error as Error);
      lent.giveBack();
      if (!isConnectionFailure(error) || attempt === 3) throw error;
    }
  }
}

async function borrow(pool: pg.Pool): Promise<LentClient> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Without a listener a lent connection that dies ends the process: the pool listens only while it is idle.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  return {
    client,
    breakWith: onError,
    giveBack: () => {
      client.off('error', onError);
      client.release(broken);
    },
  };
}
