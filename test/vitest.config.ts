// The suite that `npm test` runs: everything but the browser tests.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Files that share no state: loading the libraries anew for each of them would take a third of the time. */
const shared = ['test/unit/**/*.test.ts', 'test/replay/**/*.test.ts', 'test/architecture.test.ts'];
const never = ['test/browser/**', 'test/full/**', 'node_modules/**'];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'shared', include: shared, isolate: false } },
      {
        extends: true,
        test: {
          name: 'alone',
          globalSetup: ['test/support/global-setup.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [...never, ...shared],
        },
      },
    ],
  },
});
