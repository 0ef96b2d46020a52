/**
 * Whether a destination is worth trying. Plain data and pure steps.
 *
 * ```
 *  closed ──`threshold` failures in a row──▶ open ──its time is over──▶ half-open ──success──▶ closed
 *                                             ▲                            │
 *                                             └──────────failure───────────┘ (twice as long)
 * ```
 */
export interface Breaker {
  readonly failures: number;
  /** Open until then (`Clock.monotonic`, milliseconds); half-open afterwards. Undefined while closed. */
  readonly openUntil?: number;
  /** How often it opened since it was closed last. */
  readonly openings: number;
}

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly threshold: number;
  readonly firstOpenMs: number;
  readonly maxOpenMs: number;
}

export const defaultBreaker: BreakerSettings = { threshold: 5, firstOpenMs: 5_000, maxOpenMs: 300_000 };

export const closedBreaker: Breaker = { failures: 0, openings: 0 };

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Where it stands at `now`. Half-open lets one request through. */
export function breakerState(breaker: Breaker, now: number): BreakerState {
  if (breaker.openUntil === undefined) return 'closed';
  return now < breaker.openUntil ? 'open' : 'half-open';
}

/** The breaker after one more request that succeeded or failed at `now`. */
export function afterRequest(breaker: Breaker, succeeded: boolean, now: number, settings: BreakerSettings): Breaker {
  if (succeeded) return closedBreaker;
  const failures = breaker.failures + 1;
  const state = breakerState(breaker, now);
  // Requests that were under way when it opened say nothing new.
  if (state === 'open' || (state === 'closed' && failures < settings.threshold)) return { ...breaker, failures };
  const openMs = Math.min(settings.firstOpenMs * 2 ** breaker.openings, settings.maxOpenMs);
  return { failures, openUntil: now + openMs, openings: breaker.openings + 1 };
}
