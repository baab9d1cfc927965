import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Outbound } from '../../src/outbound/outbound.ts';
import { OutboundFault, type OutboundFaultKind } from '../../src/outbound/outbound-fault.ts';
import { isReachable, readNetworks } from '../../src/outbound/public-address.ts';

/** S-1: nothing that a tenant names reaches what is not of the public internet, however it is spelled or redirected. */

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const SECRET = 'the inner service says 4711';
const INNER: Handler = (_request, response) => void response.end(SECRET);
let handler: Handler = INNER;
/** How often a listener on loopback was reached: connections, not requests. */
let hits = 0;
const servers: Server[] = [];
let port = 0;

beforeAll(async () => {
  port = await listen('127.0.0.1', 0);
  // The same port on IPv6's loopback, where the machine has one.
  await listen('::1', port).catch(() => {});
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
const opened: Outbound[] = [];
afterEach(async () => {
  for (const outbound of opened.splice(0)) await outbound.close();
  handler = INNER;
  hits = 0;
});

function listen(host: string, wanted: number): Promise<number> {
  const server = createServer((request, response) => handler(request, response));
  server.on('connection', () => hits++);
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(wanted, host, () => resolve((server.address() as AddressInfo).port));
  });
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** A name that means each of the answers in turn, and then the last one. */
type Names = Record<string, string[][]>;

function open(allowed: string[] = [], names: Names = {}): Outbound {
  const asked = new Map<string, number>();
  const outbound = new Outbound(readNetworks(allowed), 'TestBot/1.0', (hostname) => {
    const answers = names[hostname];
    if (!answers) return Promise.reject(Object.assign(new Error(`no such name: ${hostname}`), { code: 'ENOTFOUND' }));
    const time = asked.get(hostname) ?? 0;
    asked.set(hostname, time + 1);
    const addresses = answers[Math.min(time, answers.length - 1)] as string[];
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  });
  opened.push(outbound);
  return outbound;
}

const LIMITS = { maxBytes: 10_000, timeoutMs: 3_000 };

async function faultOf(outbound: Outbound, url: string, limits = LIMITS): Promise<OutboundFault> {
  const outcome = await outbound.get(url, limits).catch((error: unknown) => error);
  if (!(outcome instanceof OutboundFault)) throw new Error(`${url} brought ${JSON.stringify(outcome)}, ${String(outcome)}`);
  return outcome;
}

/** Hosts as they stand in an address, `PORT` where the listener's is to stand. */
const INNER_HOSTS = [
  ...['127.0.0.1', '127.0.0.1.', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.0.0.1', '0x7f.1', '0X7F.0X0.0X0.0X1'],
  ...['0177.0.0.1', '0177.1', '017700000001', '00000177.0.0.1', '127.0.0.0x1', '127.0x0.1', '0', '0.0.0.0', '0x0', '00', '0.0.0.0.'],
  ...['１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '%31%32%37.0.0.1', '127.0.0.%31'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]', '[::7f00:1]'],
  ...['[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::127.0.0.1]', '[2002:7f00:1::]', '[2002:7f00:0001::1]'],
  ...['[2001:0:7f00:1::]', '[fe80::1]', '[febf::1]', '[fc00::1]', '[fd00:ec2::254]', '[fdff::1]', '[fec0::1]', '[ff02::1]', '[2001:db8::1]', '[100::1]'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.1.254', '169.254.169.254', '169.254.170.2', '2852039166'],
  ...['0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]', '[64:ff9b::a9fe:a9fe]', '100.64.0.1', '100.127.255.254', '100.100.100.200'],
  ...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '192.88.99.1'],
];

/** Names whose look-up says something inner. */
const INNER_NAMES: Names = {
  localhost: [['127.0.0.1', '::1']],
  'localhost.': [['127.0.0.1']],
  'foo.localhost': [['127.0.0.1']],
  'metadata.google.internal': [['169.254.169.254']],
  'metadata.azure.internal': [['169.254.169.254']],
  'instance-data.ec2.internal': [['169.254.169.254']],
  'kubernetes.default.svc': [['10.96.0.1']],
  'rebound.invalid': [['127.0.0.1']],
  'six.invalid': [['::1']],
  'mapped.invalid': [['::ffff:127.0.0.1']],
  'nat64.invalid': [['64:ff9b::7f00:1']],
  'zero.invalid': [['0.0.0.0']],
  'carrier.invalid': [['100.64.0.1']],
  'nothing.invalid': [[]],
};

const REFUSED: OutboundFaultKind[] = ['not_public', 'not_an_address'];

describe('an inner address', () => {
  it('is not reached, however it is written', async () => {
    expect(INNER_HOSTS.length).toBeGreaterThanOrEqual(60);
    const outbound = open();
    for (const host of INNER_HOSTS) {
      for (const scheme of ['http', 'https']) {
        const fault = await faultOf(outbound, `${scheme}://${host}:${port}/secret`);
        expect([host, REFUSED.includes(fault.kind)]).toEqual([host, true]);
        expect(fault.message).not.toContain('4711');
      }
    }
    expect(hits).toBe(0);
  });

  it.each(Object.keys(INNER_NAMES))('is not reached behind the name %s', async (name) => {
    const fault = await faultOf(open([], INNER_NAMES), `http://${name}:${port}/secret`);
    expect([fault.kind, hits]).toEqual(['not_public', 0]);
  });

  it.each([
    ['a user name', () => `http://user@127.0.0.1:${port}/`],
    ['a password', () => `http://public.example:pass@127.0.0.1:${port}/`],
    ['a name that is a user name', () => `http://public.example%40127.0.0.1:${port}@127.0.0.1:${port}/`],
    ['a file', () => 'file:///etc/passwd'],
    ['gopher', () => `gopher://127.0.0.1:${port}/_GET`],
    ['ftp', () => `ftp://127.0.0.1:${port}/`],
    ['data', () => 'data:text/html,x'],
    ['a script', () => 'javascript:alert(1)'],
    ['a port of mail', () => 'http://public.example:25/'],
    ['a port of a shell', () => 'http://public.example:22/'],
    ['nothing', () => ''],
    ['no address', () => 'public.example'],
    ['an empty host', () => 'http:///'],
  ])('and what is none is refused before a look-up: %s', async (_name, url) => {
    const fault = await faultOf(open(LOOPBACK, { 'public.example': [['127.0.0.1']] }), url());
    expect([fault.kind, hits]).toEqual(['not_an_address', 0]);
  });

  it('among the addresses of a name is left out, and the public one is all that is tried', async () => {
    // 192.0.2.0/24 stands for the public internet here: nothing answers there.
    const fault = await faultOf(open(['192.0.2.0/24'], { 'both.invalid': [['127.0.0.1', '192.0.2.1', '::1']] }), `http://both.invalid:${port}/`, {
      ...LIMITS,
      timeoutMs: 400,
    });
    expect(['too_slow', 'unreachable']).toContain(fault.kind);
    expect(hits).toBe(0);
  });

  it('is not reached through a name that was public when it was first asked', async () => {
    // 127.0.0.2 is allowed and plays the public internet; 127.0.0.1 is not, and the name means it from the second time on.
    const second = await listen('127.0.0.2', 0);
    handler = (_request, response) => response.writeHead(200, { connection: 'close' }).end('public');
    const outbound = open(['127.0.0.2/32'], { 'turning.invalid': [['127.0.0.2'], ['127.0.0.1']] });
    expect((await outbound.get(`http://turning.invalid:${second}/`, LIMITS)).body.toString()).toBe('public');
    hits = 0;
    handler = INNER;
    expect((await faultOf(outbound, `http://turning.invalid:${port}/`)).kind).toBe('not_public');
    expect(hits).toBe(0);
  });

  it('gives the same refusal whether anything listens there or not, and says nothing of it', async () => {
    const outbound = open([], INNER_NAMES);
    const faults = [`http://127.0.0.1:${port}/`, 'http://127.0.0.1:1024/', `http://rebound.invalid:${port}/`, 'http://rebound.invalid:1024/'];
    const texts = await Promise.all(faults.map(async (url) => (await faultOf(outbound, url)).message));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).not.toMatch(/127|rebound|ECONN|\d{4}/);
  });
});

describe('a redirect', () => {
  /** Leads from a first server that may be reached to wherever the test says. */
  const leadTo = (location: () => string) => {
    handler = (request, response) => {
      if (request.url === '/start') response.writeHead(302, { location: location() }).end(SECRET);
      else INNER(request, response);
    };
  };
  const names: Names = { 'start.invalid': [['127.0.0.3']], ...INNER_NAMES };
  let startPort = 0;
  beforeAll(async () => {
    startPort = await listen('127.0.0.3', 0);
  });

  it('to an inner address is not followed, however it is written', async () => {
    const outbound = open(['127.0.0.3/32'], names);
    for (const host of [...INNER_HOSTS, ...Object.keys(INNER_NAMES)]) {
      // Into a header go bytes; a browser would write these so.
      leadTo(() => encodeURI(`http://${host}:${port}/secret`).replaceAll('%25', '%').replaceAll('%5B', '[').replaceAll('%5D', ']'));
      hits = 0;
      const fault = await faultOf(outbound, `http://start.invalid:${startPort}/start`);
      expect([host, [...REFUSED, 'bad_redirect'].includes(fault.kind)]).toEqual([host, true]);
      expect(fault.message).not.toContain('4711');
      // At most the connection to where it began.
      expect(hits).toBeLessThanOrEqual(1);
    }
  });

  it.each([301, 302, 303, 307, 308])('with %d is followed to what may be reached', async (status) => {
    handler = (request, response) =>
      request.url === '/start' ? void response.writeHead(status, { location: '/end' }).end() : void response.end(`at ${request.url}`);
    const got = await open(LOOPBACK).get(`http://127.0.0.1:${port}/start`, LIMITS);
    expect([got.status, got.body.toString(), got.url]).toEqual([200, 'at /end', `http://127.0.0.1:${port}/end`]);
  });

  it('is followed three times and not a fourth', async () => {
    const seen: string[] = [];
    handler = (request, response) => {
      seen.push(request.url ?? '');
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.end('arrived');
    };
    const outbound = open(LOOPBACK);
    expect((await outbound.get(`http://127.0.0.1:${port}/3`, LIMITS)).body.toString()).toBe('arrived');
    seen.length = 0;
    expect((await faultOf(outbound, `http://127.0.0.1:${port}/4`)).kind).toBe('too_many_redirects');
    expect(seen).toEqual(['/4', '/3', '/2', '/1']);
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'javascript:alert(1)', 'http://[', 'data:text/html,x'])('to %s is refused', async (location) => {
    leadTo(() => location);
    expect(REFUSED.concat('bad_redirect')).toContain((await faultOf(open(LOOPBACK), `http://127.0.0.1:${port}/start`)).kind);
  });

  it('from an encrypted page to one that is not is refused, and the other way round it is followed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netia-outbound-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
    execFileSync('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')];
    rmSync(folder, { recursive: true });
    const encrypted = createTlsServer({ key, cert }, (asked, response) =>
      asked.url === '/down' ? void response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end() : void response.end('encrypted'),
    );
    await new Promise<void>((resolve) => encrypted.listen(0, '127.0.0.1', resolve));
    const known = getCACertificates('default');
    setDefaultCACertificates([...known, cert]);
    try {
      const tls = `https://127.0.0.1:${(encrypted.address() as AddressInfo).port}`;
      expect((await open(LOOPBACK).get(`${tls}/`, LIMITS)).body.toString()).toBe('encrypted');
      expect((await faultOf(open(LOOPBACK), `${tls}/down`)).kind).toBe('bad_redirect');
      expect(hits).toBe(0);
      leadTo(() => `${tls}/`);
      expect((await open(LOOPBACK).get(`http://127.0.0.1:${port}/start`, LIMITS)).body.toString()).toBe('encrypted');
    } finally {
      setDefaultCACertificates(known);
      encrypted.closeAllConnections();
      encrypted.close();
    }
  });

  it('carries no user name along', async () => {
    leadTo(() => `http://user:pass@127.0.0.1:${port}/end`);
    expect((await faultOf(open(LOOPBACK), `http://127.0.0.1:${port}/start`)).kind).toBe('not_an_address');
  });

  it('without a place to go is an answer like any other', async () => {
    handler = (_request, response) => response.writeHead(302).end(SECRET);
    const got = await open(LOOPBACK).get(`http://127.0.0.1:${port}/start`, LIMITS);
    expect([got.status, got.body.length]).toEqual([302, 0]);
  });
});

describe('a network that the operator allows', () => {
  it('is reached, and only that one', async () => {
    handler = (_request, response) => void response.end('welcome');
    const outbound = open(['127.0.0.1/32']);
    expect((await outbound.get(`http://127.0.0.1:${port}/`, LIMITS)).body.toString()).toBe('welcome');
    expect((await outbound.get(`http://[::ffff:127.0.0.1]:${port}/`, LIMITS)).body.toString()).toBe('welcome');
    hits = 0;
    expect((await faultOf(outbound, `http://127.0.0.2:${port}/`)).kind).toBe('not_public');
    expect(hits).toBe(0);
  });

  it('is judged by the address and not by how it is written', () => {
    const allowed = readNetworks(['10.1.0.0/16', 'fd00:1::/32']);
    const judged = ['10.1.2.3', '::ffff:10.1.2.3', '10.2.0.1', 'fd00:1::5', 'fd00:2::5', '8.8.8.8', '2606:4700::1111', 'name', ''];
    expect(judged.map((address) => isReachable(address, allowed))).toEqual([true, true, false, true, false, true, true, false, false]);
  });

  it('that is none is refused when the process starts', () => {
    expect(() => readNetworks(['10.1.0.0'])).toThrow();
    expect(() => readNetworks(['everything'])).toThrow();
  });
});

describe('what comes', () => {
  const get = (limits = LIMITS) => open(LOOPBACK).get(`http://127.0.0.1:${port}/`, limits);
  const fault = (limits = LIMITS) => faultOf(open(LOOPBACK), `http://127.0.0.1:${port}/`, limits);

  it('is taken up to its limit and not a byte more', async () => {
    let length = LIMITS.maxBytes;
    handler = (_request, response) => void response.end('x'.repeat(length));
    expect((await get()).body.length).toBe(LIMITS.maxBytes);
    length++;
    expect((await fault()).kind).toBe('too_large');
  });

  it('is counted after it was inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    handler = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    const before = process.memoryUsage().rss;
    expect((await fault()).kind).toBe('too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(45_000_000);
  });

  it('without an end is cut off at the limit', async () => {
    let written = 0;
    handler = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_000))) written += 1_000;
      };
      response.on('drain', more);
      more();
    };
    expect((await fault()).kind).toBe('too_large');
    expect(written).toBeLessThan(20_000_000);
  });

  it.each([
    ['a byte at a time', (response: ServerResponse) => void setInterval(() => response.write('x'), 20).unref()],
    ['headers and then nothing', (response: ServerResponse) => void response.flushHeaders()],
    ['nothing at all', () => {}],
  ])('too slowly is given up when the time is over: %s', async (_name, play) => {
    handler = (_request, response) => play(response);
    expect((await fault({ maxBytes: 10_000, timeoutMs: 300 })).kind).toBe('too_slow');
  });

  it('takes all its redirects together no longer than it may', async () => {
    handler = (_request, response) => void setTimeout(() => response.writeHead(302, { location: '/again' }).end(), 200).unref();
    // With a time for each of them it would be given up for their number.
    expect((await fault({ maxBytes: 10_000, timeoutMs: 300 })).kind).toBe('too_slow');
  });

  it.each([400, 401, 403, 404, 500, 503])('with %d is a status without a body', async (status) => {
    handler = (_request, response) => response.writeHead(status).end(SECRET);
    const got = await get();
    expect([got.status, got.body.length]).toEqual([status, 0]);
  });

  it.each([
    ['cut off', (request: IncomingMessage) => void request.socket.destroy()],
    ['no HTTP', (request: IncomingMessage) => void request.socket.end('SSH-2.0-OpenSSH_9.6 4711\r\n')],
    [
      'not what it says to be',
      (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(SECRET),
    ],
    ['headers without end', (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(200, { 'x-long': SECRET.repeat(3_000) }).end()],
  ])('broken is a fault that tells nothing of it: %s', async (_name, play) => {
    handler = play;
    const { kind, message } = await fault();
    expect(kind).toBe('unreachable');
    expect(message).toBe('The server could not be reached.');
  });

  it('is asked for with our name, and with nothing that could be a credential', async () => {
    let headers: IncomingMessage['headers'] = {};
    handler = (request, response) => {
      headers = request.headers;
      response.end('x');
    };
    await get();
    expect(headers['user-agent']).toBe('TestBot/1.0');
    expect([headers.cookie, headers.authorization, headers.referer]).toEqual([undefined, undefined, undefined]);
  });
});
