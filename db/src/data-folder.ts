import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseUnreachable } from './failures.ts';

/**
 * Claims an embedded database's folder for this process. Two processes on one folder corrupt it, and the embedded
 * engine itself does not notice; a lock left by a process that is gone is taken over.
 * @returns the function that gives the folder back.
 */
export function holdDataFolder(dataDir: string): () => void {
  const lock = join(dataDir, '..', '.database.lock');
  const claim = () => writeFileSync(lock, String(process.pid), { flag: 'wx' });
  try {
    claim();
  } catch {
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder !== process.pid && isRunning(holder)) {
      throw new DatabaseUnreachable(
        `The embedded database is in use by process ${holder}. Stop it first, or set DATABASE_URL to a PostgreSQL server that several processes can share.`,
      );
    }
    rmSync(lock, { force: true });
    claim();
  }
  return () => rmSync(lock, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
