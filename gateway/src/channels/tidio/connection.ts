import { isUniqueViolation, type Transaction } from '@netia/db';
import type { SendFault } from '../../deliveries/planned-delivery.ts';
import { AppError } from '../../errors.ts';
import { TIDIO_PUBLIC_KEY } from './ids.ts';
import type { TidioKeys } from './tidio-client.ts';
import type { TidioClients } from './tidio-clients.ts';

/** A Tidio project is connected by its public key. @throws {AppError} when it is none, or another tenant has it. */
export async function connectTidioProject(tx: Transaction, tenantId: string, publicKey: string): Promise<void> {
  if (!TIDIO_PUBLIC_KEY.test(publicKey)) throw new AppError('invalid_request', 'A Tidio public key has 32 small letters and digits.');
  try {
    await tx.run('UPDATE tenants SET tidio_website_id = $2 WHERE id = $1', [tenantId, publicKey]);
  } catch (error) {
    if (isUniqueViolation(error))
      throw new AppError('conflict', 'This Tidio project is connected to another tenant. Disconnect it there first.', { cause: error });
    throw error;
  }
}

export async function disconnectTidioProject(tx: Transaction, tenantId: string): Promise<void> {
  await tx.run('UPDATE tenants SET tidio_website_id = NULL WHERE id = $1', [tenantId]);
}

/**
 * Asks Tidio whether the keys are good.
 * @throws {AppError} with what to do: 403 means a plan without API access and not wrong keys, silence says nothing of them.
 */
export async function requireTidioKeys(clients: TidioClients, tenantId: string, keys: TidioKeys): Promise<void> {
  try {
    await clients.withKeys(tenantId, keys).project();
  } catch (cause) {
    const { message, kind } = cause as SendFault;
    if (kind === 'paced' || kind === 'passing')
      throw new AppError('unavailable', `Tidio could not be asked whether these keys are good (${message}). Try again in a minute.`, { cause });
    const hint = /\b403\b/.test(message)
      ? 'The project’s plan has no API access; tickets need Plus or Premium.'
      : 'Copy client id and client secret again from Settings > Developer > OpenAPI.';
    throw new AppError('invalid_request', `Tidio does not take these keys (${message}). ${hint}`, { cause });
  }
}
