import { InvalidSettingsError, readSettings } from '@hookswitch/api/config/settings';
import { printChecks } from './print-checks.js';
import { runChecks } from './run-checks.js';

// `script/server --check`: looks, prints, and ends with 1 where the platform could not start.
try {
  const { text, canStart } = printChecks(await runChecks(readSettings(process.env)));
  console.log(text);
  process.exitCode = canStart ? 0 : 1;
} catch (error) {
  if (!(error instanceof InvalidSettingsError)) throw error;
  console.log(error.message);
  process.exitCode = 1;
}
