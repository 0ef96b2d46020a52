import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Starts the run's Redis and MongoDB. Not there yet when only one workspace was built: its tests then do without.
const globalSetup = fileURLToPath(new URL('tests/dist/global-setup.js', import.meta.url));

// The tests run what production runs: the compiled output (see docs/decisions/0002-tests-run-compiled-output.md).
export default defineConfig({
  test: {
    include: ['*/dist/**/*.test.js'],
    // Slow journeys and contract runs come with script/test --all.
    // Journeys that need a real FreeSWITCH come where FREESWITCH_ESL names one.
    exclude: [
      'node_modules/**',
      ...(process.env.HOOKSWITCH_TESTS === 'all' ? [] : ['**/slow/**']),
      ...(process.env.FREESWITCH_ESL ? [] : ['**/on-a-real-freeswitch/**']),
    ],
    globalSetup: existsSync(globalSetup) ? [globalSetup] : [],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    // CI's machines are shared and real peers are real programs: there a failed test gets another try. By hand none does, so that a race is seen.
    retry: process.env.CI === 'true' ? 2 : 0,
  },
});
