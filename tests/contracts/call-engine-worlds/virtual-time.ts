import type { ManualClock } from '@hookswitch/kernel/manual-clock';
import type { CallWorld } from './call-world.js';

/** Time that passes on a manual clock: two minutes of it before a wait is in vain. */
export function virtualTime(clock: ManualClock): Pick<CallWorld, 'pass' | 'until'> {
  return {
    pass: (ms) => clock.advanceAsync(ms),
    async until(what, holds) {
      const end = clock.now() + 120_000;
      while (!holds()) {
        if (clock.now() > end) throw new Error(`Waited in vain until ${what}.`);
        await clock.advanceAsync(10);
      }
    },
  };
}
