import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TimerHandle, TimerQueue } from './timer-queue.js';

describe('the timer queue', () => {
  it('fires in order of due time, then of setting, whatever is cancelled meanwhile', () => {
    const step = fc.record({ delay: fc.nat(50), cancel: fc.option(fc.nat(40)), loose: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new TimerQueue();
        const handles: TimerHandle[] = [];
        const fired: number[] = [];
        const alive = new Map<number, number>();
        const firedLate: number[] = [];
        const late = new Set<number>();
        for (const [index, { delay, cancel, loose }] of steps.entries()) {
          handles.push(
            loose
              ? queue.setLoosely(delay * 10, () => firedLate.push(index))
              : queue.set(delay, () => fired.push(index)),
          );
          if (loose) late.add(index);
          else alive.set(index, delay);
          if (cancel !== null && cancel < handles.length) {
            queue.cancel(handles[cancel]);
            alive.delete(cancel);
            late.delete(cancel);
          }
        }
        expect(queue.size).toBe(alive.size + late.size);
        queue.fire(600);
        const expected = [...alive].sort((a, b) => a[1] - b[1] || a[0] - b[0]).map(([index]) => index);
        expect(fired).toEqual(expected);
        expect(firedLate.sort((a, b) => a - b)).toEqual([...late]);
        expect(queue.size).toBe(0);
        expect(queue.next()).toBeUndefined();
      }),
    );
  });

  it('fires what is left of a moment where one of its timers throws, and takes one out that another cancels', () => {
    const queue = new TimerQueue();
    const fired: string[] = [];
    queue.setLoosely(50, () => fired.push('first'));
    const second = queue.setLoosely(60, () => fired.push('second'));
    queue.setLoosely(70, () => {
      queue.cancel(second);
      throw new Error('third');
    });
    expect(() => queue.fire(100)).toThrow('third');
    expect(queue.size).toBe(1);
    queue.fire(100);
    expect(fired).toEqual(['first']);
    expect(queue.size).toBe(0);
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
