import { pause, systemClock } from '@hookswitch/kernel/clock';
import type { CallWorld } from './call-world.js';

/** The machine's own time. The limit is a guard against hanging, not a demand. */
export const realTime: Pick<CallWorld, 'slackMs' | 'pass' | 'until'> = {
  slackMs: 600,
  pass: (ms) => pause(systemClock, ms),
  async until(what, holds) {
    const end = systemClock.now() + 30_000;
    while (!holds()) {
      if (systemClock.now() > end) throw new Error(`Waited in vain until ${what}.`);
      await pause(systemClock, 10);
    }
  },
};
