import { setImmediate } from 'node:timers/promises';
import { BaseError } from '@hookswitch/kernel/base-error';
import type { ManualClock } from '@hookswitch/kernel/manual-clock';

/** Steps of the clock after which a simulation is too long, whatever time they took. */
const mostSteps = 200_000;

/**
 * Runs a simulated clock until something is done, or the limit is reached. Others get their turn between steps.
 * @param isComputing while it says so the clock stands
 * @returns whether it was done in time
 * @throws SimulationTooLongError after very many steps
 */
export async function runUntil(
  clock: ManualClock,
  isDone: () => boolean,
  limitMs: number,
  isComputing: () => boolean = () => false,
): Promise<boolean> {
  const end = clock.now() + limitMs;
  for (let steps = 0; ; steps++) {
    await setImmediate(); // whatever waits for the last step comes first
    if (isDone()) return true;
    if (isComputing()) continue;
    const next = clock.nextAt();
    if (next === undefined || next > end) {
      clock.advance(Math.max(0, end - clock.now()));
      return false;
    }
    if (steps >= mostSteps) throw new SimulationTooLongError(`${mostSteps} steps`);
    clock.step();
  }
}

/** The simulated call does too much. */
export class SimulationTooLongError extends BaseError {
  /** @param what of which there was too much */
  constructor(what: string) {
    super(
      'limit',
      'simulation-too-long',
      `The simulation was ended: it came to more than ${what}. Try a shorter \`limitSeconds\`.`,
    );
  }
}
