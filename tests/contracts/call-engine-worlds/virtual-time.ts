import type { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { CallWorld } from './call-world.js';

/**
 * Time that passes on a manual clock: two minutes of it before a wait is in vain. A wait that takes long lets some real time pass, too, for files to
 * be written, so that the clock does not run ahead of the disk.
 */
export function virtualTime(clock: ManualClock): Pick<CallWorld, 'slackMs' | 'pass' | 'until'> {
  return {
    slackMs: 0,
    pass: (ms) => clock.advanceAsync(ms),
    async until(what, holds) {
      const end = clock.now() + 120_000;
      for (let turn = 0; !holds(); turn += 1) {
        if (clock.now() > end) throw new Error(`Waited in vain until ${what}.`);
        await clock.advanceAsync(10);
        if (turn > 20 && !holds()) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}

/** Resolves with `promise`, letting virtual time pass meanwhile. */
export async function whileTimePasses(clock: ManualClock, promise: Promise<unknown>): Promise<void> {
  let isSettled = false;
  const mark = () => {
    isSettled = true;
  };
  promise.then(mark, mark);
  await virtualTime(clock).until('all is closed', () => isSettled);
  await promise;
}
