import { ManualClock } from '@hookswitch/kernel/manual-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.js';

describe('deadlines', () => {
  it('come once each, in order of time, at the last time that was set', () => {
    const anySetting = fc.record({ key: fc.nat(12), in: fc.option(fc.nat(500), { nil: undefined }), pass: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(anySetting, { maxLength: 300 }), (settings) => {
        const clock = new ManualClock(0);
        const wanted = new Map<string, number>();
        let last = 0;
        const deadlines = new Deadlines(clock, (key) => {
          expect(wanted.get(key)).toBe(clock.now());
          expect(clock.now()).toBeGreaterThanOrEqual(last);
          last = clock.now();
          wanted.delete(key);
        });
        for (const { key, in: delay, pass } of settings) {
          const at = delay === undefined ? undefined : clock.now() + 1 + delay;
          deadlines.set(`${key}`, at);
          if (at === undefined) wanted.delete(`${key}`);
          else wanted.set(`${key}`, at);
          clock.advance(pass);
        }
        clock.advance(1000);
        expect([...wanted]).toEqual([]);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('do not come once cleared', () => {
    const clock = new ManualClock(0);
    const due: string[] = [];
    const deadlines = new Deadlines(clock, (key) => due.push(key));
    deadlines.set('a', 10);
    deadlines.clear();
    clock.advance(100);
    deadlines.set('b', 110);
    clock.advance(100);
    expect(due).toEqual(['b']);
  });
});
