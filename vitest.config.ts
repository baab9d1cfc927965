import { defineConfig } from 'vitest/config';

const database = { globalSetup: ['./gateway/test/support/global-setup.ts'], pool: 'forks' as const, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    reporters: [
      ['default', { summary: false }],
      ['json', { outputFile: 'test-results/vitest.json' }],
    ],
    passWithNoTests: false,
    allowOnly: false,
    retry: 0,
    expect: { requireAssertions: true },
    injectCjsGlobals: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{gateway,widget,packages/console}/test/unit/**/*.test.ts'],
          pool: 'threads',
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...database,
          name: 'integration',
          include: ['db/test/**/*.test.ts', 'gateway/test/integration/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        // Alone on the machine: these restart the servers that the others use.
        test: { ...database, name: 'faults', include: ['gateway/test/faults/**/*.test.ts'], maxWorkers: 1, testTimeout: 90_000, sequence: { groupOrder: 3 } },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/specs/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
