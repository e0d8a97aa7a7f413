// What `npm run test:attacks` runs: every attack on approvals, in memory; its last line is the figure.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { AttackReporter } from './support/attack-reporter.ts';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/unit/*-attacks.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    isolate: false,
    reporters: ['default', new AttackReporter()],
  },
});
