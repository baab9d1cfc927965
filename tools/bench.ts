// npm run bench [-- NAME…]: runs the benchmarks, each in a process of its own, and prints their tables.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { buildWhenNeeded, ROOT } from './build-when-needed.ts';

/** What benchmarks share is none itself. */
const HELPERS = ['support', 'corpus'];

const known = ['gateway', 'widget'].flatMap((part) => {
  const folder = join(ROOT, part, 'bench');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !HELPERS.includes(basename(file, '.ts')))
    .sort()
    .map((file) => ({ name: basename(file, '.ts'), path: join(folder, file) }));
});
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
await buildWhenNeeded();
const busy = (loadavg()[0] ?? 0) / availableParallelism();
if (busy > 0.5) console.log(`The machine is busy (load ${busy.toFixed(1)} per core); look at ratios rather than at times.`);
for (const { name, path } of known) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [path], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) {
    console.error(`${name} has failed.`);
    process.exitCode = 1;
  }
}
