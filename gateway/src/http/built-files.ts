import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Request, Response } from 'express';

/** A file as a build left it, kept in memory plain and compressed. */
export interface BuiltFile {
  plain: Buffer;
  brotli: Buffer;
  etag: string;
  type: string;
}

/** Its compressed twin lies beside it. */
export function loadBuiltFile(file: string, type: string): BuiltFile {
  const plain = readFileSync(file);
  return { plain, brotli: readFileSync(`${file}.br`), type, etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"` };
}

/** @param caching for Cache-Control. */
export function sendBuiltFile(request: Request, response: Response, file: BuiltFile, caching: string): void {
  response.set({ 'Content-Type': file.type, 'Cache-Control': caching, ETag: file.etag, Vary: 'Accept-Encoding' });
  if (request.get('if-none-match') === file.etag) response.status(304).end();
  else if (request.acceptsEncodings('br') === 'br') response.set('Content-Encoding', 'br').end(file.brotli);
  else response.end(file.plain);
}
