import { type Clock, pause } from '@hookswitch/kernel/clock';
import type { LiveCallRegistry } from './live-call-registry.js';

/** Waits up to `waitMs` for the calls up, then ends them; resolves when every record is final. New calls must be refused already. */
export async function drainCalls(registry: LiveCallRegistry, clock: Clock, waitMs: number): Promise<void> {
  const patience = new AbortController();
  const empty = registry.empty().then(() => patience.abort());
  await pause(clock, waitMs, patience.signal);
  for (const active of registry.all()) {
    active.scripts?.stop('the platform stops');
    active.leg.hangUp({ by: 'system', reason: 'shutdown' });
  }
  await empty;
}
