import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpSchema } from '../db/src/dump.ts';
import { ROOT } from './build-when-needed.ts';

writeFileSync(join(ROOT, 'db', 'schema.sql'), await dumpSchema());
console.log('db/schema.sql written.');
