import { randomInteger, systemRandom } from '@hookswitch/kernel/random';
import { describe, it } from 'vitest';
import { liveThrough } from './live-through.fixture.js';

const all = process.env.HOOKSWITCH_TESTS === 'all';
const named = process.env.HOOKSWITCH_FRESH_SEED;
const fresh = named === undefined ? randomInteger(systemRandom, 1, 2_000_000_000) : Number(named);

describe('contact centres that live through anything', () => {
  it(
    'hold the laws after every step: 10,000 steps of a fixed seed',
    () => liveThrough({ seed: 1, steps: 10_000 }),
    600_000,
  );

  it.runIf(all)(
    `hold the laws after every step: 1,000,000 steps of seed ${fresh}`,
    () => liveThrough({ seed: fresh, steps: 1_000_000 }),
    7_200_000,
  );
});
