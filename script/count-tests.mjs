import { readFileSync } from 'node:fs';

// count-tests.mjs REPORT [ALREADY-FAILED]: prints `N passed, N failed` from vitest's JSON report, and fails unless all passed and there was one.
// A file that could not be loaded counts as one failure, as does each check before the tests that failed.
const [report, alreadyFailed = '0'] = process.argv.slice(2);
let passed = 0;
let failed = Number(alreadyFailed);
try {
  for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    const count = (status) => file.assertionResults.filter((test) => test.status === status).length;
    passed += count('passed');
    failed += count('failed');
    if (file.status === 'failed' && count('failed') === 0) failed += 1;
  }
} catch {
  console.error('The tests left no report: they did not run to their end.');
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
