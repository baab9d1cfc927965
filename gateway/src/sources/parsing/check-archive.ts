import { fromBuffer } from 'yauzl';
import { UnreadableSource } from './parsed-source.ts';

/** Office files are small archives; one beyond these is a bomb, or nothing anybody would read. */
const ENTRIES_MAX = 5_000;
const INFLATED_MAX = 200 * 1024 * 1024;
const RATIO_MAX = 200;
/** The table behind a chart, as Word and Excel keep it. Nothing unpacks it. */
const EMBEDDED = /^(word|xl)\/embeddings\/[^/]+\.(docx|xlsx)$/i;

/**
 * Refuses an archive by what its directory says, before anything of it is inflated. A directory that lies is left to the
 * memory limit of the process this runs in.
 */
export async function checkArchive(bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, archive) => {
      if (error || !archive) return reject(new UnreadableSource('The file is damaged.', { cause: error }));
      let inflated = 0;
      if (archive.entryCount > ENTRIES_MAX) return reject(new UnreadableSource('The file is an archive with too many parts.'));
      archive.on('entry', ({ uncompressedSize, fileName }: { uncompressedSize: number; fileName: string }) => {
        inflated += uncompressedSize;
        const isTooLarge = inflated > INFLATED_MAX || (inflated > 20 * 1024 * 1024 && inflated > RATIO_MAX * bytes.length);
        if (isTooLarge) reject(new UnreadableSource('The file would be too large when unpacked.'));
        else if (/\.(zip|docx|xlsx|jar)$/i.test(fileName) && !EMBEDDED.test(fileName)) reject(new UnreadableSource('There is an archive within the archive.'));
        else archive.readEntry();
      });
      archive.on('end', resolve);
      archive.on('error', (cause: Error) => reject(new UnreadableSource('The file is damaged.', { cause })));
      archive.readEntry();
    });
  });
}
