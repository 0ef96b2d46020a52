import { describe, expect, it } from 'vitest';
import { OverloadWatch } from './overload-watch.js';

const maxLagMs = 250;
const many = 50;

/** What each look says, with one every 300 ms. */
function looks(watch: OverloadWatch, lags: readonly (number | undefined)[], beingSetUp = many, from = 0): boolean[] {
  return lags.map((lagMs, at) => watch.look(lagMs, beingSetUp, from + at * 300));
}

describe('overload', () => {
  it.each([
    ['one late turn', [0, 3000, 0, 0, 900], []],
    ['late now and then', [300, 300, 300, 0, 300, 300, 300, 0], []],
    ['late all the time', [300, 300, 300, 300, 300, 0], [3, 4]],
    ['at the limit', [250, 250, 250, 250, 250], []],
    ['looks within one turn tell nothing', [300, undefined, 300, undefined, 300, 300, undefined, 0, undefined], [5, 6]],
    ['late again soon after', [300, 300, 300, 300, 0, 300, 0, 0, 300], [3, 5, 8]],
  ] as const)('%s', (_what, lags, refusing) => {
    const said = looks(new OverloadWatch(maxLagMs), lags);
    expect(said.flatMap((overloaded, at) => (overloaded ? [at] : []))).toEqual(refusing);
  });

  it('is not said of a node that is late all the time and sets up next to no calls', () => {
    expect(looks(new OverloadWatch(maxLagMs), Array(50).fill(5000), 9)).not.toContain(true);
    expect(looks(new OverloadWatch(maxLagMs), Array(50).fill(5000), 10)).toContain(true);
  });

  it('is forgotten 5 s after it was over', () => {
    const watch = new OverloadWatch(maxLagMs);
    expect(looks(watch, [300, 300, 300, 300, 0])).toEqual([false, false, false, true, false]);
    expect(looks(watch, [300, 300], many, 6000)).toEqual([false, false]);
  });
});
