import { expect } from 'vitest';
import type { PlaneUnderTest } from './planes-under-test.js';

/** Waits in a world's own time, with a generous guard that ends what never comes. */
export function waitingIn(world: () => Pick<PlaneUnderTest, 'elapse'>) {
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 1000 && !holds(); turn++) await world().elapse(20);
    expect(holds()).toBe(true);
  };
  const settled = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let done = false;
    const mark = () => {
      done = true;
    };
    promise.then(mark, mark);
    await until(() => done);
    return promise;
  };
  return { until, settled };
}
