import { ManualClock } from '@hookswitch/kernel/manual-clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from './pacer.js';

function sender(periodMs: number, turns = Number.POSITIVE_INFINITY) {
  const due: number[] = [];
  return {
    due,
    periodMs,
    tick(dueAt: number) {
      due.push(dueAt);
      return due.length < turns;
    },
  };
}

describe('the pacer', () => {
  it('sends every packet of every sender in its time, without drift, whenever they came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ periodMs: fc.constantFrom(10, 20, 30, 40, 60), at: fc.nat(500) }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.nat(1000),
        (plans, start) => {
          const clock = new ManualClock(1_000_000 + start / 7);
          const pacer = new Pacer(clock);
          const senders = plans.map(({ periodMs, at }) => {
            const made = sender(periodMs);
            clock.after(at, () => pacer.add(made));
            return { ...made, addedAt: clock.now() + at };
          });
          clock.advance(3000);
          for (const { due, periodMs, addedAt } of senders) {
            expect(due[0]! - addedAt).toBeLessThanOrEqual(periodMs + 2);
            expect(due.length).toBeGreaterThanOrEqual(Math.floor((clock.now() - addedAt) / periodMs) - 2);
            due.forEach((at, index) => {
              expect(at).toBe(due[0]! + index * periodMs);
            });
          }
          expect(pacer.takeLoad().maxMs).toBeLessThanOrEqual(1);
          pacer.stop();
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has no timer when nobody sends', () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    const one = sender(20, 3);
    pacer.add(one);
    clock.advance(1000);
    expect(one.due).toHaveLength(3);
    expect([clock.pending, pacer.running]).toEqual([0, false]);
    const other = sender(20, 2);
    pacer.add(other);
    clock.advance(100);
    expect(other.due).toHaveLength(2);
  });

  it('spreads senders over the packet time', () => {
    const clock = new ManualClock();
    const pacer = new Pacer(clock);
    const senders = Array.from({ length: 100 }, () => sender(20));
    for (const one of senders) pacer.add(one);
    clock.advance(20);
    const counts = new Map<number, number>();
    for (const { due } of senders) counts.set(due[0]!, (counts.get(due[0]!) ?? 0) + 1);
    expect([...counts.values()]).toEqual(Array(10).fill(10));
  });

  it('catches up a short stall packet by packet, and drops the time of a long one', () => {
    const clock = new ManualClock();
    const late = { extra: 0 };
    const pacer = new Pacer({ now: () => clock.now() + late.extra, after: (ms, act) => clock.after(ms, act) });
    const one = sender(20);
    pacer.add(one);
    clock.advance(100);
    const before = one.due.length;
    late.extra = 60;
    clock.advance(20);
    expect(one.due.length - before).toBe(4);
    late.extra = 5060;
    const count = one.due.length;
    clock.advance(40);
    expect(one.due.length - count).toBeLessThanOrEqual(4);
    expect(one.due.at(-1)! - one.due[0]!).toBeGreaterThan(5000);
  });
});
