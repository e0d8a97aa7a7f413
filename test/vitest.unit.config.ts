// What `npm run check` runs: the tests that need no build, no Redis, no database, no process and no network.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
    testTimeout: 10_000,
    hookTimeout: 10_000,
    pool: 'forks',
    // The core and its tests share no state between files; loading the libraries anew for each would take most of the time.
    isolate: false,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/sandbox/page/**', 'src/web/**'],
      reporter: ['text-summary'],
    },
  },
});
