import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';

const ROOT = import.meta.dirname;
const OUT = join(ROOT, 'dist');
/** All that the first visit loads, in bytes after brotli 11. Exceeding it fails the build. */
const FIRST_LOAD_MAX = 120 * 1_024;

/** Builds the console into dist/, each file with its compressed twin. @returns bytes after brotli. @throws over the budget. */
export async function buildConsole(): Promise<number> {
  rmSync(OUT, { recursive: true, force: true });
  await build({
    root: ROOT,
    base: '/console/',
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: OUT,
      target: 'es2022',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      assetsDir: 'assets',
      // A policy without 'unsafe-inline' and data: wants files.
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
    },
  });
  let weight = 0;
  for (const file of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html)$/.test(file)) continue;
    const compressed = brotliCompressSync(readFileSync(join(OUT, file)), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(OUT, `${file}.br`), compressed);
    weight += compressed.length;
  }
  if (weight > FIRST_LOAD_MAX) throw new Error(`The console weighs ${weight} bytes; it may weigh ${FIRST_LOAD_MAX}.`);
  return weight;
}
