import { describe, expect, it } from 'vitest';
import { FloodGuard } from './flood-guard.js';

const rules = { perSecond: 10, burst: 5, strangersPerSecond: 1_000_000, maxSources: 3, trustMs: 60_000 };
const admitted = (guard: FloodGuard, address: string, count: number, now: number) =>
  Array.from({ length: count }, () => guard.admits(address, now)).filter((each) => each === 'admitted').length;

describe('the flood guard', () => {
  it('lets a burst through and then the rate', () => {
    const guard = new FloodGuard(rules);
    expect(admitted(guard, '192.0.2.1', 20, 0)).toBe(5);
    expect(admitted(guard, '192.0.2.1', 20, 300)).toBe(3);
    expect(admitted(guard, '192.0.2.2', 20, 300)).toBe(5);
    expect(guard.admits('192.0.2.2', 300)).toBe('source-rate');
  });

  it('leaves known addresses alone for as long as they are known', () => {
    const guard = new FloodGuard(rules);
    guard.trust('192.0.2.1', 0);
    expect(admitted(guard, '192.0.2.1', 100, 59_999)).toBe(100);
    expect(admitted(guard, '192.0.2.1', 100, 60_000)).toBe(5);
  });

  it('remembers a bounded number of sources', () => {
    const guard = new FloodGuard(rules);
    admitted(guard, '192.0.2.1', 20, 0);
    for (const last of ['2', '3', '4']) guard.admits(`192.0.2.${last}`, 0);
    expect(admitted(guard, '192.0.2.1', 20, 0)).toBe(5);
  });

  it('is not confused by a clock that goes back', () => {
    const guard = new FloodGuard(rules);
    admitted(guard, '192.0.2.1', 20, 10_000);
    expect(admitted(guard, '192.0.2.1', 20, 0)).toBe(0);
    expect(admitted(guard, '192.0.2.1', 20, 100)).toBe(1);
  });

  describe('with a hundred sources at once, none of them above its own rate', () => {
    const many = { ...rules, perSecond: 100, burst: 100, strangersPerSecond: 200, maxSources: 1_000 };
    /** 100 sources send 30 requests each in one second; what is let through, second by second. */
    function flood(guard: FloodGuard, seconds: number, eachMs: (now: number) => void = () => {}): number[] {
      return Array.from({ length: seconds }, (_, second) => {
        let through = 0;
        for (let ms = 0; ms < 1000; ms += 1) {
          const now = second * 1000 + ms;
          for (let count = 0; count < 3; count += 1) {
            if (guard.admits(`192.0.2.${(ms * 3 + count) % 100}`, now) === 'admitted') through += 1;
          }
          eachMs(now);
        }
        return through;
      });
    }

    it('lets no more through than the budget of all strangers', () => {
      const [first, ...later] = flood(new FloodGuard(many), 10);
      expect(first).toBeLessThanOrEqual(600);
      for (const second of later) expect(second).toBeLessThanOrEqual(201);
    });

    it('lets every request of a known address through, and those of one that asks little', () => {
      const guard = new FloodGuard(many);
      guard.trust('198.51.100.1', 0);
      const refused: number[] = [];
      flood(guard, 20, (now) => {
        if (guard.admits('198.51.100.1', now) !== 'admitted') refused.push(now);
        if (now > 10_000 && now % 1000 === 500 && guard.admits('198.51.100.2', now) !== 'admitted') refused.push(now);
      });
      expect(refused).toEqual([]);
    });

    it('drops only a part of what one more busy stranger sends', () => {
      const guard = new FloodGuard(many);
      let through = 0;
      flood(guard, 20, (now) => {
        if (now % 20 === 7 && guard.admits('198.51.100.3', now) === 'admitted') through += 1;
      });
      expect(through).toBeGreaterThan(10);
      expect(through).toBeLessThan(1_000);
    });
  });
});
