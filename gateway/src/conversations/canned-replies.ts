import type { Transaction } from '@netia/db';
import { conflictIfTaken } from '../conflict-if-taken.ts';
import { AppError } from '../errors.ts';

/** An answer that people give again and again, found by what they type behind a slash. */
export interface CannedReply {
  id: string;
  shortcut: string;
  text: string;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, shortcut, text, created_at, updated_at';
const REPLIES_MAX = 500;
const TAKEN = 'Another canned reply has this shortcut. Choose another.';

/** By their shortcuts. */
export async function listCannedReplies(tx: Transaction, tenantId: string): Promise<CannedReply[]> {
  return tx.rows<CannedReply>(`SELECT ${COLUMNS} FROM canned_replies WHERE tenant_id = $1 ORDER BY shortcut`, [tenantId]);
}

/** @throws {AppError} conflict where the shortcut is taken, or there are too many. */
export async function addCannedReply(tx: Transaction, tenantId: string, reply: { shortcut: string; text: string }): Promise<CannedReply> {
  const added = await conflictIfTaken(
    tx.row<CannedReply>(
      `INSERT INTO canned_replies (tenant_id, shortcut, text)
       SELECT $1, $2, $3 WHERE (SELECT count(*) FROM canned_replies WHERE tenant_id = $1) < ${REPLIES_MAX} RETURNING ${COLUMNS}`,
      [tenantId, reply.shortcut, reply.text],
    ),
    TAKEN,
  );
  if (!added) throw new AppError('conflict', `There are ${REPLIES_MAX} canned replies already. Remove some first.`);
  return added;
}

/** @throws {AppError} not_found; conflict where the shortcut is taken. */
export async function changeCannedReply(tx: Transaction, tenantId: string, id: string, change: { shortcut: string; text: string }): Promise<CannedReply> {
  const changed = await conflictIfTaken(
    tx.row<CannedReply>(`UPDATE canned_replies SET shortcut = $3, text = $4 WHERE tenant_id = $1 AND id = $2 RETURNING ${COLUMNS}`, [
      tenantId,
      id,
      change.shortcut,
      change.text,
    ]),
    TAKEN,
  );
  if (!changed) throw noSuchReply();
  return changed;
}

/** @throws {AppError} not_found */
export async function removeCannedReply(tx: Transaction, tenantId: string, id: string): Promise<void> {
  if ((await tx.run('DELETE FROM canned_replies WHERE tenant_id = $1 AND id = $2', [tenantId, id])) === 0) throw noSuchReply();
}

const noSuchReply = () => new AppError('not_found', 'There is no canned reply with this id.');
