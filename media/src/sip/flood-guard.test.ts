import { describe, expect, it } from 'vitest';
import { FloodGuard } from './flood-guard.js';
import { HalfOpenCap } from './half-open-cap.js';

describe('the flood guard', () => {
  it('admits a burst, then the rate, for each source by itself', () => {
    const guard = new FloodGuard({ burst: 3, perSecond: 2, maxSources: 10 });
    const tries = (source: string, now: number, count: number) =>
      Array.from({ length: count }, () => guard.admit(source, now));
    expect(tries('a', 0, 4)).toEqual([true, true, true, false]);
    expect(tries('b', 0, 1)).toEqual([true]);
    expect(tries('a', 500, 2)).toEqual([true, false]);
    expect(tries('a', 100_000, 4)).toEqual([true, true, true, false]);
  });

  it('holds no more sources than it may', () => {
    const guard = new FloodGuard({ burst: 1, perSecond: 1, maxSources: 5 });
    for (let i = 0; i < 1_000; i++) guard.admit(`s${i}`, i);
    expect(guard.size).toBe(5);
  });
});

describe('the half-open cap', () => {
  it('caps each source and all together, and ends at zero', () => {
    const cap = new HalfOpenCap({ perSource: 2, total: 3 });
    expect([cap.open('a'), cap.open('a'), cap.open('a'), cap.open('b'), cap.open('b')]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    for (const source of ['a', 'a', 'b', 'b', 'c']) cap.close(source);
    expect(cap.count).toBe(0);
    expect(cap.open('a')).toBe(true);
  });
});
