import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TimerHandle, TimerQueue } from './timer-queue.js';

describe('the timer queue', () => {
  it('fires in order of due time, then of setting, whatever is cancelled meanwhile', () => {
    const step = fc.record({ delay: fc.nat(50), cancel: fc.option(fc.nat(40)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new TimerQueue();
        const handles: TimerHandle[] = [];
        const fired: number[] = [];
        const alive = new Map<number, number>();
        for (const [index, { delay, cancel }] of steps.entries()) {
          handles.push(queue.set(delay, () => fired.push(index)));
          alive.set(index, delay);
          if (cancel !== null && cancel < handles.length) {
            queue.cancel(handles[cancel]);
            alive.delete(cancel);
          }
        }
        expect(queue.size).toBe(alive.size);
        queue.fire(100);
        const expected = [...alive].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([index]) => index);
        expect(fired).toEqual(expected);
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('fires those that may be late at a moment that many share, never early', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(500), delay: fc.nat(1000) }), { minLength: 1 }), (steps) => {
        const queue = new TimerQueue();
        const due: number[] = [];
        const late: number[] = [];
        const goTo = (end: number) => {
          for (let next = queue.next(); next !== undefined && next <= end; next = queue.next()) {
            due.push(next);
            queue.fire(next);
          }
          queue.moveTo(end);
        };
        for (const { at, delay } of [...steps].sort((a, b) => a.at - b.at)) {
          goTo(at);
          queue.setLoosely(delay, () => late.push(queue.now - at - delay));
        }
        goTo(2000);
        expect(due.every((at, index) => index === 0 || at - due[index - 1]! >= 100 || at === due[index - 1])).toBe(
          true,
        );
        expect(late.filter((by) => by < 0 || by >= 100)).toEqual([]);
        expect(late).toHaveLength(steps.length);
      }),
    );
  });
});
