import { bad, type CheckResult, good } from './check.js';

/** Whether the clock can be right: this program was not compiled tomorrow. Signatures of webhooks fail when it is minutes off. */
export function checkClock(now: number, builtAt: number): CheckResult {
  const name = 'clock';
  const text = new Date(now).toISOString();
  return now < builtAt - 60_000
    ? bad(
        name,
        `It says ${text}, which is before this program was built (${new Date(builtAt).toISOString()}).`,
        'Set the clock; keep it right with NTP. Signed webhooks are refused by receivers whose clocks differ by minutes.',
      )
    : good(name, `It says ${text}.`);
}
