import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRequest, type Breaker, breakerState, closedBreaker, defaultBreaker } from './circuit-breaker.js';

const after = (breaker: Breaker, succeeded: boolean, now: number) =>
  afterRequest(breaker, succeeded, now, defaultBreaker);

function opened(now: number): Breaker {
  let breaker = closedBreaker;
  for (let n = 0; n < defaultBreaker.threshold; n++) breaker = after(breaker, false, now);
  return breaker;
}

describe('circuit breaker', () => {
  it('opens after the threshold of failures in a row', () => {
    let breaker = closedBreaker;
    for (let n = 1; n < defaultBreaker.threshold; n++) {
      breaker = after(breaker, false, 0);
      expect(breakerState(breaker, 0)).toBe('closed');
    }
    expect(breakerState(after(breaker, false, 0), 0)).toBe('open');
  });

  it('starts to count again after a success', () => {
    let breaker = after(after(closedBreaker, false, 0), true, 0);
    for (let n = 1; n < defaultBreaker.threshold; n++) breaker = after(breaker, false, 0);
    expect(breakerState(breaker, 0)).toBe('closed');
  });

  it('is half-open when its time is over, closes by a success and opens for twice as long by a failure', () => {
    const breaker = opened(0);
    const first = breaker.openUntil!;
    expect(breakerState(breaker, first - 1)).toBe('open');
    expect(breakerState(breaker, first)).toBe('half-open');
    expect(after(breaker, true, first)).toEqual(closedBreaker);
    expect(after(breaker, false, first).openUntil! - first).toBe(2 * defaultBreaker.firstOpenMs);
  });

  it('learns nothing from requests that were under way when it opened', () => {
    const breaker = opened(0);
    expect(after(breaker, false, 1).openUntil).toBe(breaker.openUntil);
  });

  it('is never open for longer than its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(10 ** 6))), (steps) => {
        let breaker = closedBreaker;
        let now = 0;
        for (const [succeeded, wait] of steps) {
          now += wait;
          breaker = after(breaker, succeeded, now);
          if (breaker.openUntil !== undefined)
            expect(breaker.openUntil - now).toBeLessThanOrEqual(defaultBreaker.maxOpenMs);
        }
      }),
    );
  });
});
