import { defineConfig } from 'vitest/config';

// The tests run what production runs: the compiled output (see docs/decisions/0002-tests-run-compiled-output.md).
export default defineConfig({
  test: {
    include: ['*/dist/**/*.test.js'],
    exclude: ['node_modules/**', '**/journeys/slow/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
  },
});
