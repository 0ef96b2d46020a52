import { pause, systemClock } from '@hookswitch/kernel/clock';
import type { CallWorld } from './call-world.js';

/** The machine's own time. `guardMs`, how long anything is waited for, is a guard against hanging, not a demand. */
export function realTimeGuarded(guardMs: number): Pick<CallWorld, 'slackMs' | 'pass' | 'until'> {
  return {
    slackMs: 600,
    pass: (ms) => pause(systemClock, ms),
    async until(what, holds) {
      const end = systemClock.now() + guardMs;
      while (!holds()) {
        if (systemClock.now() > end) throw new Error(`Waited in vain until ${what}.`);
        await pause(systemClock, 10);
      }
    },
  };
}

export const realTime = realTimeGuarded(30_000);
