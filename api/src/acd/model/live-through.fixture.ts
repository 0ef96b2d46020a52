import fc from 'fast-check';
import { CentreLife, type Step, stepTypes } from './centre-life.fixture.js';

/** On the average. */
const stepsPerLife = 100;

const anyStep: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(...stepTypes),
  which: fc.nat(59),
  how: fc.nat(59),
});

/** Lives through so many steps in lives of some 100; a broken law is shrunk to the fewest steps that break it. @throws what fast-check says of it, with its seed and path */
export async function liveThrough({ seed, steps }: { seed: number; steps: number }): Promise<void> {
  const lives = fc.asyncProperty(
    fc.array(anyStep, { maxLength: 2 * stepsPerLife, size: 'max' }),
    fc.nat(),
    async (taken, chance) => {
      const life = new CentreLife(chance);
      await life.begin();
      for (const step of taken) await life.take(step);
      await life.end();
    },
  );
  await fc.assert(lives, { seed, numRuns: Math.ceil(steps / stepsPerLife), interruptAfterTimeLimit: 7_000_000 });
}
