import { defineConfig } from 'vitest/config';

const shared = { extends: true as const };

export default defineConfig({
  test: {
    reporters: [['default', { summary: false }], ['json', { outputFile: 'test-results/vitest.json' }]],
    passWithNoTests: false,
    allowOnly: false,
    retry: 0,
    expect: { requireAssertions: true },
    injectCjsGlobals: false,
    projects: [
      { ...shared, test: { name: 'unit', include: ['*/test/unit/**/*.test.ts', 'packages/*/test/unit/**/*.test.ts'], pool: 'threads', maxWorkers: 2, testTimeout: 5_000, sequence: { groupOrder: 1 } } },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['db/test/**/*.test.ts', 'gateway/test/integration/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          globalSetup: ['./gateway/test/support/global-setup.ts'],
          sequence: { groupOrder: 2 },
        },
      },
      { ...shared, test: { name: 'e2e', include: ['e2e/specs/**/*.test.ts'], pool: 'forks', maxWorkers: 1, testTimeout: 60_000, hookTimeout: 120_000, sequence: { groupOrder: 3 } } },
    ],
  },
});
