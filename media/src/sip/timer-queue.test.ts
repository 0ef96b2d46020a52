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
});
