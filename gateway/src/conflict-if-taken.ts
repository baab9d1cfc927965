import { isUniqueViolation } from '@netia/db';
import { AppError } from './errors.ts';

/** What a statement brings; where it breaks a unique key, a conflict in the caller's words. @param said what is taken, and what to do. */
export async function conflictIfTaken<T>(work: Promise<T>, said: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (isUniqueViolation(cause)) throw new AppError('conflict', said, { cause });
    throw cause;
  }
}
