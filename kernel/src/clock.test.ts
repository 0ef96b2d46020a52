import { describe, expect, it } from 'vitest';
import { steadyClock, systemClock } from './clock.js';
import { ManualClock } from './manual-clock.js';

const hour = 3_600_000;

describe('a steady clock', () => {
  it.each([hour, -hour])(
    'begins with the time of day and counts what passes, also when the time is set by %i ms',
    (ms) => {
      const clock = new ManualClock();
      const start = clock.now();
      const steady = steadyClock(clock);
      clock.advance(1_000);
      clock.setTimeOn(ms);
      clock.advance(500);
      expect(steady.now() - start).toBe(1_500);
      expect(clock.now() - start).toBe(1_500 + ms);
      expect(steadyClock(clock).now()).toBe(clock.now());
    },
  );

  it('begins with another time where one is given', () => {
    const clock = new ManualClock();
    const steady = steadyClock(clock, 5_000);
    clock.advance(1);
    expect(steady.now()).toBe(5_001);
  });

  it('fires its timers when they are due, not when the time of day says so', () => {
    const clock = new ManualClock();
    const steady = steadyClock(clock);
    let fired = 0;
    steady.after(1_000, () => {
      fired += 1;
    });
    clock.setTimeOn(hour);
    clock.advance(999);
    expect(fired).toBe(0);
    clock.advance(1);
    expect(fired).toBe(1);
  });

  it('of the machine goes forward', () => {
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(steadyClock(systemClock).now() - Date.now())).toBeLessThan(60_000);
  });
});
