import { readCrispSignatures, signCrisp } from '@netia/testkit';
import { describe, expect, it } from 'vitest';
import { verifyCrispSignature } from '../../src/channels/crisp/verify-signature.ts';

/** W-1 at the verifier: what crisp-api and a second implementation said of each vector is the witness. */
const { vectors, freshness_policy: freshness } = readCrispSignatures();
const EVER = Number.POSITIVE_INFINITY;

type Signed = Pick<(typeof vectors)[number], 'body' | 'signature' | 'timestamp'>;
const asRequest = ({ body, signature, timestamp }: Signed) => ({ body: Buffer.from(body), signature, timestamp });

/** Signed rightly, but no object: the envelope's check refuses them at the route, not the signature's. */
const REFUSED_LATER = new Set(['refuse/empty-body', 'refuse/body-not-json', 'refuse/body-json-string', 'refuse/body-json-null', 'choice/body-json-array']);
/** Left to us by Crisp's own libraries, which disagree: the strict answer. */
const STRICT = new Set(['choice/upper-case-hex']);

describe('the vectors', () => {
  it('are all there, and each that is judged otherwise here has a name', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(51);
    expect(vectors.filter((vector) => vector.raw_bytes_ok === null).map(({ name }) => name)).toEqual(['choice/upper-case-hex', 'choice/body-json-array']);
    for (const name of [...REFUSED_LATER, ...STRICT]) expect(vectors.map((vector) => vector.name)).toContain(name);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (name, vector) => {
    const expected = REFUSED_LATER.has(name) ? true : STRICT.has(name) ? false : vector.raw_bytes_ok;
    const verdict = verifyCrispSignature(asRequest(vector), [vector.secret], EVER);
    expect(verdict).toBe(expected);
    // One live secret among others changes nothing, wherever it stands; and none of them is tried less for it.
    expect(verifyCrispSignature(asRequest(vector), ['another', vector.secret, ''], EVER)).toBe(expected);
    expect(verifyCrispSignature(asRequest(vector), ['another', 'a third', ''], EVER)).toBe(false);
  });
});

describe('the age of a request', () => {
  it.each(freshness.vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    expect(verifyCrispSignature(asRequest(vector), [vector.secret], EVER, vector.now_ms)).toBe(true);
    expect(verifyCrispSignature(asRequest(vector), [vector.secret], freshness.window_ms, vector.now_ms)).toBe(vector.policy_accept);
  });

  it('has a limit on either side that belongs to it', () => {
    const now = Date.UTC(2026, 6, 29);
    const at = (stamped: number) => {
      const headers = signCrisp('secret', '{}', stamped);
      return verifyCrispSignature(
        { body: Buffer.from('{}'), signature: headers['x-crisp-signature'], timestamp: headers['x-crisp-request-timestamp'] },
        ['secret'],
        60_000,
        now,
      );
    };
    expect([-60_001, -60_000, 0, 60_000, 60_001].map((off) => at(now + off))).toEqual([false, true, true, true, false]);
    // Six minutes old, as W-1 asks, is outside the window that is set by default.
    expect(at(now - 360_000)).toBe(false);
  });

  it.each(['', '-1', '1e12', '12.5', ' 1785312000140', '1785312000140 ', '٣٤٥', '9'.repeat(16), '0x19f'])('is unknown with the time %j', (timestamp) => {
    const signature = signCrisp('secret', '{}', timestamp as unknown as number)['x-crisp-signature'];
    expect(verifyCrispSignature({ body: Buffer.from('{}'), signature, timestamp }, ['secret'], EVER)).toBe(false);
  });
});

describe('secrets', () => {
  const body = Buffer.from('{"a":"ü"}');
  const signedBy = (secret: string) => ({
    body,
    signature: signCrisp(secret, body.toString(), 1_785_312_000_140)['x-crisp-signature'],
    timestamp: '1785312000140',
  });

  it('may be several while one is exchanged for another: each is good by itself', () => {
    for (const secret of ['old', 'new']) expect(verifyCrispSignature(signedBy(secret), ['old', 'new'], EVER)).toBe(true);
    expect(verifyCrispSignature(signedBy('older'), ['old', 'new'], EVER)).toBe(false);
  });

  it('that are empty or unset let nobody in', () => {
    expect(verifyCrispSignature(signedBy(''), [''], EVER)).toBe(false);
    expect(verifyCrispSignature(signedBy(''), [], EVER)).toBe(false);
    expect(verifyCrispSignature(signedBy('a'), [], EVER)).toBe(false);
  });

  it('need both headers', () => {
    const { signature, timestamp } = signedBy('a');
    expect(verifyCrispSignature({ body, signature, timestamp }, ['a'], EVER)).toBe(true);
    expect(verifyCrispSignature({ body, signature: undefined, timestamp }, ['a'], EVER)).toBe(false);
    expect(verifyCrispSignature({ body, signature, timestamp: undefined }, ['a'], EVER)).toBe(false);
    // Two headers of one name reach us joined with a comma.
    expect(verifyCrispSignature({ body, signature: `${signature}, ${signature}`, timestamp }, ['a'], EVER)).toBe(false);
  });
});
