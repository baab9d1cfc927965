import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleSizes } from '../packages/console/build.ts';
import type { WidgetSizes } from '../widget/build.ts';

export const ROOT = join(import.meta.dirname, '..');

/** What was built, and what it weighs; undefined for what was up to date. */
export interface Built {
  widget: WidgetSizes | undefined;
  console: ConsoleSizes | undefined;
}

/** Builds the widget and the console if any of their sources has changed since the last build. */
export async function buildWhenNeeded(): Promise<Built> {
  return {
    widget: await whenChanged('widget', ['loader/*', 'src/**/*.*', 'tidio-bridge/*', 'build.ts', 'package.json'], async () =>
      (await import('../widget/build.ts')).buildWidget(),
    ),
    // It shares with the gateway what they say to each other, and with the widget how that looks on a colour.
    console: await whenChanged(
      'packages/console',
      ['src/**/*.*', '../protocol/src/*', '../../widget/src/on-brand.ts', 'index.html', 'build.ts', 'package.json'],
      async () => (await import('../packages/console/build.ts')).buildConsole(),
    ),
  };
}

async function whenChanged<Result>(folder: string, patterns: string[], build: () => Promise<Result>): Promise<Result | undefined> {
  const cwd = join(ROOT, folder);
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd }).sort()) hash.update(file).update(readFileSync(join(cwd, file)));
  const wanted = hash.digest('hex');
  const stamp = join(cwd, 'dist', '.built-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  const result = await build();
  writeFileSync(stamp, wanted);
  return result;
}
