import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WidgetSizes } from '../widget/build.ts';

export const ROOT = join(import.meta.dirname, '..');

/** Builds the widget if any of its sources has changed since the last build. @returns what it weighs, or undefined. */
export async function buildWhenNeeded(): Promise<WidgetSizes | undefined> {
  const widget = join(ROOT, 'widget');
  const sources = globSync(['loader/*', 'src/**/*.*', 'tidio-bridge/*', 'build.ts', 'package.json'], { cwd: widget }).sort();
  const hash = createHash('sha256');
  for (const file of sources) hash.update(file).update(readFileSync(join(widget, file)));
  const wanted = hash.digest('hex');
  const stamp = join(widget, 'dist', '.built-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  const { buildWidget } = await import('../widget/build.ts');
  const sizes = await buildWidget();
  writeFileSync(stamp, wanted);
  return sizes;
}
