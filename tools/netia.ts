import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './build-when-needed.ts';

enableCompileCache(join(ROOT, 'node_modules', '.cache', 'compile'));
process.env['NETIA_DATA_DIR'] ??= join(ROOT, '.netia');
await import('../gateway/src/cli.ts');
