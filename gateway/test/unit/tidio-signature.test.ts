import { readTidioSignatures, signTidio } from '@netia/testkit';
import { describe, expect, it } from 'vitest';
import { verifyTidioSignature } from '../../src/channels/tidio/verify-signature.ts';

/** W-1 for Tidio: which requests count as Tidio's. */
const { vectors, suggested_clock } = readTidioSignatures();
const HOUR_MS = 3_600_000;
const NOW = suggested_clock * 1_000;
const verify = (header: string | undefined, secrets: readonly string[], { body = '{}', now = NOW, maxAgeMs = 6 * HOUR_MS } = {}) =>
  verifyTidioSignature(Buffer.from(body), header, secrets, maxAgeMs, now);
const sign = (secrets: string[], body = '{}', at = suggested_clock) => signTidio(secrets, body, at)['x-tidio-signature'] ?? '';

describe('the vectors', () => {
  it('are all there', () => {
    expect(vectors.map(({ expect_valid }) => expect_valid).sort()).toEqual([...Array(17).fill(false), ...Array(8).fill(true)]);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { raw_body_base64, header, secrets, expect_valid }) => {
    expect(verifyTidioSignature(Buffer.from(raw_body_base64, 'base64'), header, secrets, 6 * HOUR_MS, NOW)).toBe(expect_valid);
  });

  // Whether the checks above mean anything: each valid one is refused as soon as a byte of its body is another.
  it.each(vectors.filter(({ expect_valid }) => expect_valid).map((vector) => [vector.name, vector] as const))(
    '%s, with one more byte, is refused',
    (_name, { raw_body_base64, header, secrets }) => {
      expect(verifyTidioSignature(Buffer.concat([Buffer.from(raw_body_base64, 'base64'), Buffer.from(' ')]), header, secrets, 6 * HOUR_MS, NOW)).toBe(false);
    },
  );
});

describe('the age', () => {
  it.each([
    ['now', 0, true],
    ['as late as the last retry, nearly five hours', 4.75 * HOUR_MS, true],
    ['at the edge', 6 * HOUR_MS, true],
    ['a second older', 6 * HOUR_MS + 1_000, false],
    ['a day old', 24 * HOUR_MS, false],
    ['ahead of us, at the edge', -6 * HOUR_MS, true],
    ['a second further ahead', -6 * HOUR_MS - 1_000, false],
  ])('%s', (_when, age, isValid) => {
    expect(verify(sign(['a-secret']), ['a-secret'], { now: NOW + age })).toBe(isValid);
  });

  it('is what the installation sets', () => {
    const header = sign(['a-secret']);
    expect(verify(header, ['a-secret'], { now: NOW + 6 * 60_000, maxAgeMs: 5 * 60_000 })).toBe(false);
    expect(verify(header, ['a-secret'], { now: NOW + 6 * 60_000, maxAgeMs: 7 * 60_000 })).toBe(true);
  });

  it('cannot be changed without the secret', () => {
    const old = sign(['a-secret'], '{}', suggested_clock - 24 * 3_600);
    expect(verify(old, ['a-secret'])).toBe(false);
    expect(verify(old.replace(/^t=\d+/, `t=${suggested_clock}`), ['a-secret'])).toBe(false);
    expect(verify(`t=${suggested_clock},${old}`, ['a-secret'])).toBe(false);
  });
});

describe('several secrets', () => {
  it.each([
    ['one signature, known as the second secret', ['old'], ['new', 'old'], true],
    ['two signatures, the first of a known secret', ['old', 'new'], ['old'], true],
    ['two signatures, the second of a known secret', ['old', 'new'], ['new'], true],
    ['two signatures of unknown secrets', ['older', 'old'], ['new'], false],
    ['no secret known', ['old'], [], false],
    ['an empty secret, signed as such', [''], [''], false],
    ['an empty secret beside the right one', ['old'], ['', 'old'], true],
  ])('%s', (_what, signedWith, known, isValid) => {
    expect(verify(sign(signedWith), known)).toBe(isValid);
  });

  it('are tried for a bounded number of signatures', () => {
    const other = sign(['other']).split(',')[1];
    const [stamp, right] = sign(['a-secret']).split(',');
    expect(verify([stamp, ...Array(9).fill(other), right].join(','), ['a-secret'])).toBe(true);
    expect(verify([stamp, ...Array(10).fill(other), right].join(','), ['a-secret'])).toBe(false);
  });
});

describe('what is no header of Tidio', () => {
  it.each([
    undefined,
    '',
    ',',
    't=,s=',
    't=1',
    `t=${suggested_clock},s=`,
    `t=1e9,s=${'a'.repeat(64)}`,
    `t=-1,s=${'a'.repeat(64)}`,
    's=s=s=',
    `t=${'9'.repeat(400)},s=x`,
  ])('%j is refused, not an error', (header) => {
    expect(verify(header, ['a-secret'])).toBe(false);
  });

  it('a header sent twice, as Node joins it, does not help a forger', () => {
    const forged = `t=${suggested_clock},s=${'0'.repeat(64)}`;
    expect(verify(`${forged}, ${forged}`, ['a-secret'])).toBe(false);
  });
});
