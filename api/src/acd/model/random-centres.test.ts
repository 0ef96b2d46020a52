import { randomInteger, systemRandom } from '@hookswitch/kernel/random';
import { describe, expect, it } from 'vitest';
import { liveThrough } from './live-through.fixture.js';

const all = process.env.HOOKSWITCH_TESTS === 'all';
const named = process.env.HOOKSWITCH_FRESH_SEED;
const fresh = named === undefined ? randomInteger(systemRandom, 1, 2_000_000_000) : Number(named);

describe('contact centres that live through anything', () => {
  it('hold the laws after every step: 10,000 steps of a fixed seed', async () => {
    const { served, left, turnedAway, lostWithNode, ...open } = await liveThrough({ seed: 1, steps: 10_000 });
    // Enough of everything has happened.
    for (const ends of [served, left, turnedAway, lostWithNode]) expect(ends).toBeGreaterThan(50);
    expect(open).toEqual({ waiting: 0, talking: 0 });
  }, 600_000);

  it.runIf(all)(
    `hold the laws after every step: 1,000,000 steps of seed ${fresh}`,
    async () => {
      await liveThrough({ seed: fresh, steps: 1_000_000 });
    },
    7_200_000,
  );
});
