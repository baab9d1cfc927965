import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const ROOT = import.meta.dirname;
const OUT = join(ROOT, 'dist');
/** In bytes after brotli 11. Exceeding either fails the build, as it would if the schemas and their library came in again: 27 KB. */
const INITIAL_MAX = 40 * 1_024;
const ALL_MAX = 80 * 1_024;

export interface ConsoleSizes {
  /** What is loaded before anything is seen: the page, its style, and the script with all that it imports at once. */
  initial: number;
  /** With every page that is fetched when it is first opened. */
  all: number;
}

/** Builds the console into dist/, each file with its compressed twin. @returns bytes after brotli. @throws over the budget. */
export async function buildConsole(): Promise<ConsoleSizes> {
  rmSync(OUT, { recursive: true, force: true });
  const built = await build({
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
  const weights = new Map<string, number>();
  for (const file of readdirSync(OUT, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html)$/.test(file)) continue;
    const compressed = brotliCompressSync(readFileSync(join(OUT, file)), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(join(OUT, `${file}.br`), compressed);
    weights.set(file, compressed.length);
  }
  const sum = (files: Iterable<string>) => [...files].reduce((bytes, file) => bytes + (weights.get(file) ?? 0), 0);
  const sizes = { initial: sum(initialFiles(built as Rolldown.RolldownOutput)), all: sum(weights.keys()) };
  if (sizes.initial > INITIAL_MAX) throw new Error(`The console loads ${sizes.initial} bytes before anything is seen; it may load ${INITIAL_MAX}.`);
  if (sizes.all > ALL_MAX) throw new Error(`The console weighs ${sizes.all} bytes; it may weigh ${ALL_MAX}.`);
  return sizes;
}

/** The page, its script, what that imports at once, and their style. */
function initialFiles({ output }: Rolldown.RolldownOutput): Set<string> {
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  const files = new Set(['index.html']);
  const take = (name: string) => {
    const chunk = chunks.get(name);
    if (!chunk || files.has(name)) return;
    files.add(name);
    for (const style of chunk.viteMetadata?.importedCss ?? []) files.add(style);
    for (const imported of chunk.imports) take(imported);
  };
  for (const { fileName, isEntry } of chunks.values()) if (isEntry) take(fileName);
  return files;
}
