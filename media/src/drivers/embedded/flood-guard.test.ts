import { describe, expect, it } from 'vitest';
import { FloodGuard } from './flood-guard.js';

const rules = { perSecond: 10, burst: 5, maxSources: 3, trustMs: 60_000 };
const admitted = (guard: FloodGuard, address: string, count: number, now: number) =>
  Array.from({ length: count }, () => guard.admits(address, now)).filter(Boolean).length;

describe('the flood guard', () => {
  it('lets a burst through and then the rate', () => {
    const guard = new FloodGuard(rules);
    expect(admitted(guard, '192.0.2.1', 20, 0)).toBe(5);
    expect(admitted(guard, '192.0.2.1', 20, 300)).toBe(3);
    expect(admitted(guard, '192.0.2.2', 20, 300)).toBe(5);
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
});
