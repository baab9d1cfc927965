import type { Database, Transaction } from '@netia/db';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { AppError } from '../errors.ts';
import { isChallenge, makeChallenge } from './challenges.ts';

/** Where the console is: the page that a key is asked for on, and the name that keys are bound to. */
export interface RelyingParty {
  origin: string;
  id: string;
  /** NETIA_SECRET. */
  secret: string;
}

export interface ShownPasskey {
  id: string;
  name: string;
  created_at: Date;
  last_used_at: Date | null;
}

const PASSKEYS_MAX = 20;
/** Loaded when the first passkey is asked for: most processes never are, and it takes megabytes. */
const webAuthn = () => import('@simplewebauthn/server');

export const relyingPartyOf = ({ publicUrl, secret }: { publicUrl: string; secret: string }): RelyingParty => {
  const { origin, hostname } = new URL(publicUrl);
  return { origin, id: hostname, secret };
};

/** What a browser is asked to make a key with. The device must know its owner: the key stands for password and code. */
export async function registrationOptions(
  party: RelyingParty,
  user: { id: string; email: string; name: string },
  known: readonly ShownPasskey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await webAuthn();
  return generateRegistrationOptions({
    rpName: 'Netia',
    rpID: party.id,
    userID: new TextEncoder().encode(user.id),
    userName: user.email,
    userDisplayName: user.name,
    challenge: Buffer.from(makeChallenge(party.secret, 'register'), 'base64url'),
    excludeCredentials: known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** @throws {AppError} invalid_request for an answer that is not to a challenge of ours, of another page, or without its owner. @returns what to store, and the challenge to use up. */
export async function readRegistration(party: RelyingParty, response: RegistrationResponseJSON): Promise<{ credential: NewPasskey; challenge: string }> {
  const { verifyRegistrationResponse } = await webAuthn();
  let challenge = '';
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: (given) => {
      challenge = given;
      return isChallenge(party.secret, 'register', given);
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!verified) throw refused();
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  return { credential: { id, publicKey: Buffer.from(publicKey), counter, transports }, challenge };
}

export interface NewPasskey {
  id: string;
  publicKey: Buffer;
  counter: number;
  transports: readonly string[];
}

export async function addPasskey(tx: Transaction, userId: string, name: string, key: NewPasskey): Promise<ShownPasskey> {
  const added = await tx.row<ShownPasskey>(
    `INSERT INTO passkeys (id, user_id, name, public_key, counter, transports)
     SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM passkeys WHERE user_id = $2) < ${PASSKEYS_MAX}
     ON CONFLICT (id) DO NOTHING RETURNING id, name, created_at, last_used_at`,
    [key.id, userId, name, key.publicKey, key.counter, key.transports],
  );
  if (!added) throw new AppError('conflict', `This key is known already, or there are ${PASSKEYS_MAX} of yours.`);
  return added;
}

/** In the order they were made. */
export async function listPasskeys(tx: Transaction, userId: string): Promise<ShownPasskey[]> {
  return tx.rows<ShownPasskey>('SELECT id, name, created_at, last_used_at FROM passkeys WHERE user_id = $1 ORDER BY created_at, id', [userId]);
}

/** @throws {AppError} not_found */
export async function removePasskey(tx: Transaction, userId: string, id: string): Promise<void> {
  if ((await tx.run('DELETE FROM passkeys WHERE user_id = $1 AND id = $2', [userId, id])) === 0)
    throw new AppError('not_found', 'There is no passkey of yours with this id.');
}

/** Any key that the browser has for us will do: it says itself whose it is. */
export async function signInOptions(party: RelyingParty): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await webAuthn();
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: Buffer.from(makeChallenge(party.secret, 'sign in'), 'base64url'),
    allowCredentials: [],
    userVerification: 'required',
  });
}

/** Somebody who has proven themselves by a key; whether the challenge was new is still to be seen. */
export interface Proven {
  userId: string;
  passkeyId: string;
  challenge: string;
  counter: number;
}

/** @throws {AppError} unauthorized, in the same words whatever was wrong. */
export async function readSignIn(db: Database, party: RelyingParty, response: AuthenticationResponseJSON): Promise<Proven> {
  const known = await db.inDirectory((tx) => tx.row<{ user_id: string; public_key: Buffer; counter: string }>('SELECT * FROM find_passkey($1)', [response.id]));
  if (!known) throw notProven();
  const { verifyAuthenticationResponse } = await webAuthn();
  let challenge = '';
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (given) => {
      challenge = given;
      return isChallenge(party.secret, 'sign in', given);
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: { id: response.id, publicKey: new Uint8Array(known.public_key), counter: Number(known.counter) },
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw notProven(cause);
  });
  if (!verified) throw notProven();
  return { userId: known.user_id, passkeyId: response.id, challenge, counter: authenticationInfo.newCounter };
}

/** Notes that a key was used. A counter that has not grown meanwhile is somebody else's copy. @throws {AppError} unauthorized */
export async function noteUse(tx: Transaction, { userId, passkeyId, counter }: Proven): Promise<void> {
  const noted = await tx.run(
    'UPDATE passkeys SET counter = $3, last_used_at = now() WHERE id = $1 AND user_id = $2 AND (counter < $3 OR (counter = 0 AND $3 = 0))',
    [passkeyId, userId, counter],
  );
  if (noted === 0) throw notProven();
}

const refused = (cause?: unknown) => new AppError('invalid_request', 'The browser’s answer does not fit what was asked. Begin again.', { cause });
const notProven = (cause?: unknown) => new AppError('unauthorized', 'This passkey does not let anybody in here.', { cause });
