import fc from 'fast-check';
import { type CallerState, CentreLife, type Step, stepTypes } from './centre-life.fixture.js';

/** On the average. */
const stepsPerLife = 100;

const anyStep: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(...stepTypes),
  which: fc.nat(59),
  how: fc.nat(59),
});

/** Lives through so many steps in lives of some 100; a broken law is shrunk to the fewest steps that break it. Resolves to how callers' visits ended. @throws what fast-check says of it, with its seed and path */
export async function liveThrough({
  seed,
  steps,
}: {
  seed: number;
  steps: number;
}): Promise<Record<CallerState, number>> {
  const ends: Record<CallerState, number> = {
    waiting: 0,
    talking: 0,
    served: 0,
    left: 0,
    turnedAway: 0,
    lostWithNode: 0,
  };
  const lives = fc.asyncProperty(
    fc.array(anyStep, { maxLength: 2 * stepsPerLife, size: 'max' }),
    fc.nat(),
    async (taken, chance) => {
      const life = new CentreLife(chance);
      await life.begin();
      for (const step of taken) await life.take(step);
      await life.end();
      for (const { state } of life.callers.values()) ends[state]++;
    },
  );
  await fc.assert(lives, { seed, numRuns: Math.ceil(steps / stepsPerLife), interruptAfterTimeLimit: 7_000_000 });
  return ends;
}
