import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type InlineConfig, type Rolldown } from 'vite';

const ROOT = import.meta.dirname;
const OUT = join(ROOT, 'dist');

/**
 * What a page may be made to load, in bytes after brotli 11: before the click, and until the panel can be typed in (a
 * first TCP window), with the heaviest language. How answers are drawn is fetched behind that, while the visitor types.
 * Exceeding it fails the build.
 */
const LOADER_MAX = 2_048;
const FIRST_OPEN_MAX = 14 * 1_024;
/** The bridge stands on every page of a shop, beside Tidio's own weight. */
const TIDIO_BRIDGE_MAX = 2_048;

interface Piece {
  input: string;
  format: 'iife' | 'es';
  fileName: string;
  /** Name of what is split off at an `import()` and fetched later. */
  laterName?: string;
  define?: Record<string, unknown>;
}

/** Builds one file. As a library, because an application's `import()` is wrapped in a preload helper of a kilobyte. */
async function buildPiece({ input, format, fileName, laterName, define = {} }: Piece): Promise<string> {
  const config: InlineConfig = {
    root: ROOT,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"', ...Object.fromEntries(Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)])) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'es2022',
      minify: 'oxc',
      cssMinify: 'lightningcss',
      // Older targets rewrite light-dark() into twice the size.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      reportCompressedSize: false,
      lib: { entry: join(ROOT, input), formats: [format], name: 'netia', fileName: () => fileName },
      rolldownOptions: {
        // What is split off takes Preact from the entry instead of a third file.
        preserveEntrySignatures: 'allow-extension',
        output: {
          entryFileNames: fileName,
          hashCharacters: 'hex',
          ...(laterName ? { chunkFileNames: laterName } : { codeSplitting: false }),
          comments: false,
          // A library's ES output keeps its white space unless told otherwise.
          minify: { compress: { target: 'es2022' }, mangle: { toplevel: true }, codegen: { removeWhitespace: true, legalComments: 'none' } },
        },
      },
    },
  };
  const [result] = (await build(config)) as Rolldown.RolldownOutput[];
  if (!result) throw new Error(`${input}: nothing was built`);
  const files = result.output.map((file) => file.fileName);
  if (files.length !== (laterName ? 2 : 1)) throw new Error(`${input}: built an unexpected number of files: ${files.join(', ')}`);
  return result.output[0].fileName;
}

/** Compresses a file for those who serve it. @returns its size, in bytes. */
function compress(fileName: string): number {
  const compressed = brotliCompressSync(readFileSync(join(OUT, fileName)), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(OUT, `${fileName}.br`), compressed);
  return compressed.length;
}

/** In bytes after brotli 11. */
export interface WidgetSizes {
  loader: number;
  firstOpen: number;
  tidioBridge: number;
}

/** Builds the widget into dist/. @returns sizes in bytes after brotli 11. @throws when a budget is exceeded. */
export async function buildWidget(): Promise<WidgetSizes> {
  rmSync(OUT, { recursive: true, force: true });
  const languages = readdirSync(join(ROOT, 'src', 'texts'))
    .flatMap((file) => /^([a-z]{2})\.ts$/.exec(file)?.[1] ?? [])
    .filter((language) => language !== 'en');
  const textFiles: Record<string, string> = {};
  for (const language of languages)
    textFiles[language] = await buildPiece({ input: `src/texts/${language}.ts`, format: 'es', fileName: `texts-${language}-[hash].js` });
  const panel = await buildPiece({
    input: 'src/mount.ts',
    format: 'es',
    fileName: 'panel-[hash].js',
    laterName: 'answer-[hash].js',
    define: { __TEXT_FILES__: textFiles },
  });
  const loader = await buildPiece({ input: 'loader/loader.ts', format: 'iife', fileName: 'widget.js', define: { __PANEL_FILE__: panel } });
  const bridge = await buildPiece({ input: 'tidio-bridge/bridge.ts', format: 'iife', fileName: 'tidio-bridge.js' });
  const weights = new Map(readdirSync(OUT).map((file) => [file, compress(file)]));
  const weigh = (file: string) => weights.get(file) ?? 0;
  const sizes: WidgetSizes = {
    loader: weigh(loader),
    firstOpen: weigh(loader) + weigh(panel) + Math.max(...Object.values(textFiles).map(weigh)),
    tidioBridge: weigh(bridge),
  };
  if (sizes.loader > LOADER_MAX) throw new Error(`The loader weighs ${sizes.loader} bytes; it may weigh ${LOADER_MAX}.`);
  if (sizes.firstOpen > FIRST_OPEN_MAX) throw new Error(`Everything up to the open panel weighs ${sizes.firstOpen} bytes; it may weigh ${FIRST_OPEN_MAX}.`);
  if (sizes.tidioBridge > TIDIO_BRIDGE_MAX) throw new Error(`The Tidio bridge weighs ${sizes.tidioBridge} bytes; it may weigh ${TIDIO_BRIDGE_MAX}.`);
  return sizes;
}
