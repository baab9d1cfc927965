// Crisp for benchmarks, both ways in one process so that one clock measures both: it sends webhooks, and plays the channel
// that answers become visible in. node:http and no parsing beyond what is measured: what this costs, the servers lack.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { crispFingerprint, crispSessionId, crispVisitorMessage, signCrisp, startFakeCrisp } from '@netia/testkit';
import type { HookResult, HookRun, ReplyResult, ReplyRun } from '../support.ts';

const SESSIONS = 1_000;
const WAIT_MAX_MS = 20_000;

const agent = new Agent({ keepAlive: true });
const crisp = await startFakeCrisp();
const visible = new Map<string, () => void>();
crisp.onVisible = ({ sessionId }) => {
  // Kept for tests; here they would only fill the memory.
  crisp.visible.length = 0;
  crisp.calls.length = 0;
  visible.get(sessionId)?.();
};

process.on('message', async (message: { run?: HookRun; reply?: ReplyRun }) => {
  try {
    const result = message.run ? await run(message.run) : message.reply ? await reply(message.reply) : undefined;
    process.send?.({ result });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send?.({ url: crisp.url });

/** So many connections, each with its next webhook as soon as the last is acknowledged; or so many a second. */
async function run({ url, websiteId, secret, parallel, seconds, rate }: HookRun): Promise<HookResult> {
  const sessions = Array.from({ length: SESSIONS }, crispSessionId);
  const result: HookResult = { acknowledged: 0, seconds: 0, ms: [] };
  const started = performance.now();
  const isOver = () => performance.now() - started >= seconds * 1_000;
  let sent = 0;
  const sendOne = async () => {
    const sessionId = sessions[sent++ % SESSIONS] as string;
    result.ms.push(await send(url, secret, websiteId, sessionId, `Question ${sent}?`));
    result.acknowledged++;
  };
  if (rate === undefined) {
    const slot = async () => {
      while (!isOver()) await sendOne();
    };
    await Promise.all(Array.from({ length: parallel }, slot));
  } else {
    const sending: Promise<void>[] = [];
    while (!isOver()) {
      const wait = started + (sending.length * 1_000) / rate - performance.now();
      if (wait > 1) await pause(wait);
      sending.push(sendOne());
    }
    await Promise.all(sending);
  }
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

/** One visitor after the other asks; the clock stops when the answer is visible. */
async function reply({ url, websiteId, secret, questions }: ReplyRun): Promise<ReplyResult> {
  const result: ReplyResult = { acknowledged: [], visible: [] };
  for (const question of questions) {
    const sessionId = crispSessionId();
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const shown = new Promise<number>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`"${question}" was not answered`)), WAIT_MAX_MS);
      visible.set(sessionId, () => resolve(performance.now() - started));
    });
    result.acknowledged.push(await send(url, secret, websiteId, sessionId, question));
    result.visible.push(await shown);
    clearTimeout(timer);
    visible.delete(sessionId);
  }
  return result;
}

/** @returns milliseconds until the acknowledgement was read. @throws unless it was one. */
function send(url: string, secret: string, websiteId: string, sessionId: string, text: string): Promise<number> {
  const raw = JSON.stringify(crispVisitorMessage({ websiteId, sessionId, text, fingerprint: crispFingerprint() }));
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = { ...signCrisp(secret, raw), 'content-length': String(Buffer.byteLength(raw)) };
    const sent = request(`${url}/webhooks/crisp`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve(performance.now() - started) : reject(new Error(`answered with ${response.statusCode}`)),
      );
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that the server closed for its idleness just then: every sender of webhooks sends such a one again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') send(url, secret, websiteId, sessionId, text).then(resolve, reject);
      else reject(error);
    });
    sent.end(raw);
  });
}
