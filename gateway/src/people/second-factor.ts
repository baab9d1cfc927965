import { randomBytes } from 'node:crypto';
import type { Database, Transaction } from '@netia/db';
import { Secret, TOTP } from 'otpauth';
import { AppError } from '../errors.ts';
import { hashSecret } from '../tenants/api-keys.ts';
import { seal, unseal } from '../tenants/sealed.ts';

/** As authenticator apps take for granted: SHA-1, six digits, thirty seconds (RFC 6238). */
const totpOf = (base32: string, label = '') => new TOTP({ issuer: 'Netia', label, secret: Secret.fromBase32(base32) });
/** A clock may be one step off in either direction. */
const STEPS_OFF = 1;
const RECOVERY_CODES = 8;

/** The app's secret of somebody who has, or is setting up, a second factor. */
export interface SecondFactor {
  base32: string;
  isConfirmed: boolean;
}

/** @param secret NETIA_SECRET. @returns undefined where there is none. */
export async function findSecondFactor(db: Database, secret: string, userId: string): Promise<SecondFactor | undefined> {
  const found = await db.inDirectory((tx) => tx.row<{ sealed: string; is_confirmed: boolean }>('SELECT * FROM find_second_factor($1)', [userId]));
  return found && { base32: unseal(secret, userId, 'second factor', found.sealed) as string, isConfirmed: found.is_confirmed };
}

/**
 * Makes a secret for an app, which counts once a code of it has been given. One that counts already stays.
 * @returns the secret as apps take it: by hand, and as an address for a QR code.
 */
export async function beginSecondFactor(tx: Transaction, secret: string, user: { id: string; email: string }): Promise<{ secret: string; uri: string }> {
  const { base32 } = new Secret({ size: 20 });
  const begun = await tx.run('UPDATE users SET totp_secret = $2, totp_last_step = NULL WHERE id = $1 AND totp_confirmed_at IS NULL', [
    user.id,
    seal(secret, user.id, 'second factor', base32),
  ]);
  if (begun === 0) throw new AppError('conflict', 'You have a second factor already. Remove it first.');
  return { secret: base32, uri: totpOf(base32, user.email).toString() };
}

/** From now on sign-in asks for a code. @returns recovery codes, shown this once. */
export async function confirmSecondFactor(tx: Transaction, userId: string, factor: SecondFactor, code: string): Promise<string[]> {
  if (!(await passSecondFactor(tx, userId, factor, code))) throw wrongCode();
  const codes = Array.from({ length: RECOVERY_CODES }, () => new Secret({ buffer: Uint8Array.from(randomBytes(10)).buffer }).base32.toLowerCase());
  await tx.run('UPDATE users SET totp_confirmed_at = now(), recovery_hashes = $2 WHERE id = $1', [userId, codes.map(hashSecret)]);
  return codes.map((plain) => plain.replace(/.{4}(?=.)/g, '$&-'));
}

/**
 * Whether a code is right: of the app and newer than any used before, or a recovery code, which is gone then. Of tries at
 * the same moment with the same code one passes, because the row is changed by whoever comes first.
 */
export async function passSecondFactor(tx: Transaction, userId: string, factor: SecondFactor, code: string): Promise<boolean> {
  const typed = code.replace(/[\s-]/g, '').toLowerCase();
  if (/^\d{6}$/.test(typed)) {
    const totp = totpOf(factor.base32);
    const off = totp.validate({ token: typed, window: STEPS_OFF });
    if (off === null) return false;
    const step = totp.counter() + off;
    return (await tx.run('UPDATE users SET totp_last_step = $2 WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)', [userId, step])) > 0;
  }
  return (
    (await tx.run('UPDATE users SET recovery_hashes = array_remove(recovery_hashes, $2) WHERE id = $1 AND $2 = ANY(recovery_hashes)', [
      userId,
      hashSecret(typed),
    ])) > 0
  );
}

/**
 * Asks for the code where there is a second factor.
 * @throws {AppError} unauthorized, with `second_factor` in its details: the code is missing, wrong or used up.
 */
export async function requireSecondFactor(tx: Transaction, userId: string, factor: SecondFactor | undefined, code: string | undefined): Promise<void> {
  if (!factor?.isConfirmed) return;
  if (code === undefined) throw new AppError('unauthorized', 'Give the code that your app shows, or a recovery code.', { details: { second_factor: true } });
  if (!(await passSecondFactor(tx, userId, factor, code))) throw wrongCode();
}

export async function removeSecondFactor(tx: Transaction, userId: string): Promise<void> {
  await tx.run("UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL, recovery_hashes = '{}' WHERE id = $1", [userId]);
}

const wrongCode = () =>
  new AppError('unauthorized', 'The code is not right, or it was used already. Wait for the next one.', { details: { second_factor: true } });
