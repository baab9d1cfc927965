import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@netia/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, runToEnd } from '../support/stack.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netia-e2e-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each test starts from the same folder: only one process at a time holds it. */
const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ NETIA_DATA_DIR: folder, ...env });

/** What `npm start` runs, once Node and the packages are there. */
const START = ['tools/start.ts'];

function expectSentence(ended: Ended, ...words: string[]): void {
  const lines = ended.output.trim().split('\n');
  for (const word of words) expect(ended.output).toContain(word);
  expect(ended.output).not.toMatch(/^\s+at /m);
  expect(ended.output).not.toContain('node:internal');
  expect(lines.filter((line) => !line.startsWith('  - ') && !line.startsWith('Widget built:'))).toHaveLength(1);
  expect(ended.code).toBe(1);
}

describe('start', () => {
  test('says where everything is, answers, and ends with 0 when told to', async () => {
    const port = await freePort();
    const ended = await runToEnd(START, environment({ PORT: String(port) }), async (child, output) => {
      await until('the welcome', () => output().includes('Ctrl-C stops it.'), 60_000);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('data-website-id="netia-demo"');
      expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).toEqual({ status: 'ready' });
      child.kill('SIGTERM');
    });
    expect(ended.code).toBe(0);
    expect(ended.output).toContain(`http://localhost:${port}/`);
    expect(ended.output).toContain('Netia is ready.');
  });

  test('ends with 0 on Ctrl-C too, while somebody has the page open', async () => {
    const port = await freePort();
    const ended = await runToEnd(START, environment({ PORT: String(port) }), async (child, output) => {
      await until('the welcome', () => output().includes('Ctrl-C stops it.'), 60_000);
      // A connection that is kept open must not hold the process.
      await fetch(`http://127.0.0.1:${port}/healthz`, { keepalive: true });
      child.kill('SIGINT');
    });
    expect(ended.code).toBe(0);
  });

  test('a busy port is one sentence that names another way', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      expectSentence(await runToEnd(START, environment({ PORT: String(port) })), `Port ${port} is in use.`, `PORT=${port + 1}`);
    } finally {
      other.close();
    }
  });

  test('bad settings are named, all at once, and secrets are not repeated', async () => {
    const ended = await runToEnd(
      START,
      environment({ PORT: 'eighty', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://root:hunter2@localhost/x', NETIA_SECRET: 'short-secret' }),
    );
    expectSentence(
      ended,
      'Settings to correct:',
      'PORT must be a port number',
      'LOG_LEVEL must be one of',
      'DATABASE_URL must begin with postgres://',
      'NETIA_SECRET must have at least 32 characters',
    );
    expect(ended.output).not.toMatch(/hunter2|short-secret/);
  });

  test('a database that cannot be reached is one sentence without its password', async () => {
    const port = await freePort();
    const ended = await runToEnd(START, environment({ DATABASE_URL: `postgres://netia:hunter2@127.0.0.1:${port}/netia`, NETIA_SECRET: 'x'.repeat(32) }));
    expectSentence(ended, `The database at 127.0.0.1:${port}/netia does not answer`, 'correct DATABASE_URL');
    expect(ended.output).not.toContain('hunter2');
  });

  test('a Redis that cannot be reached is one sentence', async () => {
    const port = await freePort();
    expectSentence(
      await runToEnd(START, environment({ REDIS_URL: `redis://:hunter2@127.0.0.1:${port}`, PORT: String(await freePort()) })),
      `Redis at 127.0.0.1:${port} does not answer`,
    );
  });

  test('a second process on the same embedded database is refused in one sentence', async () => {
    const port = await freePort();
    await runToEnd(START, environment({ PORT: String(port) }), async (child, output) => {
      await until('the welcome', () => output().includes('Ctrl-C stops it.'), 60_000);
      expectSentence(await runToEnd(START, environment({ PORT: String(await freePort()) })), 'in use by process');
      child.kill('SIGTERM');
    });
  });
});
