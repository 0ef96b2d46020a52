import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

// Starts the run's Redis and MongoDB. Not there yet when only one workspace was built: its tests then do without.
const globalSetup = fileURLToPath(new URL('tests/dist/global-setup.js', import.meta.url));

/** Where the files are that take longest, those first. */
const longest = [
  /\/slow\//,
  /\/journeys\/(contact-centre|nodes|edge|flows)\/|loopback-call-engine/,
  /\/journeys\/|(freeswitch|kamailio).*\.test\.js$/,
  /\/(interop|security|contracts|simulation)\//,
];

/** Long files are begun first: one that comes last is waited for alone. What earlier runs took, which vitest goes by, a fresh clone does not know. */
class LongestFirst extends BaseSequencer {
  /** @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const rank = ({ moduleId }) => longest.findIndex((where) => where.test(moduleId)) + 1 || longest.length + 1;
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

// The tests run what production runs: the compiled output (see docs/decisions/0002-tests-run-compiled-output.md).
const all = {
  // Slow journeys and contract runs come with script/test --all; journeys that need a real FreeSWITCH where FREESWITCH_ESL names one.
  exclude: [
    'node_modules/**',
    ...(process.env.HOOKSWITCH_TESTS === 'all' ? [] : ['**/slow/**']),
    ...(process.env.FREESWITCH_ESL ? [] : ['**/on-a-real-freeswitch/**']),
  ],
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
  restoreMocks: true,
  // CI's machines are shared and real peers are real programs: there a failed test gets another try. By hand none does, so that a race is seen.
  retry: process.env.CI === 'true' ? 2 : 0,
};

export default defineConfig({
  test: {
    globalSetup: existsSync(globalSetup) ? [globalSetup] : [],
    // Journeys wait for sound and timers more than they compute.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...all, name: 'whole', include: ['tests/dist/**/*.test.js'] } },
      // Beside the code there are tests without peers and processes: a process runs one file after another, and modules are loaded once.
      {
        test: {
          ...all,
          name: 'parts',
          include: ['*/dist/**/*.test.js'],
          exclude: [...all.exclude, 'tests/**'],
          isolate: false,
        },
      },
    ],
  },
});
