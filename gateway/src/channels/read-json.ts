import { AppError } from '../errors.ts';
import { storableValue } from '../storable-text.ts';

/** The JSON in a body of bytes, with texts that Postgres can keep. @throws {AppError} when it is none. */
export function readJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'), storableValue);
  } catch (cause) {
    throw new AppError('invalid_request', 'The body is not valid JSON.', { cause });
  }
}
