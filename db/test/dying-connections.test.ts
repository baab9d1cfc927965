import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Database, openDoors } from '../src/index.ts';

/** A message of the wire protocol: its kind, its length, what it says (PostgreSQL, "Message Formats"). */
const message = (kind: string, ...pieces: (string | Buffer)[]) => {
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
};
const LET_IN = message('R', Buffer.alloc(4));
const READY = message('Z', 'I');
const DONE = message('C', 'SELECT 1\0');
/** What a server says to a session that somebody ends. */
const ENDED = message('E', 'SFATAL\0', 'C57P01\0', 'Mterminating connection due to administrator command\0', '\0');

/** A server, played at the wire, that lets the first session work, and ends each later one with the very words that let it in. */
let server: Server;
let sessions = 0;
let connection: Connection;
let db: Database;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    const isFirst = ++sessions === 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      if (!isFirst) return socket.end(Buffer.concat([LET_IN, READY, ENDED]));
      socket.write(Buffer.concat([LET_IN, READY]));
      // Only "does it answer" is answered: a transaction hangs, so that the next one needs a session of its own.
      socket.on('data', (data) => {
        if (data.toString().includes('SELECT 1')) socket.write(Buffer.concat([DONE, READY]));
      });
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  connection = await connect({ url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none?sslmode=disable`, poolSize: 3 });
  db = openDoors(connection);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('a connection that dies as it is handed over', () => {
  it('fails one request, after others were tried, and never the process', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    const hanging = db.inDirectory((tx) => tx.run('SELECT 2')).catch(() => 'ended');
    await expect(db.inDirectory((tx) => tx.run('SELECT 2'))).rejects.toThrow(/connection|terminat/i);
    expect(sessions).toBeGreaterThan(2);
    for (const socket of sockets) socket.destroy();
    expect(await hanging).toBe('ended');
    await connection.close();
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });
});
