import { spawn } from 'node:child_process';
import { connect, openDoors } from '@netia/db';
import { FakeModels, makeLookAlikes, openTestDatabase, until } from '@netia/testkit';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { startPooler } from '../support/pooler.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { WidgetClient } from '../support/widget-client.ts';

/**
 * I-3, I-4, R-5, R-6: what only a real server, a pooler in transaction mode and broken connections can show. The
 * embedded database has one connection, so there is nothing of this to test on it.
 */
const server = process.env['TEST_DATABASE_URL'];
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** PgBouncer in front of a database, until the end of this file. */
async function poolerOf(url: string): Promise<string> {
  const pooler = await startPooler(url);
  closing.push(async () => pooler.stop());
  return pooler.url;
}

describe.skipIf(!server)('behind PgBouncer in transaction mode', () => {
  it('4,000 reads of random tenants by twenty workers over five connections see only their own; plain SET leaks', async () => {
    const test = await openTestDatabase();
    closing.push(() => test.close());
    const { a, b } = await makeLookAlikes(test.db);
    const connection = await connect({ url: await poolerOf(test.url as string), poolSize: 20 });
    closing.push(() => connection.close());
    const db = openDoors(connection);
    const leaks = { door: 0, plain: 0 };
    const { seed, next: random } = seededRandom();
    const worker = async (read: (tenant: string) => Promise<string[]>, kind: keyof typeof leaks, times: number) => {
      for (let i = 0; i < times; i++) {
        const tenant = random() < 0.5 ? a.id : b.id;
        if ((await read(tenant)).some((id) => id !== tenant)) leaks[kind]++;
      }
    };
    const throughDoor = (tenant: string) => db.inTenant(tenant, async (tx) => (await tx.rows<{ id: string }>('SELECT id FROM tenants')).map((row) => row.id));
    await Promise.all(Array.from({ length: 20 }, () => worker(throughDoor, 'door', 200)));
    // The control: the same with a setting that outlives its transaction. It must leak, else this test is blind.
    const plainly = async (tenant: string) => {
      await connection.pool.query(`SET app.current_tenant_id = '${tenant}'`);
      return (await connection.pool.query<{ id: string }>('SELECT current_tenant_id() AS id')).rows.map((row) => row.id);
    };
    await Promise.all(Array.from({ length: 20 }, () => worker(plainly, 'plain', 50)));
    expect(leaks.door, `seed ${seed}`).toBe(0);
    expect(leaks.plain, `seed ${seed}`).toBeGreaterThan(100);
  });

  it('handlers that throw, time out or return early leave no tenant on any connection', async () => {
    const test = await openTestDatabase();
    closing.push(() => test.close());
    const { a } = await makeLookAlikes(test.db);
    const connection = await connect({ url: await poolerOf(test.url as string), poolSize: 10 });
    closing.push(() => connection.close());
    const db = openDoors(connection);
    await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        db.inTenant(a.id, async (tx) => {
          await tx.run('SELECT 1');
          if (i % 4 === 0) throw new Error('thrown');
          if (i % 4 === 1) await tx.run("SELECT set_config('statement_timeout', '20ms', true), pg_sleep(0)");
          if (i % 4 === 1) await tx.run('SELECT pg_sleep(1)');
          if (i % 4 === 2) return;
          await tx.run('SELECT 1 / 0');
        }),
      ),
    );
    const probes = await Promise.all(
      Array.from({ length: 20 }, () =>
        db.inDirectory((tx) => tx.row<{ tenant: string | null; n: string }>('SELECT current_tenant_id() AS tenant, (SELECT count(*) FROM tenants) AS n')),
      ),
    );
    expect(probes.every((probe) => probe?.tenant === null && probe.n === '0')).toBe(true);
  });
});

describe.skipIf(!server)('while a model writes', () => {
  it('a hundred streams on a pool of ten hold no transaction open, and health stays quick (R-5)', async () => {
    const models = await FakeModels.start();
    models.answer = () => ({ text: 'We open at nine [1]. On Sundays we open at eleven [1]. Bring a cup [1].', betweenMs: 250 });
    const gateway = await startGateway({ environment: { OPENAI_BASE_URL: models.openAiUrl }, poolSize: 10, logLevel: 'warn' });
    const watcher = new pg.Client({ connectionString: gateway.test.url });
    await watcher.connect();
    try {
      await gateway.know(gateway.tenants.a.id, {
        format: 'faq',
        title: 'When do you open?',
        content: 'We open at nine. On Sundays we open at eleven. Bring a cup.',
      });
      await gateway.settings(gateway.tenants.a.id, 'budget', { messages_per_address_per_hour: 1_000 });
      const visitors: WidgetClient[] = [];
      for (let i = 0; i < 100; i++) visitors.push(await gateway.visitor());
      let isDone = false;
      const asking = Promise.all(visitors.map((visitor) => visitor.ask('When do you open?'))).finally(() => {
        isDone = true;
      });
      let idle = 0;
      let samples = 0;
      let open = 0;
      const health: number[] = [];
      while (!isDone) {
        const { rows } = await watcher.query<{ idle: string }>(
          "SELECT count(*) AS idle FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' AND now() - state_change > interval '200 ms'",
        );
        idle += Number(rows[0]?.idle);
        samples++;
        open = Math.max(open, models.parallelMax);
        const started = performance.now();
        expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
        health.push(performance.now() - started);
        await until('a tenth of a second', () => performance.now() - started > 100, 1_000);
      }
      const answers = await asking;
      expect(answers.every((answer) => answer.verdict === 'answered')).toBe(true);
      expect(models.parallelMax).toBeGreaterThan(50);
      expect(samples).toBeGreaterThan(5);
      expect(idle).toBe(0);
    } finally {
      await watcher.end();
      await gateway.close();
      await models.close();
    }
  });
});

describe.skipIf(!server)('when the database drops connections', () => {
  it('under load, every message is answered once, and the process lives (R-6)', async () => {
    const gateway = await startGateway({ withSweep: true, logLevel: 'warn' });
    const killer = new pg.Client({ connectionString: server });
    await killer.connect();
    try {
      await gateway.know(gateway.tenants.a.id, { format: 'faq', title: 'When do you open?', content: 'We open at nine.' });
      await gateway.settings(gateway.tenants.a.id, 'budget', { messages_per_address_per_hour: 10_000 });
      const visitors: WidgetClient[] = [];
      for (let i = 0; i < 20; i++) visitors.push(await gateway.visitor());
      let isDone = false;
      const killing = (async () => {
        let killed = 0;
        while (!isDone) {
          const { rowCount } = await killer.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1',
            [new URL(gateway.test.url as string).pathname.slice(1)],
          );
          killed += rowCount ?? 0;
          const at = performance.now();
          await until('a fifth of a second', () => performance.now() - at > 200, 1_000);
        }
        return killed;
      })();
      // The visitor's client: the same id until an answer has come.
      const insist = async (visitor: WidgetClient, id: string) => {
        for (let attempt = 0; attempt < 40; attempt++) {
          try {
            const answer = await visitor.ask('When do you open?', id);
            if (answer.verdict === 'answered') return answer;
          } catch {
            // Refused or cut: again, with the same id.
          }
          const at = performance.now();
          await until('a moment', () => performance.now() - at > 150, 1_000);
        }
        throw new Error('never answered');
      };
      const answers = await Promise.all(visitors.flatMap((visitor, v) => Array.from({ length: 10 }, (_, n) => insist(visitor, `message-${v}-${n}`))));
      isDone = true;
      expect(await killing).toBeGreaterThan(2);
      expect(answers).toHaveLength(200);
      const [counts] = await gateway.inTenant(gateway.tenants.a.id, (tx) =>
        tx.rows<{ asked: number; pending: number; doubled: number; unanswered: number }>(
          `SELECT (SELECT count(*)::integer FROM messages WHERE role = 'user') AS asked,
             (SELECT count(*)::integer FROM inbox_events WHERE status <> 'done') AS pending,
             (SELECT count(*)::integer FROM (SELECT conversation_id, seq FROM messages GROUP BY 1, 2 HAVING count(*) > 1) d) AS doubled,
             (SELECT count(*)::integer FROM messages u WHERE role = 'user' AND NOT EXISTS (SELECT FROM messages a WHERE a.conversation_id = u.conversation_id AND a.sender_type = 'ai' AND a.seq = u.answer_seq)) AS unanswered`,
        ),
      );
      expect(counts).toEqual({ asked: 200, pending: 0, doubled: 0, unanswered: 0 });
    } finally {
      await killer.end();
      await gateway.close();
    }
  });

  it('and restarts in the midst of it, requests are told to come back and the same ones succeed', async () => {
    const restart = process.env['TEST_DATABASE_RESTART'];
    if (!restart) throw new Error('TEST_DATABASE_RESTART is not set: .ci/run sets it to the command that restarts the server with -m immediate');
    const gateway = await startGateway({ withSweep: true, logLevel: 'warn' });
    try {
      await gateway.know(gateway.tenants.a.id, { format: 'faq', title: 'When do you open?', content: 'We open at nine.' });
      const visitor = await gateway.visitor();
      for (let round = 0; round < 2; round++) {
        const restarting = new Promise<number | null>((resolve, reject) => {
          const child = spawn('bash', ['-c', restart], { stdio: 'ignore' });
          child.on('error', reject);
          child.on('close', resolve);
        });
        const statuses = new Set<number>();
        const answer = await until(
          'an answer after the restart',
          async () => {
            try {
              const response = await visitor.request('messages', { client_message_id: `restart-${round}`, text: 'When do you open?' });
              statuses.add(response.status);
              const text = await response.text();
              return response.ok && text.includes('answer-end') && text;
            } catch {
              return false;
            }
          },
          20_000,
        );
        expect(await restarting).toBe(0);
        expect(answer).toContain('We open at nine.');
        for (const status of statuses) expect([200, 503]).toContain(status);
      }
      expect(await gateway.inTenant(gateway.tenants.a.id, (tx) => tx.row("SELECT count(*)::integer AS n FROM messages WHERE sender_type = 'ai'"))).toEqual({
        n: 2,
      });
    } finally {
      await gateway.close();
    }
  });
});
