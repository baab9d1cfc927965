import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpSchema } from '../src/dump.ts';

describe('db/schema.sql', () => {
  // Starts a database of its own and dumps it: half a minute on a machine that does other things as well.
  it('is what the migrations make (npm run schema writes it anew)', { timeout: 120_000 }, async () => {
    expect(await dumpSchema()).toBe(readFileSync(join(import.meta.dirname, '..', 'schema.sql'), 'utf8'));
  });
});
