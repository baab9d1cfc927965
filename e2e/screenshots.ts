import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { takeConsoleScreenshots } from './support/console-screenshots.ts';
import { takeScreenshots } from './support/screenshots.ts';

// By hand: node e2e/screenshots.ts OUTDIR. Looks are judged by looking; the picture in the README is renewed with them.
const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('usage: node e2e/screenshots.ts OUTDIR\n');
  process.exit(2);
}
const images = join(import.meta.dirname, '..', 'docs', 'images');
mkdirSync(images, { recursive: true });
for (const file of [...(await takeScreenshots(folder, join(images, 'answer.png'))), ...(await takeConsoleScreenshots(folder))])
  process.stdout.write(`${file}\n`);
