import { fileTypeFromBuffer } from 'file-type';
import { mediaTypeOf } from './detect-image.ts';

/** What a visitor's file is, by its first bytes: a picture that cannot carry a script, or a PDF; undefined for all else. */
export async function detectSentFile(bytes: Uint8Array): Promise<{ ending: string; mediaType: string } | undefined> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (!found) return undefined;
  const mediaType = found.ext === 'pdf' ? 'application/pdf' : mediaTypeOf(found.ext);
  return mediaType === undefined ? undefined : { ending: found.ext, mediaType };
}
