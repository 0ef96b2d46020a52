import type { ReadinessCheck } from '@hookswitch/api/http/probes';
import type { Clock } from '@hookswitch/kernel/clock';
import type { CheckResult } from '../check/check.js';

/** A check that rejects with a sentence where it takes longer than `limitMs`. */
export function withinTime(check: ReadinessCheck, limitMs: number, clock: Clock): ReadinessCheck {
  return () => {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(limitMs, () => reject(new Error(`It did not answer within ${limitMs / 1000} s.`)));
    });
    return Promise.race([(async () => check())(), late]).finally(() => cancel());
  };
}

/** A check whose answer, good or bad, counts for `keepMs`; those who ask meanwhile share it. Anybody may ask for `/readyz`. */
export function remembered(check: ReadinessCheck, keepMs: number, clock: Clock): ReadinessCheck {
  let answer: Promise<void> | undefined;
  let until = 0;
  return () => {
    if (answer === undefined || clock.monotonic() >= until) {
      until = clock.monotonic() + keepMs;
      answer = (async () => check())();
    }
    return answer;
  };
}

/** Rejects where what a check of start-up found keeps the platform from working. */
export async function nothingBroken(result: Promise<CheckResult>): Promise<void> {
  const { ok, needed, sentence, fix } = await result;
  if (!ok && needed) throw new Error(`${sentence} ${fix}`.trim());
}

/** Rejects where what a check of start-up found leaves the platform working with less. */
export async function nothingLacking(result: Promise<CheckResult>): Promise<void> {
  const { ok, needed, sentence, fix } = await result;
  if (!ok && !needed) throw new Error(`${sentence} ${fix}`.trim());
}
