import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpSchema } from '../src/dump.ts';

describe('db/schema.sql', () => {
  it('is what the migrations make (npm run schema writes it anew)', async () => {
    expect(await dumpSchema()).toBe(readFileSync(join(import.meta.dirname, '..', 'schema.sql'), 'utf8'));
  });
});
