import { readFileSync } from 'node:fs';

/** What `crisp/index.json` says of all files together. */
export interface CrispIndex {
  tenants: { A: string; B: string; not_installed: string };
  /** Fingerprints that the gateway is taken to have posted itself. */
  own_bot_fingerprints: number[];
  files: Record<string, { event?: string; decision: string; evidence: string }>;
}

/** One signed delivery of Crisp, and what verifiers must say of it. */
export interface CrispSignatureVector {
  name: string;
  /** The file whose content is the body, where it is one. */
  fixture?: string;
  secret: string;
  timestamp: string;
  body: string;
  signature: string;
  /** What a verifier over the raw bytes must say; null: either is right. */
  raw_bytes_ok: boolean | null;
  /** What crisp-api 11.3.0 says, which signs a re-serialised body. */
  sdk_ok: boolean;
  note?: string;
}

/** A right signature of some age. */
export interface CrispFreshnessVector {
  name: string;
  now_ms: number;
  secret: string;
  timestamp: string;
  body: string;
  signature: string;
  sdk_ok: boolean;
  policy_accept: boolean;
  note: string;
}

export interface CrispSignatures {
  vectors: CrispSignatureVector[];
  freshness_policy: { window_ms: number; vectors: CrispFreshnessVector[] };
}

/** One signed delivery of Tidio; to be run with the clock at `suggested_clock`, or without an age check. */
export interface TidioSignatureVector {
  name: string;
  /** What the gateway knows for the tenant. */
  secrets: string[];
  raw_body_base64: string;
  raw_body_utf8: string;
  header: string;
  expect_valid: boolean;
  why: string;
  /** Strictness of ours, which Tidio does not define. */
  choice?: boolean;
  known_to_other_tenant?: string;
}

export interface TidioSignatures {
  suggested_clock: number;
  vectors: TidioSignatureVector[];
}

/** @param name as in `crisp/index.json`, with its ending */
export function readCrispFixture(name: string): unknown {
  return JSON.parse(read('crisp', name));
}

export function readCrispIndex(): CrispIndex {
  return JSON.parse(read('crisp', 'index.json')) as CrispIndex;
}

export function readCrispSignatures(): CrispSignatures {
  return JSON.parse(read('crisp', 'signatures.json')) as CrispSignatures;
}

/** The file as text, because one of them is broken JSON on purpose. */
export function readTidioFixture(name: string): string {
  return read('tidio', name);
}

export function readTidioSignatures(): TidioSignatures {
  return JSON.parse(read('tidio', 'signatures.json')) as TidioSignatures;
}

function read(channel: 'crisp' | 'tidio', name: string): string {
  return readFileSync(new URL(`../fixtures/${channel}/${name}`, import.meta.url), 'utf8');
}
