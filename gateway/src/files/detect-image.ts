import { fileTypeFromBuffer } from 'file-type';

/** Pictures that every browser draws and that cannot carry a script: SVG is none of them. */
const IMAGES: Record<string, string> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', gif: 'image/gif' };

export const IMAGE_ENDINGS = Object.keys(IMAGES);

export const mediaTypeOf = (ending: string): string | undefined => IMAGES[ending];

/** The usual ending of a picture's kind, by its first bytes; undefined for what is no picture we show. */
export async function detectImage(bytes: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  return found && found.ext in IMAGES ? found.ext : undefined;
}
